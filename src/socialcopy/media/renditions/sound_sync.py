"""Is a finished file's sound that of its master, at the same moments?

The loudest stretch in each part of the master is slid over the file's sound (normalised
cross-correlation): it has to fit where it stands. So it is heard whether a track was mixed up,
went missing, or runs early or late, whatever made the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int16]
Floats = NDArray[np.float64]

# Sound that far from its picture is noticed (ITU-R BT.1359: 45 ms early, 125 ms late).
TOLERANCE_MS = 40
# Of 16 kHz every second number is left out: the step is known to an eighth of a millisecond.
RATE_HZ = 8_000
WINDOW_MS, LEAST_MS = 4_000, 500
MOST_WINDOWS = 8
# How far around its place a stretch is looked for.
MOST_LAG_MS = 1_500
# Stretches of the master below this are not judged: hiss fits hiss anywhere.
SOFT_DBFS = -50.0
BLOCK_MS = 250
# How much softer than elsewhere, against the master, sound is that went missing, and how many
# blocks of it in a row are missed by a listener.
GONE_DB, GONE_BLOCKS = 30.0, 3
# Correlation from which two sounds are the same, and below which they are not; levelling and AAC
# leave 0.8 and more.
LIKE, UNLIKE = 0.5, 0.3
# How much better a stretch has to fit elsewhere than in its place: a tone fits everywhere.
CLEARLY = 0.1
# How much softer both channels together are than each, when one is the other turned over.
CANCELLED_DB = 14.0


class Heard(NamedTuple):
    """One stretch of the master's sound, looked for in a file."""

    at_ms: int
    wanted_dbfs: float
    lag_ms: int
    """How much later than in the master it is heard."""
    likeness: float
    """Correlation there, 0 to 1."""
    likeness_in_place: float
    is_sharp: bool
    """Whether it fits nowhere else so well."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is in the file, early or late."""
        return self.likeness >= LIKE and self.likeness - self.likeness_in_place > CLEARLY


