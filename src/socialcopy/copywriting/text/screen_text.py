"""Text in the picture: readings of one place compared, lines of a slide joined as meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from socialcopy.copywriting.text.vocabulary import UNFINISHED
from socialcopy.models import (
    ScreenText,
)

SIMILAR = 0.75
"""Share of common letters from which two readings of one place are one text, misread."""

SAME_PLACE = 0.1


def phrases(lines: Sequence[str]) -> list[str]:
    """The lines of a slide as its designer meant them: one that goes on is joined to the next."""
    joined: list[str] = []
    for line in lines:
        if joined and _goes_on(joined[-1], line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, line: str) -> bool:
    """Whether a line begins in the middle of a sentence, or the one before ends in it."""
    last = before.rsplit(maxsplit=1)[-1].lower()
    return line[:1].islower() or last in UNFINISHED


def is_read_otherwise(line: ScreenText, screen: Sequence[ScreenText]) -> bool:
    """Whether another frame gave a slightly different reading of the same place."""
    return any(_is_other_reading(line, other) for other in screen)


def _is_other_reading(line: ScreenText, other: ScreenText) -> bool:
    return (
        SIMILAR <= SequenceMatcher(None, line.text, other.text).ratio() < 1
        and abs(line.box.top - other.box.top) < SAME_PLACE
        and abs(line.box.left - other.box.left) < SAME_PLACE
    )


def surest(screen: Sequence[ScreenText]) -> list[ScreenText]:
    """Of several readings of one place the most probable one, the first of equals."""
    return [
        line
        for n, line in enumerate(screen)
        if not any(
            _is_other_reading(line, other) and (other.probability, n) > (line.probability, place)
            for place, other in enumerate(screen)
        )
    ]


def spoken_length(duration_ms: int) -> str:
    """A length in whole seconds or minutes, as a person says it."""
    seconds = max(1, round(duration_ms / 1000))
    minutes, rest = divmod(seconds, 60)
    parts = [_counted(minutes, "minute")] if minutes else []
    if rest:
        parts.append(_counted(rest, "second"))
    return " ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
