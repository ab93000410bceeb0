"""Which number counts what: `14 farriers` is not the 14 of “Due this week: 14”.

A number holds for the noun behind it and for the part of a sentence in which it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.stems import content, is_in, light_stems, plain_words, stem
from socialcopy.copywriting.text.vocabulary import pairs, pattern, word_list
from socialcopy.models import Value

# Words behind a number among which the one it counts is: `three new farms`.
REACH = 3


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
    found = regex.split(rf"(?<!\d)[,;:.!?](?=\s|$)|[,;:.!?]\s|\s(?:{joints})\s", counted(text, language), flags=regex.I)
    return tuple(part for part in found if part.strip())


@lru_cache(maxsize=4_096)
def amounts(text: str, language: str) -> tuple[Amount, ...]:
    """List the numbers of a sentence."""
    return tuple(
        amount for n, part in enumerate(parts(text, language)) for amount in _of(part, n, language)
    )


def _of(part: str, place: int, language: str) -> Iterator[Amount]:
    gift = pattern("gifts", language, r"(?<!\p{L}){}(?!\p{L})")
    words = plain_words(part)
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
    plain = regex.sub(r"[.,](?=\d{3}(?:\D|$))", "", word).replace(",", ".")
    found = regex.match(r"\d+(?:[.:]\d+)*", plain)
    return found.group() if found else ""


def miscounted(clause: str, known: Known) -> str:
    """Find a number of what nobody counts so: `thirty dogs` of thirty dairies and some dogs."""
    language = known.language
    for own in amounts(clause, language):
        noun = next(iter(own.nouns), "")
        if not noun or noun in light_stems(language):
            continue
        stating = [
            (s, a) for s in known.sources for a in amounts(s.text, s.language) if a.value == own.value
        ]
        if stating and not any(_counts(own, there, s, language) for s, there in stating):
            return f"nobody counts “{own.value} {noun}”"
    return ""


def _counts(own: Amount, there: Amount, source: Source, language: str) -> bool:
    noun, rest = own.nouns[0], amounts(source.text, source.language)
    if there.nouns and there.nouns[0] not in light_stems(language):
        return is_in(noun, there.nouns, language) or is_in(there.nouns[0], own.nouns, language)
    is_others = any(a.value != own.value and is_in(noun, a.nouns[:1], language) for a in rest)
    about = content(f"{source.before} {source.text}", language)
    return not is_others and is_in(noun, about, language)


def other_amount(clause: str, source: Source, language: str) -> str:
    """`Two litres` of “a litre in two minutes”, and a measure that no source speaks of."""
    said = amounts(f"{source.before} {source.text}", language)
    for own in amounts(clause, language):
        noun = next(iter(own.nouns), "")
        others = {a.value for a in said if noun and noun in a.nouns[:1]}
        if others and own.value not in others:
            return f"“{source.text}” gives another number"
        if not others and own.value == "1" and noun in _measures(language):
            return f"nobody says how many “{noun}”"
    return ""


def mispaired(clause: str, source: Source, language: str) -> str:
    """Find a number that stands in one part of a sentence and is told of another.

    `Dogs are a pound, bikes go free`: nobody says that dogs go free.
    """
    said, stretches = amounts(source.text, source.language), parts(source.text, source.language)
    stems = [content(part, language) for part in stretches]
    for own in amounts(clause, language):
        told = [w for w in content(clause, language) if not is_in(w, own.nouns[:1], language)]
        told = [w for w in told if w not in light_stems(language)]
        there = {a.part for a in said if a.value == own.value}
        others = {a.part for a in said if a.value != own.value}
        if not there or any(is_in(w, stems[n], language) for n in there for w in told):
            continue
        if any(is_in(w, stems[n], language) for n in others - there for w in told):
            return f"“{source.text}” says another number of this"
    return ""
