"""What waits in the bucket. Not a task: it runs every two seconds, and a row each time is noise."""

from __future__ import annotations

import asyncio

from prefect import get_run_logger

from socialcopy.models import Brief, SourceVideo
from socialcopy.stages import intake
from socialcopy.stages.workshop import Workshop
from socialcopy.storage.errors import StorageError

OUTAGE_PAUSE_SECONDS = 5.0


async def find_waiting(prefix: str, brief: Brief) -> list[SourceVideo]:
    """List a prefix in full and compare it with what is done."""
    return await asyncio.to_thread(intake.find_waiting, Workshop.from_environment(), prefix, brief)


async def look(prefix: str, brief: Brief) -> list[SourceVideo]:
    """List a prefix like `find_waiting`; while the store is away there is nothing to see."""
    try:
        return await find_waiting(prefix, brief)
    except StorageError as error:
        get_run_logger().warning("%s; looking again", error)
        await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
        return []
