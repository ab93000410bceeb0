"""Words that a reader of the picture ran together, parted again: `preguntópor` is `preguntó por`.

Only where one half is a small word or a short verb, the other is known, and the whole is not: the
compounds of a language and the names of products stay whole.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable

import regex

from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.vocabulary import word_list
from socialcopy.understanding.dictionary import LANGUAGES, is_known

FEWEST_LETTERS = 6
SHORTEST_SMALL = 3
SHORTEST_OTHER = 4
ELIDED = regex.compile(r"^(?P<left>\p{L}{4,})(?P<right>[lL]['’]\p{L}{2,})$")
# `quell'uomo` is one word and its article.
DOUBLE_L = frozenset({"quel", "bel", "del", "nel", "sul", "dal", "al", "col", "tel"})

WORD = regex.compile(r"[\p{L}\p{M}'’]+")


def parted(text: str, language: str, said: frozenset[str] = frozenset()) -> str:
    """Part the words of a line that ran together; `said` are words known to be whole."""
    if language not in LANGUAGES:
        return text
    return WORD.sub(lambda word: _parted(word.group(), language, said), text)


def _parted(word: str, language: str, said: frozenset[str]) -> str:
    if len(word) < FEWEST_LETTERS or word.isupper() or word.lower() in said:
        return word
    if (elided := ELIDED.match(word)) and elided["left"].lower() not in DOUBLE_L:
        return (
            f"{elided['left']} {elided['right']}" if _is_known(elided["left"], language) else word
        )
    pairs = _small_pairs(word) if language == "de" else ()
    splits = [
        *(pair for pair in _splits(word, language) if _is_known(_other(pair, language), language)),
        *pairs,
    ]
    return " ".join(splits[0]) if splits and not _is_known(word, language) else word


def _splits(word: str, language: str) -> Iterable[tuple[str, str]]:
    """Ways to part a word into a joint and something longer; a name keeps its beginning."""
    is_name = word[:1].isupper()
    for place in range(SHORTEST_SMALL, len(word) - SHORTEST_SMALL + 1):
        left, right = word[:place], word[place:]
        if (_joins(right, language) and len(left) >= SHORTEST_OTHER) or (
            _joins(left, language) and not is_name and len(right) >= SHORTEST_OTHER
        ):
            yield left, right


def _small_pairs(word: str) -> Iterable[tuple[str, str]]:
    """Ways to part a German word into two small ones, of which no compound is made."""
    for place in range(SHORTEST_SMALL, len(word) - SHORTEST_SMALL + 1):
        left, right = word[:place], word[place:]
        is_small = is_small_word(left, "de") or left.lower() in word_list("clause_subjects", "de")
        if is_small and right.islower() and is_small_word(right, "de"):
            yield left, right


def _joins(part: str, language: str) -> bool:
    return part in word_list("short_verbs", language) or (
        language != "de" and is_small_word(part, language)
    )


def _other(pair: tuple[str, str], language: str) -> str:
    return pair[0] if _joins(pair[1], language) else pair[1]


# A word is known if another form of it is: `preguntó` by `preguntar`.
ENDINGS = ("", "a", "o", "e", "s", "n", "t", "ar", "er", "ir", "en", "an")


def _is_known(word: str, language: str) -> bool:
    if is_known(word, language):
        return True
    return len(word) > FEWEST_LETTERS and any(
        is_known(f"{word[:-1]}{end}", language) for end in ENDINGS
    )
