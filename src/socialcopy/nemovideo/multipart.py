"""Files for a multipart body that is streamed with a known length."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol

from socialcopy.nemovideo.errors import APIConnectionError

PART_NAME = "files"

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


Parts = list[tuple[str, tuple[str, "_Body", str]]]


class _Body:
    """A file whose length is known before it is read; httpx learns it as of any file, at its end.

    Only what httpx asks for is here: the length, and then the bytes from the beginning, once.
    """

    def __init__(self, upload: Upload) -> None:
        self._body = upload.body
        self._size_bytes = self._left = upload.size_bytes

    def tell(self) -> int:
        return 0

    def seek(self, _: int, whence: int = os.SEEK_SET) -> int:
        return self._size_bytes if whence == os.SEEK_END else 0

    def read(self, size: int) -> bytes:
        """Read on to the announced end: a shorter file must not become a shorter upload."""
        chunk = self._body.read(min(size, self._left)) if self._left else b""
        if self._left and not chunk:
            raise APIConnectionError(f"the file ended {self._left} bytes before its stated size")
        self._left -= len(chunk)
        return chunk


def file_parts(uploads: Sequence[Upload]) -> Parts:
    """Make the parts of a multipart body, each read when its turn comes; memory stays flat."""
    return [(PART_NAME, (sent_name(one.filename), _Body(one), _kind(one))) for one in uploads]


def _kind(upload: Upload) -> str:
    suffix = PurePosixPath(sent_name(upload.filename)).suffix.lower()
    return MIME_TYPES.get(suffix, "application/octet-stream")
