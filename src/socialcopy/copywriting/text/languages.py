"""Which language a sentence is in, by its script and by the small words every language has.

The small words are those of the package `stop-words`, but for English, where our own list is
stricter: its long one holds `de`, `la` and `un` too. Only a sentence that speaks clearly for
another language than its video's counts as that; a name or a loan word does not.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

import regex
from stop_words import get_stop_words

from socialcopy.copywriting.text import vocabulary

# Those whose small words are compared.
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "no", "fi", "pl", "cs", "tr")

# Where `stop-words` has another name for a language.
NAMES_OF_LISTS = {"no": "nb"}

SCRIPTS = {
    language: regex.compile("|".join(rf"\p{{{script}}}" for script in scripts.split("+")))
    for language, scripts in vocabulary.pairs("scripts").items()
}
SHARED_SCRIPTS = vocabulary.pairs("shared_scripts")
SMALL = regex.compile(r"(?<![\p{N}\p{L}])\p{L}[\p{L}'’]*(?!\p{N})")
# Letters that speak for a language where small words are few.
LETTERS = {"es": "ñ¿¡", "de": "ßüö", "pt": "ãõ", "fr": "êœù", "it": "òì", "sv": "å"}

# Small words that speak for another language; one may be a name's.
FEWEST_HITS = 2


def tongue(text: str, usual: str) -> str:
    """Find the language of a sentence, `usual` where nothing speaks clearly for another."""
    usual = usual.partition("-")[0]
    if script := _script(text):
        return usual if script in {usual, SHARED_SCRIPTS.get(usual)} or usual == "ja" else script
    hits = _hits(text)
    best = max(LANGUAGES, key=lambda language: hits[language])
    clear = hits[best] >= max(FEWEST_HITS, 2 * hits[usual] + 1)
    return best if clear else usual


def language_of(text: str) -> str:
    """Return the language of a text by itself; nothing where its words speak for none."""
    if script := _script(text):
        return script
    hits = _hits(text)
    for language, letters in LETTERS.items():
        hits[language] += sum(sign in letters for sign in text.lower())
    best = max(LANGUAGES, key=lambda language: hits[language])
    return best if hits[best] else ""


def _script(text: str) -> str:
    return next((name for name, letters in SCRIPTS.items() if letters.search(text)), "")


def _hits(text: str) -> Counter[str]:
    """Count the small words of each language."""
    words = (word.replace("’", "'") for word in SMALL.findall(text.lower()))
    return Counter(language for word in words for language in _languages_of(word))


def main_tongue(spoken: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Rank languages by their numbers of words, the one with most first."""
    words: Counter[str] = Counter()
    for language, count in spoken:
        words[language] += count
    return tuple(language for language, _ in words.most_common())


def is_small_word(word: str, language: str) -> bool:
    """Tell whether it is one of the small words of a language that is compared."""
    return language in LANGUAGES and word.lower() in _small_words(language)


@cache
def _languages_of(word: str) -> tuple[str, ...]:
    return tuple(language for language in LANGUAGES if word in _small_words(language))


@cache
def _small_words(language: str) -> frozenset[str]:
    if language == "en":
        return vocabulary.word_list("function_words")
    return frozenset(get_stop_words(NAMES_OF_LISTS.get(language, language)))
