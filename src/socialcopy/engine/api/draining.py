"""How an engine ends that others can stand in for."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from socialcopy.engine.store.queue import Backlog


class Drain:
    """Begins nothing more, lets what is in hand finish for a while, and says when that is over."""

    def __init__(self, ready: threading.Event, backlogs: Sequence[Backlog], seconds: float) -> None:
        self.seconds = seconds
        self._ready = ready
        self._backlogs = backlogs
        self._ends_at: float | None = None

    def is_over(self) -> bool:
        """Begin, at the first call, and tell whether the engine may end."""
        if self._ends_at is None:
            self._ready.clear()  # the balancer sends its requests elsewhere
            self._ends_at = time.monotonic() + self.seconds
            for backlog in self._backlogs:
                backlog.drain()
        is_done = not any(backlog.in_hand for backlog in self._backlogs)
        return is_done or time.monotonic() >= self._ends_at
