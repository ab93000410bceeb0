"""Sockets that keep to a limit: so many bytes and so many seconds, however they are framed.

A service that drips a byte a minute never runs into a read timeout, and headers, chunk extensions
and trailers are no part of a body whose size one could watch. So bytes and time are counted where
they come out of the socket. httpcore takes such a socket from its user; httpx hands none over,
which is the reason for the transport here.
"""

from __future__ import annotations

import functools
import ssl
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

# How long an idle connection is kept, as httpx keeps it.
KEPT_SECONDS = 5.0

# Written at once, so that the clock is looked at while a reader takes its time.
WRITE_BYTES = 16 * 1024


class Limit:
    """What is left of the bytes and the time of one exchange."""

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._deadline = time.monotonic() + seconds
        self._read_bytes = 0

    @property
    def exceeded(self) -> str:
        """What was too much, as the end of a sentence; empty while nothing is."""
        if self._read_bytes > self._max_bytes:
            return f"it is longer than {self._max_bytes:,} bytes"
        if time.monotonic() >= self._deadline:
            return f"it took longer than its time limit of {self._seconds:.0f} s"
        return ""

    def left_seconds(self, timeout: float | None) -> float:
        """Return how long one wait may be. Raises httpcore.ReadTimeout when the time is up."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(self.exceeded)
        return left if timeout is None else min(timeout, left)

    def count(self, size_bytes: int) -> None:
        """Note what came in. Raises httpcore.ReadError when it is too much."""
        self._read_bytes += size_bytes
        if self._read_bytes > self._max_bytes:
            raise httpcore.ReadError(self.exceeded)


_limit: ContextVar[Limit | None] = ContextVar("limit", default=None)


@contextmanager
def limited(limit: Limit) -> Generator[None]:
    """Hold whatever this thread exchanges inside the block to a limit."""
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


class _LimitedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        limit = _limit.get()
        if limit is None:
            return self._stream.read(max_bytes, timeout)
        data = self._stream.read(max_bytes, limit.left_seconds(timeout))
        limit.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        limit = _limit.get()
        for start in range(0, len(buffer), WRITE_BYTES):
            left = limit.left_seconds(timeout) if limit else timeout
            self._stream.write(buffer[start : start + WRITE_BYTES], left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *told: Any, **more: Any) -> httpcore.NetworkStream:
        # The limit has to count what comes out of TLS too, so the new stream is wrapped again.
        return _LimitedStream(self._stream.start_tls(*told, **more))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _LimitedBackend(httpcore.SyncBackend):
    def connect_tcp(self, *told: Any, **more: Any) -> httpcore.NetworkStream:
        return _LimitedStream(super().connect_tcp(*told, **more))


class LimitedTransport(httpx.HTTPTransport):
    """httpx's own transport, over sockets that keep to what `limited` says."""

    def __init__(self, proxy_url: str | None = None) -> None:
        context, backend = _ssl_context(), _LimitedBackend()
        # httpx makes a pool of its own here, which is replaced below before it has opened a
        # socket.
        super().__init__(verify=context)
        if proxy_url is None:
            self._pool = httpcore.ConnectionPool(
                context, keepalive_expiry=KEPT_SECONDS, network_backend=backend
            )
            return
        proxy = httpx.Proxy(proxy_url)
        self._pool = httpcore.HTTPProxy(
            str(proxy.url),
            proxy_auth=proxy.raw_auth,
            ssl_context=context,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=backend,
        )


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def proxy_for(url: httpx.URL) -> str | None:
    """Find the HTTP proxy that the environment names for a URL, as curl and httpx read it."""
    if urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get(url.scheme) or proxies.get("all")
    return f"http://{found}" if found and "://" not in found else found
