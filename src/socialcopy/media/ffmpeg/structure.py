"""Is a file as long, in bytes, as its own outermost elements say?

That is what a container promises of its bytes, and the only sure sign of an upload that broke off:
picture and sound may well end before the time a header states.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 8
LONG_HEADER_BYTES = 16
EBML = b"\x1a\x45\xdf\xa3"
SEGMENT = b"\x18\x53\x80\x67"
LONGEST_EBML_HEADER = 4_096
MOST_TAIL_BYTES = 65_536
# Boxes a player needs whole; others may be padding.
WEIGHTY = (b"moov", b"mdat", b"moof")


# How files begin that hold a picture in a container we don't open, and what people call them.
FOREIGN = (
    (rb"G.{187}G|.{4}G.{191}G", "a transport stream (.ts, .mts, .m2ts)"),
    (rb"FLV\x01", "Flash video (.flv)"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (.wmv, .asf)"),
    (rb"\x00\x00\x01[\xba\xb3]", "MPEG video (.mpg, .vob)"),
    (rb"OggS", "Ogg (.ogv, .ogg)"),
    (rb"GIF8[79]a", "an animated picture (.gif)"),
    (rb"\x06\x0e\x2b\x34\x02\x05\x01\x01", "MXF (.mxf)"),
    (rb"\.RMF", "RealMedia (.rm)"),
)
SOUND_ALONE = rb"ID3|\xff[\xe2-\xfb]|RIFF.{4}WAVE|fLaC|#!AMR|FORM.{4}AIF"


def foreign_container(path: Path) -> str:
    """Name the container of a video that we don't open; empty where it is none we know."""
    with path.open("rb") as file:
        head = file.read(LONGEST_EBML_HEADER)
    return next((name for sign, name in FOREIGN if re.match(sign, head, re.DOTALL)), "")


def is_sound_alone(path: Path) -> bool:
    """Tell whether a file begins as one that holds only sound."""
    with path.open("rb") as file:
        return re.match(SOUND_ALONE, file.read(HEADER_BYTES * 2), re.DOTALL) is not None


def boxes(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield ISO boxes between two offsets: name, where the content begins, where the box ends."""
    while begin + HEADER_BYTES <= end:
        file.seek(begin)
        size, name = struct.unpack(">I4s", file.read(HEADER_BYTES))
        header = HEADER_BYTES
        if size == 1:  # a 64-bit size follows
            long = file.read(8)
            if len(long) < 8:  # noqa: PLR2004  (a box has a head of 8 bytes)
                return
            size, header = struct.unpack(">Q", long)[0], LONG_HEADER_BYTES
        after = end if size == 0 else begin + size
        if size and size < header:
            return  # damaged: there is no telling where the next one begins
        yield name, begin + header, after
        begin = after


def has_box(
    file: BinaryIO, wanted: bytes, parents: Collection[bytes], begin: int, end: int
) -> bool:
    """Tell whether a box stands between two offsets, or in one of these parents there."""
    return any(
        name == wanted
        or (name in parents and has_box(file, wanted, parents, inside, min(after, end)))
        for name, inside, after in boxes(file, begin, end)
    )


def is_whole(path: Path) -> bool | None:
    """Tell whether the bytes go as far as promised; none where the container promises nothing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head.startswith(EBML):
            return False if _is_unwritten(file, size) else _is_whole_matroska(file, size)
        if head[:4] == b"RIFF":
            return False if _is_unwritten(file, size) else _is_whole_riff(head, size)
        return _is_whole_iso(file, size)


def _is_unwritten(file: BinaryIO, size: int) -> bool:
    """Tell whether a file ends in nothing: a download took its room before its bytes came."""
    begin = max(size * 15 // 16, size - MOST_TAIL_BYTES)
    file.seek(begin)
    return not any(file.read(size - begin))


def _is_whole_iso(file: BinaryIO, size: int) -> bool | None:
    """Tell whether an MP4 is whole; none where nobody knows.

    A recorder that writes fragments promises no number of them, unless it says so in front.
    """
    found = list(boxes(file, 0, size))
    ends = [end for name, _, end in found if name in WEIGHTY]
    contents = [end for name, _, end in found if name == b"mdat"]
    if not ends or max(ends) <= size:
        is_written = not contents or not _is_unwritten(file, max(contents))
        return is_written if ends else None
    names = [name for name, _, _ in found]
    is_open = b"moof" in names and b"sidx" not in names
    # Whether an index says how long all fragments are together.
    states_length = has_box(file, b"mehd", (b"moov", b"mvex"), 0, size)
    return None if is_open and not states_length else False


def _is_whole_riff(head: bytes, size: int) -> bool | None:
    """Tell whether an AVI is whole; a crashed recorder leaves a size of zero.

    What follows the first gigabyte isn't judged.
    """
    (stated,) = struct.unpack("<I", head[4:8])
    # RIFF pads to even lengths, and some writers leave the last pad byte out.
    return stated + HEADER_BYTES <= size + 1 if stated else None


def _is_whole_matroska(file: BinaryIO, size: int) -> bool | None:
    file.seek(0)
    head = file.read(LONGEST_EBML_HEADER)
    place = head.find(SEGMENT)
    if place < 0:
        return None
    stated = _ebml_size(head, place + len(SEGMENT))
    if stated is None:
        return None
    length, width = stated
    return place + len(SEGMENT) + width + length <= size


def _ebml_size(data: bytes, place: int) -> tuple[int, int] | None:
    """Read a size and how many bytes it takes; none for one that a live recorder left open."""
    if place >= len(data) or data[place] == 0:
        return None
    # EBML (RFC 8794): as many zero bits in front as bytes that follow; all ones mean "unknown".
    width = 9 - data[place].bit_length()
    digits = int.from_bytes(data[place : place + width], "big") & ((1 << 7 * width) - 1)
    return None if digits == (1 << 7 * width) - 1 else (digits, width)
