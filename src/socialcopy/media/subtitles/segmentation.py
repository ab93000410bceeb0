"""Words, characters and places to break a line, by Unicode's rules and ICU's dictionaries.

UAX #14 says where a line may be broken and UAX #29 what a word is. Thai, Lao, Burmese and Khmer are
written without spaces, and so are Japanese and Chinese: there ICU looks words up. Its rules for
lines alone would break Japanese, Chinese and Korean inside words, so both have to agree; in
Japanese and Korean whole phrases are kept together where ICU knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

import regex
from icu4py.breakers import LineBreaker, WordBreaker

# Letters and signs of scripts that put no spaces between words.
UNSPACED = regex.compile(
    r"[\p{Thai}\p{Lao}\p{Myanmar}\p{Khmer}\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}"
    r"\u3000-\u303f\u30fb\u30fc\uff00-\uff65]"
)
# How ICU is asked about lines, by what is in the text: for phrases, and for words. The first that
# is found counts.
LOCALES = (
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), "ja-u-lb-strict-lw-phrase", "ja-u-lb-strict"),
    (regex.compile(r"\p{Hangul}"), "ko-u-lw-phrase", "ko-u-lw-phrase"),
    (regex.compile(r"\p{Han}"), "zh-u-lb-strict", "zh-u-lb-strict"),
)
SPACE = regex.compile(r"[ \u3000]+(?=\S)")
# Dictionaries go by the script: the locale is of no matter elsewhere.
USUAL = "en"


def is_unspaced(character: str) -> bool:
    """Tell whether a character belongs to a script written without spaces between words."""
    return UNSPACED.match(character) is not None


def pieces(text: str) -> list[str]:
    """Cut a text where a line may be broken; each piece keeps the spaces behind it.

    Where a script has spaces, only they break: neither a hyphen nor a slash does.
    """
    locale = next((phrases for letters, phrases, _ in LOCALES if letters.search(text)), USUAL)
    return _parts(text, [n for n in _cuts(text, locale) if _is_usual(text, n)])


def smaller(text: str) -> list[str]:
    """Cut a piece that is too long for a line: at words inside a phrase, behind a hyphen or slash.

    A single word stays whole.
    """
    locale = next((words for letters, _, words in LOCALES if letters.search(text)), USUAL)
    return _parts(text, _cuts(text, locale))


def at_spaces(text: str) -> list[str]:
    """Cut a piece at its spaces, also where the rules would rather not, as before a `!`."""
    return _parts(text, [found.end() for found in SPACE.finditer(text)])


def _cuts(text: str, locale: str) -> list[int]:
    """Find where ICU would break a line, and not inside a word."""
    edges = set(_ends(WordBreaker(text, USUAL)))
    return [place for place in _ends(LineBreaker(text, locale))[:-1] if place in edges]


def _is_usual(text: str, place: int) -> bool:
    # U+200B is how some writers of Thai and Khmer mark where a line may be broken.
    before, after = text[place - 1], text[place]
    return before.isspace() or before == "\u200b" or is_unspaced(before) or is_unspaced(after)


def _parts(text: str, cuts: list[int]) -> list[str]:
    return [text[a:b] for a, b in pairwise([0, *cuts, len(text)])] if text else []


def _ends(parts: Iterable[str]) -> list[int]:
    """Find where each part ends, in characters: the breakers' segments count UTF-16 units."""
    return list(accumulate(map(len, parts)))
