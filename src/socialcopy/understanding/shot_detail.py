"""How much there is to see where in each shot: its edges, and what moves.

A slide's empty half may be cropped away; what of a picture holds its edges and its movement, nobody
misses the rest of. Measured on the small frames that are looked at for faces anyway.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.frames import Frame
from socialcopy.models import DETAIL_GRID, ShotDetail

# Of 255: noise and compression change a pixel by less, from one to the next and from look to look.
NOISE = 12
# Rows at the upper and lower end that are looked at for a plain colour, and how far, of 255, a
# pixel may be from their median to belong to it.
END_ROWS, OFF_COLOR = 2, 10
# Share of an end's pixels, and of a shot's looks, that have to be of one colour: a pointer touches
# the end now and then.
PLAIN_PIXELS, PLAIN_LOOKS = 0.98, 0.9


def shot_details(
    frames: Iterable[tuple[int, Frame]], cuts_ms: Sequence[int]
) -> tuple[ShotDetail, ...]:
    """Measure every shot that a frame was seen of."""
    begins = (0, *cuts_ms)
    by_shot = groupby(frames, key=lambda look: bisect_right(begins, look[0]) - 1)
    return tuple(
        _measured(begins[number], [frame for _, frame in looks]) for number, looks in by_shot
    )


def _measured(from_ms: int, frames: Sequence[Frame]) -> ShotDetail:
    grey = [cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_BGR2GRAY) for frame in frames]
    edges = np.max([_cells(_edges(one)) for one in grey], axis=0)
    changes = [_cells(cv2.absdiff(one, other)) for one, other in pairwise(grey)]
    movement = np.mean(changes, axis=0) if changes else np.zeros(DETAIL_GRID)
    plain = [_is_plain(frame[:END_ROWS]) and _is_plain(frame[-END_ROWS:]) for frame in frames]
    return ShotDetail(
        from_ms=from_ms,
        edges=_rounded(edges),
        movement=_rounded(movement),
        has_plain_ends=float(np.mean(plain)) >= PLAIN_LOOKS,
    )


def _edges(grey: MatLike) -> MatLike:
    """Return how much each pixel differs from its neighbours, of 255."""
    across, down = (
        cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, dx, 1 - dx, scale=0.25)) for dx in (1, 0)
    )
    return cv2.max(across, down)


def _cells(values: MatLike) -> NDArray[np.float64]:
    """Return the mean of each cell, noise left out."""
    clear = cv2.threshold(values, NOISE, 0, cv2.THRESH_TOZERO)[1].astype(np.float32)
    rows, columns = DETAIL_GRID
    return cv2.resize(clear, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float64)


def _is_plain(rows: Frame) -> bool:
    pixels = rows.reshape(-1, 3).astype(np.int16)
    off = np.abs(pixels - np.median(pixels, axis=0)).max(axis=1)
    return float((off <= OFF_COLOR).mean()) >= PLAIN_PIXELS


def _rounded(cells: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in cells.ravel())
