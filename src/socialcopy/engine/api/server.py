"""Serving the engine: on a thread for as long as a block lasts, or as a process of its own."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from socialcopy.engine.errors import EngineStartError

GRACE_SECONDS = 3
"""How long open connections may finish; messages go on in the backlog without them."""

STOP_SECONDS = 20.0


@contextmanager
def serve(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
    """Serve an app on a thread; yield its base URL once it accepts connections."""
    with socket.create_server((host, port)) as listener:
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise EngineStartError("the engine ended while it was starting")
                time.sleep(0.01)
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join(timeout=STOP_SECONDS)


def run(
    app: ASGIApp, host: str = "127.0.0.1", port: int = 0, listener: socket.socket | None = None
) -> None:
    """Serve an app until a signal ends it; its URL is printed once it accepts connections.

    A `listener` of somebody else's takes the place of host and port.
    """
    with listener or socket.create_server((host, port)) as opened:
        _Announcing(_config(app), _url(opened)).run([opened])


class _Announcing(uvicorn.Server):
    """Says where it is, and not before it is there."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the URL as a line of its own."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"{self._url}\n")
            sys.stdout.flush()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"
