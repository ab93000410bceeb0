"""The delivery, its manifest last, and the captions where the run is looked at."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prefect import get_run_logger, task

from socialcopy.models import Claim, Copy, Delivery, Rendition
from socialcopy.pipeline.steps import publish
from tasks.runtime.artifacts import show_delivery
from tasks.runtime.jobs import job_of
from tasks.runtime.retries import FREE


@task(task_run_name="publish-{claim.source.key}", timeout_seconds=1_800, **FREE)
async def publish_delivery(
    claim: Claim, master: Path, copy: Copy, renditions: tuple[Rendition, ...]
) -> Delivery:
    """Write all files and then the manifest; show the captions as an artifact of the run."""
    job = job_of(claim)
    published = await asyncio.to_thread(publish.publish, job, master, copy, renditions)
    await show_delivery(claim, published)
    get_run_logger().info("delivered %s to %s", claim.source.key, claim.delivery_prefix)
    return published
