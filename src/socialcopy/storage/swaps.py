"""Changes by compare-and-swap: read, change, write under a condition, and again if others did."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StoreUnreachableError

# Lost races before the store is called unreachable; each loss means that somebody else won.
MOST_TRIES = 200

SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.5

Written = TypeVar("Written")


def until_written(bucket: Bucket, key: str, write: Callable[[], Written | None]) -> Written:
    """Repeat a change while it is lost to others' (none), each time after a pause unlike theirs.

    Raises StoreUnreachableError when it is lost for minutes.
    """
    longest_seconds = SHORTEST_PAUSE_SECONDS
    for _ in range(MOST_TRIES):
        if (written := write()) is not None:
            return written
        time.sleep(longest_seconds * random.uniform(0.5, 1))  # noqa: S311  (a pause is no secret)
        longest_seconds = min(2 * longest_seconds, LONGEST_PAUSE_SECONDS)
    raise StoreUnreachableError(bucket.endpoint, f"{key} changes all the time")
