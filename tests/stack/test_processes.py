"""Processes that somebody watches over, and starts again."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.child_processes import Child
from tests.conftest import until

GREETING = (
    "import socket, sys\n"
    "listener = socket.socket(fileno=int(sys.argv[1]))\n"
    "while True:\n"
    "    caller, _ = listener.accept()\n"
    "    caller.sendall(b'hello')\n"
    "    caller.close()\n"
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def greeting(address: tuple[str, int]) -> bytes:
    with socket.create_connection(address, timeout=60) as caller:
        return caller.recv(10)


def test_who_calls_a_server_that_died_is_answered_by_the_next(
    tmp_path: Path, listener: socket.socket
):
    argv = [sys.executable, "-c", GREETING, str(listener.fileno())]
    child = Child("server", argv, env={}, log=tmp_path / "log", listener=listener)
    assert greeting(listener.getsockname()) == b"hello"
    os.killpg(child.process_id, signal.SIGKILL)
    until(lambda: child.has_died)
    with socket.create_connection(listener.getsockname(), timeout=60) as caller:
        until(child.may_restart)
        child.restart()
        assert caller.recv(10) == b"hello"
    child.stop()


def test_a_process_that_ends_at_once_is_given_more_and_more_time(tmp_path: Path):
    child = Child("wrong", ["false"], env={}, log=tmp_path / "log")
    for _ in range(2):
        until(child.may_restart)
        child.restart()
    first, second, third = child.starts
    child.stop()

    assert third - second > second - first >= 1


def test_a_part_that_is_to_end_has_died_only_if_it_failed(tmp_path: Path):
    parts = {
        command: Child(command, [command], env={}, log=tmp_path / command, ends=True)
        for command in ("true", "false")
    }
    until(lambda: all(part.exit_code is not None for part in parts.values()))

    assert {command: part.has_died for command, part in parts.items()} == {
        "true": False,
        "false": True,
    }


def test_what_a_child_writes_is_for_its_owner_alone(tmp_path: Path):
    child = Child("writer", ["touch", str(tmp_path / "made")], env={}, log=tmp_path / "log")
    until(lambda: child.exit_code is not None)

    assert child.exit_code == 0
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0
