"""Which number counts what: `14 farriers` is not the 14 of “Due this week: 14”.

A number holds for the noun behind it and for the part of a sentence in which it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.stems import (
    content,
    is_in,
    light_stems,
    plain_words,
    stem,
    telling,
)
from socialcopy.copywriting.text.vocabulary import every, pairs, pattern, word_list
from socialcopy.models import Value

# Words behind a number among which the one it counts is: `three new farms`.
REACH = 3
FEWEST_LETTERS = 4
CLOCK = regex.compile(r"(?<=\d):(?=\d\d(?!\d))")
THOUSANDS = regex.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")


class Amount(Value):
    """A number with what it counts."""

    value: str
    nouns: tuple[str, ...] = ()
    """The stems behind it, the nearest first; none where nothing is counted."""
    part: int
    """Which part of its sentence it stands in."""


@lru_cache(maxsize=4_096)
def parts(text: str, language: str) -> tuple[str, ...]:
    """Divide a sentence where it goes on to something else, at commas and at `and`."""
    joints = "|".join(sorted(map(regex.escape, word_list("soft", language)))) or "(?!)"
    found = regex.split(
        rf"(?<!\d)[,;:.!?](?=\s|$)|[,;:.!?]\s|\s(?:{joints})\s",
        counted(text, language),
        flags=regex.I,
    )
    return tuple(part for part in found if part.strip())


@lru_cache(maxsize=4_096)
def amounts(text: str, language: str) -> tuple[Amount, ...]:
    """List the numbers of a sentence."""
    return tuple(
        amount for n, part in enumerate(parts(text, language)) for amount in _of(part, n, language)
    )


def _of(part: str, place: int, language: str) -> Iterator[Amount]:
    gift = pattern("gifts", language, r"(?<!\p{L}){}(?!\p{L})")
    words = plain_words(CLOCK.sub(".", THOUSANDS.sub("", part)))
    for n, word in enumerate(words):
        behind = words[n + 1 : n + 1 + REACH]
        size = next((k for k, w in enumerate(behind) if w[0].isdigit()), len(behind))
        nouns = content(" ".join(behind[:size]), language)
        if gift.fullmatch(word):
            yield Amount(value="0", part=place)
        elif word in word_list("indefinite", language):
            noun = stem(behind[0], language) if behind else ""
            if noun in _measures(language):
                yield Amount(value="1", nouns=(noun,), part=place)
        elif value := _value(word, language):
            is_apart = behind[:1] and is_small_word(behind[0], language)
            yield Amount(value=value, nouns=() if is_apart else nouns, part=place)


@lru_cache(maxsize=32)
def _measures(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in word_list("measures", language))


def _value(word: str, language: str) -> str:
    word = pairs("counting", language).get(word, word)
    found = regex.match(r"\d+(?:[.:]\d+)*", word)
    return found.group() if found else ""


def miscounted(clause: str, known: Known) -> str:
    """Find a number of what nobody counts so: `thirty dogs` of thirty dairies and some dogs."""
    language = known.language
    for own in amounts(clause, language):
        if own.value == "1":  # `the small one`, `a day`
            continue
        stating = [
            (s, a)
            for s in known.sources
            for a in amounts(s.text, s.language)
            if a.value == own.value
        ]
        rest = pattern("rest", language, r"(?<!\p{L}){}(?!\p{L})")
        if stating and rest.search(clause) and not any(rest.search(s.text) for s, _ in stating):
            return f"nobody says that “{own.value}” are left"
        noun = next((n for n in own.nouns[:1] if n not in light_stems(language)), "")
        if stating and noun and not any(_counts(own, a, s, language) for s, a in stating):
            return f"nobody counts “{own.value} {noun}”"
        if stating and all(mispaired(clause, s, language) for s, _ in stating):
            return f"“{own.value}” is said of something else: “{stating[0][0].text}”"
    return ""


def _counts(own: Amount, there: Amount, source: Source, language: str) -> bool:
    noun, rest = own.nouns[0], amounts(source.text, source.language)
    if there.nouns and there.nouns[0] not in light_stems(language):
        things = [[n for n in a.nouns if n not in _measures(language)] for a in (own, there)]
        is_other = all(things) and not any(is_in(n, things[1], language) for n in things[0])
        is_alike = is_in(noun, there.nouns, language) or is_in(there.nouns[0], own.nouns, language)
        return is_alike and not (noun in _measures(language) and is_other)
    is_others = any(a.value != own.value and is_in(noun, a.nouns[:1], language) for a in rest)
    about = content(f"{source.before} {source.text}", language)
    return not is_others and is_in(noun, about, language)


def other_amount(clause: str, source: Source, language: str) -> str:
    """`Two litres` of “a litre in two minutes”, and a measure that no source speaks of."""
    said = amounts(f"{source.before} {source.text}", language)
    values = {own.value for own in amounts(clause, language)}
    for own in amounts(clause, language):
        noun = next(iter(own.nouns), "")
        if own.value != "1" and own.value not in {a.value for a in said}:
            return f"“{own.value}” is said of something else"
        others = {a.value for a in said if noun and noun in a.nouns[:1]}
        # `One unit gives four units` of “one unit gives four”.
        if others - values and own.value not in others:
            return f"“{source.text}” gives another number"
        if not others and own.value == "1" and noun in _measures(language):
            return f"nobody says how many “{noun}”"
    return ""


def outshown(clause: str, known: Known) -> str:
    """Find a number for which the picture has another of the same thing: a speaker took it back."""
    language = known.language
    told = set(telling(clause, language))
    cards = [card for card in known.sources if card.origin == "screen"]
    for own in amounts(clause, language):
        noun = own.nouns[:1]
        shown = [(a, c) for c in cards for a in amounts(c.text, language) if a.nouns[:1] == noun]
        others = (c for a, c in shown if noun and a.value != own.value)
        # `30 days` is right beside `1 minute a day` where a card shows it too.
        is_shown = any(a.value == own.value for a, _ in shown)
        for card in () if is_shown else others:
            if any(w not in own.nouns and is_in(w, card.stems, language) for w in told):
                return f"the picture says another number: “{card.text}”"
    return ""


def mispaired(clause: str, source: Source, language: str) -> str:
    """Find a number that stands in one part of a sentence and is told of another.

    `Dogs are a pound, bikes go free`: nobody says that dogs go free.
    """
    said, found = amounts(source.text, source.language), amounts(clause, language)
    words = [_words(part, language) for part in parts(source.text, source.language)]
    days = {stem(word, language) for word in word_list("dates", language)}
    values = iter([a.value for a in said])
    if len(found) > 1 and all(own.value in values for own in found):  # all, in their order
        told, there = _days(clause, language), _days(source.text, language)
        is_crossed = told != there and sorted(told) == sorted(there)
        return f"“{source.text}” has the days the other way round" if is_crossed else ""
    stretches = parts(clause, language)
    for own in found:
        things = [n for a in found if a.part == own.part for n in a.nouns[:1]]
        told = [w for w in _words(stretches[own.part], language) if not is_in(w, things, language)]
        there = [words[a.part] for a in said if a.value == own.value]
        others = [words[a.part] for a in said if a.value != own.value]
        own_words = [w for w in told if any(is_in(w, part, language) for part in there)]
        away = [
            w for w in told if w not in own_words and any(is_in(w, p, language) for p in others)
        ]
        if there and away and (not own_words or days.intersection(away)):
            return f"“{source.text}” says another number of this"
    return ""


def _days(text: str, language: str) -> list[str]:
    return [word for word in plain_words(text) if word in word_list("dates", language)]


def _words(part: str, language: str) -> list[str]:
    """Return what tells one part of a sentence from another: `last`, not `is` or `free`."""
    gift = pattern("gifts", language, r"(?<!\p{L}){}(?!\p{L})")
    long = (w for w in plain_words(counted(part, language)) if len(w) >= FEWEST_LETTERS)
    small = (w for w in long if w[0].isalpha() and w not in every("auxiliaries"))
    found = {stem(w, language) for w in small if not gift.fullmatch(w)}
    return sorted((found | set(telling(part, language))) - light_stems(language))
