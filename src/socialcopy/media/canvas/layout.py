"""How a picture of any shape is placed on a network's canvas, and where its subtitles go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from socialcopy.media.canvas.framing import choose
from socialcopy.media.canvas.screens import slide_box
from socialcopy.media.canvas.shapes import SAME_SHAPE, even
from socialcopy.media.canvas.shots import (
    WHOLE,
    Box,
    Framing,
    Pane,
    Shot,
    Size,
    covers_faces,
    on_canvas,
    overlap,
    shot_at,
)
from socialcopy.media.canvas.subtitle_places import (
    COLUMN_WIDTH,
    LONGEST_LINE,
    LONGEST_LINE_LANDSCAPE,
    Anchor,
    TextBox,
    gap,
    place_over_picture,
    subtitle_box,
    top_with_room_below,
)
from socialcopy.models import Corner, Focus, Region, SafeZone, Value, VideoSpec

# The most a logo takes of the canvas's shorter side, across and down.
LOGO_WIDTH, LOGO_HEIGHT = 0.22, 0.10
# Why a picture is shown whole after all.
TORN = "a face was cut off or gone when a crop of it was looked at again"


class Layout(Value):
    """Where picture and subtitles stand on one canvas."""

    width: int
    height: int
    shots: tuple[Shot, ...]
    """What of the picture is shown where; what that leaves free shows a blurred copy of it."""
    subtitles: Box
    """The box subtitles stay in; it is inside the safe zone."""
    anchor: Anchor
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
    def is_cropped(self) -> bool:
        """Whether anything is ever cut off."""
        return any(pane.path != WHOLE for shot in self.shots for pane in shot.panes)

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
    text = subtitle_box(spec, is_large=is_large)
    picture = _contain(display_size, spec)
    if (picture.width, picture.height) == (spec.width, spec.height):
        what = "scaled; nothing is cut off"
        shots = (Shot(from_ms=0, kind="whole", panes=(Pane(box=picture),), reason=what),)
        found = _over_picture(spec, shots, focus, text)
        return found or _layout(spec, shots, *text)
    torn = Framing(from_ms=0, kind="blur", reason=TORN)
    spoken = framings = choose(display_size, spec, focus) if may_crop else (torn,)
    if any(framing.speaker for framing in spoken):
        # A crop of a speaker alone may leave no place for subtitles where one of everybody does.
        framings = choose(display_size, spec, focus.model_copy(update={"heard_ms": ()}))
    if background != "blurred" or picture.width < spec.width:
        spoken, framings = (tuple(map(_unextended, one)) for one in (spoken, framings))
    cropped = None
    for tried in (spoken, framings, tuple(map(_whole_screen, framings))):
        if not cropped and any(map(_is_filled, tried)):
            shots = _shots(tried, display_size, spec, text[0] if has_subtitles else None)
            cropped = _over_picture(spec, shots, focus if has_subtitles else Focus(), text)
    if any(map(_is_filled, framings)):
        # No place is left for subtitles.
        framings = (Framing(from_ms=0, kind="blur", reason=framings[0].reason),)
    panes = [_pane(framing, display_size, spec, None) for framing in framings]
    layout = cropped or _padded(
        spec, framings, panes, background, text, has_subtitles=has_subtitles
    )
    return layout.model_copy(update={"background": background})


def _unextended(framing: Framing) -> Framing:
    return framing.model_copy(update={"extends": False})


def _is_filled(framing: Framing) -> bool:
    """Tell whether subtitles have to lie on the picture, since it leaves no room below."""
    return bool(framing.lower) or (bool(framing.path) and framing.kind != "screen")


def _whole_screen(framing: Framing) -> Framing:
    """Show a slide whole after all, where its crop leaves no place for the subtitles."""
    if framing.kind != "screen":
        return framing
    return framing.model_copy(update={"path": (), "lower": ()})


def _shots(
    framings: Sequence[Framing], display_size: Size, spec: VideoSpec, text: Box | None
) -> tuple[Shot, ...]:
    return tuple(
        Shot(
            from_ms=framing.from_ms,
            kind=framing.kind,
            panes=_panes(framing, display_size, spec, text),
            extends=framing.extends,
            speaker=framing.speaker,
            reason=(
                f"whole picture, because {framing.reason}"
                if framing.kind == "blur"
                else framing.reason
            ),
        )
        for framing in framings
    )


def _panes(
    framing: Framing, display_size: Size, spec: VideoSpec, text: Box | None
) -> tuple[Pane, ...]:
    if not framing.lower:
        return (_pane(framing, display_size, spec, text),)
    upper = Box(left=0, top=0, width=spec.width, height=spec.height // 2)
    if framing.kind == "screen":
        slide = framing.path[0].region
        upper = slide_box(slide, display_size, spec, extends=framing.extends)
    rest = {"top": upper.bottom, "height": spec.height - upper.bottom}
    below = upper.model_copy(update=rest)
    return Pane(box=upper, path=framing.path), Pane(box=below, path=framing.lower)


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
    if text and box.height + gap(spec) <= text.top:
        top = min(top, text.top - gap(spec) - box.height)
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
    size = even(natural[0] * scale), even(natural[1] * scale)
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
    """Write over a picture that fills the canvas; none where there is no place for it."""
    found = place_over_picture(spec, shots, focus, text[0])
    return _layout(spec, shots, found[0], text[1], anchor=found[1]) if found else None


def _padded(
    spec: VideoSpec,
    framings: Sequence[Framing],
    panes: Sequence[Pane],
    background: str,
    subtitles: TextBox,
    *,
    has_subtitles: bool,
) -> Layout:
    """Show pictures on a background, with the subtitles below where they fit."""
    text, font_px = subtitles
    under = text.height + gap(spec) if has_subtitles else 0
    highest = max(pane.box.height for pane in panes)
    top = top_with_room_below(highest, under, spec.safe_zone)
    anchor: Anchor = "bottom"
    where = ""
    if top is None:
        # Half of the room, to a multiple of two.
        top = (spec.height - highest) // 4 * 2
    else:
        text = text.model_copy(update={"top": top + highest + gap(spec)})
        anchor = "top"
        where = f"{', subtitles below it' if has_subtitles else ''}, inside the safe zone"
    shots = tuple(
        Shot(
            from_ms=framing.from_ms,
            kind=framing.kind,
            panes=(_lowered(pane, top + (highest - pane.box.height) // 4 * 2),),
            extends=framing.extends,
            reason=_reason(framing, background, where),
        )
        for framing, pane in zip(framings, panes, strict=True)
    )
    return _layout(spec, shots, text, font_px, anchor=anchor)


def _lowered(pane: Pane, top: int) -> Pane:
    return pane.model_copy(update={"box": pane.box.model_copy(update={"top": top})})


def _reason(framing: Framing, background: str, where: str) -> str:
    behind = f"a {'blurred' if background == 'blurred' else 'plain'} background"
    behind = "its own colour" if framing.extends else behind
    if framing.kind == "screen":
        return f"{framing.reason}, on {behind}{where}"
    return f"whole picture on {behind}{where}, because {framing.reason}"


def _layout(
    spec: VideoSpec,
    shots: tuple[Shot, ...],
    subtitles: Box,
    font_px: int,
    *,
    anchor: Anchor = "bottom",
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
    fitted = Box(left=0, top=0, width=even(width * scale), height=even(height * scale))
    # Chroma has half the resolution: an odd offset would shift colours by half a pixel.
    left = (spec.width - fitted.width) // 4 * 2
    return fitted.model_copy(update={"left": left})
