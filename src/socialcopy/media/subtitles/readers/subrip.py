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
    rf"\s*(?P<start>{CLOCK})\s*(?:-{{1,3}}\s?>|[\u2013\u2014]>|\u2192)\s*(?P<end>{CLOCK})(?P<rest>|[\s\p{{L}}].*)"
    rf"|(?P<sbv_start>\d{{1,3}}:\d\d:\d\d\.\d{{3}}),(?P<sbv_end>\d{{1,3}}:\d\d:\d\d\.\d{{3}})\s*"
)
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
    has_indices = at[0][0] > 0 and lines[at[0][0] - 1].strip().isdecimal()
    ends = [_end(lines, n, has_indices=has_indices) for n, _ in at[1:]] + [len(lines)]
    events = [
        Event(*times_in(found), *_shown([_beside(found), *lines[n + 1 : end]]))
        for (n, found), end in zip(at, ends, strict=True)
    ]
    before = [line for line in lines[: at[0][0]] if line.strip() and not line.strip().isdecimal()]
    notes = ("what stands before its first times was left out",) if before else ()
    return Parsed(events, notes)


def timing(line: str) -> regex.Match[str] | None:
    """Match the times that a line consists of."""
    if ":" not in line[:LONGEST_TIMING]:
        return None
    return TIMING.fullmatch(line)


def times_in(found: regex.Match[str]) -> tuple[int, int]:
    """Begin and end that a line says, in milliseconds."""
    start, end = found["start"] or found["sbv_start"], found["end"] or found["sbv_end"]
    return milliseconds(start) or 0, milliseconds(end) or 0


def _beside(found: regex.Match[str]) -> str:
    """Return the text that somebody wrote behind the times."""
    rest = found["rest"] or ""
    return "" if SETTINGS.fullmatch(rest[:LONGEST_TIMING]) else rest.strip()


def _end(lines: Sequence[str], at: int, *, has_indices: bool) -> int:
    """Find where the text before a line of times ends: at its index, if it has one."""
    is_index = at > 0 and lines[at - 1].strip().isdecimal()
    is_apart = at < 2 or not lines[at - 2].strip()  # noqa: PLR2004  (the line before the number)
    return at - 1 if is_index and (has_indices or is_apart) else at


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
