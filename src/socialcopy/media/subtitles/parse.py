"""Subtitles that a person put beside the video: they win over ours."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from pysubs2 import SSAFile
from pysubs2.exceptions import Pysubs2Error

from socialcopy.media.errors import MediaError
from socialcopy.media.ffmpeg.commands import copy_subtitles
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.subtitles.cues import GAP_MS, cues
from socialcopy.media.subtitles.lines import columns
from socialcopy.models import Cue, MediaInfo, Word
from socialcopy.settings import MediaSettings

MOST_BYTES = 2_000_000
"""Two hours of subtitles take a tenth of this."""
ENCODINGS = ("utf-8-sig", "cp1252")
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes, *, duration_ms: int) -> tuple[Cue, ...]:
    """Read SubRip or WebVTT as it is, without markup; none when it is neither.

    Times are kept but for what lies beyond the video or overlaps the next subtitle.
    """
    if len(data) > MOST_BYTES:
        return ()
    try:
        events = SSAFile.from_string(_decoded(data).replace("\r\n", "\n")).events
    except (Pysubs2Error, ValueError):
        return ()
    events = sorted(
        (
            e
            for e in events
            if 0 <= e.start < duration_ms and e.end > e.start and _clean(e.plaintext)
        ),
        key=lambda event: event.start,
    )
    starts = [*(event.start for event in events), duration_ms + GAP_MS]
    return tuple(
        Cue(start_ms=event.start, end_ms=end, text=_clean(event.plaintext))
        for event, (start, following) in zip(events, pairwise(starts), strict=True)
        if (end := min(event.end, following - GAP_MS)) > start
    )


def refitted(given: Sequence[Cue], *, max_line: int, max_lines: int = 2) -> tuple[Cue, ...]:
    """The same subtitles, broken anew where a line is too long for where they are drawn."""
    return tuple(
        part for cue in given for part in _refit(cue, max_line=max_line, max_lines=max_lines)
    )


def _refit(cue: Cue, *, max_line: int, max_lines: int) -> tuple[Cue, ...]:
    lines = cue.text.split("\n")
    if len(lines) <= max_lines and all(columns(line) <= max_line for line in lines):
        return (cue,)
    parts = cues(
        spread(cue), duration_ms=cue.end_ms, max_line=max_line, max_lines=max_lines,
        may_condense=False,
    )  # fmt: skip
    starts = [cue.start_ms, *(part.start_ms for part in parts[1:])]
    ends = [*(part.end_ms for part in parts[:-1]), cue.end_ms]
    return tuple(
        Cue(start_ms=start, end_ms=end, text=part.text)
        for start, end, part in zip(starts, ends, parts, strict=True)
    )


def spread(cue: Cue) -> list[Word]:
    """Words of a subtitle whose own times nobody knows, by their share of its length."""
    texts = cue.text.split()
    weights = [columns(text) + 1 for text in texts]
    length, total, begun = cue.end_ms - cue.start_ms, sum(weights), 0
    words: list[Word] = []
    for text, weight in zip(texts, weights, strict=True):
        start = cue.start_ms + length * begun // total
        begun += weight
        end = cue.start_ms + length * begun // total
        words.append(Word(start_ms=start, end_ms=end, text=text))
    return words


def _decoded(data: bytes) -> str:
    if data.startswith(BYTE_ORDER_MARKS):
        return data.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _clean(text: str) -> str:
    lines = (" ".join(_printable(line).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) != "Cc")


READ_SECONDS = 120.0
"""The track lies all over the file, so all of it is read."""


def subtitles(source: str | Path, info: MediaInfo, settings: MediaSettings) -> tuple[Cue, ...]:
    """The first subtitle track of text; none when there is none or it can't be read."""
    if info.subtitle_codec is None:
        return ()
    limits = Limits(
        wall_seconds=READ_SECONDS, memory_bytes=settings.max_memory_bytes, file_bytes=MOST_BYTES
    )
    with tempfile.TemporaryDirectory(prefix="subtitles-") as folder:
        try:
            run(copy_subtitles(source, "track.srt", settings), limits=limits, cwd=Path(folder))
        except MediaError:  # a hint is not worth a video
            return ()
        return read((Path(folder) / "track.srt").read_bytes(), duration_ms=info.duration_ms)
