"""Videos whose work is a pause: what is left is what orchestration costs.

    python benchmarks/stub_videos.py watch|scan|walk|one KEY

They work off `inbox/` by the settings in the environment. Claims, leases, delivery and manifest are
the real ones, what lies between is replaced. `watch` is the flow `watch-bucket`; `scan` is its
scanner and its dispatcher without Prefect's server; `walk` takes the same videos through the same
steps without Prefect; `one` is a run of one video in a process of its own. Requests to the store,
and how many videos were worked on at once, are among the metrics.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.client import BaseClient
from prometheus_client import Counter, Gauge

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
from socialcopy.pipeline import client, metrics
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption, conform, publish, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.settings import OperationsSettings

PAUSE_SECONDS = float(os.environ.get("STUB_PAUSE_SECONDS", "0"))
"""How long the paid message of each video takes."""

REQUESTS = Counter(
    "stub_requests", "Requests to the store.", ["operation"], registry=metrics.REGISTRY
)
AT_ONCE = Gauge("stub_at_once", "Most videos worked on at once.", registry=metrics.REGISTRY)

VIDEO = VideoStream(codec="h264", width=64, height=64)
INFO = MediaInfo(container="mp4", duration_ms=1_000, size_bytes=1, video=VIDEO)
COPY = Copy(
    captions=CaptionSet(language="en", confidence=Confidence.SPEECH, captions=()),
    understanding=Understanding(duration_ms=1_000, has_audio=False),
)


class InHand:
    """How many videos are held, and how many were at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = self._most = 0

    def add(self, number: int) -> None:
        with self._lock:
            self._now += number
            self._most = max(self._most, self._now)
            AT_ONCE.set(self._most)


IN_HAND = InHand()


def count_requests() -> None:
    real = BaseClient._make_api_call

    def counted(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        listed = "/".join(parameters.get("Prefix", "").split("/")[:2])
        REQUESTS.labels(f"{operation} {listed}".strip()).inc()
        return real(self, operation, parameters)

    BaseClient._make_api_call = counted


def count_holders() -> None:
    real = claim_module.holding

    @contextlib.contextmanager
    def counted(job: Job) -> Iterator[None]:
        IN_HAND.add(1)
        try:
            with real(job):
                yield
        finally:
            IN_HAND.add(-1)

    claim_module.holding = counted


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
    from flows.watch_bucket import main  # `walk` goes without Prefect

    main()


def scan() -> None:
    """Look and dispatch as the watcher does, until somebody ends the process."""
    from socialcopy.pipeline.steps.discover import Found, InboxScanner
    from tasks.discover import scan as look
    from tasks.discover import wait_for_next_scan
    from tasks.runtime.dispatch import Dispatcher
    from tasks.runtime.hints import Hints
    from tasks.runtime.runs import Completed, Runs, State

    context = Context.from_environment()
    scanner = InboxScanner(context, "inbox/", Brief())

    async def begin(found: Found) -> State[Any]:
        await asyncio.to_thread(deliver, context, found.source.key)
        return Completed()

    async def go_on() -> None:
        runs = Runs(begin, context.watch.concurrency, drain_seconds=0)
        async with Dispatcher(runs, logging.getLogger()) as dispatcher:
            while True:
                await look(scanner, dispatcher)
                await wait_for_next_scan(scanner, dispatcher, Hints())

    with metrics.served(OperationsSettings()):
        asyncio.run(go_on())


def one() -> None:
    from flows.caption_video import caption_video

    asyncio.run(caption_video(sys.argv[2]))


if __name__ == "__main__":
    replace_steps()
    count_requests()
    count_holders()
    {"watch": watch, "scan": scan, "walk": walk, "one": one}[sys.argv[1]]()
