"""Servers and workers of our own as child processes: each with a log file, stopped in order.

Each one dies with us, however we die (Linux), so a `kill -9` leaves nothing behind. Servers are
handed a listening socket that stays ours: who calls while one is being started again waits a
moment, and no other user of the machine can take the port meanwhile.

While this process has one thread, a child may be a fork of it that goes on with a function (Linux):
what is imported here it need not import. Beside other threads, whose locks a fork would inherit as
they are, and where it is started again, it is a program.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from socialcopy import local_files
from socialcopy.sandbox import launcher

STOP_SECONDS = 10.0
# Who ends sooner than this did not get to its work; the next start waits a little longer.
QUICK_SECONDS = 10.0

LONGEST_PAUSE_SECONDS = 30.0
# Elsewhere libraries of the system don't bear it.
FORKS = sys.platform.startswith("linux")


class _Fork(multiprocessing.get_context("fork").Process):
    """A fork of this process, asked as a Popen is."""

    def poll(self) -> int | None:
        return self.exitcode

    def wait(self, seconds: float | None = None) -> None:
        self.join(seconds)


class Child:
    """One process with everything it starts."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        cwd: Path | None = None,
        stop_sign: signal.Signals = signal.SIGTERM,
        listener: socket.socket | None = None,
        ends: bool = False,
        forked: Callable[[], None] | None = None,
    ) -> None:
        """Start it: as a fork that does `forked`, where that is given and safe, else by `argv`."""
        self.name = name
        self.log = log
        self.ends = ends
        """By itself, when its work is done; other parts stay."""
        self.starts: list[float] = []
        """When it was started, by the monotonic clock."""
        self._argv = list(argv)
        self._env = {**os.environ, **env}
        self._cwd = cwd
        self._stop_sign = stop_sign
        self._inherited = () if listener is None else (listener.fileno(),)
        self._pause_seconds = 0.0
        self._ended: float | None = None
        local_files.private_folder(log.parent)
        log.unlink(missing_ok=True)
        self._process = self._start(forked)

    def _start(self, forked: Callable[[], None] | None = None) -> subprocess.Popen[bytes] | _Fork:
        self.starts.append(time.monotonic())
        self._ended = None
        with local_files.append_to(self.log) as output:
            if forked and FORKS and threading.active_count() == 1:
                return self._fork(forked, output.fileno())
            return subprocess.Popen(
                launcher.command(self._argv),
                env=self._env,
                cwd=self._cwd,
                # No terminal: a part that asked a question would wait for an answer that nobody
                # can give.
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self._inherited,
                umask=local_files.UMASK,  # the store's sockets in /tmp are for this user alone
            )

    def _fork(self, forked: Callable[[], None], output: int) -> _Fork:
        """Fork this process; no signal is heard in between, which would unwind our own work."""
        ours = os.getpid()
        fork = _Fork(target=lambda: self._go_on(ours, output, forked))
        heard = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            fork.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        return fork

    def _go_on(self, parent: int, output: int, forked: Callable[[], None]) -> None:
        """Be the child that a Popen would have made."""
        os.setsid()
        launcher.settle(parent)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.umask(local_files.UMASK)
        if self._cwd:
            os.chdir(self._cwd)
        for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), output, output)):
            os.dup2(file, number)
        for opened in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - numbers, not paths
            if opened not in {0, 1, 2, *self._inherited}:
                with contextlib.suppress(OSError):  # the one that the list was read by
                    os.close(opened)
        os.environ.update(self._env)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        forked()

    def restart(self) -> None:
        """Start it once more, after it ended by itself; what it left running is ended first."""
        self._signal(signal.SIGKILL)
        self._process = self._start()

    def may_restart(self) -> bool:
        """Tell whether it ended; and a while ago, if it has not got far since its last start."""
        if self.exit_code is None:
            return False
        now = time.monotonic()
        if self._ended is None:
            self._ended = now
            is_quick = now - self.starts[-1] < QUICK_SECONDS
            # 1, 2, 4 … seconds: a part that can't start should not keep a core busy.
            longer = min(max(1.0, 2 * self._pause_seconds), LONGEST_PAUSE_SECONDS)
            self._pause_seconds = longer if is_quick else 0.0
        return now >= self._ended + self._pause_seconds

    @property
    def process_id(self) -> int:
        """Number of the process, which is that of its group too."""
        return cast("int", self._process.pid)  # it was started, so it has one

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def has_died(self) -> bool:
        """Tell whether it is gone though its work is not done."""
        return self.exit_code is not None and not (self.ends and self.exit_code == 0)

    def last_lines(self, lines: int = 5) -> str:
        """Return the last lines of its log, for a message."""
        text = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(text[-lines:]) or "it ended without a word"

    def stop(self) -> None:
        """End it and whatever it started: politely, then not."""
        self._signal(self._stop_sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, sign: signal.Signals) -> None:
        # To its group: the launcher has become the program, which starts helpers of its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process_id, sign)
