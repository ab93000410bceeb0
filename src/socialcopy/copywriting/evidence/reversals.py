"""What turns a sentence round although all of its words are known.

A condition, a doubt or a limit that is lost, a cause or a future that is put in, roles that are
swapped, a denial more or less, another number, and words such as `every` that nobody said.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain

import regex

from socialcopy.copywriting.evidence.amounts import mispaired, other_amount
from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import (
    content,
    is_in,
    is_same,
    light_stems,
    plain_words,
    stem,
    stems_of,
    telling,
)
from socialcopy.copywriting.text.vocabulary import every, is_verb, pattern, word_list

LIMIT_DISTANCE = 2
ROLE_DISTANCE = 3
FEWEST_REMARKABLE = 4
# What a negation denies is among the next few words that carry a matter.
DENIED_WORDS = 4
PASSIVE = regex.compile(r"(?<!\p{L})ge\p{Ll}+(?:t|en)(?=\W*$)")
FEWEST_LETTERS = 4


def absolute(sentence: str, known: Known) -> str:
    """Return a word such as `every` or `always` that no source has beside the same matter."""
    language = known.language
    lowered = _unpossessed(sentence)
    is_denied = pattern("negations", language, r"(?<!\p{L}){}(?!\p{L})").search(sentence)
    own = stems_of(sentence, language) - light_stems(language)
    for word in lowered:
        if word not in word_list("absolutes", language) or _is_denied(word, lowered, language):
            continue
        if is_denied and word in word_list("any", language):
            continue  # `needn't install anything` says no more than `needn't install`
        behind = _behind(word, lowered, language)
        said = [s for s in known.sources if word in _unpossessed(s.text)]
        if behind and not any(_is_same_next(behind, word, s, language) for s in said):
            return word
        if not any(_covers(source, own, language) for source in said):
            return word
    return ""


def _unpossessed(text: str) -> list[str]:
    """`Nobody's opened it` has the word `nobody`."""
    return [word.removesuffix("'s") for word in tokens(text)]


def _behind(word: str, found: Sequence[str], language: str) -> str:
    """Return the next word that carries a matter behind another one."""
    place = list(found).index(word)
    behind = content(" ".join(found[place + 1 : place + 1 + LIMIT_DISTANCE]), language)
    return behind[0] if behind else ""


def _is_same_next(behind: str, word: str, source: Source, language: str) -> bool:
    return is_same(behind, _behind(word, _unpossessed(source.text), language) or behind, language)


def _covers(source: Source, own: frozenset[str], language: str) -> bool:
    common = sum(is_in(s, source.stems, language) for s in own)
    return not own or common * 2 >= min(len(own), FEWEST_REMARKABLE)


def _is_denied(word: str, found: Sequence[str], language: str) -> bool:
    place = list(found).index(word)
    return bool(place and pattern("negations", language, r"^{}$").match(found[place - 1]))


def turned(clause: str, source: Source, known: Known, before: str) -> str:
    """Tell what an assertion lost of the sentence it follows from, or put in."""
    language = known.language
    checks = (
        _lost_condition(clause, source, language, before),
        _lost(clause, source, language, "uncertain", ROLE_DISTANCE),
        _lost(clause, source, language, "limits", LIMIT_DISTANCE),
        _lost_share(clause, source, language),
        _added(clause, source, language, "causes"),
        _added(clause, source, language, "future"),
        _swapped(clause, source, language),
        _lost_denial(clause, source, language),
        other_amount(clause, source, language),
        mispaired(clause, source, language),
        _added_gift(clause, source, language),
    )
    return next(filter(None, checks), "")


def _lost_condition(clause: str, source: Source, language: str, before: str) -> str:
    """`We walk on Sunday` of “If it rains, we walk on Sunday”."""
    conditions = word_list("conditions", language)
    if conditions & set(tokens(f"{before} {clause}")) or _is_order(clause, language):
        return ""
    parts = [p for p in regex.split(r"[,;]\s", source.text) if p.strip()]
    conditional = [p for p in parts if conditions & set(tokens(p)[:2])]
    if not conditional or len(parts) == 1:
        return ""
    own = stems_of(clause, language) | stems_of(before, language)
    case = [s for part in conditional for s in telling(part, language)]
    rest = {s for p in parts if p not in conditional for s in content(p, language)}
    from_rest = any(is_in(s, rest, language) for s in stems_of(clause, language))
    if not from_rest or any(is_in(s, own, language) for s in case):
        return ""
    return f"it is only said under a condition: “{source.text}”"


def _is_order(clause: str, language: str) -> bool:
    """`Don't stare at the sea`: told for a case, it holds as it stands."""
    first = next(iter(tokens(clause)), "")
    is_verb_first = is_verb(first) or first in word_list("handling") or first in {"don't", "never"}
    return language == "en" and is_verb_first


def _lost(clause: str, source: Source, language: str, name: str, reach: int) -> str:
    """Find a doubt or a limit that was lost: `It was empty` of “It was half empty”."""
    words, said = word_list(name, language), tokens(source.text)
    if words & set(tokens(regex.sub(r"\bMay\b", " ", clause))):
        return ""
    own = stems_of(clause, language) - light_stems(language)
    for place, word in enumerate(said):
        behind = (stem(w, language) for w in said[place + 1 : place + 1 + reach])
        if word in words and any(s in own for s in behind):
            return f"“{word}” is lost of “{source.text}”"
    return ""


def _lost_share(clause: str, source: Source, language: str) -> str:
    """`Tickets are free` of “The first hundred tickets are free”."""
    subject = next(iter(telling(clause, language)), "")
    found = tokens(source.text)
    place = next((n for n, word in enumerate(found) if stem(word, language) == subject), 0)
    share = pattern("shares", language).search(f"{' '.join(found[:place])} ")
    is_counted = regex.search(r"\d", counted(clause, language))
    if share is None or is_counted or set(share.group().split()) & set(tokens(clause)):
        return ""
    return f"“{share.group().strip()}” is lost of “{source.text}”"


def _added(clause: str, source: Source, language: str, name: str) -> str:
    """Find a cause or a future of which the sentence says nothing: `It opens soon`."""
    words, said = word_list(name, language), tokens(f"{source.before} {source.text}")
    if name == "future" and language == "de" and PASSIVE.search(clause):
        return ""  # `werden geprüft` is no future
    added = [w for w in tokens(clause) if w in words and w not in every("dates")]
    return f"nobody says “{added[0]}” of this" if added and not words & set(said) else ""


def _added_gift(clause: str, source: Source, language: str) -> str:
    """`Free for dogs` of “Dogs are not allowed”: nobody says of them that they are free."""
    gift = pattern("gifts", language, r"(?<!\p{L}){}(?!\p{L})")
    found, said = gift.search(clause), f"{source.before} {source.text}"
    return f"nobody says “{found.group()}” of this" if found and not gift.search(said) else ""


def _swapped(clause: str, source: Source, language: str) -> str:
    """Tell whether who does something and to whom have changed places around the same word."""
    own, said = telling(clause, language), telling(source.text, language)
    if word_list("agents", language) & (set(tokens(clause)) ^ set(tokens(source.text))):
        return ""
    for place in range(1, len(own) - 1):
        left, verb, right = own[place - 1 : place + 2]
        for there in range(1, len(said) - 1):
            if said[there] == verb and said[there - 1] == right and said[there + 1] == left:
                return f"“{source.text}” says it the other way round"
    return ""


def _lost_denial(clause: str, source: Source, language: str) -> str:
    """Tell whether less is denied of what it says than its source denies, or more."""
    own = frozenset((*telling(clause, language), *plain_words(clause)))
    has = denials(clause, language)
    said = denials(source.text, language)
    had = [part for part in said if any(overlap(scope, own, language) for scope in part)]
    scopes, around = [*chain(*has)], [*chain(*said), *chain(*denials(source.before, language))]
    is_less = max(map(len, has), default=0) < max(map(len, had), default=0)
    told = [scope for scope in chain(*had) if overlap(scope, own, language)]
    if is_less or any(not any(overlap(s, o, language) for o in scopes) for s in told):
        return f"what “{source.text}” denies is asserted"
    is_first = pattern("first_time", language).search(source.text)
    is_denied = any(overlap(s, o, language) for s in scopes for o in around)
    return f"it denies what “{source.text}” says" if scopes and not (is_first or is_denied) else ""


def overlap(one: Collection[str], other: Collection[str], language: str) -> bool:
    """Tell whether two denials may be of the same; `not doing` denies nothing of its own."""
    is_empty = light_stems(language).issuperset(other)
    return is_empty or any(is_in(word, other, language) for word in one)


@lru_cache(maxsize=4_096)
def denials(text: str, language: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """List for each part of a sentence, for each negation in it, the stems it denies.

    They are some words behind it, or else before it.
    """
    negation = pattern("negations", language, r"(?<![\p{L}'’]){}(?!\p{L})")
    found: list[tuple[frozenset[str], ...]] = []
    for part in regex.split(r"[,;:.!?]\s", text):
        scopes: list[frozenset[str]] = []
        for sign in negation.finditer(part):
            ahead, behind = plain_words(part[: sign.start()]), plain_words(part[sign.end() :])
            near = behind if len(behind) > 1 else [*behind, *ahead[-3:]]
            small = (word for word in near if len(word) >= FEWEST_LETTERS)
            scopes.append(frozenset(telling(" ".join(near), language)[:DENIED_WORDS] or small))
        found.append(tuple(scope for scope in scopes if scope))
    return tuple(part for part in found if part)
