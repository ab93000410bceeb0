"""Become a program that dies with whoever started it: for our own servers and workers.

A launcher of its own and not a `preexec_fn`, since that one is unsafe in a process with threads.
Only the standard library is imported, so it costs about 20 ms. What reads strangers' data goes
through the fork server instead, which is quicker and confines it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(argv: list[str]) -> list[str]:
    """Wrap a command so that it dies with this process."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), "--", *argv]


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the thread that started it is gone.

    A `parent` of 0 means: whoever it was, without a look whether it is gone already.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:  # it went while we were starting
        os.kill(os.getpid(), signal.SIGKILL)


def settle(parent: int) -> None:
    """Die with that process, leave no core dump, and hear SIGINT."""
    die_with_parent(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # a shell's `&` has it ignored, and that is inherited


def main(argv: list[str]) -> None:
    """Run what follows the `--`; before it stands the process to die with."""
    settle(int(argv[1]))
    os.execvp(argv[3], argv[3:])


if __name__ == "__main__":
    main(sys.argv)
