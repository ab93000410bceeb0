"""Names that a card shows alone and nobody says: they were misheard as what sounds like them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from socialcopy.understanding.dictionary import (
    LANGUAGES,
    is_common,
    is_rare,
    is_small,
    is_uncommon,
)
from socialcopy.understanding.sounds import sound
from socialcopy.understanding.spoken_words import (
    ALIKE_ALONE,
    ELISION,
    FEWEST_LETTERS,
    SpokenWords,
    is_form,
    matter,
)
from socialcopy.understanding.word_spelling import QUOTES, Mistake

# A name that stands alone on a card and is never said was misheard where something sounds this
# much like it; a word that a dictionary has, more so. Letters of the name, words that are heard
# for it, and sounds by which both may differ in length.
ALIKE_UNSAID, ALIKE_UNKNOWN, ALIKE_KNOWN = 0.15, 0.12, 0.09
FEWEST_UNSAID, MOST_HEARD, WEAKLY_LONGER = 5, 3, 2
COMPOUNDING = frozenset({"de", "nl", "sv"})


def unsaid(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield what sounds like a name that a card shows alone and nobody says: `rotor bell`."""
    alone, others = _unsaid_names(spoken)
    windows = _windows(spoken) if alone | others else {}
    for name in sorted(alone | others):
        told = sound(name, spoken.language)
        longer = WEAKLY_LONGER if name in alone else 0
        near = [
            part
            for part, heard in windows.get(told[:1], ())
            if abs(len(heard) - len(told)) <= longer
            and (heard == told or name in alone)
            and _is_like(spoken, part, name)
        ]
        far = [spoken.distance(part, (name,)) for part in near]
        yield from (
            _mistake(spoken, part, name)
            for part, each in zip(near, far, strict=True)
            if each == min(far)
        )


def _mistake(spoken: SpokenWords, part: range, name: str) -> Mistake:
    """Put a name in the place of words; behind an article it is a word like others."""
    if article := ELISION.match(spoken.cores[part.start]):
        return Mistake(part.start, part.stop, (f"{article.group()}{name.lower()}",))
    right = name.capitalize() if name.isupper() else name
    return Mistake(part.start, part.stop, (right,), is_name=True)


def _unsaid_names(spoken: SpokenWords) -> tuple[set[str], set[str]]:
    """Return names that are a card's only word, and words of no dictionary that stand with more."""
    alone: set[str] = set()
    others: set[str] = set()
    for phrase in spoken.phrases:
        words = [word for word in phrase.words if not word.isdigit()]
        unsaid_words = {word for word in words if is_unsaid_name(spoken, word)}
        if len(words) == 1:
            alone |= unsaid_words
        elif spoken.language in LANGUAGES:
            others |= {word for word in unsaid_words if is_rare(word, spoken.language)}
    return alone, others - alone


def is_unsaid_name(spoken: SpokenWords, word: str) -> bool:
    """Tell whether a word that is shown is a seldom one that in none of its forms is said."""
    is_name = len(word) >= FEWEST_UNSAID and word.isalpha() and word[0].isupper()
    is_unsaid = matter(word.lower(), spoken.language) not in spoken.stems
    return is_name and is_unsaid and is_uncommon(word, spoken.language)


def is_heard_name(spoken: SpokenWords, place: int, name: str) -> bool:
    """Tell whether a word that the recogniser doubts, and writes as a name, may be another one."""
    heard = spoken.cores[place]
    is_written_so = spoken.language != "de" and spoken.said[place].text[:1].isupper()
    is_seldom = spoken.language in LANGUAGES and not is_common(heard, spoken.language)
    return is_written_so and is_seldom and not _is_begun_alike(heard, name)


def _windows(spoken: SpokenWords) -> Mapping[str, list[tuple[range, str]]]:
    """Return a few words in a row of one clause with their sound, by its first."""
    found: dict[str, list[tuple[range, str]]] = defaultdict(list)
    for start in range(len(spoken.said)):
        for stop in range(start + 1, min(start + MOST_HEARD, len(spoken.said)) + 1):
            part = range(start, stop)
            heard = sound(" ".join(spoken.heard(part)), spoken.language)
            found[heard[:1]].append((part, heard))
            if spoken.said[stop - 1].text[-1:] in QUOTES:
                break
    return found


def _is_like(spoken: SpokenWords, part: range, name: str) -> bool:
    heard = spoken.heard(part)
    if all(word in spoken.shown or spoken.is_number(word) for word in heard):
        return False
    # Before the word that is meant may stand one: `two tide` is `Tootide`, `stay in line` is not.
    if any(is_small(word, spoken.language) for word in (*heard[1:], heard[-1])):
        return False
    if len(part) == 1 and not _may_be_a_name(spoken, part.start, name):
        return False
    # Where a language makes no compounds, a line was read without its gaps.
    if "".join(heard) == name.casefold() and spoken.language not in COMPOUNDING:
        return False
    return spoken.distance(part, (name,))[1] <= _how_alike(spoken, part, heard)


def _how_alike(spoken: SpokenWords, part: range, heard: Sequence[str]) -> float:
    """Return the distance for each sound up to which words may be a name nobody says."""
    if len(part) > 1:  # two words that everybody uses are rather meant
        is_common_talk = all(is_common(word, spoken.language) for word in heard)
        return ALIKE_ALONE if is_common_talk else ALIKE_UNSAID
    if spoken.is_name(part.start):
        return ALIKE_ALONE
    return ALIKE_UNKNOWN if spoken.is_unknown(part.start) else ALIKE_KNOWN


def _may_be_a_name(spoken: SpokenWords, place: int, name: str) -> bool:
    """Tell whether a single word is neither a form of the name nor one that everybody uses."""
    heard = spoken.cores[place]
    is_same = spoken.distance((place,), (name,))[0] == 0  # a `tallow` is no form of `Tallo`
    if not is_same and _is_begun_alike(heard, name):  # `Tiendeo` of a `tienda`
        return False
    return not is_form(spoken, place, (name,)) and (
        spoken.is_doubted(place)
        or (spoken.language in LANGUAGES and not is_common(heard, spoken.language))
    )


def _is_begun_alike(heard: str, name: str) -> bool:
    ending = heard[:-1]
    return len(ending) >= FEWEST_LETTERS and name.lower().startswith(ending)
