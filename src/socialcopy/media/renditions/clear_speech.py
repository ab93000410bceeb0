"""Speech that stays clear: a gate on steady noise and levelling, only where they are known to help.

Filters that help one recording harm the next: on speech mixed with hiss, hum, music and itself at
two distances, denoisers and compressors lost as often as they won (docs/why.md). So noise is told
from music by how steady the pauses between the words are, both are measured before and after, and
what did not help is taken back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.models import Word

RATE_HZ = 16_000
STEP_MS = 20
# Nearer to a word a pause may hold its beginning or end.
APART_MS = 150
# Less speech, or fewer pauses, says nothing.
LEAST_SPEECH_MS, LEAST_PAUSE_MS = 2_000, 1_000
SILENT_DBFS = -90.0
# Between them a gate helps: louder noise is too near to the voice, softer noise nobody hears.
LOUD_NOISE_DB, SOFT_NOISE_DB = 15.0, 45.0
# How far the loudest quarter of the pauses is above the softest tenth at most: noise is steady,
# music and other voices are not, and would pump.
STEADY_DB = 8.0
# How far above the noise the gate opens: it is measured at 16 kHz, where white hiss is 5 dB softer;
# and at least so far above it, and below the voice.
ABOVE_NOISE_DB, LEAST_ABOVE_DB, BELOW_SPEECH_DB = 13.0, 7.0, 7.0
# What it takes off a pause, at most: 12 dB, so that the room does not vanish behind each word.
GATE = "agate=threshold={threshold:.5f}:range=0.25:attack=5:release=200:ratio=3:knee=1.5"
# Loudness range from which a listener turns the volume up and down (EBU R128 s1 advises less than
# 18 LU for anything, and 5 to 10 where people listen on a phone).
WIDE_LU = 12.0
LEVELLER = "dynaudnorm=f=400:g=5:m=4:p=0.5:t={threshold:.5f}"
# What counts as help, and how much worse the other figure may become: a gate that widens the range
# takes a soft voice for noise.
CLEARER_DB, LESS_CLEAR_DB = 3.0, 1.0
NARROWER_LU, WIDER_LU = 2.0, 1.0
# ffmpeg makes two softer channels of one.
MONO_DB = -3.0


class SpeechLevels(NamedTuple):
    """How loud the words are, and what lies between them, in dB below full scale."""

    speech_dbfs: float
    pause_dbfs: float
    softest_dbfs: float
    """Of the pauses, where a tenth is softer; their middle; and where a quarter is louder."""
    usual_dbfs: float
    loudest_dbfs: float

    @property
    def speech_to_noise_db(self) -> float:
        """How much louder words are than pauses."""
        return self.speech_dbfs - self.pause_dbfs

    @property
    def opening_dbfs(self) -> float:
        """The level from which a gate lets sound through."""
        return min(self.usual_dbfs + ABOVE_NOISE_DB, self.speech_dbfs - BELOW_SPEECH_DB)

    @property
    def has_steady_noise(self) -> bool:
        """Whether pauses hold noise that a gate can tell from the voice."""
        is_between = LOUD_NOISE_DB <= self.speech_to_noise_db <= SOFT_NOISE_DB
        is_steady = self.loudest_dbfs - self.softest_dbfs <= STEADY_DB
        return is_between and is_steady and self.opening_dbfs - self.usual_dbfs >= LEAST_ABOVE_DB


def speech_levels(
    sound: NDArray[np.int16], words: Sequence[Word], head_ms: int = 0
) -> SpeechLevels | None:
    """Measure 16 kHz mono in which words are said `head_ms` later; none where it tells nothing."""
    power = _power(sound)
    is_said, is_near = (np.zeros(len(power), np.bool_) for _ in range(2))
    for word in words:
        begin, end = word.start_ms + head_ms, word.end_ms + head_ms
        is_said[begin // STEP_MS : end // STEP_MS] = True
        is_near[max(0, begin - APART_MS) // STEP_MS : (end + APART_MS) // STEP_MS + 1] = True
    speech, pauses = power[is_said], power[~is_near]
    if len(speech) * STEP_MS < LEAST_SPEECH_MS or len(pauses) * STEP_MS < LEAST_PAUSE_MS:
        return None
    levels = _db(pauses)
    return SpeechLevels(
        float(_db(speech.mean())), float(_db(pauses.mean())),
        *(float(share) for share in np.percentile(levels, (10, 50, 75))),
    )  # fmt: skip


# Filters by what they are called in a certificate.
Remedies = dict[str, str]


def remedies_for(levels: SpeechLevels | None, range_lu: float, *, is_mono: bool) -> Remedies:
    """Choose what may help speech of these levels; nothing where nothing is wrong with it."""
    if levels is None:
        return {}
    opening_dbfs = levels.opening_dbfs + (MONO_DB if is_mono else 0.0)
    found: Remedies = {}
    if levels.has_steady_noise:
        found["gate"] = GATE.format(threshold=_amplitude(opening_dbfs))
    if range_lu > WIDE_LU:
        # What is softer is noise, and not raised.
        softest_dbfs = opening_dbfs - LEAST_ABOVE_DB
        found["levelling"] = LEVELLER.format(threshold=_amplitude(softest_dbfs))
    return found


def helpful(
    tried: Remedies, before: SpeechLevels, after: SpeechLevels | None, narrower_lu: float
) -> Remedies:
    """Keep what did its work: a gate makes speech clearer and as even, levelling the reverse."""
    clearer_db = after.speech_to_noise_db - before.speech_to_noise_db if after else -math.inf
    has_helped = {
        "gate": clearer_db >= CLEARER_DB and narrower_lu >= -WIDER_LU,
        "levelling": narrower_lu >= NARROWER_LU and clearer_db >= -LESS_CLEAR_DB,
    }
    return {name: filters for name, filters in tried.items() if has_helped[name]}


def _power(sound: NDArray[np.int16]) -> NDArray[np.float64]:
    length = RATE_HZ * STEP_MS // 1000
    steps = sound[: len(sound) // length * length].reshape(-1, length)
    # A minute at a time: two hours as floats would take a gigabyte.
    parts = [
        np.mean((steps[n : n + 3_000].astype(np.float32) / 32_768) ** 2, axis=1)
        for n in range(0, len(steps), 3_000)
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def _db(power: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return 10 * np.log10(np.maximum(power, 10 ** (SILENT_DBFS / 10)))


def _amplitude(dbfs: float) -> float:
    """Return a level as a share of full scale."""
    return min(1.0, 10 ** (dbfs / 20))
