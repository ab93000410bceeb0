"""The last resort against a voice faster than anyone reads: words that say nothing are left out.

Only in a subtitle that can't be read otherwise, only as many as it takes, and only where that is
enough; `transcript.json` keeps every word. English alone: elsewhere nothing is known to be idle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from socialcopy.media.lines import CLAUSE_ENDS, LEANING, SENTENCE_ENDS, columns, join
from socialcopy.models import Word

FILLERS = frozenset({"uh", "um", "uhm", "er", "erm", "hmm", "mhm", "ah", "oh"})
IDLE = frozenset(
    {"just", "really", "actually", "basically", "literally", "simply", "quite", "well", "so"}
)
ARTICLES = frozenset({"a", "an", "the"})
LANGUAGE = "en"


def condensed(words: Sequence[Word], most_columns: int) -> Sequence[Word]:
    """The words without so many idle ones that they fit; all of them where that can't be."""
    kept = list(words)
    for dropped in _dispensable(words):
        if columns(join([word.text for word in kept])) <= most_columns:
            break
        kept = [word for word in kept if word is not dropped]
    fits = kept and columns(join([word.text for word in kept])) <= most_columns
    return _capitalised(kept, words[0]) if fits else words


def _dispensable(words: Sequence[Word]) -> Iterator[Word]:
    """What may go, the idlest first: fillers, stuttered small words, idle words, articles."""
    plain = [word.text.strip(",.!?").casefold() for word in words]
    yield from (word for word, text in zip(words, plain, strict=True) if text in FILLERS)
    yield from (
        word for word, text, following in zip(words, plain, plain[1:], strict=False)
        if text == following and text in LEANING
    )  # fmt: skip
    for idle in (IDLE, ARTICLES):
        yield from (
            word for word, text in zip(words[1:], plain[1:], strict=True)
            if text in idle and word.text[-1] not in CLAUSE_ENDS | SENTENCE_ENDS
        )  # fmt: skip


def _capitalised(kept: list[Word], first: Word) -> list[Word]:
    if kept[0] is first or not first.text[:1].isupper():
        return kept
    text = kept[0].text[:1].upper() + kept[0].text[1:]
    return [kept[0].model_copy(update={"text": text}), *kept[1:]]
