"""What a speaker took back: `400 grams of flour, no sorry, 450` is 450 grams, for everybody.

And what can go without being missed: whom a speaker calls by a name that nobody could hear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile, zip_longest

import regex

from socialcopy.copywriting.text.facts import COUNTABLE_LANGUAGES, counted
from socialcopy.copywriting.text.vocabulary import every, pattern, says, word_list
from socialcopy.models import Word
from socialcopy.understanding.dictionary import is_small

LONGEST_MARK = 3
# Words before the mark among which the one that was wrong is looked for.
FARTHEST = 6

# Of a name that somebody is called by: `Mrs Abendrot`.
LONGEST_CALL = 3

# Words with which two sentences begin alike, and of an amount that is said once more.
FEWEST_ALIKE = 2
LONGEST_AMOUNT = 4
NO = frozenset({"no", "non", "nein", "nee", "nej", "não"})

PUNCTUATION = regex.compile(r"[.,;:!?…]+$")


def corrected(heard: Sequence[Word], language: str) -> list[Word]:
    """Put what was said at last in the place of what was said first; none where it is unclear."""
    said = list(heard)
    for mark in range(1, len(said)):
        size = _mark(said, mark, language)
        if size and (right := _put_right(said, mark, size, language)):
            return corrected(right, language)
    return said


def _put_right(said: list[Word], mark: int, size: int, language: str) -> list[Word]:
    """Put a number, a day or a name in the place of the one before, else say the slot anew."""
    found = _taken_back(said, mark, size, language)
    if found is not None:
        return _replaced(said, found, mark, size, language)
    return _slot_refilled(said, mark, size, language)


def _slot_refilled(said: list[Word], mark: int, size: int, language: str) -> list[Word]:
    """`De jacarandá, não, desculpa, de jabuticabeira`: what follows the mark begins alike."""
    bare = [*map(_bare, said)]
    behind = mark + size
    is_apart = said[behind - 1].text.endswith(",") and len(said) > behind + 1
    if not is_apart or not is_small(bare[behind], language) or bare[behind + 1] == bare[mark - 1]:
        return []
    # With more between, the last word comes again: `een kwart slag, nee, een halve slag`.
    starts = [mark - 2, *(n for n in (mark - 3, mark - 4) if bare[mark - 1] in bare[behind:])]
    start = next((n for n in starts if n >= 0 and bare[n] == bare[behind]), None)
    return [] if start is None else [*said[:start], *said[behind:]]


def retaken(groups: Sequence[list[Word]], language: str) -> Iterator[list[Word]]:
    """Leave out a sentence that the next one takes back: `It must go. No, wait, it must not go.`

    Where only an amount is put right, it is a sentence with the one before.
    """
    found: list[list[Word]] = []
    for group in groups:
        size = _size(group, 0, language) if found else 0
        before, rest = found[-1] if size else [], group[size:]
        if size and _begins_alike(before, rest):
            found[-1] = rest
        elif size and len(rest) <= LONGEST_AMOUNT and _kind(rest[0], language) == "number":
            last = before[-1].model_copy(update={"text": PUNCTUATION.sub(",", before[-1].text)})
            found[-1] = corrected([*before[:-1], last, *group], language)
        else:
            found.append(group)
    yield from found


def _begins_alike(before: Sequence[Word], rest: Sequence[Word]) -> bool:
    own, other = ([_bare(word) for word in group[:FEWEST_ALIKE]] for group in (before, rest))
    return own == other and len(own) == FEWEST_ALIKE


def without_guess(group: Sequence[Word], least: float, language: str) -> list[Word]:
    """Take out a name between commas that was hard to hear, where all else was heard well."""
    said = list(group)
    doubted = {n for n, word in enumerate(said) if word.probability < least}
    commas = [n for n, word in enumerate(said) if word.text.endswith(",")]
    for before, last in pairwise(commas):
        called = said[before + 1 : last + 1]
        is_name = all(word.text[:1].isupper() for word in called)
        inside = set(range(before + 1, last + 1))
        if doubted and doubted <= inside and is_name and len(called) <= LONGEST_CALL:
            return _joined(said[: before + 1], said[last + 1 :], language)
    return said


def _joined(said: list[Word], rest: list[Word], language: str) -> list[Word]:
    """Leave no comma behind what waits for its verb: `One of them, Kieran, wrote to us`."""
    is_waiting = language == "en" and not any(says(_bare(word)) for word in said)
    return [*said[:-1], _ended(said[-1], ""), *rest] if is_waiting else [*said, *rest]


def _mark(said: Sequence[Word], start: int, language: str) -> int:
    """How many words from a place on take something back; they stand between commas."""
    is_apart = said[start - 1].text.endswith((",", "…", "..."))
    return _size(said, start, language) if is_apart else 0


def _size(said: Sequence[Word], start: int, language: str) -> int:
    sizes = range(min(LONGEST_MARK, len(said) - start - 1), 0, -1)
    return next((size for size in sizes if _is_mark(said, start, size, language)), 0)


def _is_mark(said: Sequence[Word], start: int, size: int, language: str) -> bool:
    """Tell whether words take something back: with a comma, or right before a number.

    `Tres, no cuatro` denies what comes behind, so a bare `no` needs its comma.
    """
    last = said[start + size - 1]
    told = " ".join(PUNCTUATION.sub("", word.text) for word in said[start : start + size])
    is_bare = size == 1 and told.lower() in NO
    is_counted = not is_bare and _kind(said[start + size], language) == "number"
    is_apart = last.text.endswith((",", ".")) or is_counted
    return is_apart and bool(pattern("corrections", language).fullmatch(told))


def _taken_back(said: Sequence[Word], mark: int, size: int, language: str) -> int | None:
    kind = _kind(said[mark + size], language)
    before = range(mark - 1, max(-1, mark - 1 - FARTHEST), -1)
    return next((n for n in before if kind and _kind(said[n], language) == kind), None)


def _kind(word: Word, language: str) -> str:
    """Tell what one word can be taken back for: a number for a number, a day for a day, a name."""
    bare = PUNCTUATION.sub("", word.text)
    if regex.search(r"\d", counted(bare, language)) or _is_number_word(bare, language):
        return "number"
    if bare.lower() in every("dates"):
        return "date"
    is_name = bare[:1].isupper() and bare.lower() not in word_list("function_words")
    return "name" if is_name and language != "de" else ""


def _is_number_word(bare: str, language: str) -> bool:
    """Tell it by a list: alone the small ones are not counted, in Swedish none is."""
    name = "small_numbers" if language in COUNTABLE_LANGUAGES else "number_words"
    return bare.lower() in word_list(name, language)


def _replaced(said: list[Word], place: int, mark: int, size: int, language: str) -> list[Word]:
    """Put right the words of one kind that stand together, and what is said once more behind."""
    first, last, start, end = place, place + 1, mark + size, mark + size + 1
    is_counted = _kind(said[place], language) == "number"
    while is_counted and first and _is_joined(said[first - 1], said[first], language):
        first -= 1
    while is_counted and end < len(said) and _is_joined(said[end - 1], said[end], language):
        end += 1
    right, tail, rest = said[start:end], said[last:mark], said[end:]
    alike = takewhile(lambda pair: _bare(pair[0]) == _bare(pair[1]), zip(tail, rest, strict=False))
    again = [word for _, word in alike]
    told = [*said[:first], *right, *tail]
    end_mark = PUNCTUATION.search([*right, *again][-1].text)
    joined = [_ended(word, "") if word is right[-1] else word for word in told[:-1]]
    return [*joined, _ended(told[-1], end_mark.group() if end_mark else ""), *rest[len(again) :]]


def _is_joined(word: Word, following: Word, language: str) -> bool:
    """Tell whether two words are one number: `six cents`."""
    is_number = _kind(word, language) == _kind(following, language) == "number"
    return is_number and not PUNCTUATION.search(word.text)


def _bare(word: Word) -> str:
    return PUNCTUATION.sub("", word.text).lower()


def _ended(word: Word, end: str) -> Word:
    return word.model_copy(update={"text": f"{PUNCTUATION.sub('', word.text)}{end}"})


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
