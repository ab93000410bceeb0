"""The other end of the fork servers: one for programs, one for functions; started when needed."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from socialcopy.sandbox.confinement import Locks
from socialcopy.sandbox.errors import SandboxStartError
from socialcopy.sandbox.server import FORKED, LENGTH_BYTES, NAME_BYTES, PROGRAM, Ended

START_SECONDS = 60.0
# Where our own packages are, for a Python that does not look at its environment.
ROOTS = (Path(__file__).parents[2],)
MAIN = """
import sys
sys.path[:0] = sys.argv[1:]
from socialcopy.sandbox.server import main
main()
"""
# Where Python's own libraries are on some machines; nothing else of the environment is passed on.
NEEDED = ("LD_LIBRARY_PATH",)
LARGEST_MESSAGE_BYTES = 65_536


class Child:
    """A process the fork server started for us. Leaving the block kills it."""

    def __init__(self, orders: socket.socket, line: socket.socket) -> None:
        self.orders = orders
        """Where it is told what to do, and answers."""
        self._line = line
        self.ended: Ended | None = None

    def send(self, message: bytes, descriptors: Sequence[int] = ()) -> None:
        """Send orders with open files. Raises SandboxStartError when nobody reads them."""
        try:
            socket.send_fds(self.orders, [len(message).to_bytes(LENGTH_BYTES, "big")], descriptors)
            self.orders.sendall(message)
        except OSError as error:
            raise SandboxStartError(f"it ended: {error.strerror}") from error

    def wait(self, seconds: float) -> Ended | None:
        """Tell how it ended; none when it still runs after that time."""
        if self.ended is None:
            # Zero would mean "don't block" and raise another error.
            self._line.settimeout(max(seconds, 0.001))
            try:
                told = self._line.recv(LARGEST_MESSAGE_BYTES)
            except TimeoutError:
                return None
            if not told:
                raise SandboxStartError("the fork server was killed")
            self.ended = Ended.unpacked(told)
        return self.ended

    def kill(self) -> None:
        """End it, and wait until it is gone."""
        if self.ended is None:
            with contextlib.suppress(OSError):
                # The server reads this end as the order to kill; what it answers can still be
                # heard.
                self._line.shutdown(socket.SHUT_WR)
            with contextlib.suppress(SandboxStartError):
                self.wait(START_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.orders.close()
        self._line.close()


class ForkServer:
    """A running fork server."""

    def __init__(self, *, has_packages: bool) -> None:
        self._control, theirs = socket.socketpair()
        self._asking = threading.Lock()
        isolated = ["-I"] if has_packages else ["-I", "-S"]
        with theirs:
            # Not a Popen: that one complains when its owner forgets it, as a forked child has to.
            self._pid = os.posix_spawn(
                sys.executable,
                [sys.executable, *isolated, "-c", MAIN, *map(str, ROOTS)],
                {name: os.environ[name] for name in NEEDED if name in os.environ},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                ],
                setsid=True,
            )
        self._control.settimeout(START_SECONDS)
        try:
            told = self._control.recv(LARGEST_MESSAGE_BYTES)
        except OSError as error:
            told, reason = b"", str(error)
        else:
            reason = "it ended while starting"
        if not told:
            self.close()
            raise SandboxStartError(f"the fork server does not answer: {reason}")
        self.locks: Locks = pickle.loads(told)

    def start(self, module: str) -> Child:
        """Have a child forked; it waits for its orders. Raises OSError when the server is gone."""
        ours, orders = socket.socketpair()
        our_line, line = socket.socketpair()
        with contextlib.ExitStack() as unless_forked, orders, line:
            unless_forked.enter_context(ours)
            unless_forked.enter_context(our_line)
            request = module.encode().ljust(NAME_BYTES)
            with self._asking:
                socket.send_fds(self._control, [request], [orders.fileno(), line.fileno()])
            line.close()  # here; else it would seem open when the server is gone
            our_line.settimeout(START_SECONDS)
            if not our_line.recv(len(FORKED)):
                raise ConnectionResetError
            unless_forked.pop_all()
        return Child(ours, our_line)

    def close(self) -> None:
        """End it, with everything it started."""
        self._control.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def forget(self) -> None:
        """Let go of it in a forked process, whose parent goes on with it."""
        self._control.close()


class _Servers:
    """The fork servers of this process, by whether they know our packages."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[bool, ForkServer] = {}
        # A fork of us shares the sockets but is not the server's parent, so it lets go of them.
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def get(self, *, has_packages: bool, but: ForkServer | None = None) -> ForkServer:
        """Return the running one, or start a new one instead of `but`."""
        with self._lock:
            known = self._running.get(has_packages)
            if known is None or known is but:
                if known is not None:
                    known.close()
                self._running[has_packages] = known = ForkServer(has_packages=has_packages)
            return known

    def close(self) -> None:
        """End them all."""
        with self._lock:
            while self._running:
                self._running.popitem()[1].close()

    def _forget(self) -> None:
        self._lock = threading.Lock()
        while self._running:
            self._running.popitem()[1].forget()


_servers = _Servers()


def locks() -> Locks:
    """Tell which locks this machine has. Raises SandboxStartError."""
    return _servers.get(has_packages=False).locks


def start(module: str = PROGRAM) -> Child:
    """Fork a child that becomes a program, or one that calls functions of a module's kind."""
    has_packages = module != PROGRAM
    server = _servers.get(has_packages=has_packages)
    try:
        return server.start(module)
    except OSError:  # somebody killed it
        return _servers.get(has_packages=has_packages, but=server).start(module)


def close() -> None:
    """End the fork servers; the next start begins new ones."""
    _servers.close()
