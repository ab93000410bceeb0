"""Days, times, dozens, percentages and prices written one way: `24 Dec`, `a dozen`, `€40`."""

from __future__ import annotations

import contextlib
from functools import lru_cache

import regex
from text_to_num import text2num

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


PERCENT_WORDS = "percent|per cent|prozent|por ciento|por cento|pour cent|per cento|procent"
PERCENT = regex.compile(rf"(?<=\d)\s?(?:{PERCENT_WORDS}|%)(?!\p{{L}})", regex.I)
SPOKEN_PERCENT = regex.compile(
    r"(?<!\p{L})(?P<number>\p{L}[\p{L}-]*(?: [\p{L}-]+){0,3}) "
    rf"(?P<percent>{PERCENT_WORDS})(?!\p{{L}})",
    regex.I,
)
# `1 590 euros` has one number, which a space parts.
MONEY = regex.compile(
    r"(?<![\d.,])(?!(?<=\d[ \u00a0\u202f])\d{3}\b)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d[\d.,]*)"
    r"[ \u00a0](dollars|bucks|euros?|pounds)\b",
    regex.I,
)
SIGNS = {"dollars": "${}", "bucks": "${}", "pounds": "£{}", "euro": "€{}", "euros": "€{}"}


def written(text: str, language: str) -> str:
    """Return percentages and prices as they are written: `thirty-one percent` is `31%`."""
    return with_signs(percent_in_digits(text, language))


def with_signs(text: str) -> str:
    """Write percentages and prices of numbers with signs: `40 euros` is `€40`."""
    return PERCENT.sub("%", MONEY.sub(_with_sign, text))


def _with_sign(told: regex.Match[str]) -> str:
    sign = SIGNS[told[2].lower()]
    # Languages that part thousands with a space set the sign behind them.
    is_parted = regex.search(r"\s", told[1]) is not None
    return f"{told[1]} €" if is_parted and "€" in sign else sign.format(told[1])


def percent_in_digits(text: str, language: str) -> str:
    """Write numbers of percent in digits: `thirty-one percent` is `31 percent`."""
    return SPOKEN_PERCENT.sub(lambda told: _in_digits(told, language), text)


def _in_digits(told: regex.Match[str], language: str) -> str:
    """Write the number right before the percent in digits, with as many words as it has."""
    words = told["number"].split()
    for start in range(len(words)):
        with contextlib.suppress(ValueError):
            number = text2num(" ".join(words[start:]).lower(), language)
            return " ".join([*words[:start], str(number), told["percent"]])
    return told.group()
