"""A person decides that a job is worth another try."""

from __future__ import annotations

import asyncio

from prefect import get_run_logger, task

from socialcopy.pipeline.context import Context
from socialcopy.storage import jobs
from tasks.runtime.retries import FREE


@task(task_run_name="reopen-{oid}", timeout_seconds=60, **FREE)
async def reopen(oid: str, *, send_again: bool) -> str:
    """Free a parked or rejected job; the key of its video, which the next look takes up."""
    bucket = Context.from_environment().bucket
    source = await asyncio.to_thread(jobs.reopen, bucket, oid, send_again=send_again)
    name = source.key if source else oid
    get_run_logger().info("%s is tried again as soon as a watcher looks", name)
    return name
