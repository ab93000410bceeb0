"""How a picture of any shape is placed on a network's canvas, and where its subtitles go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from socialcopy.media.canvas.framing import Framing, choose
from socialcopy.media.canvas.shapes import SAME_SHAPE
from socialcopy.media.canvas.shots import (
    Box,
    Pane,
    Shot,
    Size,
    covers_faces,
    covers_text,
    on_canvas,
    overlap,
    shot_at,
)
from socialcopy.models import Corner, Focus, Region, SafeZone, Value, VideoSpec

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
# The most a logo takes of the canvas's shorter side, across and down.
LOGO_WIDTH, LOGO_HEIGHT = 0.22, 0.10
# Subtitles are centred on the canvas where that leaves them at least this much of its width;
# off-centre text under a centred picture looks like a mistake.
CENTRED_SHARE = 0.5

# Why a picture is shown whole after all.
TORN = "a face was cut off or gone when a crop of it was looked at again"


# Where subtitles may stand, and their font size in pixels.
TextBox = tuple[Box, int]


class Layout(Value):
    """Where picture and subtitles stand on one canvas."""

    width: int
    height: int
    shots: tuple[Shot, ...]
    """What of the picture is shown where; what that leaves free shows a blurred copy of it."""
    subtitles: Box
    """The box subtitles stay in; it is inside the safe zone."""
    anchor: Literal["top", "bottom"]
    """Which edge of that box a subtitle of one line stands at."""
    font_px: int
    """ASS font size: from the lowest descender to the highest ascender."""
    reason: str
    """What was done and why, in a sentence."""
    background: str = "blurred"
    """`blurred`, `plain` or `#RRGGBB`: what is seen where the picture does not reach."""

    @property
    def size(self) -> Size:
        """The canvas's width and height."""
        return self.width, self.height

    @property
    def picture(self) -> Box:
        """Where the picture lands; where it is largest, if shots differ."""
        boxes = (pane.box for shot in self.shots for pane in shot.panes)
        return max(boxes, key=lambda box: box.width * box.height)

    @property
    def picture_fills_canvas(self) -> bool:
        """Whether no background ever shows."""
        return all(shot.fills(self.size) for shot in self.shots)

    @property
    def is_cropped(self) -> bool:
        """Whether anything is ever cut off."""
        return any(shot.kind in {"follow", "two"} for shot in self.shots)

    def shot(self, at_ms: float) -> Shot:
        """Return the shot that is shown at a moment."""
        return shot_at(self.shots, at_ms)

    def on_canvas(self, part: Region, at_ms: float) -> Region:
        """Find where a part of the picture lands, in shares of the canvas."""
        return on_canvas(part, self.shots, self.size, at_ms)

    @property
    def max_line(self) -> int:
        """Columns that fit on one line of burned-in text."""
        longest = LONGEST_LINE if self.height >= self.width else LONGEST_LINE_LANDSCAPE
        return max(8, min(longest, int(self.subtitles.width / (self.font_px * COLUMN_WIDTH))))


def arrange(
    display_size: tuple[int, int],
    spec: VideoSpec,
    *,
    has_subtitles: bool,
    focus: Focus | None = None,
    background: str = "blurred",
    may_crop: bool = True,
    is_large: bool = False,
) -> Layout:
    """Place a picture of that size, in square pixels as displayed, on a network's canvas.

    It is cropped, shot by shot, where that keeps every face and all text, and padded elsewhere, or
    where a crop was tried before and lost a face. `is_large` asks for large subtitles.
    """
    focus = focus or Focus()
    text = _subtitle_box(spec, is_large=is_large)
    picture = _contain(display_size, spec)
    if (picture.width, picture.height) == (spec.width, spec.height):
        what = "scaled; nothing is cut off"
        shots = (Shot(from_ms=0, kind="whole", panes=(Pane(box=picture),), reason=what),)
        found = _over_picture(spec, shots, focus, text)
        return found or _layout(spec, shots, *text)
    torn = Framing(from_ms=0, kind="blur", reason=TORN)
    framings = choose(display_size, spec, focus) if may_crop else (torn,)
    cropped = None
    if any(framing.path for framing in framings):
        shots = _shots(framings, display_size, spec, text[0] if has_subtitles else None)
        cropped = _over_picture(spec, shots, focus if has_subtitles else Focus(), text)
    why = framings[0].reason
    layout = cropped or _padded(spec, picture, why, background, text, has_subtitles=has_subtitles)
    return layout.model_copy(update={"background": background})


