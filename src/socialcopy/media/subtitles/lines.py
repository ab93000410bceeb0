"""Spoken words as lines of text: joined as their script is written, measured, and wrapped.

Widths are columns: one for most characters, two for wide East Asian ones, none for marks that
sit on another character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise

from socialcopy.models import Word

UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)),  # Thai, Lao, Burmese, Khmer
    *((0x3000, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF)),  # CJK punctuation, kana, Han
    *((0xFF00, 0xFF65), (0x20000, 0x3FFFF)),
)
"""First and last code point of scripts written without spaces between words."""

CLOSING = "\"'”’»)]}」』）"  # noqa: RUF001
SENTENCE_ENDS = frozenset(".?!…。！？｡؟।")  # noqa: RUF001  (other scripts' own signs)
CLAUSE_ENDS = frozenset(",;:–—、，；：،")  # noqa: RUF001
ABBREVIATIONS = frozenset(
    {"mr.", "mrs.", "ms.", "dr.", "st.", "no.", "vs.", "e.g.", "i.e.", "p.m."}
)

LEANING = frozenset(
    re.findall(
        r"\w+",
        "a an the my your our his her its their this that these those of to in on at by for from "
        "with into about as and or but so if is are was were be i we you he she it they not very",
    )
)
"""English words that belong to the next one: a line or a subtitle should not end with them."""


def spoken(words: Sequence[Word]) -> list[Word]:
    """Keep words that hold text, without line breaks; cut unspaced runs into characters.

    A recogniser may hand over a whole Chinese or Thai clause as one word, and a line could
    then be broken nowhere.
    """
    pieces: list[Word] = []
    for word in words:
        text = " ".join(word.text.split())
        parts = re.findall(r"\w\W*|\W+", text) if _is_unspaced_run(text) else [text]
        span = word.end_ms - word.start_ms
        for number, part in enumerate(parts if text else []):
            begin = word.start_ms + span * number // len(parts)
            end = word.start_ms + span * (number + 1) // len(parts)
            pieces.append(Word(start_ms=begin, end_ms=end, text=part, probability=word.probability))
    return pieces


def join(texts: Sequence[str]) -> str:
    """Put words side by side, with a space where their script has one."""
    line = ""
    for text in texts:
        line += f" {text}" if _has_space_between(line, text) else text
    return line


def columns(text: str) -> int:
    """The width of a text in columns."""
    return sum(_character_columns(character) for character in text)


def ends_sentence(text: str) -> bool:
    """Whether a word closes a sentence."""
    return text.rstrip(CLOSING)[-1:] in SENTENCE_ENDS and text.lower() not in ABBREVIATIONS


def ends_clause(text: str) -> bool:
    """Whether a word closes a part of a sentence."""
    return text.rstrip(CLOSING)[-1:] in CLAUSE_ENDS


def leans_on(text: str, following: str) -> bool:
    """Whether a word reads badly at the end of a line: an article, say, or half a name."""
    if ends_sentence(text) or ends_clause(text):
        return False
    is_name = text[:1].isupper() and (following[:1].isupper() or following[:1].isdigit())
    is_amount = text[-1:].isdigit() and following[:1].islower()
    return text.lower() in LEANING or is_name or is_amount


def fits(texts: Sequence[str], *, max_line: int, max_lines: int) -> bool:
    """Whether words fit into so many lines; one word alone always does."""
    lines, line = 1, ""
    for text in texts:
        longer = join((line, text)) if line else text
        if columns(longer) > max_line and line:
            lines, longer = lines + 1, text
        line = longer
    return lines <= max_lines or len(texts) == 1


def wrap(texts: Sequence[str], *, max_line: int, max_lines: int) -> list[str]:
    """Break words into as few lines as they need, of like length, where the sense allows."""
    for count in range(1, max_lines + 1):
        choices = [
            [join(texts[a:b]) for a, b in zip((0, *cuts), (*cuts, len(texts)), strict=True)]
            for cuts in combinations(range(1, len(texts)), count - 1)
        ]
        choices = [lines for lines in choices if all(columns(line) <= max_line for line in lines)]
        if choices:
            return min(choices, key=_raggedness)
    return _fill(texts, max_line)


def _fill(texts: Sequence[str], max_line: int) -> list[str]:
    """Lines filled one after the other, where one word alone is longer than a line."""
    lines = [texts[0]]
    for text in texts[1:]:
        longer = join((lines[-1], text))
        if columns(longer) <= max_line:
            lines[-1] = longer
        else:
            lines.append(text)
    return lines


def _raggedness(lines: list[str]) -> float:
    widths = [columns(line) for line in lines]
    score = float(max(widths) - min(widths))
    for line, following in pairwise(lines):
        last = line.split()[-1]
        score += 6 * leans_on(last, following) - 5 * (ends_clause(last) or ends_sentence(last))
    return score + 0.5 * (widths[0] > widths[-1])  # a longer second line stands better


def _is_unspaced_run(text: str) -> bool:
    return len(text) > 1 and all(_is_unspaced(character) for character in text)


def _is_unspaced(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in UNSPACED)


def _has_space_between(left: str, right: str) -> bool:
    if not left or not right:
        return False
    if any(_is_wide_punctuation(character) for character in (left[-1], right[0])):
        return False
    return not (_is_unspaced(left[-1]) and _is_unspaced(right[0]))


def _is_wide_punctuation(character: str) -> bool:
    return _is_unspaced(character) and unicodedata.category(character).startswith("P")


def _character_columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
