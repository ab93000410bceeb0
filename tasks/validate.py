"""Is it a video we can caption?"""

from __future__ import annotations

import asyncio

from prefect import task

from socialcopy.models import Claim, MediaInfo, Rejection
from socialcopy.pipeline import outcomes
from socialcopy.pipeline.steps import validate
from tasks.runtime.jobs import job_of
from tasks.runtime.retries import FREE


@task(task_run_name="validate-{claim.source.key}", timeout_seconds=180, **FREE)
async def validate_video(claim: Claim) -> MediaInfo | Rejection:
    """Look at size and content over a presigned URL; nothing is downloaded."""
    return await asyncio.to_thread(validate.validate_video, job_of(claim))


@task(task_run_name="reject-{claim.source.key}", timeout_seconds=60, **FREE)
async def reject_video(claim: Claim, rejection: Rejection) -> str:
    """Write the reason where its sender finds it; the video itself is not touched."""
    return await asyncio.to_thread(outcomes.reject, job_of(claim), rejection)
