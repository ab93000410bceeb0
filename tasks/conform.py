"""MP4s as the networks want them."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from prefect import task

from socialcopy.models import Claim, Copy, Rendition
from socialcopy.pipeline.steps import conform
from tasks.runtime.artifacts import percent_bar, show_captions
from tasks.runtime.jobs import job_of
from tasks.runtime.retries import FREE


@task(task_run_name="conform-{claim.source.key}", timeout_seconds=7_200, **FREE)
async def conform_video(claim: Claim, master: Path, copy: Copy) -> tuple[Rendition, ...]:
    """Burn in subtitles, fit the frame, level the sound, and look at each file again.

    The captions are shown first: nobody has to wait for an encoder to read them.
    """
    await show_captions(claim, copy.captions, f"ready in {claim.delivery_prefix}; the MP4s follow")
    job, progress = job_of(claim), await percent_bar("encoded", claim.source.key)
    stop = threading.Event()
    try:
        return await asyncio.to_thread(conform.conform, job, master, copy, progress, stop)
    finally:
        stop.set()  # a cancelled run leaves its thread behind, and ffmpeg must not go on there
