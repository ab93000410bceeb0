"""Calling a function of ours in a confined process: for parsers of what strangers send.

A decoder is somebody else's program; a parser of subtitles or of YAML is a library in this very
process, where one bad file would stall or kill all the others. Here it gets its own process, with
limits of time and memory, no network, and no file but Python's own.

What goes in is trusted and travels as a pickle. What comes out is not, and travels as JSON, which
is read by the type the function says it returns.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import pickle
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from socialcopy.sandbox import client, server, syscalls
from socialcopy.sandbox.confinement import Confinement, Locks, confine
from socialcopy.sandbox.errors import CallError

P = ParamSpec("P")
R = TypeVar("R")

# How an answer begins.
RETURNED, RAISED, FAILED, OUT_OF_MEMORY = b"=", b"!", b"?", b"#"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LONGEST_DETAIL = 500


@dataclass(frozen=True)
class CallLimits:
    """What one call may take."""

    cpu_seconds: int = 10
    """What ends a function that never ends, however busy the machine is."""
    wall_seconds: float = 120.0
    memory_bytes: int = 400_000_000
    """What it may add to the memory Python and its modules take."""
    result_bytes: int = 16_000_000


USUAL = CallLimits()


@dataclass(frozen=True)
class _Orders:
    module: str
    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    expected: tuple[type[Exception], ...]
    limits: CallLimits


def confined(
    function: Callable[P, R], limits: CallLimits = USUAL, expected: tuple[type[Exception], ...] = ()
) -> Callable[P, R]:
    """Wrap a function of a module so that each call runs in a process of its own.

    Its return type has to be one that pydantic reads from JSON. Errors in `expected` come back as
    they are, if what they were made of is text and numbers; every other one, a crash and a limit
    raise a CallError.
    """

    @functools.wraps(function)
    def calling(*arguments: P.args, **keywords: P.kwargs) -> R:
        orders = _Orders(
            function.__module__, function.__qualname__, arguments, keywords, expected, limits
        )
        return _returned(_adapter(function), _answer(orders), orders)

    return calling


def _answer(orders: _Orders) -> bytes:
    """Have the orders carried out; what the child said."""
    deadline = time.monotonic() + orders.limits.wall_seconds
    with client.start(orders.module) as child:
        child.send(pickle.dumps(orders))
        said = _read(child.orders, orders, deadline)
        if not said:
            raise _death(orders, child.wait(1))
    return said


def _read(orders_socket: socket.socket, orders: _Orders, deadline: float) -> bytes:
    parts: list[bytes] = []
    # One more than allowed, so that too much can be told from just enough.
    left = orders.limits.result_bytes + 1
    while left > 0:
        orders_socket.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            part = orders_socket.recv(1 << 20)
        except TimeoutError:
            seconds = orders.limits.wall_seconds
            raise CallError(orders.name, f"took longer than {seconds:.0f} s") from None
        if not part:
            return b"".join(parts)
        parts.append(part)
        left -= len(part)
    raise CallError(orders.name, f"returned more than {orders.limits.result_bytes} bytes")


def _death(orders: _Orders, ended: server.Ended | None) -> CallError:
    if ended is not None and ended.code in (-signal.SIGXCPU, -signal.SIGKILL):
        seconds = orders.limits.cpu_seconds
        return CallError(orders.name, f"takes longer than {seconds} s of work")
    how = f"code {ended.code}" if ended else "it hangs"
    return CallError(orders.name, f"died ({how})")


def _returned(adapter: TypeAdapter[R], said: bytes, orders: _Orders) -> R:
    kind, body = said[:1], said[1:]
    if kind == RETURNED:
        try:
            return adapter.validate_json(body)
        except ValidationError as error:
            raise CallError(orders.name, f"returned something else: {error}") from None
    if kind == OUT_OF_MEMORY:
        raise CallError(orders.name, "needs more memory than it may have")
    if kind == RAISED:
        _raise_expected(body, orders)
    raise CallError(orders.name, body.decode(errors="replace")[:LONGEST_DETAIL])


def _raise_expected(body: bytes, orders: _Orders) -> None:
    """Raise an error that came back, if it is one of those expected."""
    told = TypeAdapter(tuple[int, list[str | int | float | None]])
    try:
        number, arguments = told.validate_json(body)
    except ValidationError:
        return
    if 0 <= number < len(orders.expected):
        try:
            error = orders.expected[number](*arguments)
        except TypeError:  # no arguments of such an error
            return
        raise error


@functools.cache
def _adapter(function: Callable[..., R]) -> TypeAdapter[R]:
    return TypeAdapter(get_type_hints(function)["return"])


def carry_out(answers: socket.socket, locks: Locks, user: tuple[int, int]) -> None:
    """Call a function in the child of the fork server, and answer."""
    orders: _Orders = pickle.loads(server.receive(answers)[0])
    function: Any = functools.reduce(
        getattr, orders.name.split("."), importlib.import_module(orders.module)
    )
    adapter = _adapter(function)
    _confine(orders.limits, locks, user)
    # The server keeps the collector off for the sake of shared pages; here it may run again.
    gc.freeze()
    gc.enable()
    try:
        answer = RETURNED + adapter.dump_json(function(*orders.arguments, **orders.keywords))
    except MemoryError:
        answer = OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001  (whatever a parser does is an answer)
        answer = _told(error, orders.expected)
    answers.sendall(answer)


def _confine(limits: CallLimits, locks: Locks, user: tuple[int, int]) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    flags = (
        locks.namespaces & ~syscalls.CLONE_NEWPID
    )  # that one is for children, and there are none
    if flags:
        syscalls.unshare(flags)
    wanted = Confinement(
        read=tuple({sys.prefix, sys.base_prefix, *filter(os.path.isabs, sys.path)}),
        memory_bytes=_held_bytes() + limits.memory_bytes,
        cpu_seconds=limits.cpu_seconds,
        open_files=64,
    )
    confine(wanted, replace(locks, namespaces=flags), user)


def _held_bytes() -> int:
    """Return how many bytes of address space Python and its modules take already."""
    with open("/proc/self/statm", encoding="ascii") as figures:
        return int(figures.read().split()[0]) * PAGE_BYTES


def _told(error: Exception, expected: tuple[type[Exception], ...]) -> bytes:
    number = next((n for n, kind in enumerate(expected) if isinstance(error, kind)), None)
    arguments: Any = error.__reduce__()[1]  # what it was made of, however it was given
    if number is not None and all(isinstance(a, str | int | float | None) for a in arguments):
        return RAISED + json.dumps([number, arguments]).encode()
    return FAILED + f"raised {type(error).__name__}: {error}".encode()
