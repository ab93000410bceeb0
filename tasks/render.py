"""The service's render job."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prefect import task

from socialcopy.models import Claim, Session
from socialcopy.stages import requests
from socialcopy.stages.workshop import Workshop
from tasks.policies import FREE
from tasks.progress import percent_logger


@task(task_run_name="render-{claim.source.key}", timeout_seconds=3_600, **FREE)
async def render_master(claim: Claim, session: Session, api_url: str) -> Path:
    """Have the draft rendered and fetch the MP4. Free; a repeat finds the job by its id."""
    shop, progress = Workshop.from_environment(), percent_logger("rendered")
    return await asyncio.to_thread(requests.render_master, shop, claim, session, api_url, progress)