def hear(master: Numbers, made: Numbers, head_ms: int = 0) -> list[Heard]:
    """Look for the loudest stretches of a master in a file, where it begins `head_ms` later.

    Both at 16 kHz: one row of numbers for the master, two columns for the file. Stretches too soft
    to be told from others are left out.
    """
    master, made = _halved(master), _halved(made)
    if len(master) < LEAST_MS * RATE_HZ // 1000:
        return []
    length = min(WINDOW_MS * RATE_HZ // 1000, len(master))
    count = min(MOST_WINDOWS, len(master) // length)
    starts = [_loudest(master, n, count, length) for n in range(count)]
    heard = [_heard(master, made, start, length, head_ms * RATE_HZ // 1000) for start in starts]
    return [stretch for stretch in heard if stretch.wanted_dbfs > SOFT_DBFS]


def sound_faults(heard: Sequence[Heard]) -> Iterator[str]:
    """Say what is wrong with a file's sound, held against the master's."""
    if not heard:
        return
    off = [stretch.lag_ms for stretch in heard if stretch.is_elsewhere]
    if sum(stretch.likeness < UNLIKE for stretch in heard) > len(heard) / 2:
        yield "the sound is not the master's"
    elif len(off) > len(heard) / 3:
        lag_ms = round(float(np.median(off)))
        yield f"the sound is {abs(lag_ms)} ms {'late' if lag_ms > 0 else 'early'}"


def _halved(numbers: Numbers) -> Numbers:
    """Average two neighbours into one, which is filter enough for comparing."""
    even = numbers[: len(numbers) // 2 * 2].astype(np.int32)
    return ((even[::2] + even[1::2]) // 2).astype(np.int16)


def silence_faults(master: Numbers, made: Numbers, head_ms: int = 0) -> Iterator[str]:
    """Say where nothing is heard though something should be."""
    wanted = _blocks(master.reshape(-1, 1))
    found = _blocks(made)[head_ms // BLOCK_MS :][: len(wanted)]
    wanted = wanted[: len(found)]
    loud = wanted > SOFT_DBFS
    if not loud.any():
        return
    usual_db = min(0.0, float(np.median((found - wanted)[loud])))
    gone = loud & ((found < wanted + usual_db - GONE_DB) | (found < SOFT_DBFS - GONE_DB))
    for n in range(len(gone) - GONE_BLOCKS + 1):
        if gone[n : n + GONE_BLOCKS].all():
            yield f"the sound is silent at {n * BLOCK_MS / 1000:.1f} s, where the master's is not"
            return


def phase_faults(made: Numbers) -> Iterator[str]:
    """Say when left and right cancel out, as a phone plays them together."""
    # Every so many of them: two million numbers tell the phase of any length.
    left_right = made[:: max(1, len(made) // 2_000_000)].astype(np.float64)
    if not len(left_right):
        return
    each, together = _level(left_right), _level(left_right.mean(axis=1))
    if each > SOFT_DBFS and each - together > CANCELLED_DB:
        yield "left and right channel cancel each other out"


def _loudest(master: Numbers, number: int, count: int, length: int) -> int:
    """Find where in its part of the master a stretch is loudest."""
    begin, end = len(master) * number // count, len(master) * (number + 1) // count
    # A quarter of a window apart, which misses no loud stretch by more than an eighth of it.
    starts = range(begin, max(begin, end - length) + 1, max(1, length // 4))
    return max(starts, key=lambda start: _level(master[start : start + length]))


def _heard(master: Numbers, made: Numbers, start: int, length: int, head: int) -> Heard:
    most = MOST_LAG_MS * RATE_HZ // 1000
    wanted = master[start : start + length].astype(np.float64)
    around = _around(made, start + head - most, length + 2 * most)
    fit = _correlation(wanted, around)
    places = np.arange(-most, most + 1)
    best = int(np.argmax(fit))
    tolerance = TOLERANCE_MS * RATE_HZ // 1000
    return Heard(
        at_ms=start * 1000 // RATE_HZ,
        wanted_dbfs=_level(wanted),
        lag_ms=round((best - most) * 1000 / RATE_HZ),
        likeness=float(fit[best]),
        likeness_in_place=float(fit[np.abs(places) <= tolerance].max()),
        is_sharp=float(fit[np.abs(places - places[best]) > tolerance].max()) < fit[best] - CLEARLY,
    )


def _around(made: Numbers, begin: int, length: int) -> Floats:
    """Cut a stretch of a file in one channel, with silence where there is nothing."""
    found = made[max(0, begin) : max(0, begin + length)].astype(np.float64)
    mono = found.mean(axis=1) if len(found) else np.empty(0)
    before = min(length, max(0, -begin))
    return np.pad(mono, (before, length - before - len(mono)))


def _correlation(wanted: Floats, around: Floats) -> Floats:
    """Measure how well a sound fits at each place of a longer one: 1 where it is the same."""
    # A power of two is quickest for the transform, and long enough that nothing wraps around.
    size = 1 << (len(around) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(wanted, size))
    products = np.fft.irfft(spectrum, size)[: len(around) - len(wanted) + 1]
    squares = np.concatenate([[0.0], np.cumsum(around**2)])
    energy = squares[len(wanted) :] - squares[: -len(wanted)]
    floor = float(len(wanted))  # a step of one in every sample
    return products / np.sqrt(np.maximum(energy, floor) * max(float(wanted @ wanted), floor))


def _blocks(numbers: Numbers) -> Floats:
    """Measure each quarter of a second in decibels below full scale; columns are channels."""
    length = BLOCK_MS * 2 * RATE_HZ // 1000
    whole = numbers[: len(numbers) // length * length]
    power = np.zeros(len(whole) // length)
    for channel in range(whole.shape[1]):
        blocks = whole[:, channel].reshape(-1, length)
        power += [float(np.mean(np.square(block, dtype=np.float64))) for block in blocks]
    return 10 * np.log10(np.maximum(power / whole.shape[1] / 32_768**2, 1e-12))


def _level(numbers: Numbers | Floats) -> float:
    """Measure the mean level of 16-bit numbers in decibels below full scale."""
    power = float(np.mean(np.square(numbers, dtype=np.float64))) if numbers.size else 0.0
    return 10 * math.log10(max(power / 32_768**2, 1e-12))
