"""Wipes: another picture is uncovered bit by bit, which no detector of cuts sees.

For a time each part of the frame shows one of two pictures, each with its own faces. One framing
for both would be wide, or chase a face that is another's: so each face counts for its own picture,
and the framing changes at the first look that shows a new face.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.shots import main_faces, shared_area
from socialcopy.models import Focus, Region, Sighting

# Mean change of brightness, of 255, from one look to the next, when one shows another picture (a
# wipe of a quarter of a second changed 71). A fast pan stays below it (44).
ANOTHER_PICTURE = 55.0
# The same between the looks before and after a slower wipe, and how many looks that lasts at most.
ANOTHER_IN_TIME, MOST_LOOKS = 35.0, 6
# How far a look between may be from the nearer of the two in each cell, as a share of that change:
# a wipe mixes them only along its edge, a pan everywhere.
MIXED = 0.3

Numbers = NDArray[np.float64]


class Wipe(NamedTuple):
    """Another picture comes: the last look before and the first after, and how much changes."""

    before: int
    after: int
    change: float

    def length(self) -> int:
        """Return how many looks it takes."""
        return self.after - self.before

    def meets(self, other: Wipe) -> bool:
        """Tell whether two have a time in common."""
        return self.before < other.after and other.before < self.after


def parted(focus: Focus) -> tuple[list[int], list[Sighting]]:
    """Find the moments at which framings change in wipes; give each look its own faces only.

    Where a cut is known it says when another picture comes.
    """
    sightings = focus.sightings
    looks, moments_ms = list(sightings), list[int]()
    for wipe in _wipes(sightings, focus.cuts_ms):
        old, new = (main_faces(sightings[n]) for n in (wipe.before, wipe.after))
        between = range(wipe.before + 1, wipe.after)
        has_new = (n for n in between if any(_is_new(f, old, new) for f in main_faces(looks[n])))
        first = next(has_new, wipe.after)
        moments_ms.append(looks[first].at_ms)
        for n in between:
            own = [face for face in looks[n].faces if _is_new(face, old, new) == (n >= first)]
            looks[n] = looks[n].model_copy(update={"faces": tuple(own), "lips": ()})
    return moments_ms, looks


def _is_new(face: Region, old: Sequence[Region], new: Sequence[Region]) -> bool:
    """Tell whether a face is of the new picture: not nearer to one of the old."""
    return _nearness(face, old) <= _nearness(face, new)


def _nearness(face: Region, faces: Sequence[Region]) -> float:
    return max((shared_area(face, other) for other in faces), default=0.0)


def _wipes(sightings: Sequence[Sighting], cuts_ms: Sequence[int]) -> list[Wipe]:
    """List those in which faces come or go, each from the nearest looks that show it all."""
    times_ms = [sighting.at_ms for sighting in sightings]
    found = [
        wipe
        for wipe in _candidates(sightings)
        if not any(times_ms[wipe.before] < cut_ms <= times_ms[wipe.after] for cut_ms in cuts_ms)
    ]
    kept: list[Wipe] = []
    while found:
        most = max(found, key=lambda wipe: wipe.change)
        same = [wipe for wipe in found if wipe.meets(most)]
        whole = (wipe for wipe in same if wipe.change >= (1 - MIXED) * most.change)
        kept.append(min(whole, key=Wipe.length))
        found = [wipe for wipe in found if wipe not in same]
    return sorted(kept)


def _candidates(sightings: Sequence[Sighting]) -> list[Wipe]:
    levels = [sighting.brightness for sighting in sightings]
    if len({len(one) for one in levels}) != 1 or not levels[0]:
        return []
    cells = np.array(levels, np.float64)
    found: list[Wipe] = []
    for length in range(1, min(MOST_LOOKS, len(cells) - 1) + 1):
        changes = np.abs(cells[length:] - cells[:-length]).mean(axis=1)
        least = ANOTHER_PICTURE if length == 1 else ANOTHER_IN_TIME
        for n in np.flatnonzero(changes > least).tolist():
            wipe = Wipe(n, n + length, float(changes[n]))
            if _has_two_places(sightings[n : n + length + 1]) and _is_of_two(cells, wipe):
                found.append(wipe)
    return found


def _has_two_places(looks: Sequence[Sighting]) -> bool:
    """Tell whether faces stand where the first look shows them or the last, and those differ.

    Who walks is somewhere else in each look between.
    """
    old, *between, new = (main_faces(look) for look in looks)
    are_others = bool(old or new) and not any(_nearness(face, old) for face in new)
    return are_others and all(_nearness(f, (*old, *new)) > 0 for faces in between for f in faces)


def _is_of_two(cells: Numbers, wipe: Wipe) -> bool:
    """Tell whether each look between shows the old picture here and the new one there."""
    ends = cells[[wipe.before, wipe.after]]
    between = cells[wipe.before + 1 : wipe.after]
    rests = np.abs(between[:, None] - ends).min(axis=1).mean(axis=1)
    # More of the new one is seen each time, and never less.
    new: list[float] = np.abs(between - ends[0]).mean(axis=1).tolist()
    goes_on = all(one <= other for one, other in pairwise([*new, wipe.change]))
    return goes_on and bool(np.all(rests <= MIXED * wipe.change))
