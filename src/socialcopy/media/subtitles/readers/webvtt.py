"""WebVTT by the W3C's parser rules: https://www.w3.org/TR/webvtt1/#file-parsing.

A block is a cue where its first or second line holds `-->`; every other block is a comment, a
style sheet, a region or nothing, and is never shown. More forgiving than the rules in one thing:
times may be written as SubRip writes them.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from socialcopy.media.subtitles.readers.events import Event, Parsed, said
from socialcopy.media.subtitles.readers.markup import Plain, without_tags
from socialcopy.media.subtitles.readers.subrip import times_in, timing

SIGNATURE = "WEBVTT"
ARROW = "-->"
UNSHOWN = regex.compile(r"(?:NOTE|STYLE|REGION|Region:|X-TIMESTAMP-MAP)(?:[\s:=]|$)")
# By the rules a cue whose identifier is `NOTE`; people take a cue out so.
COMMENT = regex.compile(r"NOTE(?:\s|$)")
LANGUAGE = regex.compile(r"Language:\s*([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)\s*", regex.I)


def parse(text: str) -> Parsed:
    """Read a file that begins with `WEBVTT`."""
    lines = text.lstrip().split("\n")
    header = _header_length(lines)
    events: list[Event] = []
    dropped: Counter[str] = Counter()
    for block in _blocks(lines, header):
        first = next((n for n in (0, 1) if n < len(block) and ARROW in block[n]), None)
        if first and COMMENT.match(block[0]):
            dropped["comments"] += 1
            continue
        found = None if first is None else timing(block[first])
        if first is None or found is None:
            dropped["times" if first is not None else "stray"] += not UNSHOWN.match(block[0])
            continue
        plain = _plain("\n".join(block[first + 1 :]))
        dropped["readings"] += plain.readings
        dropped.update(plain.unknown)
        events.append(Event(*times_in(found), plain.text, plain.has_times))
    found = (LANGUAGE.fullmatch(line) for line in lines[1:header])
    return Parsed(events, tuple(_notes(dropped)), next((f[1] for f in found if f), ""))


def _plain(text: str) -> Plain:
    # The standard reads all of HTML's entities here, where SubRip has none of its own.
    plain = without_tags(text, keeps_unknown=False)
    return plain._replace(text=html.unescape(plain.text))


def _header_length(lines: Sequence[str]) -> int:
    """Count the signature's line and those that follow it without a blank line between."""
    for number, line in enumerate(lines[1:], start=1):
        if not line.strip() or ARROW in line:
            return number
    return len(lines)


def _blocks(lines: Sequence[str], begin: int) -> Iterator[list[str]]:
    """Cut at blank lines, and before a line of times that stands in the middle of a cue.

    Any `-->` would do by the rules; here one that is no line of times is text, which people write.
    """
    block: list[str] = []
    has_times = False
    for line in lines[begin:]:
        is_timing = ARROW in line and timing(line) is not None
        if block and (not line or (is_timing and (has_times or len(block) > 1))):
            yield block
            block, has_times = [], False
        if line:
            block.append(line)
            has_times = has_times or is_timing
    if block:
        yield block


def _notes(dropped: Counter[str]) -> Iterator[str]:
    yield from said(dropped["stray"], "has no times", "have no times")
    yield from said(dropped["times"], "has times nobody can read", "have times nobody can read")
    yield from said(dropped["comments"], "is a comment", "are comments")
    if dropped["readings"]:
        yield "the readings above words were left out"
    unknown = sorted(name for name in dropped if name.startswith("<"))
    if unknown:
        yield f"tags that WebVTT does not have were left out: {' '.join(unknown[:5])}"
