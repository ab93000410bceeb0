"""SubRip as people have it, and YouTube's SBV: a line with two times, then text until the next.

Nothing says what SubRip is, so a cue's text goes on over blank lines, indices may be missing or
wrong, hours too, and `.` may stand for `,`. What players take for markup is no text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from socialcopy.media.subtitles.readers.events import Event, Parsed, milliseconds
from socialcopy.media.subtitles.readers.markup import unescaped, without_overrides, without_tags

LONGEST_TIMING = 200
CLOCK = r"-?\s?(?:\d{1,4}\s?:\s?){1,2}\d{1,2}(?:\s?[.,;:]\s?\d{1,9})?"
TIMING = regex.compile(
    rf"\s*\[?\s*(?P<start>{CLOCK})\s*(?:[-=]{{1,3}}\s?>|[\u2013\u2014]{{1,2}}>|\u2192|[-\u2013\u2014])"
    rf"\s*(?P<end>{CLOCK})(?P<rest>|[\s\p{{L}}\]].*)"
    rf"|(?P<sbv_start>\d{{1,3}}:\d\d:\d\d\.\d{{3}}),(?P<sbv_end>\d{{1,3}}:\d\d:\d\d\.\d{{3}})\s*"
)
# Signs as wide as a Chinese character, which translators leave in times.
WIDE = {0xFEE0 + ord(c): c for c in "0123456789:,.->"}
# `1`, `#1`, `1.` or `[1]`: the same around the number all through a file.
INDEX = regex.compile(r"\s*(\D{0,2})\d{1,6}(\D{0,2})\s*")
BREAK = regex.compile(r"\\N|\[br\]", regex.I)
# How a paragraph begins that WebVTT would not show, in a file that was WebVTT once.
COMMENT = regex.compile(r"\s*(?:NOTE(?:\s|$)|(?:STYLE|REGION)\s*$)")
# Places: `X1:100 X2:200 Y1:…`, or WebVTT's `align:start position:0%`.
SETTINGS = regex.compile(r"\s*(?:\p{L}[\p{L}\d]{0,20}:\s?\S{1,100}\s*)*")


def parse(text: str) -> Parsed:
    """Read SubRip or SBV; a file without any times has no events."""
    lines = text.split("\n")
    at = [(n, found) for n, line in enumerate(lines) if (found := timing(line))]
    if not at:
        return Parsed([])
    around = _around_index(lines, at[0][0])
    ends = [_end(lines, n, around) for n, _ in at[1:]] + [len(lines)]
    events = [
        Event(*times_in(found), *_shown([_beside(found), *lines[n + 1 : end]]))
        for (n, found), end in zip(at, ends, strict=True)
    ]
    before = [line for line in lines[: _end(lines, at[0][0], around)] if line.strip()]
    notes = ("what stands before its first times was left out",) if before else ()
    return Parsed(events, notes)


def timing(line: str) -> regex.Match[str] | None:
    """Match the times that a line consists of."""
    begin = line[:LONGEST_TIMING]
    if "\uff1a" in begin:
        line = line.translate(WIDE)
    return TIMING.fullmatch(line) if ":" in line[:LONGEST_TIMING] else None


def times_in(found: regex.Match[str]) -> tuple[int, int]:
    """Begin and end that a line says, in milliseconds."""
    start, end = found["start"] or found["sbv_start"], found["end"] or found["sbv_end"]
    return milliseconds(start) or 0, milliseconds(end) or 0


def _beside(found: regex.Match[str]) -> str:
    """Return the text that somebody wrote behind the times."""
    rest = (found["rest"] or "").removeprefix("]")
    return "" if SETTINGS.fullmatch(rest[:LONGEST_TIMING]) else rest.strip()


def _around_index(lines: Sequence[str], at: int) -> tuple[str, ...] | None:
    """Read what stands around the index over a line of times; none where there is no index."""
    place = _line_before(lines, at)
    found = INDEX.fullmatch(lines[place]) if place >= 0 else None
    return found.groups() if found else None


def _end(lines: Sequence[str], at: int, around: tuple[str, ...] | None) -> int:
    """Find where the text before a line of times ends: at its index, if it has one.

    Without `around`, of the first index, a number is one only where it stands apart.
    """
    if around is None:
        is_apart = at < 2 or not lines[at - 2].strip()  # noqa: PLR2004  (the line before the number)
        return at - 1 if at and lines[at - 1].strip().isdecimal() and is_apart else at
    place = _line_before(lines, at)
    return place if place >= 0 and _around_index(lines, at) == around else at


def _line_before(lines: Sequence[str], at: int) -> int:
    """Find the last line before another that is not blank; blank ones are no more than two."""
    places = range(at - 1, max(-1, at - 4), -1)
    return next((place for place in places if lines[place].strip()), -1)


def _without_comments(lines: Sequence[str]) -> Iterator[str]:
    is_apart = is_comment = False
    for line in lines:
        is_comment = bool(line.strip()) and (
            is_comment or (is_apart and COMMENT.match(line) is not None)
        )
        is_apart = not line.strip()
        if not is_comment:
            yield line


def _shown(lines: Sequence[str]) -> tuple[str, bool]:
    text = without_overrides("\n".join(_without_comments(lines)))
    plain = without_tags(text, keeps_unknown=True)
    return unescaped(BREAK.sub("\n", plain.text)), plain.has_times
