"""What the labels of a file's sound tracks say about them: an extra, the default, its language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from socialcopy.media.errors import UnreadableStreamError
from socialcopy.models.video import AudioStream

# Tracks that go with the main one, or are for few.
ASIDES = frozenset({"comment", "visual_impaired", "hearing_impaired", "karaoke", "descriptions"})
# Most programs offer a title and no flag.
ASIDE_TITLE = re.compile(
    r"\b(?:comment(?:ary|aries|aires?)|comentarios?|commento|(?:audio)?kommentar"
    r"|audio ?descri\w*|audio ?deskription|descri(?:ptive|bed) |karaoke|instrumental)",
    re.IGNORECASE,
)
# Distance of language tags below which one means the other (`no` and `nob`; langcodes).
SAME_LANGUAGE = 10


def usual_sound(sounds: Sequence[AudioStream]) -> AudioStream | None:
    """Choose the sound track by its labels: no commentary, then the default one, then the first.

    Raises UnreadableStreamError when there are tracks, and none we read.
    """
    readable = [s for s in sounds if s.is_readable and s.end_ms != s.start_ms]
    if not readable and any(not s.is_readable for s in sounds):
        raise UnreadableStreamError("audio", tuple(s.codec for s in sounds))
    return max(readable, key=lambda s: (not is_aside(s), s.is_default), default=None)


def is_aside(sound: AudioStream) -> bool:
    """Tell whether a track is a commentary, or made for few, by its flags or its title."""
    return bool(ASIDES & set(sound.disposition)) or ASIDE_TITLE.search(sound.title) is not None


def is_marked(sound: AudioStream, among: Sequence[AudioStream]) -> bool:
    """Tell whether somebody made a track the default; most programs mark the first unasked."""
    return sound.is_default and not among[0].is_default


def is_spoken_in(sound: AudioStream, language: str | None) -> bool:
    """Tell whether a track's label (`ger`, `deu`, `de-AT`) means a language (BCP 47)."""
    if not sound.language or not language:
        return False
    from langcodes import tag_distance  # noqa: PLC0415 - 0.2 s, for few files
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415 - the same

    try:
        return tag_distance(language, sound.language) < SAME_LANGUAGE
    except LanguageTagError:
        return False
