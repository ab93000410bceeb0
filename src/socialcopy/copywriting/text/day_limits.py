"""Days that something ends or begins at, as a text says it: `before March 14`, `until June`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.facts import WORD, facts
from socialcopy.copywriting.text.vocabulary import NEVER, text
from socialcopy.models import FactKind, Value

# As long as a day is told: `the 14th of March`.
DAY_WORDS = 4


class DayLimit(Value):
    """A day with the word that makes it an end or a beginning."""

    text: str
    """As it is written."""
    manner: int
    """Which of the language's manners it is; `until` and `till` are one."""
    day: frozenset[tuple[str, ...]]
    """Month or weekday, and number."""


def day_limits(sentence: str, language: str) -> Iterator[DayLimit]:
    """Find the limits a text sets at a day that it names by month or weekday."""
    language = language.partition("-")[0]
    for manner, words in enumerate(text("day_limits", language).split("|")):
        for match in _pattern(words).finditer(visible(sentence)):
            told, day = _day(match.string[match.end() :], language)
            if day:
                yield DayLimit(text=match.group() + told, manner=manner, day=day)


def contradictions(said: str, shown: str, language: str) -> Iterator[tuple[DayLimit, DayLimit]]:
    """Find days at which a sentence and the picture set another limit."""
    for one in day_limits(said, language):
        same_day = [other for other in day_limits(shown, language) if other.day == one.day]
        if same_day and one.manner not in {other.manner for other in same_day}:
            yield one, same_day[0]


def _pattern(words: str) -> regex.Pattern[str]:
    known = "|".join(sorted(words.split(","), key=len, reverse=True))
    return regex.compile(rf"(?<!\p{{L}})(?:{known})\s+", regex.I) if words else NEVER


def _day(rest: str, language: str) -> tuple[str, frozenset[tuple[str, ...]]]:
    """Return the day that a text begins with, as it is written and by its value."""
    words = list(WORD.finditer(rest.partition(",")[0]))[:DAY_WORDS]
    for word in words:
        found = facts(rest[: word.end()], language)
        if any(fact.kind is FactKind.DATE for fact in found):
            told, following = word.end(), words[words.index(word) + 1 :]
            if following and following[0].group()[:1].isdigit():
                told = following[0].end()
            kinds = (FactKind.DATE, FactKind.NUMBER)
            found = facts(rest[:told], language)
            return rest[:told], frozenset(f.key for f in found if f.kind in kinds)
    return "", frozenset()
