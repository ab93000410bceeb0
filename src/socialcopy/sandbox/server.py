"""The fork server: a small process that starts confined ones, for one other process.

Starting Python for each run costs 17 ms, a fork of this process costs one. It is started with an
empty environment and never holds a secret, so what it forks holds none either. It ends, with
everything it started, when its other end closes.

A request is the name of a module and two sockets: one on which the child reads its orders, and
one on which its end is told. When the other end of that one closes, the child is killed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from socialcopy.sandbox import landlock, namespaces, seccomp, syscalls
from socialcopy.sandbox.confinement import Confinement, Locks, confine, system

# In a network of its own every port is free.
RELAY_PORT = 8_080
CANNOT_START = 126
# What is asked for instead of a module.
PROGRAM = "program"
NAME_BYTES = 200
OPEN_FILES = 4_096
# What every process is called in a process namespace of its own.
FIRST_PID = 1
LENGTH_BYTES = 4
# What is told first: there is a child.
FORKED = b"+"
# Then how it ended: its code, its memory and its time.
ENDED = struct.Struct("=iqd")


@dataclass(frozen=True)
class Program:
    """Orders to become a program."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    confinement: Confinement
    listens: bool = False
    """Whether a socket that listens on the loopback of its own network is handed back."""


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    code: int
    """Its exit code; negative for the signal that killed it."""
    peak_bytes: int = 0
    """Most memory it held at a time."""
    cpu_seconds: float = 0

    def packed(self) -> bytes:
        """Write it as numbers: a pickle would be obeyed, whoever had sent it."""
        return ENDED.pack(self.code, self.peak_bytes, self.cpu_seconds)

    @staticmethod
    def unpacked(told: bytes) -> Ended:
        """Read what was packed. Raises struct.error for anything else."""
        return Ended(*ENDED.unpack(told))


@dataclass
class Server:
    """Forks children, tells how each ended, and kills those nobody waits for."""

    control: socket.socket
    locks: Locks
    user: tuple[int, int]
    lines: dict[int, socket.socket] = field(default_factory=dict[int, socket.socket])
    """By process id: where the end of each child is told."""
    killed: set[int] = field(default_factory=set[int])
    wakeups: tuple[int, int] = (-1, -1)
    """Both ends of a pipe that is written to when a child has ended."""

    def serve(self) -> None:
        """Go on until the other end closes; then kill what is left."""
        self.wakeups = awake, wake = os.pipe()
        os.set_blocking(wake, False)
        # A child's end and a request are waited for in one select(): the signal arrives as a
        # byte.
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake)
        while True:
            watched = {line: pid for pid, line in self.lines.items() if pid not in self.killed}
            ready, _, _ = select.select([self.control, awake, *watched], [], [])
            for line in ready:
                if line in watched:
                    self._kill(watched[line])
            if awake in ready:
                os.read(awake, 4_096)
                self._reap()
            if self.control in ready and not self._begin():
                self._end()
                return

    def _begin(self) -> bool:
        """Fork a child for one request; false when there will be no more."""
        name, numbers = _receive_files(self.control, NAME_BYTES, 2)
        if not numbers:
            return False
        orders, line = (socket.socket(fileno=number) for number in numbers)
        module, flags = name.decode().strip(), self.locks.namespaces
        is_program = module == PROGRAM
        start = _program if is_program else _functions(module)
        # A fork that goes on in Python has to be one that Python knows of.
        pid = syscalls.clone(flags) if is_program and flags else os.fork()
        if pid == 0:
            self._become(start, orders, line)
        self.lines[pid] = line
        orders.close()
        with contextlib.suppress(OSError):  # nobody waits any more
            line.send(FORKED)
        return True

    def _become(
        self, start: Callable[..., None], orders: socket.socket, line: socket.socket
    ) -> None:
        """Carry out the orders in the child; never returns."""
        code = CANNOT_START
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # A child that kept these open would keep its siblings' ends from being noticed.
            for other in (self.control, line, *self.lines.values()):
                other.close()
            for number in self.wakeups:
                os.close(number)
            start(orders, self.locks, self.user)
            code = 0
        except BaseException as error:  # noqa: BLE001  (whatever it is, it must not go on as a server)
            with contextlib.suppress(OSError):
                orders.sendall(f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(code)

    def _reap(self) -> None:
        """Tell how children ended, and forget them."""
        while self.lines:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            ended = Ended(
                os.waitstatus_to_exitcode(status),
                used.ru_maxrss * 1024,
                used.ru_utime + used.ru_stime,
            )
            self.killed.discard(pid)
            with self.lines.pop(pid) as line, contextlib.suppress(OSError):
                line.send(ended.packed())

    def _kill(self, pid: int) -> None:
        self.killed.add(pid)
        with contextlib.suppress(ProcessLookupError):
            # The group first, with whatever the child has started; setsid() made it one.
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):  # it has no group of its own yet
            os.kill(pid, signal.SIGKILL)

    def _end(self) -> None:
        for pid in self.lines:
            self._kill(pid)


