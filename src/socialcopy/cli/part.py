"""Run a part of the stack as `python -m` does, and look for no garbage while it is imported.

Prefect's server imports half a million objects that all stay. Looking for garbage among them took
a sixth of the CPU seconds until it answered, and a tenth of the other parts' (measured).
"""

from __future__ import annotations

import gc
import importlib
import sys


def command(module: str, *arguments: str) -> list[str]:
    """Write the command that runs a module's `main()`."""
    return [sys.executable, "-m", __name__, module, *arguments]


def main(argv: list[str]) -> None:
    """Import the module that is named first, and run its `main()` with the rest as `sys.argv`."""
    gc.disable()
    sys.argv = argv
    part = importlib.import_module(argv[0])
    # What is there now stays; later looks leave it out.
    gc.freeze()
    gc.enable()
    part.main()


if __name__ == "__main__":
    main(sys.argv[1:])
