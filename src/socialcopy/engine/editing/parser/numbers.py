"""Numbers and times as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from socialcopy.engine.editing.parser.rules import SIGNS, WORDS
from socialcopy.engine.editing.parser.vocabulary import NEVER, Numerals, Rewrite

WORD = re.compile(rf"\b(?:{'|'.join(WORDS.numbers) or NEVER})\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """Write numbers in digits, wherever a word is one."""
    for numerals in WORDS.numerals:
        text = _percentages_in_digits(text, numerals)
    text = WORD.sub(lambda match: str(WORDS.numbers[match[0].lower()]), text)
    for numerals in WORDS.numerals:
        text = _numerals_in_digits(text, numerals)
    return text


def _percentages_in_digits(text: str, numerals: Numerals) -> str:
    pattern = rf"{numerals.percent}([{_characters(numerals)}\d]+)"
    return re.sub(pattern, lambda match: f"{_value(match[1], numerals)}%", text)


def _numerals_in_digits(text: str, numerals: Numerals) -> str:
    pattern = rf"([{_characters(numerals)}]+)(?={numerals.before})"
    return re.sub(pattern, lambda match: str(_value(match[1], numerals)), text)


def _characters(numerals: Numerals) -> str:
    return numerals.digits + numerals.two + numerals.ten + numerals.hundred


def _value(text: str, numerals: Numerals) -> int:
    """Read a number up to 199 in numerals, or in digits."""
    if text.isdigit():
        return int(text)
    values = {character: value for value, character in enumerate(numerals.digits)}
    values[numerals.two] = 2
    hundreds, has_hundred, rest = text.rpartition(numerals.hundred)
    tens, has_ten, ones = rest.rpartition(numerals.ten)
    total = (values.get(hundreds, 1) * 100) if has_hundred else 0
    total += (values.get(tens, 1) * 10) if has_ten else 0
    return total + sum(values.get(character, 0) for character in ones)


def rewritten(text: str, rewrites: Iterable[Rewrite]) -> str:
    """Bring expressions into the form in which they are read."""
    for rewrite in rewrites:
        text = re.sub(rewrite.pattern, rewrite.becomes, text, flags=re.IGNORECASE)
    return text


def in_figures(clause: str) -> str:
    """Write a clause's numbers in digits, and its amounts as a number with a unit."""
    amounts = WORDS.rewrites.get("amounts", ())
    return rewritten(in_digits(rewritten(clause, amounts)), amounts)


def milliseconds(text: str) -> int:
    """Return a time, written `1:02.5` or in words such as `3 s`, in milliseconds."""
    text = text.strip()
    if ":" in text:
        seconds = 0.0
        for part in text.split(":"):
            seconds = seconds * 60 + float(part)
        return round(seconds * 1000)
    amounts = [float(amount) for amount in re.findall(SIGNS["number"], text)]
    if re.search(WORDS.common.minutes, text, re.IGNORECASE):
        return round((amounts[0] * 60 + sum(amounts[1:])) * 1000)
    return round(amounts[0] * 1000)