def _wake(_: int, __: object) -> None:
    """Let a signal be heard; what it says is written to the wake-up pipe."""


def _receive_files(sender: socket.socket, size: int, most: int) -> tuple[bytes, list[int]]:
    """Receive bytes and open files, which end with this program: the next one inherits none."""
    received, numbers, _, _ = socket.recv_fds(sender, size, most)
    for number in numbers:
        # Descriptors that come over a socket are inheritable, other than those Python opens.
        os.set_inheritable(number, False)
    return received, numbers


def receive(orders: socket.socket, most_descriptors: int = 0) -> tuple[bytes, list[int]]:
    """Read what the other end sent: its length, then itself, and open files with it."""
    head, numbers = _receive_files(orders, LENGTH_BYTES, most_descriptors)
    left = int.from_bytes(head, "big")
    parts: list[bytes] = []
    while left and (part := orders.recv(min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts), numbers


def _program(orders: socket.socket, locks: Locks, user: tuple[int, int]) -> None:
    """Become a program, with two pipes for what it prints."""
    sent, (stdout, stderr) = receive(orders, 2)
    program: Program = pickle.loads(sent)
    # dup2 makes inheritable copies; everything else closes when the program begins.
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, standard in ((nothing, 0), (stdout, 1), (stderr, 2)):
        os.dup2(number, standard)
    if program.listens:
        with namespaces.loopback_listener(RELAY_PORT) as listener:
            socket.send_fds(orders, [b"listening"], [listener.fileno()])
    confine(program.confinement, locks, user)
    os.execve(program.argv[0], program.argv, program.environment)


def _functions(module: str) -> Callable[..., None]:
    """Return what calls a module's functions; load that before the fork, once for all calls."""
    with contextlib.suppress(Exception):  # the child meets the same error, and tells it
        importlib.import_module(module)
    return importlib.import_module("socialcopy.sandbox.functions").carry_out


def find_locks(user: tuple[int, int]) -> Locks:
    """Try which locks this machine has; everything is tried in a child that ends at once."""
    if sys.platform != "linux":
        return Locks(missing=("what confines processes here is Linux's",))
    missing: list[str] = []
    found = 0
    candidates = [namespaces.ALL]
    if user[0] == 0:  # who is root needs no user namespace for the others
        candidates.append(namespaces.WITHOUT_USER)
    for flags in candidates:
        reason = _reason_against(flags | syscalls.CLONE_NEWPID, user)
        if not reason:
            found = flags | syscalls.CLONE_NEWPID
            break
        if not missing:
            missing.append(f"the kernel gives no namespaces ({reason})")
    version = landlock.abi()
    if not version:
        missing.append("the kernel has no Landlock (Linux 5.13 and later, if it is switched on)")
    return Locks(found, version, seccomp.is_known_here(), tuple(missing))


def _reason_against(flags: int, user: tuple[int, int]) -> str:
    """Say why a process can't be put into these namespaces; empty when it can."""
    told, telling = os.pipe()
    try:
        pid = syscalls.clone(flags)
    except OSError as error:
        return str(error.strerror)
    if pid == 0:
        try:
            confine(Confinement(), Locks(namespaces=flags), user)
        except BaseException as error:  # noqa: BLE001  (whatever it was, the parent has to hear of it)
            os.write(telling, str(error).encode())
        finally:
            os._exit(0)
    os.close(telling)
    with os.fdopen(told, "rb") as answer:
        reason = answer.read().decode()
    os.waitpid(pid, 0)
    return reason


def main() -> None:
    """Say which locks there are, then serve requests on stdin until its other end closes."""
    control = socket.socket(fileno=os.dup(0))
    os.close(0)
    os.open(os.devnull, os.O_RDONLY)  # takes its number, or a file that is handed over would
    os.closerange(control.fileno() + 1, OPEN_FILES)  # whatever our parent's parents left open
    user = os.getuid(), os.getgid()
    locks = find_locks(user)
    control.send(pickle.dumps(locks))
    # Whatever is done here is not done in each child.
    gc.disable()  # it would copy every page it looks at
    system()
    for may_connect in (False, True):
        seccomp.compiled(FIRST_PID, may_connect=may_connect)
    Server(control, locks, user).serve()
