"""What a video says two ways: a day's limit (`before March 14`, `until March 14`), an amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import regex

from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.facts import WORD, counted, facts, states
from socialcopy.copywriting.text.stems import stem
from socialcopy.copywriting.text.vocabulary import NEVER, text
from socialcopy.models import FactKind, Value

# As long as a day is told: `the 14th of March`.
DAY_WORDS = 4

# Of a language's measures, those that all languages list in one order.
SHARED_MEASURES = 14

AMOUNT = regex.compile(r"(?<![\p{L}\p{N}.,:])(?P<number>\d+(?:[.,]\d+)?)[\s-](?P<unit>\p{L}+)")


class Told(Value):
    """What is said of one thing, to be held against what else is said of it."""

    text: str
    """As it is written."""
    of: frozenset[tuple[str, ...]]
    """The day, by month or weekday and number; or the unit of an amount."""
    value: str
    """Which of the language's limits it is, `until` and `till` being one; or the number."""


def day_limits(sentence: str, language: str) -> Iterator[Told]:
    """Find the limits a text sets at a day that it names by month or weekday."""
    language = language.partition("-")[0]
    for manner, words in enumerate(text("day_limits", language).split("|")):
        for match in _pattern(words).finditer(visible(sentence)):
            told, day = _day(match.string[match.end() :], language)
            if day:
                yield Told(text=match.group() + told, of=day, value=str(manner))


def amounts(said: str, language: str) -> Iterator[Told]:
    """Find numbers of what every language measures: `18 Stunden`, `eighteen hours`."""
    language = language.partition("-")[0]
    shared = text("measures", language).split()[:SHARED_MEASURES]
    places = {stem(unit, language): str(place) for place, unit in enumerate(shared)}
    for match in AMOUNT.finditer(counted(visible(said), language)):
        if place := places.get(stem(match["unit"], language)):
            number = match["number"].replace(",", ".")
            yield Told(text=match.group(), of=frozenset({(place,)}), value=number)


def contradictions(ones: Sequence[Told], others: Sequence[Told]) -> Iterator[tuple[Told, Told]]:
    """Find what one text tells otherwise than another; what one tells two ways is no evidence."""
    for one in ones:
        same = [other for other in others if other.of == one.of]
        values = {told.value for told in (*ones, *same) if told.of == one.of}
        own = {told.value for told in ones if told.of == one.of}
        if same and len(own) == 1 and len(values) == 2:  # noqa: PLR2004  (one each)
            yield one, same[0]


def _pattern(words: str) -> regex.Pattern[str]:
    known = "|".join(sorted(words.split(","), key=len, reverse=True))
    return regex.compile(rf"(?<!\p{{L}})(?:{known})\s+", regex.I) if words else NEVER


def _day(rest: str, language: str) -> tuple[str, frozenset[tuple[str, ...]]]:
    """Return the day that a text begins with, as it is written and by its value."""
    words = list(WORD.finditer(rest.partition(",")[0]))[:DAY_WORDS]
    for word, following in zip_longest(words, words[1:]):
        if states(rest[: word.end()], language, FactKind.DATE):
            is_numbered = following is not None and following.group()[:1].isdigit()
            told = rest[: following.end() if following and is_numbered else word.end()]
            kinds = (FactKind.DATE, FactKind.NUMBER)
            return told, frozenset(f.key for f in facts(told, language) if f.kind in kinds)
    return "", frozenset()
