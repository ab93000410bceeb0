"""One heap for all threads of a process."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from socialcopy.heap import share_one_heap

libc = ctypes.CDLL(None)
if "share" in sys.argv:
    share_one_heap()
barrier = threading.Barrier(8)


def allocate():
    barrier.wait()
    libc.malloc(1_000)
    barrier.wait()


threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has several")
@pytest.mark.parametrize(("asked", "has_one"), [("share", True), ("", False)])
def test_threads_allocate_from_one_heap_where_that_is_asked(asked: str, *, has_one: bool):
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, asked], capture_output=True, text=True, check=True
    ).stdout
    assert (told.count("<heap nr=") == 1) is has_one
