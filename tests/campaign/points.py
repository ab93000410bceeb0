"""Where a worker can be killed: before and after each step of the data walk.

Nothing in the product knows of this. A child of the fork server wraps the stage functions it is
about to run; the wrapper sends SIGKILL to its own process, so no handler, no `finally` and no
buffer gets a chance.
"""

from __future__ import annotations

import functools
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from socialcopy import keys
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.pipeline import client
from socialcopy.pipeline.steps import conform, validate
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.delivery_files import DeliveryFolder
from socialcopy.storage.journal import Journal

Matches = Callable[[tuple[Any, ...]], bool]


class KillPoint(NamedTuple):
    """One function of the product, and which of its calls are meant."""

    owner: Any
    name: str
    is_meant: Matches = lambda _arguments: True


def entry(step: str) -> KillPoint:
    """The journal's entry of one step."""
    return KillPoint(Journal, "begin", lambda arguments: str(arguments[1]).startswith(step))


STEPS = {
    "claim": KillPoint(claims, "acquire"),
    "validate": KillPoint(validate, "validate_video"),
    "token": KillPoint(client, "authenticate"),
    "session": KillPoint(NemoVideo, "open_session"),
    "session entry": entry("session"),
    "upload": KillPoint(NemoVideo, "upload_stream"),
    "upload entry": entry("upload"),
    "intent": entry("caption-intent"),
    "message": KillPoint(NemoVideo, "send"),
    "receipt": entry("caption-receipt"),
    "render entry": entry("render-"),
    "render": KillPoint(NemoVideo, "submit_render"),
    "download": KillPoint(NemoVideo, "download"),
    "conform": KillPoint(conform, "render_all"),
    "file": KillPoint(DeliveryFolder, "place"),
    "manifest": KillPoint(Bucket, "create", lambda a: str(a[1]).endswith("/manifest.json")),
    "finished mark": KillPoint(Bucket, "create", lambda a: str(a[1]).startswith(keys.FINISHED)),
    "closing": KillPoint(Bucket, "replace", lambda a: b'"finished"' in a[2]),
}

FILES_OF_A_DELIVERY = 10
"""A kill at `file` is meant for one of so many."""


class Kill(NamedTuple):
    """Die at a step, before or after it."""

    step: str
    moment: str
    nth: int = 1

    @property
    def name(self) -> str:
        return f"{self.moment} {self.step}"


EVERY_POINT = [Kill(step, moment) for step in STEPS for moment in ("before", "after")]


class Killer:
    """Wraps the steps of this process and carries out the kills planned for the job in hand.

    A kill happens once: a marker file, made before the signal, tells the next worker.
    """

    def __init__(self, markers: Path) -> None:
        self._markers = markers
        self._job = ""
        self._kills: list[Kill] = []
        self._calls: Counter[str] = Counter()
        for step, point in STEPS.items():
            self._wrap(step, point)

    def aim(self, job: str, kills: list[Kill]) -> None:
        """From now on, the calls are about this job."""
        self._job, self._kills = job, kills
        self._calls.clear()

    def _wrap(self, step: str, point: KillPoint) -> None:
        real = getattr(point.owner, point.name)

        @functools.wraps(real)
        def wrapped(*arguments: Any, **options: Any) -> Any:
            if not point.is_meant(arguments):
                return real(*arguments, **options)
            self._calls[step] += 1
            self._perhaps(step, "before")
            result = real(*arguments, **options)
            self._perhaps(step, "after")
            return result

        setattr(point.owner, point.name, wrapped)

    def _perhaps(self, step: str, moment: str) -> None:
        for number, kill in enumerate(self._kills):
            if kill == (step, moment, self._calls[step]) and self._is_first(number, kill):
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_first(self, number: int, kill: Kill) -> bool:
        marker = self._markers / f"{self._job}.{number}.{kill.name.replace(' ', '-')}"
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True
