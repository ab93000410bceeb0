"""Machines with fewer locks, played by a fork server that finds fewer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from socialcopy.sandbox import client

MAIN = """
import sys, dataclasses
sys.path[:0] = sys.argv[1:]
from socialcopy.sandbox import server
found = server.find_locks
server.find_locks = lambda user: dataclasses.replace(found(user), {nothing})
server.main()
"""


def main_without(*locks: str) -> str:
    """The program of a fork server that finds none of these locks."""
    return MAIN.format(nothing=", ".join(f"{lock}=0" for lock in locks))


@contextmanager
def lacking(*locks: str) -> Iterator[None]:
    """Whatever is confined in this block is confined without these locks."""
    usual, client.MAIN = client.MAIN, main_without(*locks)
    client.close()
    try:
        yield
    finally:
        client.MAIN = usual
        client.close()
