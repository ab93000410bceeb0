"""Memory of a process with many threads."""

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


FREED = """
import ctypes, time
from socialcopy.heap import give_back_every, share_one_heap


def resident_mb():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(x for x in lines if x.startswith("VmRSS")).split()[1]) // 1024


libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
share_one_heap()
blocks = [libc.malloc(10_000) for _ in range(10_000)]
for block in blocks:
    ctypes.memset(block, 1, 10_000)
*freed, last = blocks
for block in freed:
    libc.free(block)
before = resident_mb()
give_back_every(0.1)
time.sleep(1)
print(before - resident_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps it")
def test_what_is_free_between_what_is_used_goes_back_to_the_system():
    told = subprocess.run(
        [sys.executable, "-c", FREED], capture_output=True, text=True, check=True
    ).stdout
    assert int(told) > 80
