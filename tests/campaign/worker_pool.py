"""A campaign's pipeline: jobs, forked workers in a few slots, and a loop until all have ended."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from socialcopy import keys
from socialcopy.cli.local import LocalPipeline
from socialcopy.pipeline.context import Context
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    SpeechSettings,
    WatchSettings,
)
from socialcopy.storage.bucket import Bucket
from tests.campaign.forkserver import BRIEF
from tests.campaign.manifest_sampler import ManifestSampler
from tests.campaign.points import Kill
from tests.conftest import ROOT, ffmpeg

TERMS = {"recovery_seconds": 12.0, "arrival_seconds": 1.0}
"""Seconds in place of 17 minutes and 5 s; on loopback nothing travels for longer than that."""

ORDER_SECONDS = 240.0
"""A worker that says nothing for so long hangs; nothing in a campaign may."""

ROUNDS = 12
"""Workers one job may use up before the campaign gives up on it."""


class Job(NamedTuple):
    """One dropped video and what is to happen to its workers."""

    name: str
    key: str
    oid: str
    etag: str
    kills: tuple[Kill, ...] = ()
    elsewhere: bool = False


def make_context(folder: Path, s3: S3Settings) -> Context:
    """Settings for many tiny jobs: the smallest leases, quick polls, one credit a message."""
    folder.mkdir(parents=True, exist_ok=True)
    return Context(
        data=DataSettings(data_dir=folder / "data", cache_dir=folder / "cache"),
        s3=s3,
        nemo=NemoVideoSettings(
            render_poll_seconds=1, rate_limit_seconds=1, message_timeout_seconds=10
        ),
        engine=EngineSettings(message_cost_credits=1, grant_credits=100, heartbeat_seconds=1),
        speech=SpeechSettings(),
        media=MediaSettings(preset="fast", screen_frames=0),
        watch=WatchSettings(lease_seconds=4, lease_grace_seconds=1),
    )


def tiny_clip(folder: Path) -> bytes:
    """A second of moving picture without sound: real to every tool, and cheap."""
    target = folder / "tiny.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1", "-c:v", "libx264", "-preset",
           "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(target))  # fmt: skip
    return target.read_bytes()


def distinct(clip: bytes, number: int) -> bytes:
    """The same clip with other bytes: a free box at its end, which every player skips."""
    return clip + b"\0\0\0\x10free" + number.to_bytes(8, "big")


def drop(bucket: Bucket, name: str, data: bytes, key: str = "", **planned: Any) -> Job:
    """Put a video into the inbox."""
    key = key or f"{keys.INBOX}{name}.mp4"
    bucket.write(key, data, "video/mp4")
    source = bucket.head(key)
    return Job(name=name, key=key, oid=source.oid(BRIEF), etag=source.etag, **planned)


class WorkerPool:
    """Sends jobs to forked workers, again and again, until each has an outcome."""

    def __init__(
        self, process: subprocess.Popen[bytes], bucket: Bucket, sampler: ManifestSampler
    ) -> None:
        self._process = process
        self._bucket = bucket
        self._sampler = sampler
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self._orders = 0
        self.killed = 0
        self.attempts = 0
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._said.put(json.loads(line))

    def work_off(self, jobs: Sequence[Job], *, slots: int, seed: int, batch: int = 1) -> list[Job]:
        """Work until every job has ended; those that never did.

        Each worker gets `batch` jobs in its own order, so with more than one they race.
        """
        lot, waiting, rounds = random.Random(seed), list(jobs), dict.fromkeys(jobs, 0)
        running: dict[int, list[Job]] = {}
        given_up: list[Job] = []
        while waiting or running:
            while waiting and len(running) < slots:
                chosen = waiting[:batch]
                del waiting[0]  # the others stay, so that workers meet over them
                lot.shuffle(chosen)
                running[self._order(chosen, lot.randrange(1 << 30))] = chosen
            for job in self._finished(running):
                rounds[job] += 1
                if self._has_ended(job):
                    self._sampler.leave(job.oid)
                elif rounds[job] > ROUNDS:
                    given_up.append(job)
                elif job not in waiting and not any(job in other for other in running.values()):
                    waiting.append(job)
        return given_up

    def _order(self, chosen: Sequence[Job], seed: int) -> int:
        self._orders += 1
        for job in chosen:
            self._sampler.follow(job.oid, job.key)
        order = {
            "id": self._orders,
            "seed": seed,
            "elsewhere": chosen[0].elsewhere,
            "jobs": [{"name": j.name, "key": j.key, "kills": j.kills} for j in chosen],
        }
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        self.attempts += 1
        return self._orders

    def _finished(self, running: dict[int, list[Job]]) -> list[Job]:
        said = self._said.get(timeout=ORDER_SECONDS)
        self.killed += said["killed"]
        return running.pop(said["id"])

    def _has_ended(self, job: Job) -> bool:
        return self._bucket.exists(keys.finished(job.oid))


@contextlib.contextmanager
def worker_pool(
    folder: Path,
    pipeline: LocalPipeline,
    sampler: ManifestSampler,
    bucket: Bucket,
    *,
    encodes_once: bool = False,
) -> Iterator[WorkerPool]:
    """Forked workers for as long as the block lasts; `bucket` leads around any proxy."""
    (folder / "markers").mkdir(parents=True, exist_ok=True)
    (folder / "pipeline.pickle").write_bytes(pickle.dumps(pipeline))
    (folder / "terms.json").write_text(json.dumps({**TERMS, "encodes_once": encodes_once}))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.forkserver", str(folder)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield WorkerPool(process, bucket, sampler)
    finally:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def until(happened: Callable[[], Any], seconds: float) -> Any:
    """Wait for something; what it was."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found
