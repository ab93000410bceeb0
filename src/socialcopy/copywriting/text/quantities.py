"""Days, times and dozens written one way: `24 Dec`, `9 in the evening`, `a dozen`."""

from __future__ import annotations

from functools import lru_cache

import regex

from socialcopy.copywriting.text.vocabulary import pairs, pattern, text, word_list

MONTHS = 12
FEWEST_LETTERS = 3
ABBREVIATED = regex.compile(
    r"(?<=\d\.?\s?)(?P<month>\p{L}{3,5})(?!\p{L})\.?|(?<!\p{L})(?P<month>\p{L}{3,5})\.?(?=\s\d{1,2}(?!\d))",
    regex.I,
)


SHORT_UNITS = (
    (regex.compile(r"(?<!\p{L})cent[ií]m[eèé]t(?:re|er|ro)n?s?(?!\p{L})", regex.I), "cm"),
    (regex.compile(r"(?<!\p{L})mill?[ií]m[eèé]t(?:re|er|ro)n?s?(?!\p{L})", regex.I), "mm"),
    (regex.compile(r"(?<!\p{L})mill?[ií]lit(?:re|er|ro)n?s?(?!\p{L})", regex.I), "ml"),
)


@lru_cache(maxsize=8_192)
def uniform(told: str, language: str) -> str:
    """Write months in full, times of day as `21:00`, and a dozen as 12."""
    dozen = pattern("dozen", language, r"(?<!\p{L}){}(?!\p{L})")
    small = pairs("counting", language)
    one = "|".join(small) or "(?!)"
    early = pattern("late", language, rf"(?<!\p{{L}})(?:{one})(?=(?: uhr)? {{}}(?!\p{{L}}))")
    told = early.sub(lambda word: small[word.group().lower()], told)
    told = dozen.sub("12", ABBREVIATED.sub(lambda found: _month(found, language), told))
    for unit, short in SHORT_UNITS:
        told = unit.sub(short, told)
    for clock in (_late, _hour):
        told = clock(told, language)
    return told


def _month(found: regex.Match[str], language: str) -> str:
    short = found["month"].lower()
    months = text("dates", language).split()[:MONTHS]
    meant = [month for month in months if month.startswith(short)]
    return (
        meant[0] if len(meant) == 1 and short not in word_list("dates", language) else found.group()
    )


def _late(told: str, language: str) -> str:
    """`9 in the evening` and `9 pm` are 21:00."""
    late = pattern(
        "late", language, r"(?<![\d.,])(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?{}(?!\p{L})"
    )
    return late.sub(lambda t: _time(int(t["hour"]) % 12 + 12, t["minute"]), told)


def _hour(told: str, language: str) -> str:
    """`21 Uhr` and `jusqu'à 21 h` are 21:00; `11 h` alone may be so many hours."""
    hour = pattern("o_clock", language)
    return hour.sub(lambda t: f"{t['at'] or ''} {_time(int(t['hour']), t['minute'])}", told)


def _time(hour: int, minute: str | None) -> str:
    return f"{hour}:{minute or '00'}"
