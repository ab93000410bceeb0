"""The service's render job."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prefect import task

from socialcopy.models import Claim, Session
from socialcopy.pipeline.steps import render
from tasks.runtime.artifacts import percent_logger
from tasks.runtime.jobs import job_of
from tasks.runtime.retries import FREE


@task(task_run_name="render-{claim.source.key}", timeout_seconds=3_600, **FREE)
async def render_master(claim: Claim, session: Session, api_url: str) -> Path:
    """Have the draft rendered and fetch the MP4. Free; a repeat finds the job by its id."""
    job, progress = job_of(claim), percent_logger("rendered")
    return await asyncio.to_thread(render.render_master, job, session, api_url, progress)
