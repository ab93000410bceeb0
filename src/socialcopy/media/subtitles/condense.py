"""Words that a subtitle may leave out where a voice is faster than anyone reads.

In languages whose file names such words, and never from subtitles that a person wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from socialcopy.media.subtitles.languages import SubtitleLanguage
from socialcopy.media.subtitles.lines import CLAUSE_ENDS, SENTENCE_ENDS, columns, line
from socialcopy.models import Word


def condensed(words: Sequence[Word], most_columns: int, own: SubtitleLanguage) -> Sequence[Word]:
    """Leave out so many idle words that the others fit; none where that can't be.

    >>> texts = "Um, ", "it ", "really ", "works."
    >>> from socialcopy.media.subtitles import languages
    >>> words = [Word(start_ms=0, end_ms=1, text=text) for text in texts]
    >>> [word.text for word in condensed(words, 9, languages.of("en"))]
    ['It ', 'works.']
    """
    kept = list(words)
    for dropped in _dispensable(words, own):
        if columns(line([word.text for word in kept])) <= most_columns:
            break
        kept = [word for word in kept if word is not dropped]
    fits = kept and columns(line([word.text for word in kept])) <= most_columns
    return _capitalised(kept, words[0]) if fits else words


def _dispensable(words: Sequence[Word], own: SubtitleLanguage) -> Iterator[Word]:
    """Yield what may go: fillers, stuttered small words, other idle words; the idlest first."""
    fillers, *others = own.idle
    plain = [word.text.strip(",.!? ").casefold() for word in words]
    yield from (word for word, text in zip(words, plain, strict=True) if text in fillers)
    yield from (
        word for word, text, following in zip(words, plain, plain[1:], strict=False)
        if text == following and text in own.leaning
    )  # fmt: skip
    for idle in others:
        yield from (
            word for word, text in zip(words[1:], plain[1:], strict=True)
            if text in idle and word.text.rstrip()[-1] not in CLAUSE_ENDS | SENTENCE_ENDS
        )  # fmt: skip


def _capitalised(kept: list[Word], first: Word) -> list[Word]:
    if kept[0] is first or not first.text[:1].isupper():
        return kept
    text = kept[0].text[:1].upper() + kept[0].text[1:]
    return [kept[0].model_copy(update={"text": text}), *kept[1:]]
