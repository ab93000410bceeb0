"""What waits in the bucket. Not a task: it runs every two seconds, and a row each time is noise."""

from __future__ import annotations

import asyncio

from socialcopy.models import Brief, SourceVideo
from socialcopy.stages import intake
from socialcopy.stages.workshop import Workshop


async def find_waiting(prefix: str, brief: Brief) -> list[SourceVideo]:
    """List a prefix in full and compare it with what is done."""
    return await asyncio.to_thread(intake.find_waiting, Workshop.from_environment(), prefix, brief)
