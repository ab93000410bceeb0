"""Who speaks: by what they say of themselves, who presents them, and the name on a card.

A recogniser hears words, not people. Where two are introduced nobody knows who says what, so
nobody is named; what one person says alone, or a guest in answer to a host, is theirs.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise, zip_longest

import regex

from socialcopy.copywriting.text.anaphora import asks, is_small_talk
from socialcopy.copywriting.text.names import is_given_name
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.vocabulary import every, every_pattern, is_verb, pattern, word_list
from socialcopy.models import Understanding, Value
from socialcopy.understanding.dictionary import is_rare
from socialcopy.understanding.sounds import distance, sound

_PARTICLES = "van|de|der|von|da|di|la|le|el|bin|al|den"
_NAME = (
    r"(?:Dr\.? |Prof\.? )?\p{Lu}[\p{L}'’-]+"
    rf"(?: (?:{_PARTICLES}))* \p{{Lu}}[\p{{L}}'’.-]*"
)
CARD = regex.compile(rf"^(?P<name>{_NAME})\s*(?:,|·|\||–|—| - )\s*(?P<role>\S.{{1,60}})$")
# A name with the line below it, which begins small: `Maren Holt` and `explorer`.
CARD_JOINED = regex.compile(
    r"^(?P<name>\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+) (?P<role>\p{Ll}{4,}(?: \p{L}+){0,3})$"
)

CARD_ALONE = regex.compile(rf"^(?P<name>{_NAME})$")
# Who asks: `Chair: Joanne Pike`; or whose talk it is: `Hamish Orde: Mind the gap`.
CARD_HOST = regex.compile(rf"^(?P<role>\p{{L}}+): (?P<name>{_NAME})$")
CARD_TALK = regex.compile(rf"^(?P<name>{_NAME}): \S.*$")
# Who asks stands behind the guest's role: `writer, with John Morgan`.
WITH = regex.compile(r",? (?:with|mit|avec|con|com|met|med) (?=\p{Lu})")
TWO_NAMES = regex.compile(r"\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+")
SHORTEST_SURNAME = 2
TITLED = regex.compile(r"(?:Dr|Prof)\b")
CALLED = regex.compile(
    r"(?:^|[.!?] )(?P<name>\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?), "
    r"|, (?:\p{Ll}{2,5} )?(?P<name>\p{Lu}\p{Ll}+)[.?!]"
)
# Up to this share of its sounds a name was misheard: `Anna Smith` of `John Sanders` 0.49, `Una
# Tears` of `Oonagh Tierce` 0.10.
ALIKE = 0.2
# With more who were introduced, nobody knows who says what, unless a host calls them.
MOST_SPEAKERS = 1

# `I'm Canadian` names nobody.
PEOPLES = regex.compile(r"(?:ian|ish|ese|ican)$")


class Speaker(Value):
    """A person who is heard, as far as it is known."""

    name: str
    role: str = ""
    """As a card has it: `Mayor of Hollin`."""
    is_guest: bool = False
    """Whether somebody else presents them."""

    @property
    def told(self) -> str:
        """Name and role as they stand behind a quotation."""
        return f"{self.name}, {self.role}" if self.role else self.name

    def told_in(self, language: str) -> str:
        """Write it as a language says it; English says `of` before a house."""
        words = [word for word in self.role.split() if word not in {"and", "&"}]
        has_capitals = bool(words) and all(word[:1].isupper() for word in words)
        is_role = every_pattern("roles", r"\b{}\b").search(self.role)
        is_house = language == "en" and has_capitals and not is_role
        return f"{self.name} of {self.role}" if is_house else self.told

    @property
    def is_host(self) -> bool:
        """Tell whether a card says that they ask the questions."""
        return bool(every_pattern("hosts", r"\b{}\b").search(self.role))

    @property
    def parts(self) -> frozenset[str]:
        """The words of the name, in lower case."""
        return frozenset(regex.findall(r"\p{L}{2,}", self.name.lower()))


def speakers(understanding: Understanding, language: str) -> tuple[Speaker, ...]:
    """Everybody who introduces themselves, is presented, or is named with a role on a card."""
    said = understanding.transcript.text
    introduced = [*_named(said, language, "introduces")]
    introduced += [n for n in _named(said, language, "this_is") if is_given_name(n.split()[0])]
    guests = [*_named(said, language, "presents")]
    said_names = (*guests, *introduced)
    called = [*_called(said)]
    asked = [*_asked(said, language)]
    said_names = (*said_names, *asked)
    cards = [*_cards(understanding, {*said_names, *called}, language)]
    found = [card.model_copy(update={"name": _longest(card.name, said_names)}) for card in cards]
    for name in said_names:
        if not any(_is_same(name, o.name) or _is_misheard(name, o, language) for o in found):
            found.append(Speaker(name=name, role=_house(name, said, language)))
    is_hosted = any(speaker.is_host for speaker in found)

    def is_guest(speaker: Speaker) -> bool:
        is_presented = any(_is_same(name, speaker.name) for name in guests)
        is_called = any(_is_same(name, speaker.name) for name in called)
        is_own = any(_is_same(name, speaker.name) for name in introduced)
        is_asked = is_hosted or (is_called and not is_own)
        return is_presented or (is_asked and not speaker.is_host)

    return tuple(one.model_copy(update={"is_guest": is_guest(one)}) for one in found)


def _called(said: str) -> Iterable[str]:
    """Yield whom others speak to: `Desmond, you lend out drills.`"""
    return (name for found in CALLED.finditer(said) for name in found.captures("name"))


def _asked(said: str, language: str) -> Iterable[str]:
    """Yield the first names of those who are spoken to and asked: no card may have them."""
    for sentence in regex.split(r"(?<=[.!?]) ", said):
        name, _, told = sentence.partition(", ")
        first = next(iter(tokens(told)), "").partition("'")[0]
        is_to_them = asks(sentence) or first in word_list("you", language)
        is_name = is_given_name(name) and is_rare(name, language)  # Spanish `Mira` is `look`
        if is_to_them and is_name:
            yield name


def _named(said: str, language: str, how: str) -> Iterable[str]:
    for found in pattern(how, language, r"(?<!\p{L}){}").finditer(said):
        name = next((part for part in found.captures("name") if part), "")
        first = name.split()[0].lower() if name else ""
        is_people = name == name.split()[0] and PEOPLES.search(first) if name else True
        is_role = every_pattern("roles", r"^{}$").match(name)  # `Sou o Especialista em …`
        is_other = is_people or is_role or name.endswith(("'s", "\u2019s"))  # `I'm Ana's sister`
        if name and not is_other and first not in _no_names():
            yield name


def _house(name: str, said: str, language: str) -> str:
    """Whom somebody speaks for: `I'm Maya from Brightline`."""
    house = (
        r"(?-i:\p{Lu}[\p{L}\p{N}'’&-]*(?: (?:(?:and|und|et|y|e|en|och|&) )?\p{Lu}[\p{L}'’&-]*)*)"
    )
    form = f"{regex.escape(name)},? {{}} (?P<house>{house})"
    found = pattern("belongs", language, form).search(said)
    return found["house"] if found else ""


def _is_same(one: str, other: str) -> bool:
    """Tell whether two names may be of one person: `Lucía Bena` and `Lucía B.`."""
    first, second = (regex.findall(r"\p{L}+", name.lower()) for name in (one, other))
    if not first or not second:
        return False
    is_first = first[0] == second[0] or first[-1] == second[-1]
    return is_first or first[0] in second or second[0] in first


def introduces(sentence: str, language: str) -> bool:
    """Tell whether somebody says who they are."""
    return bool(pattern("introduces", language, r"(?<!\p{L}){}").search(sentence))


def _is_misheard(name: str, shown: Speaker, language: str) -> bool:
    """Tell whether a name sounds like a card's: `Una Tears` for `Oonagh Tierce, CEO`."""
    heard, told = sound(name, language), sound(shown.name, language)
    is_alike = distance(heard, told) <= ALIKE * max(len(heard), len(told))
    return is_alike and bool(every_pattern("roles", r"\b{}\b").search(shown.role))


