"""Memory of a process with many threads, most of which wait.

glibc gives each thread a heap of its own: what one frees no other can use. Prefect's server with
70 MB in use held 346 MB after 600 videos, since SQLite has a thread for every connection
(benchmarks/README.md, "Memory of Prefect's server").
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable

# `mallopt`'s name for how many heaps there may be (malloc.h).
M_ARENA_MAX = -8


def share_one_heap() -> None:
    """Let all threads of this process allocate from one heap, where its C library has several.

    Not for one whose threads compute: they would wait for each other.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)


def give_back_every(seconds: float) -> None:
    """Return what is free to the system from time to time, as long as this process lives.

    glibc does so by itself only with what is free at the end of a heap.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        threading.Thread(target=_give_back, args=(trim, seconds), name="heap", daemon=True).start()


def _give_back(trim: Callable[[int], int], seconds: float) -> None:
    while True:
        time.sleep(seconds)
        trim(0)
