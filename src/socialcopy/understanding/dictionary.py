"""Which words a language has: lists with frequencies of `pyspellchecker` (MIT), stems of Snowball.

A list is loaded, in a few tenths of a second, only when a word is asked for that hangs on it.
"""

from __future__ import annotations

import gzip
import json
import threading
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import snowballstemmer
from stop_words import LANGUAGE_MAPPING, get_stop_words

LANGUAGES = frozenset({"en", "de", "es", "fr", "it", "nl", "pt"})
OTHER_CODES = {"no": "nb"}

# Frequency that the lists give to words their sources hardly have, surnames mostly.
RARE = 50

# And up to which a word on a card alone is rather a name.
UNCOMMON = 500

# So many words of a language are used by everybody.
COMMON = 5_000

# Frequency from which one of English's 1,333 stop words carries no matter; `side` has less.
FREQUENT = 500_000

# A stemmer keeps the word that it works on, and the engine answers several messages at once.
STEMMING = threading.Lock()


def is_known(word: str, language: str) -> bool:
    """Tell whether the list of a language has a word; False for a language without one."""
    return word.lower() in _frequencies(language)


def is_rare(word: str, language: str) -> bool:
    """Tell whether the list of a language has no such word, or hardly."""
    return _frequencies(language).get(word.lower(), 0) <= RARE


def is_uncommon(word: str, language: str) -> bool:
    """Tell whether a word may be a name for that it is seldom used: `Passel`, `Fragua`."""
    return _frequencies(language).get(word.lower(), 0) <= UNCOMMON


def is_common(word: str, language: str) -> bool:
    """Tell whether a word is among the ones that everybody uses."""
    return is_known(word, language) and _frequencies(language)[word.lower()] >= _least_common(
        language
    )


def is_small(word: str, language: str) -> bool:
    """Tell whether a word is one of the most frequent, which carry no matter."""
    return word.lower() in _small_words(language)


@lru_cache(maxsize=16_384)
def stem(word: str, language: str) -> str:
    """Return the lower-case part of a word that its forms share; the word if no rules are known."""
    name = LANGUAGE_MAPPING.get(OTHER_CODES.get(language, language), "")
    plain = word.lower()
    if name not in snowballstemmer.algorithms():
        return plain
    with STEMMING:
        return str(_stemmer(name).stemWord(plain))


@cache
def _stemmer(name: str) -> Any:
    return snowballstemmer.stemmer(name)


@cache
def _small_words(language: str) -> frozenset[str]:
    listed = frozenset(get_stop_words(language)) if language in LANGUAGE_MAPPING else frozenset()
    if language != "en":
        return listed
    return frozenset(word for word in listed if _frequencies("en").get(word, 0) >= FREQUENT)


@cache
def _least_common(language: str) -> int:
    return sorted(_frequencies(language).values(), reverse=True)[:COMMON][-1]


@cache
def _frequencies(language: str) -> dict[str, int]:
    if language not in LANGUAGES:
        return {}
    packed = (files("spellchecker") / "resources" / f"{language}.json.gz").read_bytes()
    return dict(json.loads(gzip.decompress(packed)))