def _longest(name: str, others: Iterable[str]) -> str:
    """Return a name as it was said in full, where a card shortens it to `Lucía B.`."""
    same = [other for other in others if _is_same(name, other) and "." in name]
    return max([name, *same], key=lambda told: (not told.endswith("."), len(told)))


def _cards(understanding: Understanding, heard: set[str], language: str) -> Iterable[Speaker]:
    lines = [*dict.fromkeys(line.text.strip() for line in understanding.screen)]
    said = f" {' '.join(tokens(understanding.transcript.text))} "
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        if f" {' '.join(tokens(line))} " in said and line not in heard:
            continue  # a slogan that is spoken too
        with_role, alone = CARD.match(line), CARD_ALONE.match(line)
        asks_all, talks = CARD_HOST.match(line), CARD_TALK.match(line)
        joined = CARD_JOINED.match(line) or (alone and CARD_JOINED.match(f"{line} {below}"))
        if with_role and _is_person(with_role["name"], with_role["role"], heard, language):
            role = WITH.split(with_role["role"].strip())[0]
            yield Speaker(name=_titled(with_role["name"]), role=role)
        elif asks_all and every_pattern("hosts", r"^(?:{}|chair)$").match(asks_all["role"]):
            yield Speaker(name=_titled(asks_all["name"]), role="host")
        elif talks and _is_person(talks["name"], "", heard, language):
            yield Speaker(name=_titled(talks["name"]))
        elif joined and _is_name(joined["name"], joined["role"], heard, language):
            yield Speaker(name=_titled(joined["name"]), role=joined["role"])
        elif alone and (
            any(_is_same(line, name) for name in heard)
            or (_is_unsaid(line, said, below) and not _names_others(line, lines))
        ):
            is_role = every_pattern("roles", r"\b{}\b").search(below)
            yield Speaker(name=_titled(line), role=below if is_role else "")


