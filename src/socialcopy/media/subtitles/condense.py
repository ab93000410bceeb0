"""Words that a subtitle may leave out where a voice is faster than anyone reads.

In English only, and never from subtitles that a person wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from socialcopy.media.subtitles.lines import CLAUSE_ENDS, LEANING, SENTENCE_ENDS, columns, line
from socialcopy.models import Word

FILLERS = frozenset({"uh", "um", "uhm", "er", "erm", "hmm", "mhm", "ah", "oh"})
IDLE = frozenset(
    {"just", "really", "actually", "basically", "literally", "simply", "quite", "well", "so"}
)
ARTICLES = frozenset({"a", "an", "the"})
# Which small words carry nothing is a matter of each language; only this one was looked into.
LANGUAGE = "en"


def condensed(words: Sequence[Word], most_columns: int) -> Sequence[Word]:
    """Leave out so many idle words that the others fit; none where that can't be.

    >>> texts = "Um, ", "it ", "really ", "works."
    >>> words = [Word(start_ms=0, end_ms=1, text=text) for text in texts]
    >>> [word.text for word in condensed(words, most_columns=9)]
    ['It ', 'works.']
    """
    kept = list(words)
    for dropped in _dispensable(words):
        if columns(line([word.text for word in kept])) <= most_columns:
            break
        kept = [word for word in kept if word is not dropped]
    fits = kept and columns(line([word.text for word in kept])) <= most_columns
    return _capitalised(kept, words[0]) if fits else words


def _dispensable(words: Sequence[Word]) -> Iterator[Word]:
    """Yield what may go, the idlest first: fillers, stuttered small words, idle words, articles."""
    plain = [word.text.strip(",.!? ").casefold() for word in words]
    yield from (word for word, text in zip(words, plain, strict=True) if text in FILLERS)
    yield from (
        word for word, text, following in zip(words, plain, plain[1:], strict=False)
        if text == following and text in LEANING
    )  # fmt: skip
    for idle in (IDLE, ARTICLES):
        yield from (
            word for word, text in zip(words[1:], plain[1:], strict=True)
            if text in idle and word.text.rstrip()[-1] not in CLAUSE_ENDS | SENTENCE_ENDS
        )  # fmt: skip


def _capitalised(kept: list[Word], first: Word) -> list[Word]:
    if kept[0] is first or not first.text[:1].isupper():
        return kept
    text = kept[0].text[:1].upper() + kept[0].text[1:]
    return [kept[0].model_copy(update={"text": text}), *kept[1:]]
