"""The right to work on a video."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect import task

from socialcopy.models import Brief, Claim
from socialcopy.pipeline import logs
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.settings import OperationsSettings
from tasks.runtime.outages import told_apart
from tasks.runtime.retries import FREE


@task(task_run_name="claim-{key}", timeout_seconds=60, **FREE)
async def claim_video(key: str, brief: Brief) -> Claim | None:
    """Claim one video by a conditional write; none when it is done or in other hands."""
    return await asyncio.to_thread(claim_module.claim_video, Context.from_environment(), key, brief)


@asynccontextmanager
async def holding(claim: Claim) -> AsyncGenerator[None]:
    """Renew the claim while the block lasts; give it back or park it when the work fails."""
    context = Context.from_environment()
    logs.set_up(OperationsSettings())
    with logs.about(claim), claim_module.holding(context, claim):
        try:
            with told_apart():
                yield
        except claim_module.OUT_OF_CREDITS:
            await asyncio.to_thread(claim_module.prepare, context, claim)
            raise
