"""Where new shots begin, by frames that are looked at one after the other."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.frames import Frame, Sampled

# Share of the brightness histogram that differs between two samples of different shots.
NEW_SHOT = 0.30
# Two new shots so soon after each other are the edges of a flash; no shot is cut to five frames.
FLASH_MS = 200
# A look in a dissolve is a blend of its neighbours: what is left is 3 to 8 % of their difference,
# which is 51 to 70 of 255; where something moves it is 20 % and more, of less than 30.
BLENDED_CHANGE, BLENDED_REST, BLENDED_LEAST = 35.0, 0.12, 0.2
# Frame that are looked at, and how many of them are averaged across and down.
PIXEL_STEP, SQUARE_SIDE = 3, 5
BINS = 32

Numbers = NDArray[np.float64]


class ShotFinder:
    """Finds the times at which new shots begin."""

    def __init__(self) -> None:
        self._histograms: list[NDArray[np.float32]] = []
        self._last: deque[Numbers] = deque(maxlen=3)
        self._blends: list[float | None] = []

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        self._histograms.append(_histogram(frame))
        self._last.append(_small(frame))
        if len(self._last) == self._last.maxlen:
            self._blends.append(_blend(*self._last))

    def cuts_ms(self, sampled: Sampled) -> tuple[int, ...]:
        """Return them, exact to a frame; of a dissolve it is the look nearest to its middle."""
        sharp = self._without_flashes(sampled)
        return tuple(sorted({*sharp, *self._dissolves(sampled.times_ms, sharp)}))

    def _without_flashes(self, sampled: Sampled) -> tuple[int, ...]:
        """Drop the two edges of a flash after which a shot goes on, else the first of them."""
        kept: list[int] = []
        for at_ms in sampled.new_shots_ms:
            if kept and at_ms - kept[-1] <= FLASH_MS:
                if self._differ(*sampled.around(kept.pop(), at_ms)):
                    kept.append(at_ms)
            else:
                kept.append(at_ms)
        return tuple(kept)

    def _differ(self, before: int, after: int) -> bool:
        """Tell whether two looks are of different shots."""
        change = np.abs(self._histograms[before] - self._histograms[after])
        return float(change.sum()) / 2 > NEW_SHOT

    def _dissolves(self, times_ms: Sequence[int], sharp: Sequence[int]) -> Iterator[int]:
        """Yield the middles of dissolves: looks that are a blend of those before and after."""
        last: tuple[int, float] | None = None
        looks = zip(times_ms, times_ms[1:], times_ms[2:], self._blends, strict=False)
        for begin_ms, at_ms, end_ms, share in looks:
            has_cut = bisect_right(sharp, begin_ms) < bisect_right(sharp, end_ms)
            off = math.inf if share is None or has_cut else abs(share - 0.5)
            if last and off >= last[1]:
                yield last[0]
            last = (at_ms, off) if off < (last[1] if last else math.inf) else None
        if last:
            yield last[0]


def _blend(before: Numbers, between: Numbers, after: Numbers) -> float | None:
    """Return how far a dissolve has come, from 0 to 1; none where there is none."""
    change = after - before
    mean = float(np.abs(change).mean())
    if mean < BLENDED_CHANGE:
        return None
    share = float((change * (between - before)).sum() / (change * change).sum())
    rest = float(np.abs(between - before - share * change).mean())
    is_blend = rest <= BLENDED_REST * mean and BLENDED_LEAST < share < 1 - BLENDED_LEAST
    return share if is_blend else None


def _small(frame: Frame) -> Numbers:
    """Average squares of a frame, in which a hand that moves is nothing."""
    seen = frame[::PIXEL_STEP, ::PIXEL_STEP]
    rows, columns = (max(1, side // SQUARE_SIDE) for side in seen.shape[:2])
    height, width = seen.shape[0] // rows, seen.shape[1] // columns
    squares = seen[: rows * height, : columns * width].reshape(rows, height, columns, width, 3)
    return squares.mean(axis=(1, 3))


def _histogram(frame: Frame) -> NDArray[np.float32]:
    channels = [
        np.bincount(frame[..., n].ravel() // (256 // BINS), minlength=BINS) for n in range(3)
    ]
    return (np.concatenate(channels) / (3 * frame[..., 0].size)).astype(np.float32)
