"""The outside of the simulated data walk: a service, its tokens, a shop, a clock. All in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from socialcopy.models import (
    Asset,
    CaptionSet,
    Confidence,
    MediaInfo,
    RenderJob,
    RenderStatus,
    Session,
    Understanding,
    VideoStream,
)
from socialcopy.nemovideo.errors import status_error
from socialcopy.nemovideo.schemas import Balance
from socialcopy.settings import MediaSettings, NemoVideoSettings, OperationsSettings, WatchSettings
from tests.simulation.world import SimulatedBucket, Store

Hook = Callable[[str, str], None]

CAPTIONS = CaptionSet(language="en", confidence=next(iter(Confidence)), captions=())
INFO = MediaInfo(
    container="mp4", duration_ms=1_000, size_bytes=1,
    video=VideoStream(codec="h264", width=64, height=64),
)  # fmt: skip
UNDERSTANDING = Understanding(duration_ms=1_000, has_audio=False)


class Clock:
    """`time` for the stages: nobody waits, and the store's clock moves on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sleep(self, seconds: float) -> None:
        self._store.sleep(seconds)

    def monotonic(self) -> float:
        return self._store.now.timestamp()

    time = monotonic


class SkewedClock:
    """`datetime` as one worker sees it: an hour off, which nothing may care about."""

    hours = 0

    @classmethod
    def now(cls, zone: tzinfo | None = None) -> datetime:
        from datetime import timedelta  # noqa: PLC0415

        return datetime.now(zone) + timedelta(hours=cls.hours)


class Tokens:
    """One identity for everybody, until it is replaced; a pause is everybody's too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.number = 1
        self._until = 0.0
        self._answer: Any = None

    def __call__(self, *_: Any, **__: Any) -> Tokens:
        return self

    def token(self, *_: Any, user_id: str = "", **__: Any) -> SecretStr:
        return SecretStr(user_id or f"user {self.number}")

    def replace(self, *_: Any) -> SecretStr:
        self.number += 1
        return self.token()

    def user_id(self, _: str) -> str:
        return f"user {self.number}"

    def cooling(self, _: str) -> Tokens:
        return self

    def begin(self, answer: Any, seconds: float) -> None:
        self._until, self._answer = max(self._until, self._clock.monotonic() + seconds), answer

    def left_seconds(self) -> float:
        return max(0.0, self._until - self._clock.monotonic())

    def insist_over(self) -> None:
        if self.left_seconds():
            raise status_error(self._answer.code, "resting", self.left_seconds())


class Service:
    """Sessions, uploads, one message and one render a job; a ledger that never forgets."""

    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        self.job = ""
        """The oid whose worker speaks at the moment; the service itself does not know it."""
        self.ledger: Counter[str] = Counter()
        self.sessions: dict[str, dict[str, Any]] = {}
        self.renders: Counter[str] = Counter()

    def open_session(self, *_: Any) -> Session:
        self.hook("session", "before")
        name = str(len(self.sessions) + 1)
        self.sessions[name] = {"job": self.job, "bytes": b"", "state": {"messages": {}}}
        self.hook("session", "after")
        return Session(session_id=name, user_id="user 1")

    def upload_stream(self, session: Session, name: str, body: Any, size: int) -> Asset:
        self.hook("upload", "before")
        self.sessions[session.session_id]["bytes"] = body.read()
        self.hook("upload", "after")
        return Asset(filename=name, url="sim://")

    def state(self, session: Session) -> dict[str, Any]:
        self.hook("state", "before")
        kept = self.sessions[session.session_id]
        return {**kept["state"], "messages": dict(kept["state"]["messages"])}

    def credits(self) -> Balance:
        return Balance(available=9, frozen=0, total=9)

    def send(self, session: Session, _: str, __: Any = None) -> str:
        self.hook("message", "before")
        kept = self.sessions[session.session_id]
        self.ledger[kept["job"]] += 1
        name = f"message {sum(self.ledger.values())}"
        kept["state"]["messages"][name] = {"status": "working"}
        self.hook("message", "during")
        kept["state"]["messages"][name] = {"status": "completed"}
        kept["state"]["generated_media"] = {"copy": hashlib.md5(kept["bytes"]).hexdigest()}  # noqa: S324
        kept["state"]["draft"] = {"t": [{"sg": [1]}]}
        self.hook("message", "after")
        return "captions"

    def submit_render(self, _: Session, render_id: str, __: Any) -> None:
        self.hook("render", "before")
        self.renders[render_id] += 1
        self.hook("render", "after")

    def poll_render(self, render_id: str) -> RenderJob:
        self.hook("poll", "before")
        if not self.renders[render_id]:
            raise status_error(404, "no such job")
        return RenderJob(render_id=render_id, status=RenderStatus.COMPLETED)

    def wait_for_render(self, render_id: str, *_: Any) -> RenderJob:
        return self.poll_render(render_id)

    def download(self, *_: Any) -> None:
        self.hook("download", "before")


class Shop(SimpleNamespace):
    """A workshop without a disk."""

    def work_folder(self, _: Any) -> Path:
        return Path("/nowhere")

    def clear(self, _: Any) -> None: ...


class OpenBucket(SimulatedBucket):
    """A simulated bucket that gives out URLs and files nobody opens."""

    def presign(self, key: str, *_: Any) -> str:
        return f"sim://{key}"

    def download(self, source: Any, _: Any) -> None:
        with self.open(source) as body:
            body.read()


def shop(bucket: SimulatedBucket) -> Shop:
    return Shop(
        bucket=bucket,
        nemo=NemoVideoSettings(credits_pause_seconds=300),
        media=MediaSettings(),
        watch=WatchSettings(),
        speech=None,
        operations=OperationsSettings(),
        data=SimpleNamespace(data_dir=None, cache_dir=None),
    )
