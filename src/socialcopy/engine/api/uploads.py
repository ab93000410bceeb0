"""Uploads, straight to disk: from a multipart body as it comes in, or fetched from a URL."""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, unquote, urlsplit

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from socialcopy.engine.errors import BadRequestError, TooLargeError
from socialcopy.nemovideo.multipart import PART_NAME

FETCH_TIMEOUT_SECONDS = 30.0
"""Silence after which a fetch by URL is given up."""

FETCH_DEADLINE_SECONDS = 300.0
STALE_SECONDS = 86_400.0
CHUNK_BYTES = 1 << 20
MAX_HEADER_BYTES = 8_192
LONGEST_NAME = 200


@dataclass
class Incoming:
    """A file on its way in, and what is known of it so far."""

    filename: str
    path: Path
    size_bytes: int = 0
    digest: str = ""


@dataclass
class _Sink:
    """Writes one file, counting and hashing, and refuses to grow past a limit."""

    incoming: Incoming
    max_bytes: int
    _file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self._file = self.incoming.path.open("wb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.incoming.size_bytes += len(data)
        if self.incoming.size_bytes > self.max_bytes:
            raise TooLargeError(f"The file is larger than {self.max_bytes} bytes")
        self._hash.update(data)
        self._file.write(data)

    def close(self) -> None:
        self._file.close()
        self.incoming.digest = self._hash.hexdigest()


class Reception:
    """A folder for files that have not been accepted yet; leftovers of kills are swept."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                path.unlink(missing_ok=True)

    def open(self, filename: str) -> _Sink:
        """A new file."""
        name = filename.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME] or "upload"
        incoming = Incoming(filename=name, path=self._folder / secrets.token_hex(16))
        return _Sink(incoming, self._max_bytes)


class FileParts:
    """Takes a multipart body in pieces and writes its `files` parts to disk."""

    def __init__(self, content_type: str, reception: Reception) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise BadRequestError("The body must be multipart/form-data, or JSON with `urls`")
        self.received: list[Incoming] = []
        self._reception = reception
        self._sink: _Sink | None = None
        self._field = self._value = b""
        self._disposition = b""
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_file,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
            },
        )

    def feed(self, data: bytes) -> None:
        """Take the next piece; blocks for the disk only."""
        try:
            self._parser.write(data)
        except FormParserError as exc:
            raise BadRequestError("The multipart body is damaged") from exc

    def finish(self) -> list[Incoming]:
        """All files; raises BadRequestError when the body broke off or held none."""
        if self._sink is not None:
            raise BadRequestError("The multipart body broke off")
        if not self.received:
            raise BadRequestError(f"No part is named `{PART_NAME}`")
        return self.received

    def discard(self) -> None:
        """Remove everything that was not moved elsewhere."""
        self._end_part()
        for incoming in self.received:
            incoming.path.unlink(missing_ok=True)

    def _begin_part(self) -> None:
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field = (self._field + data[start:end])[:MAX_HEADER_BYTES]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = (self._value + data[start:end])[:MAX_HEADER_BYTES]

    def _end_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _begin_file(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") == PART_NAME.encode() and b"filename" in options:
            self._sink = self._reception.open(options[b"filename"].decode(errors="replace"))
            self.received.append(self._sink.incoming)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._sink is not None:
            self._sink.write(data[start:end])

    def _end_part(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None


def fetch(url: str, hosts: tuple[str, ...], reception: Reception) -> Incoming:
    """Fetch a file from a host on the operator's list; nothing else is ever connected to.

    No redirect is followed: a listed host could lead anywhere.
    """
    parts = _listed(url, hosts)
    sink = reception.open(unquote(parts.path))
    try:
        for chunk in _download(parts):
            sink.write(chunk)
    except (OSError, http.client.HTTPException) as exc:
        _drop(sink)
        raise BadRequestError(f"The URL could not be fetched: {type(exc).__name__}") from exc
    except (BadRequestError, TooLargeError):
        _drop(sink)
        raise
    sink.close()
    return sink.incoming


def _drop(sink: _Sink) -> None:
    sink.close()
    sink.incoming.path.unlink(missing_ok=True)


def _listed(url: str, hosts: tuple[str, ...]) -> SplitResult:
    """Take a URL apart and refuse it unless its host and port are listed."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as exc:
        raise BadRequestError("This is no URL") from exc
    if parts.scheme not in ("http", "https") or parts.username is not None:
        raise BadRequestError("Only plain http(s) URLs are fetched")
    if f"{parts.hostname}:{port}" not in hosts:
        raise BadRequestError("This engine does not fetch from that host (ENGINE_URL_HOSTS)")
    return parts


def _download(parts: SplitResult, now: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    connection = _connected(parts)
    deadline = now() + FETCH_DEADLINE_SECONDS
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", target)
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise BadRequestError(f"The URL answered with HTTP {response.status}")
        while chunk := response.read(CHUNK_BYTES):
            if now() > deadline:
                raise BadRequestError("The URL took too long")
            yield chunk
        if response.length:
            raise BadRequestError("The URL broke off before its end")
    finally:
        connection.close()


def _connected(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the address that was looked at; the name is not looked up again."""
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = kind(host, parts.port, timeout=FETCH_TIMEOUT_SECONDS)
    address = (safe_address(host), connection.port)
    plain = socket.create_connection(address, FETCH_TIMEOUT_SECONDS)
    context = ssl.create_default_context() if is_secure else None
    connection.sock = context.wrap_socket(plain, server_hostname=host) if context else plain
    return connection


def safe_address(host: str) -> str:
    """Where a listed host is. Raises BadRequestError for an address nobody can have meant.

    Listing a private host is the operator's word; but a name that leads to this machine, or
    anything that leads to a link-local address (where clouds keep credentials), was turned there
    by somebody else.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]
    address = ipaddress.ip_address(found)
    address = getattr(address, "ipv4_mapped", None) or address
    is_turned = address.is_loopback and host not in ("localhost", str(address))
    if is_turned or address.is_link_local or address.is_multicast or address.is_unspecified:
        raise BadRequestError("That host's address is not fetched from")
    return str(address)
