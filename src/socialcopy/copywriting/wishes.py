"""The instruction of a brief, as far as a writer without a language model can follow it."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from enum import StrEnum

import regex

from socialcopy.copywriting.ceilings import Ceiling, ceiling_in, without_ceiling
from socialcopy.copywriting.cleaning import visible
from socialcopy.copywriting.vocabulary import INSTRUCTION_WORDS
from socialcopy.models import Brief, Platform, Value
from socialcopy.platforms import rules


class Size(StrEnum):
    """How much copy is wanted."""

    SHORT = "short"
    USUAL = "usual"
    LONG = "long"


class Wishes(Value):
    """What an instruction asks for."""

    size: Size = Size.USUAL
    has_hashtags: bool = True
    quoted: tuple[str, ...] = ()
    """What the customer put in quotation marks: their own words."""
    unmet: tuple[str, ...] = ()
    """The parts this writer cannot follow, in the customer's words."""


QUOTED = regex.compile(r"[\"“”„«»]([^\"“”„«»]{2,300})[\"“”„«»]")
NO_HASHTAGS = regex.compile(
    r"\b(?:no|without|skip|drop|remove|omit|leave out|don't use|do not use|zero)(?: any| the"
    r"| all)? hash ?tags?\b",
    regex.I,
)
NO_EMOJI = regex.compile(
    r"\b(?:no|without|skip|drop|remove|omit|leave out|don't use|do not use|zero)(?: any| the"
    r"| all)? emojis?\b",
    regex.I,
)
SHORT = regex.compile(
    r"\b(?:not (?:too |so |that )?(?:long|wordy)|(?:super |very |extra )?(?:short|shorter"
    r"|shorten|brief|briefer|concise|compact|tight|tighter|terse|snappy|snappier|punchy"
    r"|punchier|crisp|crisper)|less text|fewer words|fewer sentences)\b",
    regex.I,
)
LONG = regex.compile(
    r"\b(?:not (?:too |so |that )?short|long|longer|lengthy|detailed|in depth|in-depth"
    r"|more (?:detail|details|text|words)|elaborate)\b",
    regex.I,
)


def wishes(instruction: str) -> Wishes:
    """Read an instruction; what is not understood is kept to be told, never ignored."""
    plain = instruction.replace("’", "'")
    quoted = tuple(match.strip() for match in QUOTED.findall(plain))
    unquoted = without_ceiling(QUOTED.sub(" ", plain))
    clauses = regex.split(r"[.;!?\n]+|,|\b(?:and|but)\b", unquoted)
    return Wishes(
        size=_size(unquoted),
        has_hashtags=not NO_HASHTAGS.search(plain),
        quoted=quoted,
        unmet=tuple(clause.strip() for clause in clauses if _is_unmet(clause)),
    )


def ceiling_for(platform: Platform, instruction: str) -> Ceiling:
    """How much one network's text may be at most by an instruction; quoted words ask nothing."""
    return ceiling_in(QUOTED.sub(" ", instruction), platform)


def without_size(instruction: str) -> str:
    """An instruction without its words on length, for when another length is wished since."""
    return LONG.sub("", SHORT.sub("", without_ceiling(instruction))).strip()


def _size(plain: str) -> Size:
    if SHORT.search(plain):
        return Size.SHORT
    return Size.LONG if LONG.search(plain) else Size.USUAL


def _is_unmet(clause: str) -> bool:
    for understood in (NO_HASHTAGS, NO_EMOJI, SHORT, LONG):
        clause = understood.sub(" ", clause)
    known = INSTRUCTION_WORDS | _network_words()
    return any(word not in known for word in regex.findall(r"[\p{L}\p{N}'-]+", clause.lower()))


def _network_words() -> frozenset[str]:
    names = (name for platform in Platform for name in rules(platform).names)
    return frozenset(word for name in names for word in regex.findall(r"[\p{L}]+", name.lower()))


def notes_on_wishes(brief: Brief, wanted: Wishes, language: str) -> tuple[str, ...]:
    """Say which wishes the copy does not follow."""
    notes = [
        f"Not followed: “{part}”. The built-in writer only picks, orders and trims what is said."
        for part in wanted.unmet
    ]
    if brief.language and brief.language.partition("-")[0] != language.partition("-")[0]:
        notes.append(
            f"The brief asks for {brief.language}, the video speaks {language}; "
            "the copy is not translated."
        )
    return tuple(visible(note) for note in notes)
