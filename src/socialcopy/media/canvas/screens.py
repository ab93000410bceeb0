"""How slides and screen recordings are framed: as large as can be with all of their text.

What stands empty beside text and detail is cropped away; where the speaker is in the same picture,
apart from what is shown, the slide stands above and the face below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

import numpy as np

from socialcopy.media.canvas.content import Map, filled
from socialcopy.media.canvas.shapes import even
from socialcopy.media.canvas.shots import (
    WHOLE_PICTURE,
    Box,
    Framing,
    Size,
    Window,
    head,
    overlap,
    placed,
    united,
)
from socialcopy.media.canvas.subjects import TEXT_MARGINS, Subject, with_room
from socialcopy.models import DETAIL_GRID, Region, VideoSpec

# Share of the picture's edges beside a speaker that has to lie on one side of it.
NEARLY_ALL = 0.97
# A crop of more than this hardly makes text larger.
WORTH = 0.9
# Share of the frame's height that two lines of subtitles take with the room around them.
SUBTITLES = 0.13
# Share of the looks that show the speaker beside a slide, and how far the face may sway, in heads.
SPEAKING, SWAY = 0.6, 2.0
# Share of the pane's height, below the subtitles, that a speaker's head takes; more where the
# slide's text would be seen beside it, less where so near it would be a blur.
HEAD_IN_PANE = (0.6, 0.8, 0.98, 0.4)
# Share of the frame's height that is left to the speaker at least.
LEAST_PANE = 0.36
# How often a pixel of the speaker may be enlarged; beyond that a face is a blur.
MOST_ENLARGED = 4.5
# Share of the picture's area that a slide's text and detail take beside a speaker at least; a name
# or a title over a face takes a third of it.
LEAST_SLIDE = 0.12
# A cell belongs to the speaker when it moves this much, of 255, beside one that does.
MOVES = 1.0
ROWS, COLUMNS = DETAIL_GRID


def at_one_zoom(
    framings: Sequence[Framing], subjects: Sequence[Subject], display_size: Size, spec: VideoSpec
) -> Iterator[Framing]:
    """Show slides that follow each other at one zoom: that of the one that needs most width."""
    framed = zip(framings, subjects, strict=True)
    for (kind, _), group in groupby(framed, key=lambda one: (one[0].kind, bool(one[0].lower))):
        stretch = list(group)
        widest = max(_width(framing) for framing, _ in stretch)
        for framing, subject in stretch:
            is_larger = kind == "screen" and _width(framing) < widest
            again = on_a_screen(subject, display_size, spec, widest) if is_larger else None
            is_alike = again is not None and bool(again.lower) == bool(framing.lower)
            yield again if again and is_alike else framing


def _width(framing: Framing) -> float:
    return framing.path[0].region.width if framing.path else 1.0


def on_a_screen(
    subject: Subject, display_size: Size, spec: VideoSpec, least_width: float = 0.0
) -> Framing | None:
    """Frame a slide or a screen recording; none where it is none, or the frame is as wide.

    Of its width at least so much is shown, where there is as much of it.
    """
    is_wider = display_size[0] * spec.height > display_size[1] * spec.width
    if not is_wider or not subject.is_screen:
        return None
    return (
        _stacked(subject, display_size, spec, least_width)
        or _cropped(subject, display_size, spec, least_width)
        or _extended(subject)
    )


def slide_box(region: Region, display_size: Size, spec: VideoSpec, *, extends: bool) -> Box:
    """Place a slide above its speaker: where apps leave it free, if its colour goes on there."""
    height = _height(region, display_size, spec)
    lowest = min((1 - LEAST_PANE) * spec.height, spec.safe_zone.bottom - SUBTITLES * spec.height)
    room = int(lowest) - height
    top = max(0, min(spec.safe_zone.top, room)) // 2 * 2 if extends else 0
    return Box(left=0, top=top, width=spec.width, height=height)


def _extended(subject: Subject) -> Framing | None:
    if not subject.extends:
        return None
    reason = "a slide or a screen whose text and detail take its whole width"
    return Framing(from_ms=subject.from_ms, kind="screen", extends=True, reason=reason)


def _cropped(
    subject: Subject, display_size: Size, spec: VideoSpec, least_width: float
) -> Framing | None:
    """Leave out what is empty beside the text, as long as subtitles have room below."""
    region = _filled_part(subject, subject.edges, WHOLE_PICTURE, subject.everybody)
    if region is None:
        return None
    # No higher than leaves room for the subtitles inside the safe zone.
    most = spec.safe_zone.bottom - SUBTITLES * spec.height
    width = max(region.width, region.width * _height(region, display_size, spec) / most)
    narrowest_window = spec.width / spec.height * display_size[1] / display_size[0]
    width = max(width, narrowest_window, least_width)
    if width > WORTH:
        return None
    shown = placed(region, width, region.height)
    reason = (
        f"a slide or a screen cropped to {width:.0%} of its width, with all text and all that is "
        "drawn"
    )
    return Framing(
        from_ms=subject.from_ms, kind="screen", extends=subject.extends,
        path=(Window(from_ms=subject.from_ms, region=shown),), reason=reason,
    )  # fmt: skip


def _stacked(
    subject: Subject, display_size: Size, spec: VideoSpec, least_width: float
) -> Framing | None:
    """Show the slide, and below it who speaks, each without the other."""
    speaker = _speaker(subject)
    if speaker is None:
        return None
    around = _moving_around(speaker, subject.movement)
    edges = subject.edges - _only(subject.edges, around)
    slides = (
        _widened(part, beside, least_width)
        for beside in _beside(around)
        if (part := _filled_part(subject, edges, beside, ()))
    )
    # Largest text first: that of the narrowest part.
    for slide in sorted(slides, key=lambda slide: slide.width):
        box = slide_box(slide, display_size, spec, extends=subject.extends)
        if pane := _head_pane(subject, speaker, box, display_size, spec):
            return Framing(
                from_ms=subject.from_ms, kind="screen", extends=subject.extends,
                path=(Window(from_ms=subject.from_ms, region=slide),),
                lower=(Window(from_ms=subject.from_ms, region=pane),),
                reason="a slide with all text and all that is drawn, its speaker below",
            )  # fmt: skip
    return None


def _filled_part(
    subject: Subject, edges: Map, within: Region, also: Sequence[Region]
) -> Region | None:
    """Find the part of a slide that holds its text and detail; none where it is not all there."""
    need = united([*(with_room(text, TEXT_MARGINS[0]) for text in subject.texts), *also])
    inside = _only(edges, within)
    is_there = _holds(within, united([text.box for text in subject.texts]))
    if not is_there or inside.sum() < NEARLY_ALL * edges.sum():
        return None
    (left, right), (top, bottom) = filled(inside.T), filled(inside)
    found = Region(
        left=max(within.left, min(left, need.left)),
        top=max(within.top, min(top, need.top)),
        right=min(within.right, max(right, need.right)),
        bottom=min(within.bottom, max(bottom, need.bottom)),
    )
    is_large = found.width * found.height >= LEAST_SLIDE or within == WHOLE_PICTURE
    return found if is_large else None


def _widened(part: Region, within: Region, width: float) -> Region:
    """Widen a part to both sides, as far as what it lies in goes."""
    wide = min(max(part.width, width), within.width)
    wish = (part.left + part.right - wide) / 2
    left = max(within.left, min(wish, within.right - wide))
    return part.model_copy(update={"left": left, "right": left + wide})


def _speaker(subject: Subject) -> Region | None:
    """Return where the one head of a shot is all along; none where it walks, or there are more."""
    seen = [max(s.faces, key=lambda face: face.height) for s in subject.seen if s.faces]
    if not subject.seen or len(seen) < SPEAKING * len(subject.seen):
        return None
    heads = [head(face) for face in seen]
    around, usual = united(heads), median(one.height for one in heads)
    return around if around.height <= SWAY * usual else None


def _moving_around(speaker: Region, movement: Map) -> Region:
    """Widen a head to all that moves with it: shoulders and hands, or the speaker's own window."""
    moves = movement > MOVES
    rows = slice(int(speaker.top * ROWS), int(np.ceil(speaker.bottom * ROWS)))
    columns = slice(int(speaker.left * COLUMNS), int(np.ceil(speaker.right * COLUMNS)))
    there = np.zeros_like(moves)
    there[rows, columns] = True
    size = -1
    while size != (size := int(there.sum())):
        grown = np.pad(there, 1)
        beside = grown[2:, 1:-1] | grown[:-2, 1:-1] | grown[1:-1, 2:] | grown[1:-1, :-2]
        there |= beside & moves
    down, across = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return Region(
        left=across[0] / COLUMNS, top=down[0] / ROWS,
        right=(across[-1] + 1) / COLUMNS, bottom=(down[-1] + 1) / ROWS,
    )  # fmt: skip


