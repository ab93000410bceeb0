"""Ports of the stack's parts, where somebody else is quicker."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from socialcopy.cli import ports as ports_module
from socialcopy.cli.errors import CommandError
from socialcopy.cli.ports import ENGINE, STORE, Ports, take
from socialcopy.storage.embedded_server import HOST, free_port, hold


def listening(port: int) -> socket.socket:
    return socket.create_server((HOST, port))


@pytest.fixture
def opened() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port of this run's own for every part, whatever else runs on this machine."""
    port = free_port()
    found = {part: (field, port) for part, (field, _) in ports_module.USUAL.items()}
    monkeypatch.setattr(ports_module, "USUAL", found)
    return port


def test_of_two_stores_started_at_the_same_moment_one_takes_another_port_and_says_so(
    opened: contextlib.ExitStack, usual: int
):
    """Neither listens yet, so to a look the port would be free for both."""
    said: list[str] = []

    first, second = (take(STORE, Ports(), hold, opened, said.append) for _ in range(2))

    assert first == usual
    assert said == [f"port {usual} is in use; the S3 store takes {second}"]


def test_a_listener_that_somebody_was_quicker_than_gets_another_port(
    opened: contextlib.ExitStack, usual: int
):
    said: list[str] = []

    both = [take(ENGINE, Ports(), listening, opened, said.append) for _ in range(2)]

    first, second = (own.getsockname()[1] for own in both)
    assert first == usual
    assert said == [f"port {usual} is in use; the engine takes {second}"]


def test_a_chosen_port_that_is_held_is_not_swapped_for_another(opened: contextlib.ExitStack):
    port = opened.enter_context(hold(free_port()))

    with pytest.raises(CommandError, match=f"port {port} is in use; give --store-port"):
        take(STORE, Ports(store=port), hold, opened, print)
