"""Does a finished file show the master's picture, at the master's moments?

Two stretches in which the picture changes much are decoded in both files, as small grey frames,
and one is slid over the other: the difference is smallest where they show the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import Box, Pane
from socialcopy.media.renditions.reference import (
    FRAME_RATE,
    NEAR_MS,
    STRETCH_MS,
    Grey,
    Reference,
    watch,
)
from socialcopy.media.renditions.sound_sync import LIKE, Heard
from socialcopy.models import MediaInfo, Region

TOLERANCE_MS = 40
# A frame more: what is shown is known to half of one in either file.
MOST_APART_MS = 60
# How far around its place a stretch is looked for where near by it is not found.
FAR_MS = 1_500
# Share of the difference elsewhere below which it is clear where frames belong.
CLEARLY = 0.75
LEAST_DIFFERENCE = 0.05
# Mean change of brightness, of 255, in a tenth of a second: of what moves, and what rests.
MOVING, STILL = 2.0, 0.2
# Contrast added to every picture, so that noise in an empty one is not taken for a pattern.
FLAT = 12.0


class Match(NamedTuple):
    """How a stretch of the file fits the master."""

    at_ms: int
    lag_ms: int
    """How much later than in the master it is shown."""
    is_in_place: bool
    """Whether it clearly belongs where it is."""
    is_elsewhere: bool
    """Whether it clearly belongs somewhere else."""
    is_frozen: bool = False
    """Whether it stands still where the master moves."""
    difference: float = math.inf
    """How much it differs from the master in its place."""

    @property
    def may_be_elsewhere(self) -> bool:
        """Whether it could fit clearly better further away than it does here."""
        return not self.is_in_place and not self.is_frozen and self.difference > LEAST_DIFFERENCE


def matches(
    path: Path, info: MediaInfo, reference: Reference, layout: Layout, head_ms: int
) -> list[Match]:
    """Compare the stretches of a file with those of its master, `head_ms` earlier."""
    found: list[Match] = []
    for at_ms in reference.moments_ms(layout):
        pane = layout.shot(at_ms).panes[0]
        box = _unwritten(pane.box, layout)
        seen = watch(
            path, info, box.shares(layout.size), at_ms + head_ms, STRETCH_MS,
            reference.settings, stop=reference.stop,
        )  # fmt: skip
        part = _part_shown(pane, box, at_ms)
        match = _match(seen, reference, part, at_ms, NEAR_MS)
        if match.may_be_elsewhere:
            # It decodes three times as much, often from another key frame.
            match = _match(seen, reference, part, at_ms, FAR_MS)
        found.append(match)
    return found


def picture_faults(found: list[Match]) -> Iterator[str]:
    """Say what is wrong with the picture's time."""
    frozen = [match for match in found if match.is_frozen]
    off = [match.lag_ms for match in found if match.is_elsewhere]
    if frozen:
        yield f"the picture stands still at {frozen[0].at_ms / 1000:.1f} s, the master's moves"
    elif len(off) > sum(match.is_in_place for match in found):
        lag_ms = round(float(np.median(off)))
        yield f"the picture is {abs(lag_ms)} ms {'late' if lag_ms > 0 else 'early'}"


def step_faults(heard: Sequence[Heard], seen: Sequence[Match]) -> Iterator[str]:
    """Say when sound and picture, each near its place, are too far from each other."""
    sound = [stretch.lag_ms for stretch in heard if stretch.is_sharp and stretch.likeness >= LIKE]
    shown = [match.lag_ms for match in seen if match.is_in_place]
    if sound and shown:
        apart_ms = round(float(np.median(sound)) - float(np.median(shown)))
        if abs(apart_ms) > MOST_APART_MS:
            way = "behind" if apart_ms > 0 else "ahead of"
            yield f"the sound is {abs(apart_ms)} ms {way} the picture"


def _match(seen: Grey, reference: Reference, part: Region, at_ms: int, around_ms: int) -> Match:
    master = reference.watch(part, at_ms - around_ms, STRETCH_MS + 2 * around_ms)
    place = around_ms * FRAME_RATE // 1000
    if len(seen) < 2 or len(master) <= len(seen):  # noqa: PLR2004  (a single picture has no order)
        return Match(at_ms, 0, is_in_place=False, is_elsewhere=False)
    wanted = master[place : place + len(seen)]
    if _motion(wanted) > MOVING and _motion(seen) < STILL:
        return Match(at_ms, 0, is_in_place=False, is_elsewhere=False, is_frozen=True)
    shown = _normalised(seen)
    differences = np.array(
        [
            float(np.abs(shown - _normalised(master[start : start + len(seen)])).mean())
            for start in range(len(master) - len(seen) + 1)
        ]
    )
    near = np.abs(np.arange(len(differences)) - place) <= TOLERANCE_MS * FRAME_RATE // 1000
    here, there = float(differences[near].min()), float(differences[~near].min())
    best = int(np.argmin(differences))
    return Match(
        at_ms=at_ms,
        lag_ms=(place - best) * 1000 // FRAME_RATE,
        is_in_place=here < CLEARLY * there,
        is_elsewhere=(
            _shows_something(seen) and there < CLEARLY * here and here - there > LEAST_DIFFERENCE
        ),
        difference=here,
    )


def _unwritten(box: Box, layout: Layout) -> Box:
    """Leave out of a pane the rows with subtitles, which change otherwise than the picture."""
    # Outlines and boxes are drawn beyond their place, by less than a line.
    upper = layout.subtitles.top - layout.font_px
    lower = layout.subtitles.bottom + layout.font_px
    # ffmpeg cuts at even rows only, and a row beside where it should be is a step in time.
    above, below = (rows // 2 * 2 for rows in (upper - box.top, box.bottom - lower))
    if not 0 < max(above, below) < box.height:
        return box
    top = box.top if above >= below else box.bottom - below
    return box.model_copy(update={"top": top, "height": max(above, below)})


def _part_shown(pane: Pane, box: Box, at_ms: int) -> Region:
    """Return what a part of a pane shows of the picture."""
    shown, scale = pane.region(at_ms), pane.region(at_ms).height / pane.box.height
    top = shown.top + (box.top - pane.box.top) * scale
    return shown.model_copy(update={"top": top, "bottom": top + box.height * scale})


def _shows_something(frames: Grey) -> bool:
    """Tell whether a picture has a pattern or movement; an empty one fits anywhere."""
    return float(frames.std()) >= FLAT or _motion(frames) >= STILL


def _normalised(frames: Grey) -> Grey:
    """Take brightness and contrast out, which scaling, tone mapping and encoding change."""
    return (frames - frames.mean()) / (frames.std() + FLAT)


def _motion(frames: Grey) -> float:
    step = FRAME_RATE // 10
    return float(np.abs(frames[step:] - frames[:-step]).mean()) if len(frames) > step else 0.0
