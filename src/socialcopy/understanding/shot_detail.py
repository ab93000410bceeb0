"""How much there is to see where in each shot: its edges, and what moves.

A slide's empty half may be cropped away; what of a picture holds its edges and its movement, nobody
misses the rest of. Measured on the small frames that are looked at for faces anyway.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from socialcopy.media.canvas.content import filled
from socialcopy.media.ffmpeg.frames import Frame
from socialcopy.models import DETAIL_GRID, ShotDetail

# Of 255: noise and compression change a pixel by less, from one to the next and from look to look.
NOISE = 12
# Rows at the upper and lower end that are looked at for a plain colour, or one that goes evenly
# into another, and how far, of 255, a pixel may be from it.
END_ROWS, OFF_COLOR = 2, 10
# Share of an end's pixels, and of a shot's looks, that have to be so: a pointer touches the end now
# and then.
PLAIN_PIXELS, PLAIN_LOOKS = 0.98, 0.9
# Parts of an end whose medians a parabola is laid through. It is within 6 of 255 of the slides with
# a light on them that were measured, and 70 off a street.
PARTS, BENDS = 16, 2

Halves = NDArray[np.float16]


class _Look(NamedTuple):
    """What is kept of one frame; half precision, since there may be thousands."""

    edges: Halves
    change: Halves
    """From the look before."""
    is_plain: bool


class DetailMeter:
    """Measures frames that are looked at one after the other."""

    def __init__(self) -> None:
        self._looks: list[_Look] = []
        self._last: MatLike | None = None

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        levels = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        before = levels if self._last is None else self._last
        is_plain = _is_plain(frame[:END_ROWS]) and _is_plain(frame[-END_ROWS:])
        change = _cells(cv2.absdiff(before, levels))
        self._looks.append(_Look(_cells(_edges(levels)), change, is_plain))
        self._last = levels

    def details(self, times_ms: Sequence[int], cuts_ms: Sequence[int]) -> tuple[ShotDetail, ...]:
        """Sum up every shot that a frame was seen of."""
        begins = (0, *cuts_ms)
        looks = zip(times_ms, self._looks, strict=False)
        by_shot = groupby(looks, key=lambda look: bisect_right(begins, look[0]) - 1)
        return tuple(
            _summed_up(begins[number], [look for _, look in shot]) for number, shot in by_shot
        )


def _summed_up(from_ms: int, looks: Sequence[_Look]) -> ShotDetail:
    edges = np.max([look.edges for look in looks], axis=0)
    # The first change is from another shot.
    changes = [look.change for look in looks[1:]] or [np.zeros(DETAIL_GRID, np.float16)]
    drawn = np.max([look.edges for look in looks if look.is_plain] or [edges * 0], axis=0)
    return ShotDetail(
        from_ms=from_ms,
        edges=_rounded(edges),
        movement=_rounded(np.asarray(changes, np.float64).mean(axis=0)),
        has_plain_ends=float(np.mean([look.is_plain for look in looks])) >= PLAIN_LOOKS,
        drawn=filled(drawn.T.astype(np.float64)) if drawn.any() else None,
    )


def _edges(grey: MatLike) -> MatLike:
    """Return how much each pixel differs from its neighbours, of 255."""
    across, down = (
        cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, dx, 1 - dx, scale=0.25)) for dx in (1, 0)
    )
    return cv2.max(across, down)


def _cells(values: MatLike) -> Halves:
    """Return the mean of each cell, noise left out."""
    clear = cv2.threshold(values, NOISE, 0, cv2.THRESH_TOZERO)[1].astype(np.float32)
    rows, columns = DETAIL_GRID
    return cv2.resize(clear, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float16)


def _is_plain(rows: Frame) -> bool:
    """Tell whether rows are of one colour, or of one that goes evenly over into another."""
    width = rows.shape[1]
    parts = min(PARTS, width)
    long = width // parts * parts
    middles = np.median(rows[:, :long].reshape(len(rows), parts, -1, 3), axis=(0, 2))
    places = np.arange(long).reshape(parts, -1).mean(axis=1)
    even = polynomial.polyval(
        np.arange(width), polynomial.polyfit(places, middles, min(BENDS, parts - 1))
    ).T
    off = np.abs(rows - even).max(axis=2)
    return float((off <= OFF_COLOR).mean()) >= PLAIN_PIXELS


def _rounded(cells: NDArray[Any]) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in cells.ravel())
