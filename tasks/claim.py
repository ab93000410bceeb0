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
from tasks.runtime.jobs import forget, job_of, keep
from tasks.runtime.outages import translate_outages
from tasks.runtime.retries import FREE


@task(task_run_name="claim-{key}", timeout_seconds=60, **FREE)
async def claim_video(key: str, brief: Brief) -> Claim | None:
    """Claim one video by a conditional write; none when it is done or in other hands."""
    job = await asyncio.to_thread(claim_module.claim_video, Context.from_environment(), key, brief)
    return keep(job) if job else None


@asynccontextmanager
async def holding(claim: Claim) -> AsyncGenerator[None]:
    """Renew the claim while the block lasts; give it back or park it when the work fails."""
    job = job_of(claim)
    keep(job)
    logs.set_up(job.context.operations)
    try:
        with logs.about(claim), claim_module.holding(job):
            try:
                with translate_outages():
                    yield
            except claim_module.OUT_OF_CREDITS:
                await asyncio.to_thread(claim_module.prepare, job)
                raise
    finally:
        forget(job)
