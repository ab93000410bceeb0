"""How a picture of any shape is placed on a network's canvas, and where its subtitles go."""

from __future__ import annotations

from typing import Literal

from socialcopy.media.canvas.crop import (
    RARELY,
    Choice,
    Window,
    choose,
    covers_faces,
    covers_text,
    in_window,
    main_faces,
    overlap,
)
from socialcopy.media.canvas.shapes import SAME_SHAPE
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

# A picture of which nothing is cut off.
WHOLE = (Window(from_ms=0, region=Region(left=0, top=0, right=1, bottom=1)),)

# Why a picture is shown whole after all.
TORN = "a face was cut off or gone when a crop of it was looked at again"


class Box(Value):
    """A rectangle in pixels of the canvas."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column of pixels right of it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row of pixels below it."""
        return self.top + self.height


# Where subtitles may stand, and their font size in pixels.
TextBox = tuple[Box, int]


class Layout(Value):
    """Where picture and subtitles stand on one canvas."""

    width: int
    height: int
    picture: Box
    """Where the whole picture lands; what it leaves free shows a blurred copy of it."""
    subtitles: Box
    """The box subtitles stay in; it is inside the safe zone."""
    anchor: Literal["top", "bottom"]
    """Which edge of that box a subtitle of one line stands at."""
    font_px: int
    """ASS font size: from the lowest descender to the highest ascender."""
    reason: str
    """What was done and why, in a sentence."""
    windows: tuple[Window, ...] = ()
    """The parts of the picture that are shown, when it is cropped; all have one size."""

    background: str = "blurred"
    """`blurred`, `plain` or `#RRGGBB`: what is seen where the picture does not reach."""

    @property
    def picture_fills_canvas(self) -> bool:
        """Whether no background shows."""
        return (self.picture.width, self.picture.height) == (self.width, self.height)

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

    It is cropped where a steady crop keeps every face and all text, and padded elsewhere, or
    where a crop was tried before and lost a face. `is_large` asks for large subtitles.
    """
    focus = focus or Focus()
    text = _subtitle_box(spec, is_large=is_large)
    picture = _contain(display_size, spec)
    if (picture.width, picture.height) == (spec.width, spec.height):
        what = "scaled; nothing is cut off"
        return _over_picture(spec, WHOLE, focus, text, what) or _layout(spec, picture, *text, what)
    choice = choose(display_size, spec, focus) if may_crop else Choice(reason=TORN)
    cropped = _cropped(spec, choice, focus, text, has_subtitles=has_subtitles)
    padded = _padded(spec, picture, choice.reason, background, text, has_subtitles=has_subtitles)
    return cropped or padded.model_copy(update={"background": background})


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
    text = _shares(layout.subtitles, spec)
    free = [
        tried
        for tried, box in boxes.items()
        if not (has_subtitles and overlap(_shares(box, spec), text))
        and not _hides_faces(_shares(box, spec), layout, focus)
    ]
    chosen = free[0] if free else corner
    return boxes[chosen], chosen


def _in_corner(size: tuple[int, int], zone: SafeZone, corner: Corner) -> Box:
    width, height = size
    left = zone.left if "left" in corner else zone.right - width
    top = zone.top if "top" in corner else zone.bottom - height
    return Box(left=_up(left), top=_up(top), width=width, height=height)


def _hides_faces(place: Region, layout: Layout, focus: Focus) -> bool:
    hidden = [
        any(overlap(place, on_canvas(f, layout, seen.at_ms)) for f in main_faces(seen))
        for seen in focus.sightings
    ]
    return sum(hidden) > RARELY * len(hidden)


def _up(length: int) -> int:
    """Round up to an even number: chroma has half the resolution."""
    return -(-length // 2) * 2


def on_canvas(part: Region, layout: Layout, at_ms: int) -> Region:
    """Find where a part of the picture lands, in shares of the canvas; outside when cut off."""
    if layout.windows:
        return in_window(part, layout.windows, at_ms)
    box, width, height = layout.picture, layout.width, layout.height
    return Region(
        left=(box.left + part.left * box.width) / width,
        top=(box.top + part.top * box.height) / height,
        right=(box.left + part.right * box.width) / width,
        bottom=(box.top + part.bottom * box.height) / height,
    )


def _cropped(
    spec: VideoSpec, choice: Choice, focus: Focus, text: TextBox, *, has_subtitles: bool
) -> Layout | None:
    """Fill the canvas with a part of the picture; none when subtitles would hide a face."""
    if not choice.windows:
        return None
    shown = focus if has_subtitles else Focus()
    found = _over_picture(spec, choice.windows, shown, text, choice.reason)
    return found and found.model_copy(update={"windows": choice.windows})


def _over_picture(
    spec: VideoSpec, windows: tuple[Window, ...], focus: Focus, text: TextBox, what: str
) -> Layout | None:
    """Write over a picture that fills the canvas, low or high; none where both hide a face.

    Where neither place is free of on-screen text, the lower one is taken.
    """
    whole = Box(left=0, top=0, width=spec.width, height=spec.height)
    low, font_px = text
    high = low.model_copy(update={"top": spec.safe_zone.top})
    places: tuple[tuple[Box, Literal["top", "bottom"]], ...] = ((low, "bottom"), (high, "top"))
    free = [p for p in places if not covers_faces(_shares(p[0], spec), windows, focus)]
    clear = [p for p in free if not covers_text(_shares(p[0], spec), windows, focus)]
    for box, anchor in (*clear, *free):
        return _layout(spec, whole, box, font_px, what, anchor=anchor)
    return None


def _shares(box: Box, spec: VideoSpec) -> Region:
    return Region(
        left=box.left / spec.width,
        top=box.top / spec.height,
        right=box.right / spec.width,
        bottom=box.bottom / spec.height,
    )


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
    because = f", because {why}"
    behind = f"a {'blurred' if background == 'blurred' else 'plain'} background"
    gap = _even(GAP_SHARE * min(spec.width, spec.height))
    under = text.height + gap if has_subtitles else 0
    top = _top_with_room_below(picture.height, under, spec.safe_zone)
    if top is None:
        # Half of the room, to a multiple of two.
        middle = picture.model_copy(update={"top": (spec.height - picture.height) // 4 * 2})
        what = f"whole picture on {behind}{because}"
        return _layout(spec, middle, text, font_px, what)
    picture = picture.model_copy(update={"top": top})
    text = text.model_copy(update={"top": picture.bottom + gap})
    where = ", subtitles below it" if has_subtitles else ""
    what = f"whole picture on {behind}{where}, inside the safe zone{because}"
    return _layout(spec, picture, text, font_px, what, anchor="top")


def _layout(
    spec: VideoSpec,
    picture: Box,
    subtitles: Box,
    font_px: int,
    what: str,
    *,
    anchor: Literal["top", "bottom"] = "bottom",
) -> Layout:
    return Layout(
        width=spec.width,
        height=spec.height,
        picture=picture,
        subtitles=subtitles,
        anchor=anchor,
        font_px=font_px,
        reason=f"{what} ({picture.width}x{picture.height} on {spec.width}x{spec.height})",
    )


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