def _beside(speaker: Region) -> Iterator[Region]:
    """Yield the parts of a picture on each side of a speaker."""
    yield WHOLE_PICTURE.model_copy(update={"right": speaker.left})
    yield WHOLE_PICTURE.model_copy(update={"left": speaker.right})
    yield WHOLE_PICTURE.model_copy(update={"bottom": speaker.top})
    yield WHOLE_PICTURE.model_copy(update={"top": speaker.bottom})


def _head_pane(
    subject: Subject, speaker: Region, slide: Box, display_size: Size, spec: VideoSpec
) -> Region | None:
    """Choose what is shown below a slide: the speaker's head, under the subtitles, and no text."""
    height = spec.height - slide.bottom
    if height < LEAST_PANE * spec.height - 2:
        return None
    above = SUBTITLES * spec.height / height
    widest = display_size[1] * spec.width / (display_size[0] * height)
    for share in HEAD_IN_PANE:
        down = min(1.0, speaker.height / (share * (1 - above)))
        is_sharp = down * display_size[1] * MOST_ENLARGED >= height
        # The head's middle is in the middle of what subtitles leave.
        middle = (speaker.top + speaker.bottom) / 2 - above / 2 * down
        wish = speaker.model_copy(update={"top": middle, "bottom": middle})
        pane = placed(wish, min(1.0, down * widest), down)
        is_clear = not any(overlap(pane, text.box) for text in subject.texts)
        if is_sharp and is_clear and down * widest <= 1 and _holds(pane, speaker):
            return pane
    return None


def _holds(outer: Region, inner: Region) -> bool:
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )


def _only(cells: Map, part: Region) -> Map:
    """Keep the cells whose middle lies in a part of the picture."""
    down, across = (np.arange(ROWS) + 0.5) / ROWS, (np.arange(COLUMNS) + 0.5) / COLUMNS
    rows = (part.top <= down) & (down <= part.bottom)
    columns = (part.left <= across) & (across <= part.right)
    return np.where(np.outer(rows, columns), cells, 0.0)


def _height(region: Region, display_size: Size, spec: VideoSpec) -> int:
    """Return how high a part of the picture is when it is as wide as the frame."""
    share = region.height * display_size[1] / (region.width * display_size[0])
    return even(spec.width * share)
