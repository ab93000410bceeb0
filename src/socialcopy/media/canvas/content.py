"""Which part of a picture holds nearly all there is to see in it, by maps of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Amounts in the cells of a picture, row by row.
Map = NDArray[np.float64]
# Share of all detail below which a row of cells is empty: noise that was taken for an edge.
EMPTY = 0.001


class Part(NamedTuple):
    """A span of the picture's width, or height, in shares of it."""

    near: float
    far: float
    kept: float
    """Share of what there is to see that lies in it, of the map that loses most."""

    @property
    def length(self) -> float:
        """How much of the picture it is."""
        return self.far - self.near


def narrowest(
    maps: Sequence[Map], share: float, need: tuple[float, float] | None, least: float = 0.0
) -> Part | None:
    """Find the shortest span across that keeps a need, and that share of each map.

    Of those that are not longer than `least` it is the one that keeps most. None where nothing is
    known of what there is to see.

    >>> narrowest([np.array([[0.0, 8, 2, 0]])], 0.8, None)
    Part(near=0.25, far=0.5, kept=0.8)
    >>> narrowest([np.array([[0.0, 8, 2, 0]])], 0.8, (0.4, 0.6))
    Part(near=0.25, far=0.6, kept=0.8)
    """
    columns = [one.sum(axis=0) / one.sum() for one in maps if one.any()]
    if not columns and need is None:
        return None
    sums = np.array([np.concatenate(([0.0], np.cumsum(one))) for one in columns])
    count = maps[0].shape[1] if maps else 1
    near, far = need or (1.0, 0.0)
    if not columns:
        return Part(near, far, 1.0)
    parts = (
        Part(min(begin / count, near), max(end / count, far), _least(sums, begin, end))
        for begin in range(count)
        for end in range(begin + 1, count + 1)
    )
    kept = [part for part in parts if part.kept >= share]
    return min(kept, key=lambda part: (max(least, round(part.length, 6)), -part.kept))


def filled(one: Map) -> tuple[float, float]:
    """Return from where to where, down the picture, rows are not empty, with half a row around.

    Of a map turned on its side (`one.T`) it is from where to where across.

    >>> filled(np.array([[0.0], [5], [0], [7]]))
    (0.125, 1.0)
    """
    rows = one.sum(axis=1)
    there = np.flatnonzero(rows > EMPTY * rows.sum())
    if not there.size:
        return 0.0, 1.0
    top, bottom = (there[0] - 0.5) / len(rows), (there[-1] + 1.5) / len(rows)
    return max(0.0, float(top)), min(1.0, float(bottom))


def _least(sums: Map, begin: int, end: int) -> float:
    return round(float((sums[:, end] - sums[:, begin]).min()), 9)
