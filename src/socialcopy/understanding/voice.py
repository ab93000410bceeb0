"""Where somebody speaks, by Silero's voice detector, which comes with the recogniser."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.understanding.recogniser import speech_timestamps

SAMPLE_RATE_HZ = 16_000
# Pauses shorter than this belong to speech.
LEAST_PAUSE_MS = 300


class Spoken(NamedTuple):
    """A stretch in which somebody speaks, in samples at 16 kHz."""

    start: int
    end: int


def spoken(sound: NDArray[np.float32], *, least_pause_ms: int = LEAST_PAUSE_MS) -> list[Spoken]:
    """Find the stretches of mono sound at 16 kHz in which somebody speaks.

    Costs about 5 CPU-ms a second of sound, and half a second the first time in a process.
    """
    found = speech_timestamps(
        np.ascontiguousarray(sound, np.float32),
        min_silence_ms=least_pause_ms,
        # Silero cuts close; consonants at the ends would be lost.
        pad_ms=least_pause_ms // 3,
    )
    return [Spoken(one["start"], one["end"]) for one in found]


def seconds(sound: NDArray[np.float32]) -> float:
    """Measure how long somebody speaks, in seconds."""
    return sum(end - start for start, end in spoken(sound)) / SAMPLE_RATE_HZ
