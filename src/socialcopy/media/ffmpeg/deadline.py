"""A time by which all runs of the tools in a block have to be over, however many there are.

Each run has a limit of its own; a file made for it could use up the limits of fifty of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """Stop every run on this thread when so much time has passed; the earliest one counts."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left() -> float:
    """Return how long a run may take now; without a deadline, for ever."""
    return _until.get() - time.monotonic()