def _is_name(name: str, role: str, heard: set[str], language: str) -> bool:
    """Tell whether two words with small ones behind name a person, not `Good bread takes time`."""
    asked = word_list("world_actions", language) | word_list("post_actions", language)
    begins = next(iter(tokens(role)), "")
    if (
        begins in asked
        or any(map(is_verb, tokens(role)))
        or not _is_person(name, role, heard, language)
    ):
        return False
    words = name.split()
    is_given = is_given_name(words[0])
    return is_given or any(is_rare(word, language) for word in words)


def _is_unsaid(line: str, said: str, below: str) -> bool:
    """Tell whether a card is somebody's full name, of whom nobody speaks.

    Told by a given name, a title, or a role in the line below it. Who is named is another than who
    speaks: `I pick Noor`.
    """
    first, *others = line.split()
    if len(others[-1].strip(".")) < SHORTEST_SURNAME or set(tokens(line)) & set(said.split()):
        return False
    is_person = is_given_name(first) or every_pattern("roles", r"^{}\b").match(below)
    is_name = is_person and not any(word.lower() in _common() for word in others)
    return bool(is_name or TITLED.match(first))


def _names_others(line: str, lines: Sequence[str]) -> bool:
    """Tell whether the picture names more people, as covers of books do: none need be speaking."""
    named = (found.group() for other in lines for found in TWO_NAMES.finditer(other))
    people = (name for name in named if is_given_name(name.split()[0]))
    return any(not _is_same(name, line) for name in people)


def _titled(name: str) -> str:
    return name.title() if name.isupper() else name