def _shots(
    framings: Sequence[Framing], display_size: Size, spec: VideoSpec, text: Box | None
) -> tuple[Shot, ...]:
    return tuple(
        Shot(
            from_ms=framing.from_ms,
            kind=framing.kind,
            panes=_panes(framing, display_size, spec, text),
            reason=framing.reason if framing.path else f"whole picture, because {framing.reason}",
        )
        for framing in framings
    )


def _panes(
    framing: Framing, display_size: Size, spec: VideoSpec, text: Box | None
) -> tuple[Pane, ...]:
    if not framing.lower:
        return (_pane(framing, display_size, spec, text),)
    half = Box(left=0, top=0, width=spec.width, height=spec.height // 2)
    below = half.model_copy(update={"top": half.height})
    return Pane(box=half, path=framing.path), Pane(box=below, path=framing.lower)


def _pane(framing: Framing, display_size: Size, spec: VideoSpec, text: Box | None) -> Pane:
    """Put a crop, or the whole picture, on the canvas, off the subtitles where there is room."""
    if not framing.path:
        box = _contain(display_size, spec)
    else:
        region = framing.path[0].region
        part = region.width * display_size[0], region.height * display_size[1]
        box = _contain((round(part[0]), round(part[1])), spec)
    # Half of the room, to a multiple of two.
    top = (spec.height - box.height) // 4 * 2
    if text and box.height + GAP_SHARE * spec.width <= text.top:
        top = min(top, text.top - _even(GAP_SHARE * min(spec.width, spec.height)) - box.height)
    box = box.model_copy(update={"top": top // 2 * 2})
    return Pane(box=box, path=framing.path) if framing.path else Pane(box=box)


def place_logo(
    natural: tuple[int, int],
    layout: Layout,
    spec: VideoSpec,
    corner: Corner,
    focus: Focus,
    *,
    has_subtitles: bool,
) -> tuple[Box, Corner]:
    """Put a logo into a corner of the safe zone, where it hides neither subtitles nor a face.

    The corner asked for comes first; when every corner hides something, it is taken after all.
    """
    side = min(spec.width, spec.height)
    scale = min(LOGO_WIDTH * side / natural[0], LOGO_HEIGHT * side / natural[1])
    size = _even(natural[0] * scale), _even(natural[1] * scale)
    boxes = {tried: _in_corner(size, spec.safe_zone, tried) for tried in (corner, *Corner)}
    text = layout.subtitles.shares(layout.size)
    free = [
        tried
        for tried, box in boxes.items()
        if not (has_subtitles and overlap(box.shares(layout.size), text))
        and not covers_faces(box.shares(layout.size), layout.shots, layout.size, focus)
    ]
    chosen = free[0] if free else corner
    return boxes[chosen], chosen


def _in_corner(size: tuple[int, int], zone: SafeZone, corner: Corner) -> Box:
    width, height = size
    left = zone.left if "left" in corner else zone.right - width
    top = zone.top if "top" in corner else zone.bottom - height
    return Box(left=_up(left), top=_up(top), width=width, height=height)


def _up(length: int) -> int:
    """Round up to an even number: chroma has half the resolution."""
    return -(-length // 2) * 2


def _over_picture(
    spec: VideoSpec, shots: tuple[Shot, ...], focus: Focus, text: TextBox
) -> Layout | None:
    """Write over a picture that fills the canvas, low or high; none where both hide a face.

    Where neither place is free of on-screen text, the lower one is taken.
    """
    low, font_px = text
    high = low.model_copy(update={"top": spec.safe_zone.top})
    size = spec.width, spec.height
    # Between two people, whose chin and hair are there.
    seam = low.model_copy(update={"top": (spec.height - low.height) // 2})
    is_split = any(shot.kind == "two" for shot in shots)
    places: tuple[tuple[Box, Literal["top", "bottom"]], ...] = (
        *(((seam, "bottom"),) if is_split else ()),
        (low, "bottom"),
        (high, "top"),
    )
    free = [p for p in places if not covers_faces(p[0].shares(size), shots, size, focus)]
    clear = [p for p in free if not covers_text(p[0].shares(size), shots, size, focus)]
    for box, anchor in (*clear, *free):
        return _layout(spec, shots, box, font_px, anchor=anchor)
    return None


def _padded(
    spec: VideoSpec,
    picture: Box,
    why: str,
    background: str,
    subtitles: TextBox,
    *,
    has_subtitles: bool,
) -> Layout:
    """Show the whole picture on a background, with the subtitles below where they fit."""
    text, font_px = subtitles
    behind = f"a {'blurred' if background == 'blurred' else 'plain'} background"
    gap = _even(GAP_SHARE * min(spec.width, spec.height))
    under = text.height + gap if has_subtitles else 0
    top = _top_with_room_below(picture.height, under, spec.safe_zone)
    anchor: Literal["top", "bottom"] = "bottom"
    what = f"whole picture on {behind}"
    if top is None:
        # Half of the room, to a multiple of two.
        picture = picture.model_copy(update={"top": (spec.height - picture.height) // 4 * 2})
    else:
        picture = picture.model_copy(update={"top": top})
        text = text.model_copy(update={"top": picture.bottom + gap})
        anchor = "top"
        what += f"{', subtitles below it' if has_subtitles else ''}, inside the safe zone"
    shot = Shot(from_ms=0, kind="blur", panes=(Pane(box=picture),), reason=f"{what}, because {why}")
    return _layout(spec, (shot,), text, font_px, anchor=anchor)


def _layout(
    spec: VideoSpec,
    shots: tuple[Shot, ...],
    subtitles: Box,
    font_px: int,
    *,
    anchor: Literal["top", "bottom"] = "bottom",
) -> Layout:
    layout = Layout(
        width=spec.width,
        height=spec.height,
        shots=shots,
        subtitles=subtitles,
        anchor=anchor,
        font_px=font_px,
        reason="",
    )
    picture = layout.picture
    where = f"({picture.width}x{picture.height} on {spec.width}x{spec.height})"
    return layout.model_copy(update={"reason": f"{_told(shots)} {where}"})


def _told(shots: Sequence[Shot]) -> str:
    """Say how shots are shown: one in its own words, many by the first of each kind."""
    if len(shots) == 1:
        return shots[0].reason
    counts = Counter(shot.kind for shot in shots)
    first = {shot.kind: shot.reason for shot in reversed(shots)}
    parts = (f"{count} {kind} ({first[kind]})" for kind, count in counts.items())
    return f"{len(shots)} shots: {', '.join(parts)}"


def _contain(display_size: tuple[int, int], spec: VideoSpec) -> Box:
    """Return the largest box of the picture's shape; the canvas when the shapes are the same."""
    width, height = (max(1, side) for side in display_size)
    stretch = (width / height) / (spec.width / spec.height)
    if abs(stretch - 1) <= SAME_SHAPE:
        return Box(left=0, top=0, width=spec.width, height=spec.height)
    scale = min(spec.width / width, spec.height / height)
    fitted = Box(left=0, top=0, width=_even(width * scale), height=_even(height * scale))
    # Chroma has half the resolution: an odd offset would shift colours by half a pixel.
    left = (spec.width - fitted.width) // 4 * 2
    return fitted.model_copy(update={"left": left})


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _subtitle_box(spec: VideoSpec, *, is_large: bool) -> TextBox:
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


def _top_with_room_below(picture_height: int, under: int, zone: SafeZone) -> int | None:
    """Centre picture and subtitles together in the safe zone.

    A block taller than the zone may reach above it, where an app shows little, but not below.
    None when even that leaves no room.
    """
    total = picture_height + under
    centred = zone.top + (zone.bottom - zone.top - total) // 2
    top = min(centred, zone.bottom - total) // 2 * 2
    return top if top >= 0 else None
