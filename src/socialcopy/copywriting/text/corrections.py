"""What a speaker took back: `400 grams of flour, no sorry, 450` is 450 grams, for everybody.

And what can go without being missed: whom a speaker calls by a name that nobody could hear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

import regex

from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.vocabulary import every, pattern, word_list
from socialcopy.models import Word
from socialcopy.understanding.dictionary import is_small

LONGEST_MARK = 3
# Words before the mark among which the one that was wrong is looked for.
FARTHEST = 6

# Of a name that somebody is called by: `Mrs Abendrot`.
LONGEST_CALL = 3

PUNCTUATION = regex.compile(r"[.,;:!?…]+$")


def corrected(heard: Sequence[Word], language: str) -> list[Word]:
    """Put what was said at last in the place of what was said first; none where it is unclear."""
    said = _slot_refilled(list(heard), language)
    for mark in range(1, len(said)):
        size = _mark(said, mark, language)
        if size and (place := _taken_back(said, mark, size, language)) is not None:
            return corrected(_replaced(said, place, mark, size), language)
    return said


def _slot_refilled(said: list[Word], language: str) -> list[Word]:
    """`De jacarandá, não, desculpa, de jabuticabeira`: what follows the mark begins alike."""
    bare = [PUNCTUATION.sub("", word.text).lower() for word in said]
    for start in range(2, len(said) - 2):
        if not said[start - 1].text.endswith(","):
            continue
        for size in range(min(LONGEST_MARK, len(said) - start - 2), 0, -1):
            behind = start + size
            is_mark = pattern("corrections", language).fullmatch(" ".join(bare[start:behind]))
            is_apart = said[behind - 1].text.endswith(",")
            is_slot = is_small(bare[behind], language) and bare[behind] == bare[start - 2]
            if is_mark and is_apart and is_slot and bare[behind + 1] != bare[start - 1]:
                return [*said[: start - 2], *said[behind:]]
    return said


def without_guess(group: Sequence[Word], least: float) -> list[Word]:
    """Take out a name between commas that was hard to hear, where all else was heard well."""
    said = list(group)
    doubted = {n for n, word in enumerate(said) if word.probability < least}
    commas = [n for n, word in enumerate(said) if word.text.endswith(",")]
    for before, last in pairwise(commas):
        called = said[before + 1 : last + 1]
        is_name = all(word.text[:1].isupper() for word in called)
        inside = set(range(before + 1, last + 1))
        if doubted and doubted <= inside and is_name and len(called) <= LONGEST_CALL:
            return said[: before + 1] + said[last + 1 :]
    return said


def _mark(said: Sequence[Word], start: int, language: str) -> int:
    """How many words from a place on take something back; they stand between commas."""
    if not said[start - 1].text.endswith((",", "…", "...")):
        return 0
    for size in range(min(LONGEST_MARK, len(said) - start - 1), 0, -1):
        words_said = " ".join(PUNCTUATION.sub("", w.text) for w in said[start : start + size])
        is_apart = said[start + size - 1].text.endswith((",", "."))
        if is_apart and pattern("corrections", language).fullmatch(words_said):
            return size
    return 0


def _taken_back(said: Sequence[Word], mark: int, size: int, language: str) -> int | None:
    kind = _kind(said[mark + size], language)
    before = range(mark - 1, max(-1, mark - 1 - FARTHEST), -1)
    return next((n for n in before if kind and _kind(said[n], language) == kind), None)


def _kind(word: Word, language: str) -> str:
    """Tell what one word can be taken back for: a number for a number, a day for a day, a name."""
    bare = PUNCTUATION.sub("", word.text)
    if regex.search(r"\d", counted(bare, language)):
        return "number"
    if bare.lower() in every("dates"):
        return "date"
    is_name = bare[:1].isupper() and bare.lower() not in word_list("function_words")
    return "name" if is_name and language != "de" else ""


def _replaced(said: list[Word], place: int, mark: int, size: int) -> list[Word]:
    right = said[mark + size]
    end = PUNCTUATION.search(right.text)
    tail = said[place + 1 : mark]
    plain = right.model_copy(update={"text": PUNCTUATION.sub("", right.text)}) if tail else right
    if tail:
        last = PUNCTUATION.sub("", tail[-1].text) + (end.group() if end else "")
        tail[-1] = tail[-1].model_copy(update={"text": last})
    return [*said[:place], plain, *tail, *said[mark + size + 1 :]]


def recounted(groups: Sequence[list[Word]], language: str) -> Iterator[list[Word]]:
    """Put right the last number of a sentence where another follows as a sentence of its own.

    `We got 60 emails. Sixty three. Sixty three emails …` is 63; behind a question it is the answer.
    """
    for group, following, behind in zip_longest(groups, groups[1:], groups[2:]):
        again = BARE_NUMBER.fullmatch(_counted(following or (), language))
        told = NUMBER.findall(_counted(group, language)) if again else []
        is_repeated = again and again[1] in NUMBER.findall(_counted(behind or (), language))
        is_asked = bool(group) and group[-1].text.endswith("?")
        if not again or not told or is_asked or not is_repeated or again[1] in told:
            yield group
            continue
        places = [n for n, word in enumerate(group) if _kind(word, language) == "number"]
        last = places[-1] if len(places) == len(told) else len(group)
        right = (word.model_copy(update={"text": again[1]}) for word in group[last : last + 1])
        yield [*group[:last], *right, *group[last + 1 :]]


def _counted(group: Sequence[Word], language: str) -> str:
    return counted(" ".join(word.text for word in group), language)


NUMBER = regex.compile(r"\d+")
BARE_NUMBER = regex.compile(r"(\d+)[.!]")
