"""A session on the service, and the video in it."""

from __future__ import annotations

import asyncio

from prefect import task

from socialcopy.models import Asset, Claim, Rejection, Session
from socialcopy.pipeline.steps import upload
from tasks.runtime.jobs import job_of
from tasks.runtime.retries import FREE


@task(task_run_name="open-session-{claim.source.key}", timeout_seconds=120, **FREE)
async def open_session(claim: Claim, api_url: str) -> Session:
    """Open a session, or find the one an earlier worker opened. Free."""
    return await asyncio.to_thread(upload.open_session, job_of(claim), api_url)


@task(task_run_name="upload-{claim.source.key}", timeout_seconds=1_800, **FREE)
async def upload_video(claim: Claim, session: Session, api_url: str) -> Asset | Rejection:
    """Stream the video from the bucket into the session. Free; a repeat costs only time."""
    return await asyncio.to_thread(upload.upload_video, job_of(claim), session, api_url)
