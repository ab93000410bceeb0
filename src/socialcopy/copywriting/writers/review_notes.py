"""What somebody should hear again before a post goes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.writers.layout import Post
from socialcopy.copywriting.writers.ranking import Talk
from socialcopy.models import ScreenText

MOST_DOUBTFUL_WORDS = 8
MOST_LEFT_OUT = 3
ALIKE = 0.6
"""Share of common letters from which a word that is shown may be the one that was said."""

FEWEST_LETTERS = 4


def notes_on_hearing(
    talk: Talk, posts: Sequence[Post], screen: Sequence[ScreenText]
) -> tuple[str, ...]:
    """Say which language was kept to, what was hard to hear, and what was left out."""
    sentences = [point.sentence for post in posts for point in post.sentences]
    doubtful = dict.fromkeys(w for s in sentences for w in (*s.doubtful, *s.weighty))
    differing = dict.fromkeys(pair for s in sentences for pair in shown_otherwise(s.text, screen))
    notes: list[str] = []
    if len(talk.spoken) > 1:
        names = ", ".join(talk.spoken)
        notes.append(
            f"Several languages are spoken ({names}); the copy is in {talk.language}. "
            "`language:` in a brief chooses another."
        )
    if doubtful:
        words = ", ".join(f"“{word}”" for word in list(doubtful)[:MOST_DOUBTFUL_WORDS])
        notes.append(f"Listen again before posting; these words were hard to hear: {words}.")
    if differing:
        pairs = ", ".join(f"“{heard}” (“{shown}”)" for heard, shown in differing)
        notes.append(f"The picture writes some words otherwise than they were heard: {pairs}.")
    if talk.left_out:
        quoted = "; ".join(f"“{sentence.text}”" for sentence in talk.left_out[:MOST_LEFT_OUT])
        notes.append(
            "Left out, since only the brief's own link, handles and numbers are posted, and nobody "
            f"else gives orders: {quoted} Put the link into the brief if posts should have it."
        )
    return tuple(notes)


def shown_otherwise(sentence: str, screen: Sequence[ScreenText]) -> Iterable[tuple[str, str]]:
    """Words heard beside one that the picture shows too, where it shows another, alike one.

    `little soup` under “lentil soup”; nothing is changed, since either may be right.
    """
    shown = {pair for line in screen for pair in pairwise(tokens(line.text))}
    for first, second in pairwise(tokens(sentence)):
        for left, right in sorted(shown):
            if second == right and _is_alike(first, left):
                yield f"{first} {second}", f"{left} {right}"
            if first == left and _is_alike(second, right):
                yield f"{first} {second}", f"{left} {right}"


def _is_alike(heard: str, shown: str) -> bool:
    """Whether one was misheard for the other, and is no other form of it."""
    if min(len(heard), len(shown)) < FEWEST_LETTERS or heard[:3] == shown[:3]:
        return False
    return SequenceMatcher(None, heard, shown).ratio() >= ALIKE
