"""Where subtitles stand on a canvas, and how large they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from socialcopy.media.canvas.shapes import even
from socialcopy.media.canvas.shots import Box, Shot, covers_faces, covers_text
from socialcopy.models import Focus, SafeZone, VideoSpec

# Font sizes as shares of the canvas's shorter side: 63 and 78 px on 1080.
SMALLEST_FONT, LARGEST_FONT = 0.058, 0.072
# Least font size of large text as a share of the canvas's height: Inter's capitals are 0.6 of it,
# 2.5 % of the frame's height, which is read on a phone at arm's length.
LARGE_FONT = 0.042
# Columns the font size aims at: two to five words a line, as vertical video has them.
USUAL_LINE = 22
LONGEST_LINE, LONGEST_LINE_LANDSCAPE = 24, 42
# Distance of two lines in font sizes: libass counts ascent and descent into the size.
LINE_HEIGHT = 1.0
# Width of a column in font sizes: Inter Bold's average in English text is 0.41 (measured).
COLUMN_WIDTH = 0.45
SUBTITLE_LINES = 2
# Room between picture and subtitles as a share of the canvas's shorter side.
GAP_SHARE = 0.04
# Subtitles are centred on the canvas where that leaves them at least this much of its width;
# off-centre text under a centred picture looks like a mistake.
CENTRED_SHARE = 0.5

# Where subtitles may stand, and their font size in pixels.
TextBox = tuple[Box, int]
Anchor = Literal["top", "bottom"]


def place_over_picture(
    spec: VideoSpec, shots: tuple[Shot, ...], focus: Focus, box: Box
) -> tuple[Box, Anchor] | None:
    """Find where they hide nothing of a picture; none where a face is hidden wherever they are.

    Where no place is free of on-screen text, the lowest one is taken, but not on a slide.
    """
    size = spec.width, spec.height
    free: list[tuple[Box, Anchor]] = [
        (place, anchor)
        for place, anchor in _places(spec, shots, box)
        if not covers_faces(place.shares(size), shots, size, focus)
    ]
    clear = [p for p in free if not covers_text(p[0].shares(size), shots, size, focus)]
    if any(shot.kind == "screen" for shot in shots):
        free = []
    return next(iter((*clear, *free)), None)


def _places(spec: VideoSpec, shots: tuple[Shot, ...], low: Box) -> Iterator[tuple[Box, Anchor]]:
    """Yield where subtitles may stand on a picture, the best first."""

    def at(top: int) -> Box:
        return low.model_copy(update={"top": top})

    for shot in shots:
        if shot.kind == "two":
            # Between two people, whose chin and hair are there.
            yield at((spec.height - low.height) // 2), "bottom"
        elif len(shot.panes) > 1:
            yield at(min(low.top, shot.panes[1].box.top + gap(spec))), "top"
    yield low, "bottom"
    yield at(spec.safe_zone.top), "top"
    for top in range(low.top - low.height // 2, spec.safe_zone.top, -low.height // 2):
        yield at(top), "bottom"


def subtitle_box(spec: VideoSpec, *, is_large: bool) -> TextBox:
    """Place a box for two lines at the bottom of the safe zone, and choose its font size."""
    zone = spec.safe_zone
    middle = spec.width // 2
    half = min(middle - zone.left, zone.right - middle)
    left, right = zone.left, zone.right
    if 2 * half >= CENTRED_SHARE * spec.width:
        left, right = middle - half, middle + half
    font_px = _font_size(right - left, min(spec.width, spec.height))
    if is_large:
        font_px = max(font_px, round(LARGE_FONT * spec.height))
    height = round(SUBTITLE_LINES * LINE_HEIGHT * font_px)
    return Box(left=left, top=zone.bottom - height, width=right - left, height=height), font_px


def _font_size(box_width: int, side: int) -> int:
    wanted = box_width / (USUAL_LINE * COLUMN_WIDTH)
    return round(min(LARGEST_FONT * side, max(SMALLEST_FONT * side, wanted)))


def top_with_room_below(picture_height: int, under: int, zone: SafeZone) -> int | None:
    """Centre picture and subtitles together in the safe zone.

    A block taller than the zone may reach above it, where an app shows little, but not below.
    None when even that leaves no room.
    """
    total = picture_height + under
    centred = zone.top + (zone.bottom - zone.top - total) // 2
    top = min(centred, zone.bottom - total) // 2 * 2
    return top if top >= 0 else None


def gap(spec: VideoSpec) -> int:
    """Return how far subtitles keep from a picture above them."""
    return even(GAP_SHARE * min(spec.width, spec.height))
