"""Where a speaker breaks off and says it anew: `nobody in, well, nobody on our network`.

A repair has words that are given up, the comma where they break off, perhaps a phrase that makes
time, and the words in their place (Levelt 1983). Those begin like the ones given up, which either
come again or end in a word that no clause ends with.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import regex

from socialcopy.copywriting.text.vocabulary import every, every_pattern, pattern, word_list
from socialcopy.understanding.dictionary import is_small

# So many words are given up at most, added where they come again, and said between.
MOST_GIVEN_UP = 5
MOST_ADDED = 2
LONGEST_ASIDE = 5

BREAK = regex.compile(r"(?:,|…|\.\.\.|[–—]|--)$")
# Two or three words said twice without a pause, or a subject with its verb: `I could I could`.
TWICE = regex.compile(
    r"\b((?:\p{L}[\p{L}'’]* ){1,2}\p{L}[\p{L}'’]*|\p{L}+['’](?:s|re|m|ve|ll|d))"
    r"(?: \1\b(?!['’]))+",
    regex.I,
)
# As people write what was broken off: `super well- super well`, `a ve- a very`, `I -- the first`.
CUT_SHORT = regex.compile(
    r"\b((?:\p{L}[\p{L}'’]* ){0,2}\p{L}[\p{L}'’]*)- (?=\1\b)"
    r"|(?<!\S)\p{L}[\p{L}'’]*- (?=\p{L})|^(?:\p{L}[\p{L}'’]* ){1,2}-- ",
    regex.I,
)
STOP = regex.compile(r"\p{P}$")
EDGES = regex.compile(r"^\p{P}+|\p{P}+$")
# A subject with its verb: `they'll`.
DRAWN_TOGETHER = regex.compile(r"^(\p{L}+)'(?:s|re|m|ll|ve|d)$")
DENIED = every_pattern("negations", r"(?<!\p{L}){}(?!\p{L})")
PHRASES = ("asides", "hesitations", "fillers")
# Of each kind a word can take another's place.
SUBJECTS = "clause_subjects pronoun_subjects it"
KINDS = ("articles", "prepositions", SUBJECTS)
RIGHTED = ("articles", "first_person")
# They wait for what they join.
JOINTS = "cut_off prepositions soft subordinators waiting indefinite"


class _Break(NamedTuple):
    """Words in lower case up to where a speaker breaks off, and from where they go on."""

    given: list[str]
    new: list[str]
    language: str
    is_told: bool
    """Whether a phrase between them says so."""
    until_stop: int
    """How many of the new ones stand before the next stop, or at it."""


def without_repairs(text: str, language: str) -> str:
    """Leave out what is said anew, with the phrase behind it."""
    said, place = TWICE.sub(r"\1", CUT_SHORT.sub("", text)).split(), 1
    while place < len(said):
        given_up = _given_up(said, place, language)
        del said[given_up]
        place = max(1, given_up.start) if given_up.stop else place + 1
    return " ".join(said)


def _given_up(said: list[str], place: int, language: str) -> slice:
    """Tell which words are given up for the ones behind a place; an empty slice for none."""
    end = place if _bare(said[place - 1]) else place - 1  # a dash may stand apart
    given = [*map(_bare, _since_stop(said[:end]))]
    if not given or not BREAK.search(said[place - 1]):
        return slice(0, 0)
    told = place + _phrase(said[place:], language)
    aside = _until_stop(said[told:])
    is_aside = aside <= LONGEST_ASIDE and BREAK.search(said[told + aside - 1])
    for resumed, count in ((told, _restarted), (told + aside, _resumed))[: 2 if is_aside else 1]:
        new = [*map(_bare, said[resumed : resumed + MOST_GIVEN_UP + MOST_ADDED])]
        found = _Break(given, new, language, resumed > place, _until_stop(said[resumed:]))
        if size := count(found, range(1, min(MOST_GIVEN_UP, len(given), len(new)) + 1)):
            return slice(end - size, resumed)
    return slice(0, 0)


def _phrase(said: list[str], language: str) -> int:
    """Count the words that only make time, each phrase up to its comma: `well,`, `hang on,`."""
    size = _until_stop(said)
    told = " ".join(said[:size])
    is_phrase = any(pattern(name, language).fullmatch(told[:-1]) for name in PHRASES)
    return size + _phrase(said[size:], language) if BREAK.search(told) and is_phrase else 0


def _until_stop(said: list[str]) -> int:
    return next((n for n, word in enumerate(said, 1) if STOP.search(word)), len(said))


def _since_stop(said: list[str]) -> list[str]:
    stops = [n for n, word in enumerate(said[:-1], 1) if STOP.search(word)]
    return said[stops[-1] :] if stops else said


def _bare(word: str) -> str:
    return EDGES.sub("", word).lower().replace("’", "'")


def _restarted(found: _Break, sizes: range) -> int:
    """Count the words given up: all that come again, or the fewest that begin alike."""
    again = (size for size in reversed(sizes) if _comes_again(found, size))
    alike = (n for n in sizes if _is_refilled(found, n) or _is_broken_off(found, n))
    return next(again, 0) or next(alike, 0)


def _resumed(found: _Break, sizes: range) -> int:
    """Count them with something else said between: `if I, wrong one, if I go`."""
    last, language = found.given[-1], found.language
    is_cut = _is_cut_off(last, language)
    same = (size for size in sizes if found.given[-size:] == found.new[:size])
    size = next(same, 0) if is_cut or is_small(last, language) else 0
    return size if size < found.until_stop and (size > 1 or is_cut) else 0


def _comes_again(found: _Break, size: int) -> bool:
    """Tell whether all words are said once more, and had not been meant to stand: see `_again`."""
    again = _again(found, size)
    is_whole = size == len(found.given) and (size < again or again < found.until_stop)
    is_begun = is_whole and _is_beginning(found.given, found.language)
    return bool(again) and (found.is_told or _is_open(found) or is_begun)


def _again(found: _Break, size: int) -> int:
    """Count the words that have those given up, in their order, with hardly one added."""
    old, new, again = found.given[-size:], found.new, 0
    pair = {old[0], new[0]}  # `I run, well, we run`; but `she ran, you know, he ran` is two
    is_put_right = any(pair <= word_list(name, found.language) for name in RIGHTED)
    if found.is_told and size > 1 and is_put_right:
        old = [new[0], *old[1:]]
    for word in old:
        if word not in new[again : again + 1 + MOST_ADDED * bool(again)]:
            return 0
        again = new.index(word, again) + 1
    is_denied = again > size and DENIED.search(" ".join(new[:again]))
    return 0 if is_denied or again > size + MOST_ADDED else again


def _is_beginning(given: list[str], language: str) -> bool:
    """Tell whether a clause begins with it, or it is one small word that is not meant twice."""
    is_clause = _subject(given[0]) in _words(f"{SUBJECTS} subordinators", language)
    is_meant = given[0] in every("emphatic") | every("absolutes") or DENIED.fullmatch(given[0])
    return is_clause if len(given) > 1 else is_small(given[0], language) and not is_meant


def _is_open(found: _Break) -> bool:
    """Tell whether the last word waits for another: `to`, or `I` where a clause begins."""
    last, language = found.given[-1], found.language
    is_object = len(found.given) > 1 and last in word_list("it", language)
    is_subject = last in _words(SUBJECTS, language) and _begins(found, 1) and not is_object
    return last in _words(JOINTS, language) or "'" in last or is_subject


def _is_refilled(found: _Break, size: int) -> bool:
    """Tell whether only the last word is another one of its kind: `nobody in, nobody on`."""
    *same, old = found.given[-size:]
    new = found.new[size - 1]
    is_same = bool(same) and same == found.new[: size - 1] and old != new
    return is_same and _is_alike(old, new, found.language)


def _is_broken_off(found: _Break, size: int) -> bool:
    """Tell whether words wait for one more and others begin alike: `in the, on Monday`.

    `Um adicional de, no mínimo, 50`: behind a preposition only the same word will do.
    """
    first, last, new, language = found.given[-size], found.given[-1], found.new[0], found.language
    is_other = first != new and last in word_list("prepositions", language)
    is_subject = first != new and _subject(first) in _words(SUBJECTS, language)
    is_inside = is_subject and size > 1 and not _begins(found, size)
    is_cut = _is_cut_off(last, language) and not is_other and not is_inside
    return is_cut and _is_alike(first, new, language)


def _begins(found: _Break, size: int) -> bool:
    """Tell whether a clause begins with the words: nothing stands before them, or a joint."""
    before = found.given[: len(found.given) - size]
    return not before or before[-1] in _words(JOINTS, found.language)


def _is_cut_off(word: str, language: str) -> bool:
    """Tell whether no clause ends with a lower-case word: `the`, `they'll`."""
    is_subject = language == "en" and _subject(word) != word
    return word in word_list("cut_off", language) or (is_subject and is_small(_subject(word), "en"))


def _is_alike(word: str, other: str, language: str) -> bool:
    """Tell whether a word can stand for another: the same, or another one of its kind."""
    one, other = _subject(word), _subject(other)
    return one == other or any({one, other} <= _words(names, language) for names in KINDS)


def _subject(word: str) -> str:
    """Return `they` of `they'll`."""
    return DRAWN_TOGETHER.sub(r"\1", word)


@cache
def _words(names: str, language: str) -> frozenset[str]:
    return frozenset[str]().union(*(word_list(name, language) for name in names.split()))
