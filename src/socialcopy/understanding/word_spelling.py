"""Heard words written otherwise, each in its time, its case and with its own punctuation."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import regex

from socialcopy.models import Word
from socialcopy.understanding.dictionary import is_rare

# Probability of a word that was heard and read.
CONFIRMED = 0.9

# Letters from which capitals are a shout and no abbreviation.
FEWEST_LETTERS = 4

BARE = regex.compile(r"^\P{L}*(?P<core>.*?)(?P<end>['’]s)?(?P<stop>[\p{P}]*)$", regex.S)
ENDS = (".", "!", "?", "…")
QUOTES = '"“”„«».,;:!?…'


class Mistake(NamedTuple):
    """Words from `start` to `end` of a transcript that are others."""

    start: int
    end: int
    right: tuple[str, ...]
    is_name: bool = False
    """Whether its capitals are its own wherever it is said."""


def core(word: Word) -> str:
    """Return a word's letters in lower case, without punctuation and an `'s`."""
    found = BARE.match(word.text)
    return found["core"].casefold() if found else ""


def spelled(word: Word, text: str) -> Word:
    """Return the word with other letters, and its own punctuation."""
    found = BARE.match(word.text)
    if found is None:
        return word
    begin, end = found.span("core")
    return word.model_copy(update={"text": word.text[:begin] + text + word.text[end:]})


def put_right(words: Sequence[Word], mistake: Mistake, language: str) -> list[Word]:
    """Put the right words in the time of the wrong ones, each with what was heard in its place."""
    wrong = words[mistake.start : mistake.end]
    begins = mistake.start == 0 or words[mistake.start - 1].text.endswith(ENDS)
    cased = [
        text
        if mistake.is_name
        else _cased(text, wrong[min(n, len(wrong) - 1)], language, begins=begins and n == 0)
        for n, text in enumerate(mistake.right)
    ]
    start_ms, span_ms = wrong[0].start_ms, wrong[-1].end_ms - wrong[0].start_ms
    heard = [word.text.strip(QUOTES) for word in wrong]
    if len(heard) != len(cased):
        heard = [" ".join(heard)] * len(cased)
    right = [
        Word(
            text=text,
            start_ms=start_ms + n * span_ms // len(cased),
            end_ms=start_ms + (n + 1) * span_ms // len(cased),
            probability=CONFIRMED,
            language=wrong[0].language,
            heard=heard[n] if heard[n] != text else "",
        )
        for n, text in enumerate(cased)
    ]
    right[-1] = right[-1].model_copy(update={"text": spelled(wrong[-1], cased[-1]).text})
    return right


def _cased(text: str, heard: Word, language: str, *, begins: bool) -> str:
    """Give a shown word the capitals of where it is said; a heading's and a shout's stay behind."""
    letters = regex.findall(r"\p{L}", heard.text)
    has_capital = bool(letters) and letters[0].isupper()
    is_word = len(text) >= FEWEST_LETTERS or (len(text) > 1 and not is_rare(text, language))
    if text.isupper() and is_word:
        text = text.capitalize() if has_capital else text.lower()
    if begins:
        return text[:1].upper() + text[1:]
    is_title = text[:1].isupper() and not has_capital and not is_rare(text, language)
    return text.lower() if is_title and text[1:].islower() else text
