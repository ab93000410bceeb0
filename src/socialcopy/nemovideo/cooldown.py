"""A service that said "not now" is left alone by everybody, not only by the one who heard it.

One small file in the token folder, shared by all processes of a data folder: until when, and the
answer that started it, which whoever comes meanwhile is given instead of a call.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from socialcopy.nemovideo.errors import APIStatusError, status_error

LOCK_SECONDS = 30


class Cooling:
    """Who is not asked until when; `name` stands for a service and an identity."""

    def __init__(self, folder: Path, name: str, *, now: Callable[[], float] = time.time) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / f"{name}.cooling.json"
        self._lock = FileLock(folder / f"{name}.cooling.lock", timeout=LOCK_SECONDS)
        self._now = now

    def begin(self, answer: APIStatusError, seconds: float) -> None:
        """Leave the service alone for so long; a longer pause that is running stays."""
        with self._lock:
            until = max(self._now() + seconds, self._read().get("until", 0))
            entry = {"until": until, "code": answer.code, "message": answer.message}
            draft = self._path.with_suffix(".new")
            draft.write_text(json.dumps(entry))
            draft.replace(self._path)

    @property
    def was_begun(self) -> bool:
        """Whether there was an answer like that since `end`, however long ago."""
        return bool(self._read())

    def end(self) -> None:
        """Forget the pause: the service has answered as wished."""
        self._path.unlink(missing_ok=True)

    def left_seconds(self) -> float:
        """How long the pause still lasts; 0 when there is none."""
        return max(0.0, self._read().get("until", 0) - self._now())

    def insist_over(self) -> None:
        """Raise the answer that began the pause, with what is left of it, while it lasts."""
        left = self.left_seconds()
        if left:
            entry = self._read()
            raise status_error(int(entry["code"]), str(entry["message"]), left)

    def _read(self) -> dict[str, float]:
        try:
            return json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
