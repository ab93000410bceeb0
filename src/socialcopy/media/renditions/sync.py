"""A finished file held against its master: is it the same, at the same moments?"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.ffmpeg.audio import speech_numbers
from socialcopy.media.ffmpeg.loudness import Loudness, measure
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.clear_speech import SpeechLevels, speech_levels
from socialcopy.media.renditions.picture_sync import Match, matches, picture_faults, step_faults
from socialcopy.media.renditions.reference import Reference
from socialcopy.media.renditions.sound_sync import (
    LIKE,
    Heard,
    hear,
    phase_faults,
    silence_faults,
    sound_faults,
)
from socialcopy.media.renditions.speech_checks import FindSpeech, speech_faults
from socialcopy.models import MediaInfo, Value, Word
from socialcopy.settings import MediaSettings


class Listened(NamedTuple):
    """What is heard in a finished file, alone and held against its master."""

    loudness: Loudness
    heard: tuple[Heard, ...] = ()
    levels: SpeechLevels | None = None
    faults: tuple[str, ...] = ()

    @property
    def lag_ms(self) -> int | None:
        """How much later it is heard than the master's; none where nothing could be told."""
        sure = [one.lag_ms for one in self.heard if one.is_sharp and one.likeness >= LIKE]
        return round(float(np.median(sure))) if sure else None


def listen(
    path: Path,
    info: MediaInfo,
    reference: Reference | None,
    *,
    settings: MediaSettings,
    limits: Limits,
    head_ms: int = 0,
    words: Sequence[Word] = (),
    find_speech: FindSpeech | None = None,
    stop: threading.Event | None = None,
) -> Listened:
    """Measure the sound of a file in which the master begins `head_ms` later; there must be some.

    `words` are those that it shows while they are said; `find_speech` hears whether they are.
    """
    loudness = measure(path, info, settings=settings, limits=limits, stop=stop)
    if not reference or not reference.info.has_audio:
        return Listened(loudness)
    with tempfile.TemporaryDirectory(prefix="heard-") as folder:
        made = speech_numbers(
            path, info, Path(folder), settings=settings, channels=2, stop=stop
        )  # fmt: skip
        heard = tuple(hear(reference.sound, made, head_ms))
        found = [
            *silence_faults(reference.sound, made, head_ms),
            *sound_faults(heard),
            *phase_faults(made),
        ]
        if find_speech and not found:
            found += speech_faults(made, words, reference, head_ms, find_speech)
        levels = speech_levels(_mixed(made), reference.words, head_ms)
    return Listened(loudness, heard, levels, tuple(found))


class Sync(Value):
    """How a file fits its master."""

    picture_lag_ms: int | None = None
    """How much later its picture is seen than the master's, to a hundredth of a second."""
    faults: tuple[str, ...] = ()


def compare(
    reference: Reference, path: Path, info: MediaInfo, listened: Listened | None, *,
    layout: Layout, head_ms: int = 0,
) -> Sync:  # fmt: skip
    """Measure the picture of a file in which the master begins `head_ms` later, and its sound."""
    broken_ms = reference.broken_off_ms
    faults = [] if broken_ms is None else [f"the master breaks off at {broken_ms / 1000:.1f} s"]
    seen = matches(path, info, reference, layout, head_ms)
    faults += picture_faults(seen)
    if listened:
        # Sound that is another's or silent has no step to speak of: one fault is named, not its
        # echoes.
        faults += listened.faults or step_faults(listened.heard, seen)
    return Sync(picture_lag_ms=_picture_lag_ms(seen), faults=tuple(faults))


def _mixed(made: NDArray[np.int16]) -> NDArray[np.int16]:
    """Mix left and right, without the floats that two hours of them would take."""
    return (made // 2).sum(axis=1, dtype=np.int16)


def _picture_lag_ms(seen: Sequence[Match]) -> int | None:
    sure = [match.lag_ms for match in seen if match.is_in_place or match.is_elsewhere]
    return round(float(np.median(sure))) if sure else None
