"""Videos whose work is a pause: what is left is what orchestration costs.

    python benchmarks/stub_videos.py watch|walk|one KEY

They work off `inbox/` by the settings in the environment. Claims, leases, delivery and manifest are
the real ones, what lies between is replaced. `watch` is the flow `watch-bucket`; `walk` takes the
same videos through the same steps without Prefect; `one` is a run of one video in a process of its
own.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from socialcopy.models import (
    Asset,
    Brief,
    CaptionSet,
    Confidence,
    Copy,
    MediaInfo,
    Session,
    Understanding,
    VideoStream,
)
from socialcopy.pipeline import client
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption, conform, publish, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module

PAUSE_SECONDS = float(os.environ.get("STUB_PAUSE_SECONDS", "0"))
"""How long the paid message of each video takes."""

VIDEO = VideoStream(codec="h264", width=64, height=64)
INFO = MediaInfo(container="mp4", duration_ms=1_000, size_bytes=1, video=VIDEO)
COPY = Copy(
    captions=CaptionSet(language="en", confidence=Confidence.SPEECH, captions=()),
    understanding=Understanding(duration_ms=1_000, has_audio=False),
)


def request_captions(*_: Any) -> Copy:
    time.sleep(PAUSE_SECONDS)
    return COPY


def render_master(job: Job, *_: Any) -> Path:
    master = job.work_folder / "master.mp4"
    master.write_bytes(b"no video")
    return master


def conformed(job: Job, *_: Any) -> tuple[()]:
    job.journal.begin("conform", {})
    (job.work_folder / conform.THUMBNAIL).write_bytes(b"no picture")
    return ()


def replace_steps() -> None:
    validate.validate_video = lambda _: INFO
    client.authenticate = lambda *_: None
    upload.open_session = lambda *_: Session(session_id="1")
    upload.upload_video = lambda *_: Asset(filename="clip.mp4", url="")
    caption.request_captions = request_captions
    render.render_master = render_master
    conform.conform = conformed


def deliver(context: Context, key: str) -> None:
    """One video from its claim to its manifest."""
    job = claim_module.claim_video(context, key, Brief())
    assert job
    with claim_module.holding(job):
        copy = caption.request_captions(job)
        master = render.render_master(job, Session(session_id="1"), "")
        publish.publish(job, master, copy, conform.conform(job, master, copy))


def walk() -> None:
    context = Context.from_environment()
    videos = list(context.bucket.list_keys("inbox/"))
    with ThreadPoolExecutor(context.watch.concurrency) as pool:
        list(pool.map(lambda key: deliver(context, key), videos))


def watch() -> None:
    from flows.watch_bucket import watch_bucket  # `walk` goes without Prefect

    asyncio.run(watch_bucket())


def one() -> None:
    from flows.caption_video import caption_video

    asyncio.run(caption_video(sys.argv[2]))


if __name__ == "__main__":
    replace_steps()
    {"watch": watch, "walk": walk, "one": one}[sys.argv[1]]()
