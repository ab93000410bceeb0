"""Uploads, straight to disk: from a multipart body as it comes in, or fetched from a URL."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from socialcopy.engine.errors import Refusal
from socialcopy.local_files import opener, private_folder
from socialcopy.nemovideo.addresses import Network, safe_addresses
from socialcopy.nemovideo.downloads import Link, body_of, opened, parse_link
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.nemovideo.multipart import PART_NAME
from socialcopy.nemovideo.transport import exchange

# For a whole fetch by URL.
FETCH_SECONDS = 300.0

STALE_SECONDS = 86_400.0
CHUNK_BYTES = 1 << 20
# Of a multipart body; each file is one, and so is each field that nobody asked for.
MOST_PARTS = 64

LONGEST_NAME = 200
LOCALHOST = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "::1/128")))


@dataclass
class Incoming:
    """A file on its way in: counted and hashed as it is written, and never past its limit."""

    filename: str
    path: Path
    max_bytes: int
    size_bytes: int = 0
    digest: str = ""
    _file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self._file = open(self.path, "wb", opener=opener)  # noqa: SIM115  (it is closed when its part ends)
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write on. Raises RefusalError for what is too much."""
        self.size_bytes += len(data)
        if self.size_bytes > self.max_bytes:
            raise Refusal.TOO_LARGE.error(f"The file is larger than {self.max_bytes} bytes")
        self._hash.update(data)
        self._file.write(data)

    def close(self) -> None:
        """End the file; its digest is known then."""
        self._file.close()
        self.digest = self._hash.hexdigest()


class UploadFolder:
    """A folder for files that have not been accepted yet; leftovers of kills are swept."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        private_folder(folder)
        for path in folder.iterdir():
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                path.unlink(missing_ok=True)

    def open(self, filename: str) -> Incoming:
        """Begin a new file."""
        name = filename.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME] or "upload"
        return Incoming(name, self._folder / secrets.token_hex(16), self._max_bytes)


class FileParts:
    """Takes a multipart body in pieces and writes its `files` parts to disk."""

    def __init__(self, content_type: str, uploads: UploadFolder) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Refusal.BAD_REQUEST.error(
                "The body must be multipart/form-data, or JSON with `urls`"
            )
        self.received: list[Incoming] = []
        self._uploads = uploads
        self._open: Incoming | None = None
        self._parts = 0
        self._field = self._value = b""
        self._disposition = b""
        self._parser = self._parser_for(options[b"boundary"])

    def _parser_for(self, boundary: bytes) -> MultipartParser:
        """Make a parser, which itself limits the boundary and each part's headers."""
        try:
            return MultipartParser(
                boundary,
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
        except FormParserError as exc:
            raise Refusal.BAD_REQUEST.error("The multipart boundary is too long") from exc

    def feed(self, data: bytes) -> None:
        """Take the next piece; blocks for the disk only."""
        try:
            self._parser.write(data)
        except FormParserError as exc:
            raise Refusal.BAD_REQUEST.error("The multipart body is damaged") from exc

    def finish(self) -> list[Incoming]:
        """Return all files; raises RefusalError when the body broke off or held none."""
        if self._open is not None:
            raise Refusal.BAD_REQUEST.error("The multipart body broke off")
        if not self.received:
            raise Refusal.BAD_REQUEST.error(f"No part is named `{PART_NAME}`")
        return self.received

    def discard(self) -> None:
        """Remove everything that was not moved elsewhere."""
        self._end_part()
        for incoming in self.received:
            incoming.path.unlink(missing_ok=True)

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Refusal.BAD_REQUEST.error(f"The multipart body has more than {MOST_PARTS} parts")
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _begin_file(self) -> None:
        _, options = parse_options_header(self._disposition)
        # A part without a file name is a field of the form; it is read and dropped.
        if options.get(b"name") == PART_NAME.encode() and b"filename" in options:
            self._open = self._uploads.open(options[b"filename"].decode(errors="replace"))
            self.received.append(self._open)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._open is not None:
            self._open.write(data[start:end])

    def _end_part(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def fetch(
    url: str, hosts: Sequence[str], networks: Sequence[Network], uploads: UploadFolder
) -> Incoming:
    """Fetch a file from a host on the operator's list; nothing else is ever connected to.

    No redirect is followed: a listed host could lead anywhere.
    """
    try:
        link = parse_link(url)
        addresses = _addresses(link, hosts, networks)
        return _received(link, addresses, uploads)
    except NemoVideoError as exc:
        raise Refusal.BAD_REQUEST.error(f"The URL could not be fetched: {exc}") from exc


def _addresses(link: Link, hosts: Sequence[str], networks: Sequence[Network]) -> tuple[str, ...]:
    """Look a listed host up. Raises RefusalError for another, UnsafeLinkError for one inside.

    An address that is listed itself is the operator's word, and so is `localhost`. A name that
    leads inside was turned there by somebody else, unless its network is listed.
    """
    if f"{link.host}:{link.port}" not in hosts:
        raise Refusal.BAD_REQUEST.error(
            "This engine does not fetch from that host (ENGINE_URL_HOSTS)"
        )
    return safe_addresses(link.host, (*networks, *_own_network(link.host)))


def _own_network(host: str) -> Sequence[Network]:
    if host == "localhost":
        return LOCALHOST
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ()
    # Link-local addresses are those of clouds' metadata, which give away credentials.
    is_meant = address.is_private and not (address.is_link_local or address.is_unspecified)
    return (ipaddress.ip_network(address),) if is_meant else ()


def _received(link: Link, addresses: tuple[str, ...], uploads: UploadFolder) -> Incoming:
    incoming = uploads.open(link.path)
    most, is_whole = incoming.max_bytes + CHUNK_BYTES, False  # the file says so first, and by name
    try:
        with (
            exchange("fetch the file", seconds=FETCH_SECONDS, max_bytes=most),
            opened(link, addresses) as response,
        ):
            for chunk in body_of(response):
                incoming.write(chunk)
        is_whole = True
    finally:
        incoming.close()
        if not is_whole:
            incoming.path.unlink(missing_ok=True)
    return incoming
