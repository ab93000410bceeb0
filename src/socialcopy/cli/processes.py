"""Child processes of `socialcopy up`: started with a log file each, stopped in order.

Each one dies with us, however we die (Linux), so a `kill -9` leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from socialcopy.media.ffmpeg import sandbox

STOP_SECONDS = 10.0


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
    ) -> None:
        self.name = name
        self.log = log
        self.starts: list[float] = []
        """When it was started, by the monotonic clock."""
        self._argv = list(argv)
        self._env = {**os.environ, **env}
        self._cwd = cwd
        self._stop_sign = stop_sign
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts.append(time.monotonic())
        with self.log.open("ab") as output:
            return subprocess.Popen(
                sandbox.command(self._argv),
                env=self._env,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def restart(self) -> None:
        """Start it once more, after it ended by itself; what it left running is ended first."""
        self._signal(signal.SIGKILL)
        self._process = self._start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for a message."""
        text = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(text[-lines:])

    def stop(self) -> None:
        """End it and whatever it started: politely, then not."""
        self._signal(self._stop_sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, sign: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, sign)
