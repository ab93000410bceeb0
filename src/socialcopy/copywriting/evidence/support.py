"""Whether an assertion follows from what was said or shown.

It follows from one sentence, together with what that one leans on: all of its words that carry a
matter are there, and nothing that turns it round is lost or added (reversals.py). Words are
compared, not understood.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import regex

from socialcopy.copywriting.evidence.amounts import amounts, miscounted, outshown
from socialcopy.copywriting.evidence.reversals import (
    absolute,
    contrary,
    denials,
    is_taken_back,
    overlap,
    swapped,
    turned,
)
from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text.anaphora import asks, is_first_person, without_please
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import (
    content,
    is_in,
    light_stems,
    plain_words,
    stem,
    stems_of,
    telling,
)
from socialcopy.copywriting.text.vocabulary import every, pattern, word_list

TITLES = r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Sr|Sra|Mme)"
CLAUSE = regex.compile(rf"\s*(?:[;–—→]|[:,](?!\d)|(?<!{TITLES})\.(?=\s))\s*")
# Share of an assertion's words that have to stand in the one sentence it follows from.
SHARE_OF_OWN = 0.5

# Words that what a speaker is said to have done shares with their sentence.
FEWEST_OWN = 2
PHRASE_WORDS = 3
FRAGMENT_WORDS = 8


def unsupported(sentence: str, known: Known, before: str, *, asked: bool = False) -> str:
    """Return the first part of an assertion that follows from nothing, as a reason."""
    if word := absolute(sentence, known):
        return f"nobody says “{word}” of this"
    checks = (miscounted, outshown, swapped, _of_another)
    if fault := next(filter(None, (check(sentence, known) for check in checks)), ""):
        return fault
    parts = clauses(sentence, known.language)
    around = f"{before} {sentence}" if len(parts) > 1 else before
    found = (contrary(p, known) or _reason(p, known, around, asked=asked) for p in parts)
    return next(filter(None, found), "")


def _of_another(sentence: str, known: Known) -> str:
    """`Ben is a vet` where a card says that of Ida."""
    own, found = stems_of(sentence, known.language), set(tokens(sentence))
    named = [one for one in known.everybody if one.parts & found]
    for other in known.everybody if len(named) == 1 else ():
        role = stems_of(other.role, known.language)
        is_told = role and role <= own and not role <= stems_of(named[0].role, known.language)
        if is_told and other.role[:1].islower():
            return f"that is {other.told}"
    return ""


@lru_cache(maxsize=4_096)
def clauses(sentence: str, language: str) -> tuple[str, ...]:
    """Return the parts of a sentence that each assert something."""
    if word_list("conditions", language) & set(tokens(sentence)):
        return (sentence.strip(" .!…"),)
    parts: list[str] = []
    for part in filter(None, CLAUSE.split(sentence.strip(" .!…"))):
        if parts and not telling(part, language):
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part)
    return tuple(parts)


def _reason(clause: str, known: Known, before: str, *, asked: bool) -> str:
    language = known.language
    wanted = telling(clause, language)[_begins_with_action(clause, language) :]
    if not wanted:
        return ""
    # A question that was asked proves nothing, nor what the next sentence takes back.
    stated = (s for s in known.sources if asked or not asks(s.text))
    candidates = (s for s in stated if not is_taken_back(s, known))
    found = [(_missing(clause, wanted, source, known), source) for source in candidates]
    whole = [source for missing, source in found if not missing]
    if is_fragment(clause, language) and all(is_in(s, known.stems, language) for s in wanted):
        return _fault_in_denials(clause, known)
    if not whole:
        told = _unheard(clause, min((m for m, _ in found), key=len, default=wanted), known)
        return f"nothing in the video or the brief says “{told}” of this"
    # The sentence that has most of its words, small ones too.
    own = set(tokens(clause))
    judged = [(len(own & set(tokens(s.text))), turned(clause, s, known, before)) for s in whole]
    return max(judged, key=lambda found: (found[0], not found[1]))[1]


def _unheard(clause: str, missing: Sequence[str], known: Known) -> str:
    """Return the word to name.

    One that is nowhere at all, before one that is said of something else.
    """
    worst = next((s for s in missing if not is_in(s, known.stems, known.language)), missing[0])
    return next((w for w in plain_words(clause) if stem(w, known.language) == worst), worst)


def _begins_with_action(clause: str, language: str) -> bool:
    """`Try it`, `Komm vorbei`: the verb alone promises nothing."""
    first = next(iter(tokens(without_please(clause))), "")
    is_telling = stem(first, language) not in light_stems(language) and not is_small_word(
        first, language
    )
    return first in word_list("world_actions", language) and is_telling


def _missing(clause: str, wanted: Sequence[str], source: Source, known: Known) -> list[str]:
    """Return the words that neither a sentence has nor what it leans on.

    All, if none are its own.
    """
    language = known.language
    own = source.stems
    missing = [s for s in wanted if not is_in(s, own, language)]
    if len(missing) == len(wanted) and own - light_stems(language):
        return list(wanted)
    if source.before and not word_list("conditions", language) & set(tokens(clause)):
        before = stems_of(source.before, source.language)
        missing = [s for s in missing if not is_in(s, before, language)]
    elif len(missing) > (1 - SHARE_OF_OWN) * len(wanted):
        return missing
    if word_list("conditions", language) & set(tokens(clause)):
        return missing
    people = known.people_stems if is_first_person(source.text, language) else frozenset[str]()
    if source.speaker is None and len(known.everybody) > 1:  # which of them `I` is nobody knows
        people -= {stem(part, language) for one in known.everybody for part in one.parts}
    left = [s for s in missing if not (is_in(s, people, language) or _is_adjunct(s, clause, known))]
    # `Ana had the idea with the wards` is not what she says of one ward.
    is_thin = len(wanted) - len(missing) < FEWEST_OWN and len(left) < len(missing)
    words = set(content(clause, language)) - set(missing)
    return missing if is_thin and len(words & own) * 2 < len(words) else left


def _is_adjunct(wanted: str, clause: str, known: Known) -> bool:
    """Tell whether a word stands in a phrase such as `in Harrow CRM`, with a name that is known."""
    found = plain_words(clause)
    place = next((n for n, w in enumerate(found) if stem(w, known.language) == wanted), 0)
    before = found[max(0, place - PHRASE_WORDS) : place]
    start = next(
        (
            n
            for n, w in enumerate(reversed(before), 1)
            if w in word_list("prepositions", known.language)
        ),
        0,
    )
    # A day hangs on what is said of it and fits nowhere else.
    if not start or found[place] in word_list("dates", known.language):
        return False
    if is_in(wanted, known.context_stems, known.language):
        return True
    phrase = f" {' '.join(found[place - start : place + 1])} "
    return any(phrase in f" {' '.join(plain_words(s.text))} " for s in known.sources)


def opinion_in(sentence: str, known: Known) -> str:
    """Find what somebody only thinks, told as if it were so and with no name beside it."""
    names = {part for one in known.everybody for part in one.parts}
    roles = {stem(word, known.language) for one in known.everybody for word in tokens(one.role)}
    wanted = set(telling(sentence, known.language)) - roles
    is_told = known.is_own_voice or _is_shown(sentence, known)
    if is_told or not wanted or names & set(tokens(sentence)):
        return ""
    opinions = pattern("opinions", known.language, r"(?<!\p{L}){}(?!(?<!['’])\p{L})")
    thought = ((s, found.end()) for s in known.spoken if (found := opinions.search(s.text)))
    for source, start in thought:
        behind = stems_of(source.text[start:], known.language)
        if all(is_in(w, behind, known.language) for w in wanted):
            return f"it is what somebody thinks: “{source.text}”"
    return ""


def _is_shown(sentence: str, known: Known) -> bool:
    """Tell whether a card has all numbers of it: then it is more than a guess."""
    own = {amount.value for amount in amounts(sentence, known.language)}
    cards = (amounts(s.text, known.language) for s in known.sources if s.origin == "screen")
    return bool(own) and any(own <= {amount.value for amount in found} for found in cards)


def is_fragment(clause: str, language: str) -> bool:
    """Tell whether it names things and asserts nothing of them.

    `From CSV to CRM`, `31 meetings`.
    """
    first, *others = tokens(clause) or ("-",)
    is_short = len(others) < FRAGMENT_WORDS
    verbs = word_list("auxiliaries", language) | word_list("irregular", language)
    begins = first in word_list("fragments", language) | every("number_words")
    return is_short and not verbs & set(others) and (begins or first[0].isdigit())


def fault_in_frame(frame: str, known: Known) -> str:
    """Tell what stands around a quotation: who says it and of what, out of words that are known."""
    language = known.language
    everything = known.stems | known.context_stems
    spoken = {stem(w, language) for w in _words_of("says", language)} | light_stems(language)
    for word in content(frame, language):
        if word not in spoken and not is_in(word, everything, language):
            return f"nothing in the video or the brief says “{word}”"
    return ""


def _words_of(name: str, language: str) -> list[str]:
    """Return the plain words of a list that is written as an expression."""
    return regex.findall(r"\p{L}+", pattern(name, language).pattern)


def _fault_in_denials(clause: str, known: Known) -> str:
    """`No salt` needs somebody who denies the salt; `No more calls` puts an end to what is said."""
    if pattern("no_more", known.language, r"^{}").match(clause):
        return ""
    said = [scope for s in known.sources for scope in chain(*denials(s.text, s.language, s.before))]
    for part in clause.split(", "):
        own = [*chain(*denials(part, known.language))]
        if own and not any(
            overlap(scope, other, known.language) for scope in own for other in said
        ):
            return f"nobody denies what “{part}” denies"
    return ""
