"""A decoder reads a presigned URL through us: it gets bytes, and neither the URL nor a network.

In a network of its own a decoder reaches one address, the loopback, where this relay listens. Its
requests for ranges are answered with the same ranges of the one URL, which never leaves this
process. Where no network of its own is to be had, the relay listens on this machine's loopback,
behind a name nobody can guess.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import socket
import ssl
import threading
from collections.abc import Generator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

CHUNK_BYTES = 1 << 16
AHEAD_BYTES = 1 << 17
# After so long without a byte the store counts as gone.
SILENCE_SECONDS = 60.0
# Headers of the store that a decoder needs.
PASSED_ON = ("Content-Length", "Content-Range", "Accept-Ranges")


class Relay:
    """Answers for one URL on a listening socket, which it closes at the end of the block."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self.name = secrets.token_urlsafe(16)
        """The path under which the URL is to be had here."""
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()

    def serve(self, listener: socket.socket) -> None:
        """Answer on a thread from now on."""
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Stop; what is being answered breaks off."""
        for one in (self._listener, *tuple(self._open)):
            if one is not None:
                with contextlib.suppress(OSError):
                    # A thread that waits in accept() or recv() is woken by a shutdown, not by a
                    # close.
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, address = listener.accept()
                self._open.add(connection)
                threading.Thread(
                    target=self._answer, args=(connection, address), daemon=True
                ).start()

    def _answer(self, connection: socket.socket, address: tuple[str, int]) -> None:
        connection.settimeout(SILENCE_SECONDS)
        # What a decoder that goes elsewhere has not read is fetched in vain.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD_BYTES)
        with connection, contextlib.suppress(OSError, http.client.HTTPException):
            _Answer(connection, address, self)  # pyright: ignore[reportArgumentType]
        self._open.discard(connection)

    @contextlib.contextmanager
    def ask(self, byte_range: str | None) -> Generator[http.client.HTTPResponse]:
        """Ask the store for a range. Raises OSError and HTTPException."""
        url = self._url
        headers = {"Connection": "close", **({"Range": byte_range} if byte_range else {})}
        path = f"{url.path}?{url.query}" if url.query else url.path
        with contextlib.closing(self._connection()) as connection:
            connection.request("GET", path, headers=headers)
            with connection.getresponse() as found:
                yield found

    def _connection(self) -> http.client.HTTPConnection:
        if self._url.scheme != "https":
            return http.client.HTTPConnection(self._url.netloc, timeout=SILENCE_SECONDS)
        # boto3's own variable, for a store whose certificate a company's authority has signed.
        trusted = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
        return http.client.HTTPSConnection(
            self._url.netloc, timeout=SILENCE_SECONDS, context=trusted
        )


class _Answer(BaseHTTPRequestHandler):
    """One request of a decoder."""

    server: Relay  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Pass on a range of the URL."""
        # ffmpeg opens another connection for each jump anyway.
        self.close_connection = True
        if self.path != f"/{self.server.name}":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with contextlib.ExitStack() as stack:
            try:
                found = stack.enter_context(self.server.ask(self.headers.get("Range")))
            except (OSError, http.client.HTTPException):
                self.send_error(HTTPStatus.BAD_GATEWAY)
                return
            self._pass_on(found)

    def _pass_on(self, found: http.client.HTTPResponse) -> None:
        """Pass on an answer with bytes, and nothing else: a redirect would lead elsewhere."""
        if found.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            is_refusal = found.status >= HTTPStatus.BAD_REQUEST
            self.send_error(found.status if is_refusal else HTTPStatus.BAD_GATEWAY)
            return
        self.send_response(found.status)
        for name in PASSED_ON:
            if (value := found.headers.get(name)) is not None:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        while piece := found.read(CHUNK_BYTES):
            self.wfile.write(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server names it so)
        """Say nothing."""
