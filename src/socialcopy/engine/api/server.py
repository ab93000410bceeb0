"""Serving the engine: on a thread for as long as a block lasts, or as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, cast

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from socialcopy.engine.errors import EngineStartError
from socialcopy.engine.store.queue import Backlog

# How long open connections may finish; messages go on in the backlog without them.
GRACE_SECONDS = 3

STOP_SECONDS = 20.0

# How long a peer that still sends may take to read its answer.
LINGER_SECONDS = 2.0


@contextmanager
def serve(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    listener: socket.socket | None = None,
) -> Generator[str]:
    """Serve an app on a thread; yield its base URL once it accepts connections.

    A `listener` of somebody else's takes the place of host and port.
    """
    with listener or _listening(host, port) as opened:
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, args=([opened],), daemon=True)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise EngineStartError("the engine ended while it was starting")
                time.sleep(0.01)
            yield _url(opened)
        finally:
            server.should_exit = True
            thread.join(timeout=STOP_SECONDS)


def run(
    app: ASGIApp,
    host: str = "127.0.0.1",
    port: int = 0,
    listener: socket.socket | None = None,
    drain: Drain | None = None,
) -> None:
    """Serve an app until a signal ends it; its URL is printed once it accepts connections.

    A `listener` of somebody else's takes the place of host and port. With a `drain` the first
    signal begins that one, and a second one ends it.
    """
    with listener or socket.create_server((host, port)) as opened:
        _Announcing(_config(app), _url(opened), drain).run([opened])


class Drain:
    """Begins nothing more, lets what is in hand finish for a while, and says when that is over."""

    def __init__(self, ready: threading.Event, backlogs: Sequence[Backlog], seconds: float) -> None:
        self.seconds = seconds
        self._ready = ready
        self._backlogs = backlogs
        self._ends_at: float | None = None

    def is_over(self) -> bool:
        """Begin, at the first call, and tell whether the engine may end."""
        if self._ends_at is None:
            self._ready.clear()  # the balancer sends its requests elsewhere
            self._ends_at = time.monotonic() + self.seconds
            for backlog in self._backlogs:
                backlog.drain()
        is_done = not any(backlog.in_hand for backlog in self._backlogs)
        return is_done or time.monotonic() >= self._ends_at


class _Announcing(uvicorn.Server):
    """Says where it is, and not before it is there."""

    def __init__(self, config: uvicorn.Config, url: str, drain: Drain | None) -> None:
        super().__init__(config)
        self._url = url
        self._drain = drain if drain and drain.seconds else None
        self._is_draining = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note a signal; a handler may take no lock, so all else is for the next tick."""
        if self._drain is None or self._is_draining:
            super().handle_exit(sig, frame)
        self._is_draining = True

    async def on_tick(self, counter: int) -> bool:
        """Tell whether to end; asked ten times a second."""
        if self._drain and self._is_draining and await run_in_threadpool(self._drain.is_over):
            self.should_exit = True
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the URL as a line of its own."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"{self._url}\n")
            sys.stdout.flush()


class _LingeringTransport:
    """A socket that stays readable for a while after we have closed it.

    One that is closed over bytes nobody has read is reset, and its peer never sees the answer.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._has_closed = False
        self.linger_seconds = LINGER_SECONDS

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Tell whether nothing more is to be said."""
        return self._has_closed or self._transport.is_closing()

    def close(self) -> None:
        """Say that this was all; a peer that closes too ends the wait."""
        if self.is_closing():
            return
        self._has_closed = True
        if self._transport.can_write_eof():
            with contextlib.suppress(OSError):  # the peer has gone already
                self._transport.write_eof()
        # uvicorn pauses reading while a body waits for its reader; then nothing would drain.
        self._transport.resume_reading()
        asyncio.get_running_loop().call_later(self.linger_seconds, self._transport.close)


class _Lingering(H11Protocol):
    """HTTP that is answered even where it is none, breaks off, or ends with its only request."""

    _has_heard_all = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a conversation."""
        super().connection_made(cast("asyncio.Transport", _LingeringTransport(transport)))

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless the conversation is over."""
        if not self.transport.is_closing():
            super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a body that breaks off, and what is asked still; its sender may be listening.

        Returns whether the connection stays open for that.
        """
        cycle = cast("RequestResponseCycle | None", self.cycle)  # none before the first request
        self._has_heard_all = True
        if self.transport.is_closing():
            return False
        if cycle is None or cycle.response_complete:
            if self.conn.trailing_data[0]:
                self.send_400_response("The request broke off")
            return False
        if cycle.more_body and not cycle.response_started:
            self.send_400_response("The body broke off")
            return False
        return not cycle.more_body

    def on_response_complete(self) -> None:
        """Go on with the next request, or close what nothing more can come from."""
        super().on_response_complete()
        if self._has_heard_all and self.cycle.response_complete:
            self.transport.close()

    def shutdown(self) -> None:
        """End the conversation as soon as may be; who is idle has read everything."""
        cast("_LingeringTransport", self.transport).linger_seconds = 0.0
        super().shutdown()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        # h11 rather than httptools, whose protocol can't be made to answer a body that breaks
        # off.
        http=_Lingering,
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _listening(host: str, port: int) -> socket.socket:
    if ":" not in host:
        return socket.create_server((host, port))
    is_dual = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=is_dual)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
