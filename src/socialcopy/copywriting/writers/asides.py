"""What is only talk: greetings, who speaks, what people say to each other, a host's part.

None of it is posted; what stands between two sentences parts them no more than a breath.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest

import regex

from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.evidence.speakers import Speaker
from socialcopy.copywriting.text import anaphora
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.sentences import Sentence, tokens
from socialcopy.copywriting.text.stems import content, telling
from socialcopy.copywriting.text.vocabulary import every_pattern, pattern, word_list
from socialcopy.copywriting.writers.points import FEWEST_WORDS, Point

# Words of what leads up to a question.
LONGEST_LEAD = 14
# Words of an answer that says nothing.
LONGEST_CHAT = 6
# Words of who somebody is, or of what only leads up to a reason.
LONGEST_REMARK = 30
# How somebody is called: `Frau Voss, das Freibad.`
TITLED = regex.compile(
    r"(?:Frau|Herr|Mrs?|Ms|Dr|Madame|Monsieur|Señora?|Signora?|Dona)\.? \p{Lu}\p{L}+"
)
# `Ray Shearer, who has worked here since 1962, …` calls nobody.
RELATIVE = regex.compile(
    r"(?:who|whose|whom|which|qui|que|quien(?:es)?|che|dessen|deren|wiens|som)\b[^?]*$"
)
# Who is called up: `Xavier Grimaud, Guillaume Chrieff.`
NAMES_ONLY = regex.compile(
    r"(?:\p{Lu}[\p{Ll}'-]+ \p{Lu}[\p{Ll}'-]+(?:, | (?:and|et|und|y|e|en) |(?=\.))){2,}\."
)
EXCLAIMS = regex.compile(r"\p{Lu}{3,}!+")
NO = frozenset({"no", "nein", "non", "não", "nee", "nej"})


def is_aside(
    sentence: Sentence, text: str, language: str, everybody: Sequence[Speaker] = ()
) -> bool:
    """Tell whether a sentence greets, introduces its speaker or talks about the talk."""
    is_opener = pattern("openers", language, "^{}[.!]?$").match(text)
    begun = word_list("unfinished", language) | word_list("soft", language)
    is_opener = is_opener or begun.issuperset(tokens(text))  # `Which.`
    if not sentence.is_complete or is_opener or anaphora.is_small_talk(text, language):
        return True
    introduces = any(
        pattern(name, language, r"(?<!\p{L}){}").search(text) for name in ("introduces", "presents")
    )
    own = pattern("this_is", language, "^{}").match(text)
    introduces = introduces or (own is not None and own["name"] in {one.name for one in everybody})
    is_role = len(tokens(text)) <= LONGEST_REMARK and "," not in text and _says_role(text, language)
    is_call = every_pattern("channel_requests", r"(?<!\p{L}){}").search(text) is not None
    is_bare = any(form.fullmatch(text) for form in (NAMES_ONLY, EXCLAIMS))
    is_talk = introduces or is_role or is_call or is_bare
    return is_talk or anaphora.is_about_itself(text, language)


def _says_role(text: str, language: str) -> bool:
    """Tell whether somebody says what they are: `I'm the director of the lab.`"""
    own = pattern("says_what", language, "^{}").match(text)
    return bool(own and every_pattern("roles", r"^(?:\S+ ){0,2}{}\b").match(text[own.end() :]))


def without_chat(points: Sequence[Point], language: str) -> list[Point]:
    """Count as asides what answers one, what only says again: `Eleven.`, and half a sentence."""
    found: list[Point] = []
    is_asked = False
    for before, point in pairwise([None, *points]):
        if point is None:
            continue
        is_asked = point.is_aside if point.asks else is_asked
        is_answer = is_asked and not point.asks and point.words <= LONGEST_CHAT
        is_half = anaphora.is_half(point.text, language) and not (before and before.asks)
        is_idle = is_answer or is_half or _is_echo(point, before, language)
        found.append(point.model_copy(update={"is_aside": True}) if is_idle else point)
        is_asked = is_asked and point.asks
    # `I want to tell you why we care. It's because …`: without it that is another's cause.
    return [
        point.model_copy(update={"is_aside": point.is_aside and not _says_why(behind, language)})
        if point.words <= LONGEST_REMARK
        else point
        for point, behind in zip_longest(found, found[1:])
    ]


def _says_why(point: Point | None, language: str) -> bool:
    if point is None or point.asks or point.is_aside or point.words < FEWEST_WORDS:
        return False
    is_noun = tokens(point.text)[1:2] == ("of",)  # `Because of the rain we stay.`
    return not is_noun and anaphora.is_cause(point.text, language)


def with_topic(points: Sequence[Point], known: Known) -> list[Point]:
    """Say with a question what leads up to it: `Desmond, you lend out drills. Why?`

    It is the host's, and stands nowhere else.
    """
    found: list[Point] = []
    led_up: list[Point] = []
    is_asked = False
    who = {s for one in known.everybody for s in content(one.told, known.language)}
    is_known = any(point.speaker for point in points)
    for point in points:
        if point.asks:
            is_asked = True
            # Who the guest is stands behind their words.
            told = [
                p
                for p in led_up
                if p.words < FEWEST_WORDS or not who.issuperset(content(p.text, known.language))
            ]
            is_short = sum(p.words for p in told) <= LONGEST_LEAD
            found.append(_led_up_to(point, told) if led_up and is_short else point)
            led_up = []
            continue
        if led_up or (point.is_aside and point.is_called):
            led_up.append(point)
        is_hosts = bool(led_up) or not is_asked or (is_known and point.speaker is None)
        found.append(point.model_copy(update={"is_aside": point.is_aside or is_hosts}))
    return found


def _led_up_to(question: Point, led_up: Sequence[Point]) -> Point:
    told = " ".join(point.text for point in led_up)
    # A matter that is only named: `Herr Tadsen, die Fähre. Wann fährt sie?`
    told = f"{told.rstrip('.')}:" if 0 < len(tokens(told)) < FEWEST_WORDS else told
    text = f"{told} {question.text}".strip()
    return question.model_copy(update={"text": text, "leans": False})


def without_objections(points: Sequence[Point]) -> list[Point]:
    """Count as asides what a host holds against a guest, and the guest's `No.`"""
    found: list[Point] = []
    for point, behind in zip_longest(points, points[1:]):
        is_denied = behind is not None and _denies(behind)
        is_talk = _denies(point) or (is_denied and not point.is_first_person)
        found.append(point.model_copy(update={"is_aside": point.is_aside or is_talk}))
    return found


