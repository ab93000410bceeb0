"""A service that said "not now" is left alone by everybody, not only by the one who heard it.

One small file in the token folder, shared by all processes of a data folder: until when, and the
answer that started it, which whoever comes meanwhile is given instead of a call.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from socialcopy import json_files
from socialcopy.json_files import Shape
from socialcopy.nemovideo.errors import APIStatusError, status_error

PAUSE = Shape(
    {"until": (int, float), "code": int, "message": str},
    "Delete it; the service is then asked again at once",
)


class Cooling:
    """Who is not asked until when; `name` stands for a service and an identity."""

    def __init__(self, folder: Path, name: str, *, now: Callable[[], float] = time.time) -> None:
        self._path = folder / f"{name}.cooling.json"
        self._lock = json_files.lock(self._path)
        self._now = now

    def begin(self, answer: APIStatusError, seconds: float) -> None:
        """Leave the service alone for so long; a longer pause that is running stays."""
        with self._lock:
            # A short pause that is asked for meanwhile must not end a long one.
            until = max(self._now() + seconds, self._read().get("until", 0))
            entry = {"until": until, "code": answer.code, "message": answer.message}
            json_files.write(self._path, entry)

    @property
    def was_begun(self) -> bool:
        """Whether there was an answer like that since `end`, however long ago."""
        return bool(self._read())

    def end(self) -> None:
        """Forget the pause: the service has answered as wished."""
        self._path.unlink(missing_ok=True)

    def left_seconds(self) -> float:
        """Return how long the pause still lasts; 0 when there is none."""
        return max(0.0, self._read().get("until", 0) - self._now())

    def require_no_pause(self) -> None:
        """Raise the answer that began the pause, with what is left of it, while it lasts."""
        left = self.left_seconds()
        if left:
            entry = self._read()
            raise status_error(int(entry["code"]), str(entry["message"]), left)

    def _read(self) -> dict[str, Any]:
        return json_files.read(self._path, PAUSE) or {}
