"""llama.cpp in a process of its own: one model on loopback, until whoever started it is gone.

Its key comes on standard input, which no other user can read; the end of standard input is the
end of its starter, however that came about, and of itself. Its address is a line of its output.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

CONTEXT_TOKENS = 8_192
"""Room for a question of some 4,000 tokens, three frames and an answer."""

CACHE_MIB = 256
"""Of questions read before, so that a wish for an edit does not push out what all posts share: a
model of 4 B keeps a thousand tokens in 150 MB. llama.cpp's own limit is 8 GB."""


def main(arguments: list[str]) -> None:
    """Serve the GGUF at `arguments[0]` with `arguments[1]` threads; arguments[2] is its name."""
    path, threads, name = arguments
    key = sys.stdin.buffer.readline().decode().strip()
    threading.Thread(target=_end_with_starter, daemon=True).start()
    # An extra, and 100 MB.
    import xllamacpp  # pyright: ignore[reportMissingImports]  # noqa: PLC0415  (in the child only)

    server = xllamacpp.Server(_parameters(xllamacpp, path, int(threads), name, key))
    sys.stdout.write(f"\n{server.listening_address}\n")
    sys.stdout.flush()
    os.dup2(2, 1)  # nobody reads on
    threading.Event().wait()


def _end_with_starter() -> None:
    while os.read(0, 4_096):
        pass
    os._exit(0)


def _parameters(xllamacpp: Any, path: str, threads: int, name: str, key: str) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.model_alias = {name}
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.cache_ram_mib = CACHE_MIB
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.warmup = False
    parameters.offline = True
    parameters.endpoint_slots = False
    parameters.ui = False
    return parameters


if __name__ == "__main__":
    main(sys.argv[1:])
