"""Names that were heard right, in the letters and signs that they are shown in; and units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import dropwhile, groupby, pairwise

import regex

from socialcopy.models import Word
from socialcopy.understanding.dictionary import is_small
from socialcopy.understanding.sounds import UNITS, sound
from socialcopy.understanding.spoken_words import ALIKE_IN_CONTEXT, Phrase, SpokenWords, matter
from socialcopy.understanding.word_spelling import QUOTES, Mistake

# Signs of `St.`, `Mrs.`.
LONGEST_ABBREVIATION = 4
AMOUNT = regex.compile(r"(\d+)(\p{L}+)")


# ---- A name that sounds as it is written ------------------------------------------------------


def named(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield names heard as names of other letters: `St. Brides` of `St Bride's`, `Marlow`."""
    names = {name for phrase in spoken.phrases for name in _names(spoken, phrase.words)}
    told = {(len(name), sound(" ".join(name), spoken.language)): name for name in sorted(names)}
    for size in range(2, max(map(len, names), default=1) + 1):
        for start in range(len(spoken.said) - size + 1):
            part = spoken.said[start : start + size]
            if _is_in_a_row(part):
                heard = " ".join(word.text for word in part)
                name = told.get((size, sound(heard, spoken.language)), ())
                yield from _misspelled(spoken, start, name)


def _is_in_a_row(part: Sequence[Word]) -> bool:
    """Tell whether all words have a capital, and but abbreviations and the last no stop."""
    *before, _ = part
    is_run = all(w.text[-1:] not in QUOTES or len(w.text) <= LONGEST_ABBREVIATION for w in before)
    return is_run and all(word.text[:1].isupper() for word in part)


def _misspelled(spoken: SpokenWords, start: int, name: Sequence[str]) -> Iterable[Mistake]:
    """Yield the words of a name that were heard in letters or with stops that are not its own."""
    wrong: list[int] = []
    for place, told in enumerate(name, start):
        heard = spoken.said[place].text.casefold()
        is_last = place == start + len(name) - 1
        heard = heard.strip(QUOTES) if is_last else heard
        is_owner = is_last and spoken.cores[place] != heard  # `Harbor Mug's`
        if not is_owner and heard not in spoken.shown | {told.casefold()}:
            wrong.append(place)
    if wrong:
        right = tuple(name[wrong[0] - start : wrong[-1] - start + 1])
        yield Mistake(wrong[0], wrong[-1] + 1, right, is_name=not "".join(name).isupper())


def _names(spoken: SpokenWords, words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Yield words in a row with a capital, without an article before them."""
    for has_capital, run in groupby(words, key=lambda word: word[:1].isupper()):
        name = tuple(dropwhile(lambda word: is_small(word, spoken.language), run))
        if has_capital and len(name) > 1:
            yield name


# ---- A unit behind its number -----------------------------------------------------------------


def counted(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield what sounds like a shown unit behind the number that it is shown with: `80 hurts`."""
    for number, unit in set(_amounts(spoken.phrases)):
        for place in range(1, len(spoken.said)):
            before = spoken.said[place - 1].text
            is_number = number in (before, matter(before.lower(), spoken.language))
            if is_number and _is_unit(spoken, place, unit.lower()):
                yield Mistake(place, place + 1, (unit,), is_name=True)


def _is_unit(spoken: SpokenWords, place: int, unit: str) -> bool:
    """Tell whether a word sounds like a unit, and neither is it nor one that carries no matter."""
    heard, name = spoken.cores[place], UNITS[unit]
    if not heard or heard in {unit, name, f"{name}s"} or is_small(heard, spoken.language):
        return False
    far = min(spoken.distance((place,), (told,))[1] for told in (name, f"{name}s"))
    return far <= ALIKE_IN_CONTEXT


def _amounts(shown: Iterable[Phrase]) -> Iterable[tuple[str, str]]:
    """Yield numbers with a unit, with a gap between them or without."""
    for phrase in shown:
        for one, two in pairwise((*phrase.words, "")):
            found = AMOUNT.fullmatch(one)
            number, unit = found.groups() if found else (one, two)
            if unit.lower() in UNITS and number.isdigit():
                yield number, unit


# ---- A sign in a name -------------------------------------------------------------------------


def as_written(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield `and` and numbers of a name that was put right: `Marlow & Fig`, `Tarnjet 2`."""
    for phrase in spoken.phrases:
        for n, word in enumerate(phrase.words[1:], 1):
            if word != "&" and not word.isdigit():
                continue
            name = phrase.words[n - 1 : n + 1 + (word == "&")]
            told = [matter(part.lower(), spoken.language) for part in name]
            for place in spoken.places.get(told[1], ()):
                said = range(max(place - 1, 0), place - 1 + len(told))
                is_said = [spoken.stems[n] for n in said if n < len(spoken.said)] == told
                if (
                    is_said
                    and spoken.cores[place] != word
                    and any(spoken.said[n].heard for n in said)
                ):
                    yield Mistake(place, place + 1, (word,))
