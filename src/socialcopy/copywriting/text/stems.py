"""Words by what they mean rather than how they are bent: `grew` and `growing` are one.

Snowball's rules for each language (BSD), a list of irregular English forms, and a few words
that say the same. Only what carries a matter counts; numbers and names of days are facts and
compared elsewhere.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import regex

from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.quantities import uniform
from socialcopy.understanding import dictionary

WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*")
JOINT = regex.compile(r"(?<=\p{L})-(?=\p{L})|[-.](?=\p{L}{2,}$)")
ELISION = regex.compile(r"^(?:[cdjlmnst]|qu|dell|nell|all|dall|un|quest|gl)['’](?=\p{L})", regex.I)
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
FEWEST_LETTERS = 5
# Share of two stems that has to be the same for one to come from the other.
ALIKE = 0.7
# Languages whose participles begin with `ge`, and that write compounds as one word.
PARTICIPLES, COMPOUNDS = frozenset({"de", "nl"}), frozenset({"de", "nl", "sv"})


def plain_words(text: str) -> list[str]:
    """Return the words of a text in lower case, with straight apostrophes and no elided article."""
    found = (word.lower().replace("’", "'") for word in WORD.findall(text))
    parts = (part for word in found for part in JOINT.split(word))
    return [piece for part in parts for piece in _pieces(ELISION.sub("", part))]


def _pieces(word: str) -> list[str]:
    """Cut a run of a script without spaces into pairs of signs, which compare as words do."""
    if not UNSPACED.match(word):
        return [word]
    return [word[n : n + 2] for n in range(max(1, len(word) - 1))]


@lru_cache(maxsize=16_384)
def stem(word: str, language: str) -> str:
    """Return the part of a word that its forms share."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    word = vocabulary.pairs("forms", language).get(word, word)
    return dictionary.stem(word, language)


@cache
def _synonyms(language: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in vocabulary.text("synonyms", language).split():
        first, second = (stem(word, language) for word in pair.split("="))
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {word: frozenset(others) for word, others in found.items()}


def is_same(one: str, other: str, language: str) -> bool:
    """Tell whether two stems are of one word, or of two that say the same."""
    if one == other or other in _synonyms(language).get(one, frozenset()):
        return True
    shortest, longest = sorted((one, other), key=len)
    if language in PARTICIPLES and longest.startswith("ge") and len(shortest) >= FEWEST_LETTERS - 1:
        return longest[2:].rstrip("t") == shortest.rstrip("t")  # `geprüft` of `prüft`
    common = _common(one, other)
    needed = max(FEWEST_LETTERS + (language == "de"), ALIKE * len(longest))
    return common >= needed and common >= len(shortest) - 1


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (left, right) in pairs if left != right), min(len(one), len(other)))


@lru_cache(maxsize=8_192)
def content(text: str, language: str) -> tuple[str, ...]:
    """Stems of the words that carry a matter, in order; numbers are left to the facts."""
    return tuple(
        stem(word, language)
        for word in plain_words(uniform(text, language))
        if not word[0].isdigit() and not is_small_word(word, language) and len(word) > 1
    )


@lru_cache(maxsize=8_192)
def stems_of(text: str, language: str) -> frozenset[str]:
    """Tell the words of a text that count, as stems."""
    return frozenset(content(text, language))


def is_in(wanted: str, stems: Iterable[str], language: str) -> bool:
    """Tell whether a stem is among others, in some form or by another word for the same."""
    return any(is_same(wanted, s, language) or _is_head(wanted, s, language) for s in stems)


def _is_head(wanted: str, found: str, language: str) -> bool:
    """Tell whether a compound is some of what is wanted: a `Ersatzteil` is a `Teil`."""
    return language in COMPOUNDS and len(wanted) >= FEWEST_LETTERS and found.endswith(wanted)


def telling(text: str, language: str) -> list[str]:
    """Tell the stems of a text that have a matter of their own, in order."""
    return [found for found in content(text, language) if found not in light_stems(language)]


@lru_cache(maxsize=8_192)
def light_stems(language: str) -> frozenset[str]:
    """Stems of what has no matter of its own."""
    names = ("light", "first_person", "you")
    words = [word for name in names for word in vocabulary.word_list(name, language)]
    # A denial is looked up as one (reversals.py), not as a word.
    denying = regex.findall(
        r"(?<![\p{L}\\{])\p{L}{3,}(?![\p{L}\\])", vocabulary.text("negations", language)
    )
    return frozenset(stem(word, language) for word in (*words, *denying))
