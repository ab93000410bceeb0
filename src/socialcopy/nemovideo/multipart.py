"""A multipart body that is streamed with a known length; memory stays flat."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from socialcopy.nemovideo.errors import APIConnectionError

PART_NAME = "files"
CHUNK_BYTES = 256 * 1024

MIME_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
}


class Readable(Protocol):
    """Anything bytes can be read from: a file, a stream out of a bucket."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""
        ...


def sent_name(filename: str) -> str:
    """The name a file travels under: no folders, and `.m4v`, which is MP4, spelt `.mp4`."""
    path = PurePosixPath(filename.replace("\\", "/"))
    return f"{path.stem}.mp4" if path.suffix.lower() == ".m4v" else path.name


class FileBody:
    """One file as a multipart body: iterate over it once, or ask for its length first."""

    def __init__(self, filename: str, body: Readable, size_bytes: int) -> None:
        boundary = secrets.token_hex(16)
        name = sent_name(filename)
        mime = MIME_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
        self._head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="{PART_NAME}"; filename="{_quoted(name)}"\r\n'
            f"Content-Type: {mime}\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._body = body
        self._size_bytes = size_bytes
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + size_bytes + len(self._tail)),
        }

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        left = self._size_bytes
        while left:
            chunk = self._body.read(min(CHUNK_BYTES, left))
            if not chunk:
                raise APIConnectionError(f"the file ended {left} bytes before its stated size")
            left -= len(chunk)
            yield chunk
        yield self._tail


def _quoted(name: str) -> str:
    """A file name inside quotes, escaped as HTML's form submission does."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