def _denies(point: Point) -> bool:
    """Tell whether it is a `no` and little else: `Das, nein.`"""
    words = tokens(point.text)
    return len(words) < FEWEST_WORDS and not NO.isdisjoint(words)


def _is_echo(point: Point, before: Point | None, language: str) -> bool:
    """Tell whether a word or two only say once more what the sentence before does."""
    if before is None or before.asks or point.words >= FEWEST_WORDS or point.asks:
        return False
    own, other = (set(tokens(counted(p.text.lower(), language))) for p in (point, before))
    return own <= other | word_list("backchannel", language)


def unintroduced(text: str, language: str) -> str:
    """Take off who speaks where the sentence goes on: `My name is Odd, and I build rafts.`"""
    joint = "|".join(sorted(word_list("soft", language)))
    said = pattern("introduces", language, rf"^{{}},? (?:{joint}) (?P<rest>.+)").match(text)
    rest = said["rest"] if said else ""
    is_matter = len(telling(rest, language)) > 1 and not anaphora.is_about_itself(rest, language)
    return f"{rest[0].upper()}{rest[1:]}" if is_matter else text


def uncalled(text: str, known: Known) -> str:
    """Take off whom a sentence calls: `Frau Voss, das Freibad.`"""
    first, _, rest = text.partition(", ")
    people = {part for one in known.everybody for part in one.parts}
    is_called = bool(first) and people.issuperset(tokens(first))
    is_called = is_called or TITLED.fullmatch(first) is not None
    if not rest or not is_called or RELATIVE.match(rest):
        return text
    begin = regex.search(r"\p{L}|$", rest)  # behind `¿`
    place = begin.start() if begin else 0
    return f"{rest[:place]}{rest[place : place + 1].upper()}{rest[place + 1 :]}"


def is_chatter(text: str, known: Known, *, is_called: bool) -> bool:
    """Tell what people say to each other: `Can we agree no slogans today?`"""
    if is_called and not anaphora.asks(text):
        is_topic = len(tokens(text)) < FEWEST_WORDS  # `Frau Voss, das Freibad.`
        return is_topic or bool(word_list("you", known.language) & set(tokens(text)))
    nods = word_list("backchannel", known.language)
    is_nod = known.is_interview and nods.issuperset(tokens(text)) and NO.isdisjoint(tokens(text))
    if is_nod or TITLED.fullmatch(text.rstrip(".")):
        return True
    return (
        known.is_interview
        and anaphora.asks(text)
        and anaphora.is_first_person(text, known.language)
    )
