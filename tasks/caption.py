"""The one paid message."""

from __future__ import annotations

import asyncio

from prefect import get_run_logger, task

from socialcopy.models import Claim, Copy, MediaInfo, Rejection, Session
from socialcopy.pipeline.steps import caption
from tasks.runtime.jobs import job_of


@task(task_run_name="write-captions-{claim.source.key}", retries=0, timeout_seconds=2_400)
async def request_captions(
    claim: Claim, session: Session, media: MediaInfo, api_url: str
) -> Copy | Rejection:
    """Have the captions written. No retries: sending again could charge again."""
    job, log = job_of(claim), get_run_logger()
    return await asyncio.to_thread(caption.request_captions, job, session, media, api_url, log.info)
