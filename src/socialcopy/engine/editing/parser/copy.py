"""Wishes for the words that go with the video: their language, tone, length and networks."""

from __future__ import annotations

import re

from socialcopy.copywriting.briefs.ceilings import Ceiling, ceiling_in, without_ceiling
from socialcopy.copywriting.briefs.wishes import Manner
from socialcopy.engine.editing.edits import ChangeCopy, Length
from socialcopy.engine.editing.parser.phrasebook import names_of
from socialcopy.engine.editing.parser.rules import (
    WORDS,
    first_named,
    found,
    named,
    used_up,
    without,
)
from socialcopy.models import Platform

NETWORKS = {platform: names_of(platform) for platform in Platform}


def read(clause: str) -> ChangeCopy | None:
    """Read what a clause wants of the copy; it must name something, and nothing else."""
    words = WORDS.copywriting
    clause = without(words.less, clause)
    whole, ceiling, clause = clause, ceiling_in(clause), without_ceiling(clause)
    manner = _manner(clause)
    if manner == "dropped" and re.search(r"[,，]", clause) and found(words.both_ways, clause):
        return None  # two wishes, to be read one by one
    language, tone, length = _kinds(clause)
    if found(words.voice, clause) and not tone:
        return None  # a tone of voice, and nothing that is heard
    platforms = tuple(named(NETWORKS, clause))
    if any(ceiling_in(whole, platform) != ceiling for platform in platforms):
        return None  # "LinkedIn under 300 characters, X under 100"
    is_anything = language or tone or length or platforms or ceiling != Ceiling()
    if not is_anything or not _is_known(clause) or _is_about_the_video(clause, length):
        return None
    is_sized = (length is not None or ceiling != Ceiling()) and not (language or tone)
    if platforms and is_sized and not _names_manner(clause):
        return ChangeCopy(said=whole)  # of these networks alone; the others stay as they are
    return ChangeCopy(
        language=language,
        tone=tone,
        length=length,
        ceiling=ceiling,
        platforms=platforms,
        platforms_are=manner,
    )


def _kinds(clause: str) -> tuple[str | None, str | None, Length | None]:
    """Find the language, the tone and the length that a clause names first in our lists."""
    return (
        first_named(WORDS.languages, clause),
        first_named(WORDS.tones, clause),
        first_named(WORDS.lengths, clause),
    )


def _is_known(clause: str) -> bool:
    words = WORDS.copywriting
    known = (WORDS.languages, WORDS.tones, WORDS.lengths, NETWORKS)
    said = [word for kind in known for word in kind.values()]
    return used_up(clause, *said, words.nouns, words.verbs, WORDS.talk.everyday, words.fillers)


def _is_about_the_video(clause: str, length: Length | None) -> bool:
    """Tell whether a clause such as "make the video shorter" is of the video, not its words."""
    words = WORDS.copywriting
    return bool(length and found(words.video, clause) and not found(words.nouns, clause))


def _names_manner(clause: str) -> bool:
    words = WORDS.copywriting
    return any(found(kind, clause) for kind in (words.both_ways, words.dropped, words.added))


def _manner(clause: str) -> Manner:
    if found(WORDS.copywriting.dropped, clause):
        return "dropped"
    return "added" if found(WORDS.copywriting.added, clause) else "only"
