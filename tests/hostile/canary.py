"""Whether anybody called our server or opened our secret file."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.hostile.sample import SECRET, Canaries

IN_OPEN, IN_NONBLOCK, IN_CLOEXEC = 0x20, os.O_NONBLOCK, os.O_CLOEXEC


@dataclass
class Watch:
    """The canaries, and what was seen of them."""

    canaries: Canaries
    calls: list[str] = field(default_factory=list[str])
    _opened: int = -1

    def hits(self) -> list[str]:
        """Whoever called since the last time, and whether the secret was opened."""
        seen, self.calls[:] = list(self.calls), []
        with contextlib.suppress(BlockingIOError):
            while os.read(self._opened, 4_096):
                seen.append("the secret file was opened")
        return seen


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    """A server that counts, and a secret file that tells when it is opened."""
    calls: list[str] = []

    class Counter(BaseHTTPRequestHandler):
        def handle(self) -> None:
            calls.append(self.rfile.readline(200).decode(errors="replace").strip())

    secret = folder / "secret.txt"
    secret.write_text(f"WEBVTT\n\n00:00.000 --> 00:02.000\n{SECRET}\n")
    libc = ctypes.CDLL(None, use_errno=True)
    opened = libc.inotify_init1(IN_NONBLOCK | IN_CLOEXEC)
    libc.inotify_add_watch(opened, str(secret).encode(), IN_OPEN)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        yield Watch(Canaries(url, secret), calls, opened)
    finally:
        server.shutdown()
        server.server_close()
        os.close(opened)