def _is_person(name: str, role: str, heard: set[str], language: str) -> bool:
    """Tell whether a card names somebody.

    By a name that was said or is a given one, or by a role.
    """
    if any(_is_same(name, other) for other in heard):
        return True
    first = regex.findall(r"\p{L}+", name)[0].lower()
    if is_given_name(first):
        return True
    is_role = role[:1].islower() or bool(every_pattern("roles", r"\b{}\b").search(role))
    is_named = is_role and not any(word.lower() in _common() for word in name.split())
    # A rare name, of which no list has a word: `Dilwyn Harte, Harte Windows`.
    return is_named or all(is_rare(word, language) for word in name.split() if word[:1].isupper())


@cache
def _no_names() -> frozenset[str]:
    """Capitalised words that introduce nobody: `I'm Canadian`, `It's Monday`."""
    return word_list("function_words") | word_list("vague_nouns") | every("dates")


@cache
def _common() -> frozenset[str]:
    """Words that begin a line and are no names."""
    lists = ("function_words", "verbs", "handling", "vague_nouns", "adjectives", "generic")
    return frozenset[str]().union(*map(word_list, lists))


def voices(
    sentences: Sequence[str], everybody: Sequence[Speaker], language: str, *, is_interview: bool
) -> list[Speaker | None]:
    """Tell who says each sentence; nobody where it can't be known, or where the host speaks."""
    # A host presents the guest and asks; what is answered is the guest's.
    guests = [speaker for speaker in everybody if speaker.is_guest]
    known = guests or [speaker for speaker in everybody if not speaker.is_host]
    if len(known) > MOST_SPEAKERS and is_interview:
        return [*_by_turns(sentences, known, language)]
    if len(known) != MOST_SPEAKERS:
        return [None] * len(sentences)
    if not is_interview:
        if any(_greets(sentence, known[0], language) for sentence in sentences):
            return [None] * len(sentences)
        return [None if _tells_of(s, known[0], language) else known[0] for s in sentences]
    return [*_by_answers(sentences, known[0], language)]


def _tells_of(sentence: str, speaker: Speaker, language: str) -> bool:
    """Tell whether somebody else speaks of them: `Reporter Kati Weis has more.`"""
    is_named = " " in speaker.name and speaker.name in sentence
    return is_named and not introduces(sentence, language)


def _greets(sentence: str, speaker: Speaker, language: str) -> bool:
    """Tell whether somebody else speaks to them: `Hey, Kathy.`"""
    is_called = not speaker.parts.isdisjoint(tokens(sentence))
    return is_called and is_small_talk(sentence, language) and not introduces(sentence, language)


def _by_answers(
    sentences: Sequence[str], guest: Speaker, language: str
) -> Iterable[Speaker | None]:
    """Follow one guest: a host welcomes, asks, and goes on behind an `Interesting.`"""
    takes = pattern("takes_turn", language, r"^{}\W*$")
    opened, is_hosts = _opened(sentences, language), False
    for n, (before, sentence) in enumerate(pairwise(["", *sentences])):
        is_hosts = (is_hosts and not asks(before)) or bool(
            takes.match(sentence) and not asks(before)
        )
        yield None if n < opened or is_hosts or asks(sentence) else guest


def _opened(sentences: Sequence[str], language: str) -> int:
    """Count the sentences of a host's welcome: up to the first question behind the guest's name."""
    presents = pattern("presents", language, r"(?<!\p{L}){}")
    presented = [n for n, sentence in enumerate(sentences) if presents.search(sentence)]
    behind = range(presented[0] + 1, len(sentences)) if presented else ()
    return next((n for n in behind if asks(sentences[n])), 0)


def _by_turns(
    sentences: Sequence[str], known: Sequence[Speaker], language: str
) -> Iterable[Speaker | None]:
    """Follow whom a host calls: `Sunita, would that work?` is answered by her until the next."""
    thanks = pattern("takes_turn", language, r"^{}(?!\p{L})")
    current: Speaker | None = None
    for sentence in sentences:
        called = [one for name in _called(sentence) for one in known if _is_same(name, one.name)]
        if called or thanks.match(sentence):
            current = called[0] if called else None
        yield None if called or asks(sentence) else current
