"""Take on limits, then become the tool, which dies with whoever started it.

A launcher of its own and not a `preexec_fn`, since that one is unsafe in a process with threads.
Only the standard library is imported, so it costs about 20 ms.
"""

# ruff: noqa: S606  (replacing this process by the tool is the whole point)

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(
    argv: list[str],
    *,
    memory_bytes: int = 0,
    cpu_seconds: int = 0,
    file_bytes: int = 0,
    open_files: int = 0,
) -> list[str]:
    """Wrap a command so that it starts limited; 0 means no limit."""
    numbers = (os.getpid(), memory_bytes, cpu_seconds, file_bytes, open_files)
    return [sys.executable, "-I", "-S", __file__, *map(str, numbers), "--", *argv]


def limit(kind: int, amount: int) -> None:
    """Set a limit that the tool cannot raise again."""
    if amount:
        resource.setrlimit(kind, (amount, amount))


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the thread that started it is gone.

    A `parent` of 0 means: whoever it was, without a look whether it is gone already.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:  # it went while we were starting
        os.kill(os.getpid(), signal.SIGKILL)


def main(argv: list[str]) -> None:
    """Set the limits and run what follows the `--`."""
    parent, memory_bytes, cpu_seconds, file_bytes, open_files = map(int, argv[1:6])
    die_with_parent(parent)
    limit(resource.RLIMIT_AS, memory_bytes)
    limit(resource.RLIMIT_CPU, cpu_seconds)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_NOFILE, open_files)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # a shell's `&` has it ignored, and that is inherited
    os.execvp(argv[7], argv[7:])


if __name__ == "__main__":
    main(sys.argv)
