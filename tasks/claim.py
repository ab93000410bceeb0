"""The right to work on a video."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect import task

from socialcopy.models import Brief, Claim
from socialcopy.settings import OperationsSettings
from socialcopy.stages import intake, journalling
from socialcopy.stages.workshop import Workshop
from tasks.outages import told_apart
from tasks.policies import FREE


@task(task_run_name="claim-{key}", timeout_seconds=60, **FREE)
async def claim_video(key: str, brief: Brief) -> Claim | None:
    """Claim one video by a conditional write; none when it is done or in other hands."""
    return await asyncio.to_thread(intake.claim_video, Workshop.from_environment(), key, brief)


@asynccontextmanager
async def holding(claim: Claim) -> AsyncGenerator[None]:
    """Renew the claim while the block lasts; give it back or park it when the work fails."""
    shop = Workshop.from_environment()
    journalling.set_up(OperationsSettings())
    with journalling.about(claim), intake.holding(shop, claim):
        try:
            with told_apart():
                yield
        except intake.OUT_OF_CREDITS:
            await asyncio.to_thread(intake.prepare, shop, claim)
            raise
