"""The boxes an MP4 is made of, as far as uploading needs them: their order, and edit lists."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 8
LONG_HEADER_BYTES = 16
CONTAINERS = (b"moov", b"trak", b"edts")


def top_level(path: Path) -> list[str]:
    """Names of the outermost boxes, in the order they are stored."""
    with path.open("rb") as file:
        return [name.decode("latin-1") for name, _, _ in _walk(file, 0, path.stat().st_size)]


def is_fast_start(path: Path) -> bool:
    """Whether the index stands before the data, so that a player can begin at once."""
    names = top_level(path)
    return "moov" in names and "mdat" in names and names.index("moov") < names.index("mdat")


def has_edit_list(path: Path) -> bool:
    """Whether any track tells the player to skip or delay; Instagram refuses such files."""
    with path.open("rb") as file:
        return _contains(file, b"elst", 0, path.stat().st_size)


def _contains(file: BinaryIO, wanted: bytes, begin: int, end: int) -> bool:
    return any(
        name == wanted or (name in CONTAINERS and _contains(file, wanted, inside, after))
        for name, inside, after in _walk(file, begin, end)
    )


def _walk(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes between two offsets: name, where the content begins, where it ends."""
    while begin + HEADER_BYTES <= end:
        file.seek(begin)
        size, name = struct.unpack(">I4s", file.read(HEADER_BYTES))
        header = HEADER_BYTES
        if size == 1:  # a 64-bit size follows
            size, header = struct.unpack(">Q", file.read(8))[0], LONG_HEADER_BYTES
        after = end if size == 0 else begin + size
        if size and size < header:
            return  # damaged: there is no telling where the next one begins
        yield name, begin + header, min(after, end)
        begin = after
