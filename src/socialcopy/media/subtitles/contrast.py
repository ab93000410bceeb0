"""Whether letters stand out from the picture under them, by WCAG's contrast ratio.

Measured on the frames that were looked at for faces, so that no frame is decoded for it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence

from socialcopy.media.canvas.branding import linear, luminance
from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import Shot, overlap, placed
from socialcopy.media.ffmpeg.filters import BACKGROUND_BRIGHTNESS, PLAIN
from socialcopy.models import BRIGHTNESS_GRID, Cue, Focus, Region, Sighting

# WCAG 2.2, 1.4.3, for text of any size.
LEAST_RATIO = 4.5
WHITE = "#FFFFFF"
# Of the black box behind letters; white behind it becomes a grey of 64.
BOX_OPACITY = 0.75
# Steps in which a colour goes to white.
BRIGHTER = 16
# Numbers of the cells of the picture that subtitles lie on, and of those of its blurred copy.
Cells = tuple[list[int], list[int]]
# Height of a picture's last row, as a share.
END = 0.01
# How far from a subtitle a sampled frame may be to stand for it: half of what lies between.
NEAR_MS = 300


def ratio(one: float, other: float) -> float:
    """Return the contrast of two luminances, each from 0 to 1."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def readable(color: str) -> str:
    """Lighten a colour until it can be read on the box, which is what it stands on at worst."""
    behind = linear(round((1 - BOX_OPACITY) * 255))
    channels = [int(color[n : n + 2], 16) for n in (1, 3, 5)]
    for step in range(BRIGHTER + 1):
        lighter = [round(c + (255 - c) * step / BRIGHTER) for c in channels]
        found = "#{:02X}{:02X}{:02X}".format(*lighter)
        if ratio(luminance(found), behind) >= LEAST_RATIO:
            return found
    return WHITE


def in_need_of_a_box(
    cues: Sequence[Cue], layout: Layout, focus: Focus, color: str
) -> frozenset[int]:
    """Find the subtitles that can't be read on the picture without a box, by number.

    A shot has boxes behind all of its subtitles or behind none, so that none comes and goes. Where
    nobody looked at the picture, every subtitle has one.
    """
    darkest = min(luminance(color), luminance(WHITE))
    under = _all_cells_under(layout, focus)
    shots: dict[int, list[int]] = {}
    for number, cue in enumerate(cues):
        shots.setdefault(bisect(focus.cuts_ms, cue.start_ms), []).append(number)
    return frozenset(
        number
        for numbers in shots.values()
        if any(
            ratio(darkest, _behind_cue(cues[n], layout, focus, under)) < LEAST_RATIO
            for n in numbers
        )
        for number in numbers
    )


def _behind_cue(cue: Cue, layout: Layout, focus: Focus, under: Mapping[int, Cells]) -> float:
    """Return the luminance of the brightest place under a subtitle while it is shown."""
    seen = [
        sighting
        for sighting in focus.sightings
        if sighting.brightness and cue.start_ms - NEAR_MS <= sighting.at_ms <= cue.end_ms + NEAR_MS
    ]
    return max((_brightest(sighting, layout, under) for sighting in seen), default=1.0)


def _brightest(sighting: Sighting, layout: Layout, under: Mapping[int, Cells]) -> float:
    over, beside = under[sighting.at_ms]
    under_it = [linear(sighting.brightness[n]) for n in over]
    if layout.background == "blurred":
        under_it += [linear(BACKGROUND_BRIGHTNESS * sighting.brightness[n]) for n in beside]
    elif beside:
        under_it.append(luminance(PLAIN if layout.background == "plain" else layout.background))
    return max(under_it, default=1.0)


def _all_cells_under(layout: Layout, focus: Focus) -> dict[int, Cells]:
    """Find them for each look; where nothing moved between two they are the same."""
    known: dict[tuple[int, tuple[Region, ...]], Cells] = {}
    found: dict[int, Cells] = {}
    for at_ms in (seen.at_ms for seen in focus.sightings):
        shot = layout.shot(at_ms)
        shown = shot.from_ms, tuple(pane.region(at_ms) for pane in shot.panes)
        if shown not in known:
            known[shown] = _cells_under(layout, at_ms)
        found[at_ms] = known[shown]
    return found


def _cells_under(layout: Layout, at_ms: int) -> Cells:
    """Find the cells of the picture, and of its blurred copy behind it, that subtitles lie on."""
    place, shot = layout.subtitles.shares(layout.size), layout.shot(at_ms)
    over = [n for n, cell in enumerate(_CELLS) if overlap(place, layout.on_canvas(cell, at_ms))]
    if shot.fills(layout.size):
        return over, []
    if shot.extends:
        return [*over, *_cells_beside(place, shot, layout)], []
    behind = _behind(layout, shot, at_ms)
    part = Region(
        left=behind.left + place.left * behind.width,
        top=behind.top + place.top * behind.height,
        right=behind.left + place.right * behind.width,
        bottom=behind.top + place.bottom * behind.height,
    )
    return over, [n for n, cell in enumerate(_CELLS) if overlap(part, cell)]


def _cells_beside(place: Region, shot: Shot, layout: Layout) -> list[int]:
    """Find the cells at the end of a picture whose colour goes on where subtitles are."""
    boxes = [pane.box.shares(layout.size) for pane in shot.panes]
    if boxes[0].top <= place.top and place.bottom <= boxes[-1].bottom:
        return []
    is_below = place.top + place.bottom > boxes[0].top + boxes[0].bottom
    shown = shot.panes[-1 if is_below else 0].path[0].region
    end = shown.bottom - END if is_below else shown.top
    row = shown.model_copy(update={"top": end, "bottom": end + END})
    return [n for n, cell in enumerate(_CELLS) if overlap(row, cell)]


def _behind(layout: Layout, shot: Shot, at_ms: int) -> Region:
    """Return the part of the picture that covers the canvas behind it, blurred."""
    box, shown = shot.panes[0].box, shot.panes[0].region(at_ms)
    scale = min(box.width / layout.width, box.height / layout.height)
    width = shown.width * layout.width * scale / box.width
    height = shown.height * layout.height * scale / box.height
    return placed(shown, width, height)


_ROWS, _COLUMNS = BRIGHTNESS_GRID
_CELLS = tuple(
    Region(
        left=column / _COLUMNS,
        top=row / _ROWS,
        right=(column + 1) / _COLUMNS,
        bottom=(row + 1) / _ROWS,
    )
    for row in range(_ROWS)
    for column in range(_COLUMNS)
)
