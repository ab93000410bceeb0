"""Parts of the stack: Python functions, each run by a process of its own.

Prefect's server imports half a million objects that all stay. Looking for garbage among them took
a sixth of the CPU seconds until it answered, and a tenth of the other parts' (measured). What
several parts import is imported once, by whoever starts them, and they are forks of it.
"""

from __future__ import annotations

import ctypes
import gc
import pkgutil
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from socialcopy.child_processes import FORKS

# Where the kernel says that the command line of a process is, counted after its name.
ARGUMENTS = slice(45, 47)


def command(function: str, *arguments: str) -> list[str]:
    """Write the command that runs a function, named as `module:function`, in a new process."""
    return [sys.executable, "-m", __name__, function, *arguments]


def forked(function: str, *arguments: str) -> Callable[[], None]:
    """Make what a fork of this process has to do instead of that command."""

    def run() -> None:
        _entitle([function, *arguments])
        main([function, *arguments])

    return run


def load(*modules: str) -> None:
    """Import modules for the forks that follow, where there are any."""
    if not FORKS:
        return
    with without_garbage():
        for module in modules:
            import_module(module)


def main(argv: list[str]) -> None:
    """Run the function that is named first, with the rest as `sys.argv`."""
    sys.argv = argv
    with without_garbage():
        part = pkgutil.resolve_name(argv[0])
    part()


@contextmanager
def without_garbage() -> Generator[None]:
    """Look for no garbage; what is there at the end stays, and later looks leave it out."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _entitle(argv: list[str]) -> None:
    """Show this in lists of processes in place of the command line that we are a fork of."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    first, end = map(int, fields[ARGUMENTS])
    title = "\0".join(argv).encode()[: end - first - 1]
    ctypes.memset(first, 0, end - first)
    ctypes.memmove(first, title, len(title))


if __name__ == "__main__":
    main(sys.argv[1:])
