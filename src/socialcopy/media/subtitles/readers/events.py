"""What a subtitle format says, before it is made ours."""

from __future__ import annotations

from typing import NamedTuple

import regex


class Event(NamedTuple):
    """One subtitle as its file has it."""

    start_ms: int
    end_ms: int
    text: str
    """Plain, with line breaks."""
    has_times: bool = False
    """Whether its words carried times of their own, as rolling captions' do."""


class Parsed(NamedTuple):
    """The subtitles of a file in its order."""

    events: list[Event]
    notes: tuple[str, ...] = ()
    """What was left out and why, each the rest of a sentence about the file."""
    language: str = ""


# Where a time counts frames; nothing says how many there are, and a few do not matter.
FRAMES_A_SECOND = 25
_CLOCK = regex.compile(
    r"\s*(?P<minus>-?)\s*(?:(?P<h>\d{1,4})\s?:\s?)?(?P<m>\d{1,4})\s?:\s?(?P<s>\d{1,2})"
    r"(?:\s?(?P<mark>[.,;:])\s?(?P<f>\d{1,9}))?\s*"
)


def milliseconds(clock: str) -> int | None:
    """Read a time in milliseconds; none when it is no time.

    >>> [milliseconds(clock) for clock in ("01:02:03,450", "2:03.45", "62:03", "soon")]
    [3723450, 123450, 3723000, None]
    """
    found = _CLOCK.fullmatch(clock[:40])
    if found is None:
        return None
    seconds = (int(found["h"] or 0) * 60 + int(found["m"])) * 60 + int(found["s"])
    fraction = found["f"] or "0"
    thousandths = int(fraction.ljust(3, "0")[:3])
    if found["mark"] == ":" and len(fraction) < 3:  # noqa: PLR2004  (frames, as editors write them)
        thousandths = min(int(fraction) * 1000 // FRAMES_A_SECOND, 999)
    return -(seconds * 1000 + thousandths) if found["minus"] else seconds * 1000 + thousandths


def said(number: int, one: str, many: str, *, so: str = "left out") -> list[str]:
    """Say so in half a sentence.

    >>> said(1, "has no text", "have no text"), said(3, "has no text", "have no text")
    (['1 subtitle has no text and was left out'], ['3 subtitles have no text and were left out'])
    """
    if not number:
        return []
    return [
        f"1 subtitle {one} and was {so}" if number == 1
        else f"{number} subtitles {many} and were {so}"
    ]  # fmt: skip
