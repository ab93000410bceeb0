"""A finished file held against its master: is it the same, at the same moments?"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.ffmpeg.audio import speech_numbers
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


class Sync(Value):
    """How a file fits its master."""

    sound_lag_ms: int | None = None
    """How much later its sound is heard than the master's; none where nothing could be told."""
    picture_lag_ms: int | None = None
    """How much later its picture is seen, to a hundredth of a second."""
    speech_to_noise_db: float | None = None
    """How much louder words are than pauses; none where there are too few of either."""
    faults: tuple[str, ...] = ()


def compare(
    reference: Reference,
    path: Path,
    info: MediaInfo,
    *,
    layout: Layout,
    head_ms: int = 0,
    words: Sequence[Word] = (),
    find_speech: FindSpeech | None = None,
) -> Sync:
    """Measure sound and picture of a file in which the master begins `head_ms` later.

    `words` are those that it shows while they are said; `find_speech` hears whether they are.
    """
    broken_ms = reference.broken_off_ms
    faults = [] if broken_ms is None else [f"the master breaks off at {broken_ms / 1000:.1f} s"]
    seen = matches(path, info, reference, layout, head_ms)
    faults += picture_faults(seen)
    heard: list[Heard] = []
    levels: SpeechLevels | None = None
    if info.has_audio and reference.info.has_audio:
        with tempfile.TemporaryDirectory(prefix="heard-") as folder:
            made = speech_numbers(
                path, info, Path(folder), settings=reference.settings, channels=2,
                stop=reference.stop,
            )  # fmt: skip
            levels = speech_levels(_mixed(made), reference.words, head_ms)
            heard = hear(reference.sound, made, head_ms)
            found = [
                *silence_faults(reference.sound, made, head_ms),
                *sound_faults(heard),
                *phase_faults(made),
            ]
            # Sound that is another's or silent has no step to speak of: one fault is named, not
            # its echoes.
            found = found or [*step_faults(heard, seen)]
            if find_speech and not found:
                found += speech_faults(made, words, reference, head_ms, find_speech)
        faults += found
    return Sync(
        sound_lag_ms=_sound_lag_ms(heard), picture_lag_ms=_picture_lag_ms(seen),
        speech_to_noise_db=levels.speech_to_noise_db if levels else None, faults=tuple(faults),
    )  # fmt: skip


def _mixed(made: NDArray[np.int16]) -> NDArray[np.int16]:
    """Mix left and right, without the floats that two hours of them would take."""
    return (made // 2).sum(axis=1, dtype=np.int16)


def _sound_lag_ms(heard: Sequence[Heard]) -> int | None:
    sure = [stretch.lag_ms for stretch in heard if stretch.is_sharp and stretch.likeness >= LIKE]
    return round(float(np.median(sure))) if sure else None


def _picture_lag_ms(seen: Sequence[Match]) -> int | None:
    sure = [match.lag_ms for match in seen if match.is_in_place or match.is_elsewhere]
    return round(float(np.median(sure))) if sure else None
