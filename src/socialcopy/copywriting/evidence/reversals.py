"""What turns a sentence round although all of its words are known.

A condition, a doubt or a limit that is lost, a cause or a future that is put in, roles that are
swapped, a denial more or less, another number, and words such as `every` that nobody said.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, takewhile

import regex

from socialcopy.copywriting.evidence.amounts import mispaired, other_amount
from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text.anaphora import asks
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
from socialcopy.copywriting.text.vocabulary import every, is_verb, pairs, pattern, word_list
from socialcopy.copywriting.text.vocabulary import text as phrase

LIMIT_DISTANCE = 2
ROLE_DISTANCE = 3
FEWEST_REMARKABLE = 4
# What a negation denies is among the next few words that carry a matter.
DENIED_WORDS = 4
# Words up to which a denial has nothing of its own to deny.
BARE_WORDS = 3
SENTENCE_END = regex.compile(r"(?<=[.!?])\s")
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
        lasting = word_list("lasting", language)  # `it stays open` says that it still is
        same = lasting if word in lasting else {word}
        said = [s for s in known.sources if same.intersection(_unpossessed(s.text))]
        is_bound = behind and word not in lasting
        if is_bound and not any(_is_same_next(behind, word, s, language) for s in said):
            return word
        if not any(_covers(source, own, language) for source in said):
            return word
    return ""


def contrary(clause: str, known: Known) -> str:
    """Find a word whose opposite is said of the same: `above 80` of “cut all under 80”."""
    language, own, opposites = known.language, set(tokens(clause)), _opposites(known.language)
    stems = stems_of(clause, language)
    near = [_asserted(s.text, language) for s in known.sources if _covers(s, stems, language)]
    for word in own & opposites.keys():
        others = opposites[word]
        with_it = (len(own & said) for said in near if word in said)
        against = (len(own & said) for said in near if others & said and word not in said)
        if max(against, default=0) >= max(with_it, default=1) and not others & own:
            return f"the opposite of “{word}” is said of this"
    return ""


def _asserted(text: str, language: str) -> set[str]:
    """Tell its words, without the `more` of “not more”."""
    found = tokens(text)
    return {word for word in found if not _is_denied(word, found, language)}


@cache
def _opposites(language: str) -> dict[str, set[str]]:
    told = [pair.split("=") for pair in phrase("opposites", language).split()]
    both = [*told, *([other, one] for one, other in told)]
    return {one: {other for first, other in both if first == one} for one, _ in both}


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
        _lost_denial(clause, source, language, before),
        other_amount(clause, source, language),
        mispaired(clause, source, language),
        _added_gift(clause, source, language),
    )
    return next(filter(None, checks), "")


def _lost_condition(clause: str, source: Source, language: str, before: str) -> str:
    """`We walk on Sunday` of “If it rains, we walk on Sunday”."""
    conditions = word_list("conditions", language)
    # `On the right it's a date` has the case in it that “if it sits on the right” has.
    cases = _opposites(language).keys() & set(tokens(clause))
    if conditions & set(tokens(f"{before} {clause}")) or _is_order(clause, language):
        return ""
    parts = [p for p in regex.split(r"[,;]\s", source.text) if p.strip()]
    conditional = [p for p in parts if conditions & set(tokens(p)[:2])]
    if not conditional or len(parts) == 1 or any(cases & {*tokens(p)} for p in conditional):
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
    said += tuple("will" for word in said if word.endswith("'ll"))
    added = [w for w in tokens(clause) if w in words and w not in every("dates")]
    return f"nobody says “{added[0]}” of this" if added and not words & set(said) else ""


def _added_gift(clause: str, source: Source, language: str) -> str:
    """`Free for dogs` of “Dogs are not allowed”: nobody says of them that they are free."""
    gift = pattern("gifts", language, r"(?<!\p{L}){}(?!\p{L})")
    found, said = gift.search(clause), f"{source.before} {source.text}"
    return f"nobody says “{found.group()}” of this" if found and not gift.search(said) else ""


def swapped(sentence: str, known: Known) -> str:
    """Tell whether who does something and to whom have changed places around the same word."""
    language, own = known.language, _triples(sentence, known.language)
    agents, found = word_list("agents", language), set(tokens(sentence))
    for source in known.sources:
        said = set(_triples(source.text, language))
        is_turned = any(one != other and (other, verb, one) in said for one, verb, other in own)
        if is_turned and not agents & (found ^ set(tokens(source.text))):
            return f"“{source.text}” says it the other way round"
    return ""


@lru_cache(maxsize=4_096)
def _triples(text: str, language: str) -> tuple[tuple[str, str, str], ...]:
    """Tell what stands around each word of a matter and each number: `green, two dry`."""
    words = (pairs("counting", language).get(w, w) for w in plain_words(counted(text, language)))
    own = [s for w in words for s in ([w] if w[0].isdigit() else telling(w, language))]
    return tuple(zip(own, own[1:], own[2:], strict=False))


def is_taken_back(source: Source, known: Known) -> bool:
    """Tell whether the sentence behind it only denies it: `You think so. It's not.`"""
    behind = (s for s in known.sources if s.before.endswith(source.text))
    denying = (s for s in behind if denials(s.text, s.language, s.before))
    is_denied = any(_is_bare(s.text, s.language) for s in denying)
    return is_denied and not denials(source.text, source.language)


def last_question(before: str) -> str:
    """`Don't want to wait? You get it back.` says of what it asks; several are one."""
    told = [*takewhile(asks, reversed(SENTENCE_END.split(before)))]
    return " ".join(reversed(told))


def _lost_denial(clause: str, source: Source, language: str, before: str) -> str:
    """Tell whether less is denied of what it says than its source denies, or more."""
    own = frozenset((*telling(clause, language), *plain_words(clause)))
    has = denials(f"{last_question(before)} {clause}", language)
    said = denials(source.text, language, source.before)
    had = [tuple(s for s in part if overlap(s, own, language)) for part in said]
    # A word that only stands before it may be denied there.
    lent = [w for w in telling(clause, language) if not is_in(w, source.stems, language)]
    leans = denials(source.before, language)
    had += [part for part in leans if any(is_in(w, s, language) for s in part for w in lent)]
    scopes, around = [*chain(*has)], [*chain(*said), *chain(*leans)]
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
def denials(text: str, language: str, before: str = "") -> tuple[tuple[frozenset[str], ...], ...]:
    """List for each part of a sentence, for each negation in it, the stems it denies.

    They are some words behind it, or else before it. `It's not.` denies the sentence `before` it.
    """
    found: list[tuple[frozenset[str], ...]] = []
    earlier = last_question(before) or SENTENCE_END.split(before)[-1]
    for sentence in SENTENCE_END.split(text):
        is_bare = _is_bare(sentence, language)
        parts = regex.split(r"[,;:]\s", sentence)
        denied = frozenset(telling(earlier, language)[-DENIED_WORDS:]) if is_bare else frozenset()
        found += [tuple(_scopes(part, language, denied)) for part in parts]
        earlier = sentence
    return tuple(part for part in found if part)


def _is_bare(sentence: str, language: str) -> bool:
    return not telling(sentence, language) and len(tokens(sentence)) <= BARE_WORDS


def _scopes(part: str, language: str, told: frozenset[str]) -> Iterator[frozenset[str]]:
    """Yield for each negation the stems it denies, which may be told already."""
    negation = pattern("negations", language, r"(?<![\p{L}'’]){}(?!\p{L})")
    signs = [*negation.finditer(part)]
    ends = [*(sign.start() for sign in signs[1:]), len(part)]
    subjects = word_list("clause_subjects", language)
    for sign, end in zip(signs, ends, strict=False):
        ahead, behind = plain_words(part[: sign.start()]), plain_words(part[sign.end() : end])
        if not subjects.intersection(word.split("'")[0] for word in behind):
            behind = plain_words(part[sign.end() :])  # `nobody says it isn't` denies two things
        near = behind if len(behind) > 1 else [*behind, *ahead[-3:]]
        small = (word for word in near if len(word) >= FEWEST_LETTERS and word.isalpha())
        own = telling(" ".join(near), language)[:DENIED_WORDS]
        if scope := told or frozenset(own or small):
            yield scope
