"""Which words carry a talk.

Counted: what is said often comes first, a name counts once more, and of equals the one that is
said first is the heavier. Measured against the posts that editors wrote for twelve talks, this
does as well as the five statistics of YAKE (docs/why.md).
"""

from __future__ import annotations

from collections import Counter

import regex

from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.sentences import UNSPACED_LANGUAGES, tokens

KEYWORDS = 40
"""Words that weigh something; a minute of speech has about sixty that carry it."""

SHORTEST_LETTERS = 3
NAME_BONUS = 1
"""A name counts as if it had been said once more."""

NAME = regex.compile(r"(?<=[^.?!…:]\s)\p{Lu}[\p{L}\p{M}\p{N}'\u2019-]*")
"""A capital in mid-sentence."""

NOUNS_WITH_CAPITAL = frozenset({"de", "lb"})
"""Languages where a capital says only that a word is a noun."""


def term_weights(text: str, language: str) -> dict[str, float]:
    """Weigh the words that carry a talk, from 1 (most) downwards; others weigh nothing.

    >>> term_weights("The mug keeps coffee hot. Every mug is made in Lisbon.", "en")["mug"]
    1.0
    """
    if language in UNSPACED_LANGUAGES:
        return {}
    words = [word for word in tokens(text) if _carries(word, language)]
    counts = Counter(words)
    if language not in NOUNS_WITH_CAPITAL:
        names = {name for found in NAME.findall(text) for name in tokens(found)}
        counts.update({name: NAME_BONUS for name in names if name in counts})
    heaviest = counts.most_common(KEYWORDS)  # of equals the one that was said first
    return {word: 1 - rank / KEYWORDS for rank, (word, _) in enumerate(heaviest)}


def _carries(word: str, language: str) -> bool:
    is_number = word[0].isdigit() or (language == "en" and word in vocabulary.NUMBER_WORDS)
    return len(word) >= SHORTEST_LETTERS and not is_number and not is_small_word(word, language)
