"""A multipart body that is streamed with a known length; memory stays flat."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol

from socialcopy.nemovideo.errors import APIConnectionError

PART_NAME = "files"
CHUNK_BYTES = 256 * 1024
END = b"\r\n"

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
    r"""Name a file for its travel: no folders, and `.m4v`, which is MP4, spelt `.mp4`.

    >>> sent_name("C:\\clips\\Demo.M4V")
    'Demo.mp4'
    """
    path = PurePosixPath(filename.replace("\\", "/"))
    return f"{path.stem}.mp4" if path.suffix.lower() == ".m4v" else path.name


class Upload(NamedTuple):
    """A file to be sent: its name, where its bytes come from, and how many there are."""

    filename: str
    body: Readable
    size_bytes: int


class FileBodies:
    """Files as one multipart body: iterate over it once, or ask for its length first."""

    def __init__(self, uploads: Sequence[Upload]) -> None:
        boundary = secrets.token_hex(16)
        self._uploads = tuple(uploads)
        self._heads = [_head(boundary, upload.filename) for upload in self._uploads]
        self._tail = f"--{boundary}--\r\n".encode()
        size_bytes = sum(len(head) + len(END) for head in self._heads) + len(self._tail)
        size_bytes += sum(upload.size_bytes for upload in self._uploads)
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(size_bytes),
        }

    def __iter__(self) -> Iterator[bytes]:
        for head, upload in zip(self._heads, self._uploads, strict=True):
            yield head
            yield from _read(upload)
            yield END
        yield self._tail


def _head(boundary: str, filename: str) -> bytes:
    name = sent_name(filename)
    mime = MIME_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    return (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{PART_NAME}"; filename="{_quoted(name)}"\r\n'
        f"Content-Type: {mime}\r\n\r\n"
    ).encode()


def _read(upload: Upload) -> Iterator[bytes]:
    """Yield exactly the announced bytes: a shorter file must not become a shorter upload."""
    left = upload.size_bytes
    while left:
        chunk = upload.body.read(min(CHUNK_BYTES, left))
        if not chunk:
            raise APIConnectionError(f"the file ended {left} bytes before its stated size")
        left -= len(chunk)
        yield chunk


def _quoted(name: str) -> str:
    """Escape a file name inside quotes as HTML's form submission does."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
