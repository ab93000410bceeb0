"""The right to work on a video."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect import task

from socialcopy.models import Brief, Claim
from socialcopy.stages import intake
from socialcopy.stages.workshop import Workshop
from tasks.policies import FREE


@task(task_run_name="claim-{key}", timeout_seconds=60, **FREE)
async def claim_video(key: str, brief: Brief) -> Claim | None:
    """Claim one video by a conditional write; none when it is done or in other hands."""
    return await asyncio.to_thread(intake.claim_video, Workshop.from_environment(), key, brief)


@asynccontextmanager
async def holding(claim: Claim) -> AsyncGenerator[None]:
    """Renew the claim while the block lasts; give it back or park it when the work fails."""
    with intake.holding(Workshop.from_environment(), claim):
        yield
