"""A virtual camera: how a window moves along one axis of a picture to keep what it follows.

The path is the shortest one between limits (a taut string), so it rests while it can and moves no
further than it must, and is then averaged over a time, so that it sets out and stops gently. The
limits are narrowed by that time first: no average can leave them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Distance of two positions of a path. Between them the camera moves evenly.
STEP_MS = 50
# How far what is followed may be from the window's middle before the camera moves, in window
# lengths: least first. A walk too fast for the first is followed more loosely.
DEAD_ZONES = (0.12, 0.22, 0.5)
# Half of the time a change of speed takes; longest first.
EASING_MS = (600, 450, 300, 200, 150)
# Window lengths a second: who walks by in half length needs a second to cross an upright frame.
# And a second cubed: what easing by the least of these times makes of that speed.
MAX_SPEED, MAX_JERK = 1.0, 70.0

Numbers = NDArray[np.float64]


class Need(NamedTuple):
    """Where a window may begin at a moment, and where it would best."""

    at_ms: int
    low: float
    high: float
    wish: float


class Path(NamedTuple):
    """Where a window begins at each step of a shot."""

    from_ms: int
    begins: Numbers
    length: float

    @property
    def speed(self) -> float:
        """The highest one, in window lengths a second."""
        return self._most(1)

    @property
    def jerk(self) -> float:
        """The highest one, in window lengths a second cubed."""
        return self._most(3)

    def corners(self) -> list[tuple[int, float]]:
        """Return the moments between which it is straight, and where the window begins then."""
        bends = np.abs(np.diff(self.begins, 2)) > 1e-7  # noqa: PLR2004  (less is rounding)
        kept = [0, *(np.flatnonzero(bends) + 1), len(self.begins) - 1]
        moments = sorted({int(n) for n in kept})
        return [(self.from_ms + n * STEP_MS, float(self.begins[n])) for n in moments]

    def _most(self, order: int) -> float:
        changes = np.abs(np.diff(self.begins, order)) / (STEP_MS / 1000) ** order
        return float(changes.max(initial=0.0)) / self.length


def follow(needs: Sequence[Need], from_ms: int, until_ms: int, length: float) -> Path | None:
    """Find the calmest path that keeps every need; none where all are too fast.

    `length` is the window's, as a share of the picture's. Between two needs limits go evenly from
    one to the other, before the first and after the last there are none.
    """
    times = from_ms + STEP_MS * np.arange(max(2, -(-(until_ms - from_ms) // STEP_MS) + 1))
    at = [need.at_ms for need in needs]
    low = np.interp(times, at, [need.low for need in needs], left=0.0, right=0.0)
    high = np.interp(times, at, [need.high for need in needs], left=1 - length, right=1 - length)
    wish = np.interp(times, at, [need.wish for need in needs])
    for easing_ms in EASING_MS:
        reach = easing_ms // STEP_MS
        least, most = _highest(low, reach), -_highest(-high, reach)
        if np.any(least > most):
            continue
        for zone in DEAD_ZONES:
            near = (np.clip(wish + side * zone * length, least, most) for side in (-1, 1))
            path = Path(from_ms, _eased(taut(*near), reach), length)
            if path.speed <= MAX_SPEED and path.jerk <= MAX_JERK:
                return path
    return None


def taut(low: Numbers, high: Numbers) -> Numbers:
    """Pull a string through a corridor, its ends free: it bends only at the walls.

    >>> taut(np.array([0.0, 2, 0, 4]), np.array([9.0, 9, 6, 9])).tolist()
    [5.0, 5.0, 5.0, 5.0]
    >>> taut(np.array([0.0, 0, 0, 3]), np.array([1.0, 9, 9, 9])).round(2).tolist()
    [1.0, 1.67, 2.33, 3.0]
    """
    begin, end = _free_end(low, high), _free_end(low[::-1], high[::-1])
    if begin is None or end is None:
        # One position does for all.
        return np.full(len(low), (low.max() + high.min()) / 2)
    last = len(low) - 1 - end[0], end[1]
    bends = [begin]
    while bends[-1][0] < last[0]:
        bends.append(_next_bend(bends[-1], last, low, high))
    return np.interp(np.arange(len(low)), [n for n, _ in bends], [value for _, value in bends])


def _free_end(low: Numbers, high: Numbers) -> tuple[int, float] | None:
    """Find where a string's free end leaves the walls; none where it may rest all along."""
    most_low, least_high = np.maximum.accumulate(low), np.minimum.accumulate(high)
    blocked = np.flatnonzero(most_low > least_high)
    if not blocked.size:
        return None
    n = int(blocked[0])
    # What holds it before is the wall on the other side.
    wall, value = (
        (high, least_high[n - 1]) if low[n] > least_high[n - 1] else (low, most_low[n - 1])
    )
    return int(np.flatnonzero(wall[:n] == value)[-1]), float(value)


def _next_bend(
    apex: tuple[int, float], last: tuple[int, float], low: Numbers, high: Numbers
) -> tuple[int, float]:
    """Find the next point of a taut string: the wall that the straight way runs into first."""
    begin, value = apex
    steps = np.arange(1, last[0] - begin + 1)
    up = (high[begin + 1 : last[0] + 1] - value) / steps
    down = (low[begin + 1 : last[0] + 1] - value) / steps
    up[-1] = down[-1] = (last[1] - value) / steps[-1]
    narrow_up, narrow_down = np.minimum.accumulate(up), np.maximum.accumulate(down)
    blocked = np.flatnonzero(narrow_down > narrow_up + 1e-12)
    if not blocked.size:
        return last
    n = int(blocked[0])
    is_below = down[n] > narrow_up[n - 1] if n else True
    wall, slope = (up, narrow_up[n - 1]) if is_below else (down, narrow_down[n - 1])
    at = begin + 1 + int(np.flatnonzero(wall[:n] == slope)[-1])
    return at, float(high[at] if is_below else low[at])


def _highest(values: Numbers, reach: int) -> Numbers:
    """Give each place the highest value within so many steps of it."""
    padded = np.pad(values, reach, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)


def _eased(values: Numbers, reach: int) -> Numbers:
    """Average over so many steps on either side, the nearest counting most."""
    weights: Numbers = np.hanning(2 * reach + 3)[1:-1]
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(values, reach, mode="edge"), 2 * reach + 1
    )
    return windows @ (weights / weights.sum())
