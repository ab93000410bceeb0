"""Numbers and times as people write them, in English and Chinese."""

from __future__ import annotations

import re

WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
}
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
WORD = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
HAN = re.compile(r"([零一二三四五六七八九十百两]+)(?=秒|分|倍|个|段|号|[、,，]|和|到|至|%|$)")
PERCENT = re.compile(r"百分之([零一二三四五六七八九十百两\d]+)")

S, M = r"(?:seconds?|secs?|s(?!\w)|秒钟?)", r"(?:minutes?|mins?|m(?!\w)|分钟?)"
TIME = (
    r"(?:\d+:\d{2}(?::\d{2})?(?:\.\d+)?"
    rf"|\d+(?:\.\d+)?\s*-?\s*{M}(?:\s*(?:and\s*)?\d+(?:\.\d+)?\s*{S}?)?"
    rf"|\d+(?:\.\d+)?\s*-?\s*{S}?)"
)
"""A clock reading, or an amount; a bare number means seconds."""

NUMBER = r"\d+(?:\.\d+)?"
ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
}


def in_digits(text: str) -> str:
    """Write numbers in digits, wherever a word is one."""
    text = PERCENT.sub(lambda match: f"{_han(match[1])}%", text)
    text = WORD.sub(lambda match: str(WORDS[match[0].lower()]), text)
    return HAN.sub(lambda match: str(_han(match[1])), text)


def _han(text: str) -> int:
    """Read a number up to 199 in Chinese characters, or in digits."""
    if text.isdigit():
        return int(text)
    hundreds, has_hundred, rest = text.rpartition("百")
    tens, has_ten, ones = rest.rpartition("十")
    total = (DIGITS.get(hundreds, 1) * 100) if has_hundred else 0
    total += (DIGITS.get(tens, 1) * 10) if has_ten else 0
    return total + sum(DIGITS.get(character, 0) for character in ones)


def milliseconds(text: str) -> int:
    """Return a time, written `1:02.5` or in words such as `3 s`, in milliseconds."""
    text = text.strip()
    if ":" in text:
        seconds = 0.0
        for part in text.split(":"):
            seconds = seconds * 60 + float(part)
        return round(seconds * 1000)
    amounts = [float(amount) for amount in re.findall(NUMBER, text)]
    if re.search(M, text, re.IGNORECASE):
        return round((amounts[0] * 60 + sum(amounts[1:])) * 1000)
    return round(amounts[0] * 1000)
