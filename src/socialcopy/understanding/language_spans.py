"""Where a video goes over from one language to another.

Whisper takes each half minute for one language. Where two are spoken in it, it leaves one of them
out, or writes down a translation that nobody said: so it did in all seven half minutes that were
made of two voices. A stretch between two pauses it tells apart for sure.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from socialcopy.understanding.voice import SAMPLE_RATE_HZ, Spoken, spoken

# Two speakers or two takes are at least so far apart; words seldom are.
LEAST_PAUSE_MS = 300

# The language of less is a guess.
LEAST_SAMPLES = 2 * SAMPLE_RATE_HZ

# What Whisper listens to at once.
WINDOW_SAMPLES = 30 * SAMPLE_RATE_HZ

# Of 14 pieces of sound with two languages, those in one had 0.97 and more, those across both 0.64
# and less; of 20 in one language, bad recordings and synthetic voices, none was sure and wrong.
SURE = 0.9

Sound: TypeAlias = NDArray[np.float32]
TellLanguage: TypeAlias = Callable[[Sound], tuple[str, float]]


class Passage(NamedTuple):
    """A run of sound in one language."""

    start: int
    end: int
    """In samples."""
    language: str | None = None
    """None where the recogniser is to find out itself."""


def passages(sound: Sound, tell_language: TellLanguage) -> tuple[Passage, ...]:
    """Cut sound where another language begins; in one piece where none does.

    Asks for the first and the last stretch of each half minute, and for all of them only where
    these differ; so a sentence framed by another language within half a minute is not found.
    """

    @functools.cache
    def language_of(stretch: Spoken) -> str | None:
        language, probability = tell_language(sound[slice(*stretch)])
        return language if probability >= SURE else None

    begun: list[tuple[int, str]] = []
    found = stretches(sound)
    for window in _windows(found) if len(found) > 1 else ():
        spoken = begun[-1][1] if begun else None
        # The first and the last tell of nearly every switch, for two looks of the model.
        ends = [window[0], window[-1]]
        is_one = len({spoken, *map(language_of, ends)} - {None}) <= 1
        asked = {stretch: language_of(stretch) for stretch in (ends if is_one else window)}
        begun += _switches(asked, spoken)
    if len(begun) <= 1:
        return (Passage(0, len(sound)),)
    starts = [0, *(start for start, _ in begun[1:]), len(sound)]
    languages = (language for _, language in begun)
    return tuple(
        Passage(*ends, language) for ends, language in zip(pairwise(starts), languages, strict=True)
    )


def stretches(sound: Sound) -> list[Spoken]:
    """Split speech at pauses; a part too short to tell its language joins the nearer one."""
    found = spoken(sound, least_pause_ms=LEAST_PAUSE_MS)
    while len(found) > 1 and (places := _beside_short(found)):
        place = min(places, key=lambda n: found[n + 1].start - found[n].end)
        found[place : place + 2] = [Spoken(found[place].start, found[place + 1].end)]
    return found


def _beside_short(found: Sequence[Spoken]) -> list[int]:
    """Return the places of pairs of which one is too short."""
    is_short = [one.end - one.start < LEAST_SAMPLES for one in found]
    return [n for n, pair in enumerate(pairwise(is_short)) if any(pair)]


def _windows(found: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    window: list[Spoken] = []
    for stretch in found:
        if window and stretch.end - window[0].start > WINDOW_SAMPLES:
            yield window
            window = []
        window.append(stretch)
    if window:
        yield window


def _switches(
    languages: Mapping[Spoken, str | None], spoken: str | None
) -> Iterator[tuple[int, str]]:
    """Yield where another language begins than was spoken before, and which."""
    for stretch, language in languages.items():
        if language and language != spoken:
            spoken = language
            yield stretch.start, language
