"""The outside of the simulated data walk: a service, its tokens, a shop, a clock. All in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from socialcopy.models import Asset, Claim, RenderJob, RenderStatus, Session, SourceVideo
from socialcopy.nemovideo.errors import status_error
from socialcopy.nemovideo.schemas import Balance
from socialcopy.settings import MediaSettings, NemoVideoSettings, OperationsSettings, WatchSettings
from tests.simulation.disk import MemoryPath
from tests.simulation.footage import INVENTED, URL, understanding
from tests.simulation.world import SimulatedBucket, Store

Hook = Callable[[str, str], None]

NEMO, MEDIA = NemoVideoSettings(credits_pause_seconds=300), MediaSettings()
OPERATIONS, WATCH = OperationsSettings(), WatchSettings()
"""Read once: each is a hundredth of a second, and they are frozen."""


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
        from datetime import timedelta  # noqa: PLC0415  (the module's datetime is simulated)

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

    def require_no_pause(self) -> None:
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
        self.is_torn = False
        """Whether the next download is a file that breaks off."""

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
        self.finish(kept)
        self.hook("message", "after")
        return "captions"

    def finish(self, kept: dict[str, Any]) -> None:
        """End the work on a message, whether anybody still listens or not."""
        state, found = kept["state"], understanding(kept["bytes"])
        for message in state["messages"].values():
            message["status"] = "completed"
        state["generated_media"] = [{"type": "social_copy", "platform": "x", "text": INVENTED}]
        state["video_analyses"] = {"asset": {"understanding": found.model_dump(mode="json")}}
        state["draft"] = {"t": [{"sg": [1]}]}

    def session_of_job(self) -> dict[str, Any]:
        """What is kept of the last session of the job in hand that somebody uploaded to."""
        sessions = self.sessions.values()
        return [kept for kept in sessions if kept["job"] == self.job and kept["bytes"]][-1]

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

    def download(self, _: RenderJob, path: Path) -> None:
        """The MP4: the very bytes that were uploaded, so that a mixture shows."""
        self.hook("download", "before")
        is_torn, self.is_torn = self.is_torn, False
        path.write_bytes(b"torn" if is_torn else b"mp4 of " + self.session_of_job()["bytes"])


class SimulatedContext(SimpleNamespace):
    """Settings of a world whose every worker has a disk of its own, in memory."""

    def work_folder(self, claim: Claim) -> MemoryPath:
        return MemoryPath(f"/{self.whose()}/{claim.oid}")

    def clear(self, claim: Claim) -> None:
        self.work_folder(claim).clear()

    def leftovers(self) -> Iterator[Path]:
        """No killed worker leaves a folder on the machine of the test."""
        return iter(())


class OpenBucket(SimulatedBucket):
    """A simulated bucket that gives out URLs nobody opens."""

    def presign(self, key: str, *_: Any) -> str:
        return f"{URL}{key}"

    def download(self, source: SourceVideo, path: Path) -> None:
        """Fetch what the real bucket would, onto the disk in memory."""
        with self.open(source) as body:
            path.write_bytes(body.read())


def context(bucket: SimulatedBucket, whose: Callable[[], str]) -> SimulatedContext:
    return SimulatedContext(
        bucket=bucket,
        whose=whose,
        nemo=NEMO,
        media=MEDIA,
        watch=WATCH,
        speech=None,
        operations=OPERATIONS,
        data=SimpleNamespace(data_dir=None, cache_dir=Path("/nowhere")),
    )
