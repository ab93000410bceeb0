"""Does somebody speak in a finished file where, and as long as, somebody should?

Where somebody speaks is found by whoever knows how; it is given from above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.audio import track_samples
from socialcopy.media.renditions.reference import Reference
from socialcopy.models import Word

Samples = NDArray[np.float32]
Steps = NDArray[np.bool_]
# Begin and end, in samples at 16 kHz, of the stretches in which somebody speaks.
FindSpeech = Callable[[Samples], Sequence[tuple[int, int]]]

RATE_HZ = 16_000
STEP_MS = 20
# Of a longer file the first ten minutes are listened to.
MOST_LISTENED_SECONDS = 600
FEWEST_WORDS = 8
# Share of the words' time in which the detector has to hear somebody too.
IN_SPEECH = 0.5
MOST_LAG_MS = 3_000
# A recogniser's times are right to a fifth of a second.
OFF_MS = 400
# Correlation of words and loudness where they belong together (measured: 0.44 to 0.64), and how
# much worse it has to be where they stand (0.02 and less with words 0.8 s off, 0.29 and more with
# right ones).
FITTING, BETTER = 0.35, 0.3
# Share of the time from the first word to the last in which nobody speaks, from which words and
# loudness can be compared: of words without a pause only the ends would tell, and they fit wherever
# it is quiet.
LEAST_PAUSED = 0.05
RANGE_DB = 35.0
SMOOTHED_STEPS = 10
SILENT_SECONDS, SPOKEN_SECONDS = 0.5, 3.0


def speech_faults(
    made: NDArray[np.int16], words: Sequence[Word], reference: Reference, head_ms: int,
    find_speech: FindSpeech,
) -> Iterator[str]:  # fmt: skip
    """Say when nobody is heard where the words are, or on the whole where somebody speaks."""
    sound = made[: MOST_LISTENED_SECONDS * RATE_HZ].mean(axis=1).astype(np.float32) / 32_768
    spoken = find_speech(sound)
    heard = _steps([(begin / RATE_HZ, end / RATE_HZ) for begin, end in spoken], len(sound))
    said = _steps(
        [((w.start_ms + head_ms) / 1000, (w.end_ms + head_ms) / 1000) for w in words], len(sound)
    )
    if len(words) >= FEWEST_WORDS and said.any():
        yield from _words_faults(said, heard, _loudness(sound))
    elif len(reference.info.sounds) > 1 and heard.sum() * STEP_MS < SILENT_SECONDS * 1000:
        yield from _other_tracks(reference, find_speech)


def _words_faults(said: Steps, heard: Steps, loudness: NDArray[np.float64]) -> Iterator[str]:
    inside = float((said & heard).sum()) / said.sum()
    if inside < IN_SPEECH:
        yield f"nobody speaks in {1 - inside:.0%} of the time in which words are shown"
        return
    first, last = np.flatnonzero(said)[[0, -1]]
    if 1 - said[first : last + 1].mean() < LEAST_PAUSED:
        return
    most = min(MOST_LAG_MS // STEP_MS, len(loudness) // 2)
    fits = [_fit_at(lag, said.astype(np.float64), loudness) for lag in range(-most, most + 1)]
    best = int(np.argmax(fits))
    lag_ms = (best - most) * STEP_MS
    if abs(lag_ms) > OFF_MS and fits[best] > FITTING and fits[best] - fits[most] > BETTER:
        way = "behind" if lag_ms > 0 else "ahead of"
        yield f"the subtitles are {abs(lag_ms)} ms {way} the speech"


def _fit_at(lag: int, said: NDArray[np.float64], loudness: NDArray[np.float64]) -> float:
    """Compare words that many steps later with the loudness, where there are both.

    Beyond the ends nothing is known: taken for silence there, words without a pause fit where
    their end meets any quiet moment.
    """
    one, other = said[max(0, lag) :], loudness[max(0, -lag) :]
    size = min(len(one), len(other))
    one, other = one[:size] - one[:size].mean(), other[:size] - other[:size].mean()
    norm = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / norm if norm else 0.0


def _loudness(sound: Samples) -> NDArray[np.float64]:
    """Measure the level around every 20 ms in decibels, as far as it is near the loudest."""
    length = RATE_HZ * STEP_MS // 1000
    steps = sound[: len(sound) // length * length].reshape(-1, length).astype(np.float64)
    level = 10 * np.log10(np.maximum(np.mean(steps**2, axis=1), 1e-12))
    level = np.maximum(level, level.max(initial=-120.0) - RANGE_DB)
    return np.convolve(level, np.full(SMOOTHED_STEPS, 1 / SMOOTHED_STEPS), "same")


def _other_tracks(reference: Reference, find_speech: FindSpeech) -> Iterator[str]:
    """Name other tracks of the master on which somebody speaks."""
    info = reference.info
    used = info.audio.index if info.audio else None
    indexes = [
        sound.index
        for sound in info.sounds
        if sound.is_readable and sound.index is not None and sound.index != used
    ]
    samples = track_samples(reference.path, info, indexes, settings=reference.settings)
    for index, found in samples.items():
        spoken = find_speech(found.mean(axis=1).astype(np.float32))
        if sum(end - begin for begin, end in spoken) > SPOKEN_SECONDS * RATE_HZ:
            place = [sound.index for sound in info.sounds].index(index) + 1
            yield f"nobody speaks in it, but on sound track {place} of the video somebody does"
            return


def _steps(stretches: Sequence[tuple[float, float]], samples: int) -> Steps:
    """Mark every 20 ms in which something goes on."""
    steps = np.zeros(samples * 1000 // RATE_HZ // STEP_MS + 1, np.bool_)
    for begin, end in stretches:
        steps[round(begin * 1000 / STEP_MS) : round(end * 1000 / STEP_MS)] = True
    return steps
