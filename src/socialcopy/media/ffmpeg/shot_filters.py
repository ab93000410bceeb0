"""Filter chains that show each shot as its layout says, from one decode.

Where shots are drawn differently the branch is split: each stretch keeps its own frames and drops
the others at once, so that every frame is scaled once. A window that moves is cut out after
scaling, since a step of two pixels of a small source is five on the canvas. Where it is at each
frame stands in a file of commands (`sendcmd`): as an expression of the time it would not fit on a
command line, and ffmpeg nests conditions a hundred deep at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shapes import even
from socialcopy.media.canvas.shots import Shot
from socialcopy.media.ffmpeg.filters import (
    BACKGROUND_SCALE,
    FINISH,
    at_a_rate,
    blurred,
    plain,
    scaled,
)
from socialcopy.models import Region, VideoStream

# How many of a picture's rows its colour is taken of where it goes on beside it.
END_ROWS = 2
# A frame, and where a window is from then on.
Place = tuple[int, int, int]


class Stretch(NamedTuple):
    """Shots in a row that the same filters draw."""

    begin: int
    """Its first frame."""
    end: int | None
    """The first frame of the next; none for the last stretch."""
    shots: tuple[Shot, ...]
    rate: Fraction

    @property
    def rests(self) -> bool:
        """Whether nothing moves but from one shot to the next."""
        return _rests(*self.shots)

    def regions(self, pane: int) -> list[tuple[int, Region]]:
        """Return what a pane shows from which of its frames on."""
        if self.rests:
            return [
                (max(0, frame_at(s.from_ms, self.rate) - self.begin), s.panes[pane].path[0].region)
                for s in self.shots
            ]
        moving = self.shots[0].panes[pane]
        count = frame_at(moving.path[-1].from_ms, self.rate) + 2 - self.begin
        moments = (float((self.begin + n) * 1000 / self.rate) for n in range(count))
        return [(n, moving.region(at_ms)) for n, at_ms in enumerate(moments)]


class Cut(NamedTuple):
    """How a window is cut out: of a band of the picture, brought to the canvas's scale."""

    band: tuple[int, int, int, int]
    scaled: tuple[int, int]
    size: tuple[int, int]
    places: tuple[Place, ...]
    """Where the window is in what it is cut out of."""


def fitted(
    video: VideoStream, layout: Layout, *, rate: Fraction, label: str, frames: int = 0
) -> tuple[str, str]:
    """Split a branch's chains in two: what makes the canvas, and the filters that finish it.

    The first part ends open, so that the second can be appended with a comma. A picture that begins
    late shows its first frame until then; one that ends before so many frames holds its last.
    """
    steady = at_a_rate(rate, frames=frames, label=label)
    parts = _stretches(layout, rate, label)
    if len(parts) == 1:
        return f"{steady},{_drawn(video, layout, *parts.popitem())}", FINISH
    chains = [f"{steady},split={len(parts)}{''.join(f'[{name}in]' for name in parts)}"]
    for name, stretch in parts.items():
        end = "" if stretch.end is None else f":end_frame={stretch.end}"
        own = f"trim=start_frame={stretch.begin}{end},setpts=PTS-STARTPTS"
        drawn = _drawn(video, layout, name, stretch)
        chains.append(f"[{name}in]{own},{drawn},{FINISH}[{name}out]")
    # Counted frames keep their times: joining rounds each piece to a time base.
    joined = "".join(f"[{name}out]" for name in parts)
    counted = f"settb={rate.denominator}/{rate.numerator},setpts=N"
    return ";".join([*chains, f"{joined}concat=n={len(parts)}:v=1:a=0,{counted}"]), FINISH


def camera_files(
    video: VideoStream, layout: Layout, *, rate: Fraction, label: str
) -> dict[str, str]:
    """Write the commands that move the windows of `fitted`'s chains, by the name of their file."""
    found: dict[str, str] = {}
    for name, stretch in _stretches(layout, rate, label).items():
        for number in range(len(stretch.shots[0].panes)):
            cut = _cut(video, stretch, number)
            if cut and len(cut.places) > 1:
                found[f"{name}{number}.camera"] = "".join(
                    _commands(f"crop@{name}{number}", cut.places, rate)
                )
    return found


def frame_at(at_ms: int, rate: Fraction) -> int:
    """Return the number of the frame that shows a moment."""
    return round(at_ms * rate / 1000)


def _stretches(layout: Layout, rate: Fraction, label: str) -> dict[str, Stretch]:
    """Group shots that are drawn alike; one in which a window moves is alone."""
    groups: list[list[Shot]] = []
    for shot in layout.shots:
        if groups and _form(groups[-1][-1]) == _form(shot) and _rests(groups[-1][-1], shot):
            groups[-1].append(shot)
        else:
            groups.append([shot])
    begins = [frame_at(group[0].from_ms, rate) for group in groups]
    ends = [*begins[1:], None]
    stretches = [
        Stretch(begin, end, tuple(group), rate)
        for group, begin, end in zip(groups, begins, ends, strict=True)
    ]
    # A single one has no number, as there is nothing to tell it from.
    return {label if len(groups) == 1 else f"{label}s{n}": s for n, s in enumerate(stretches)}


def _form(shot: Shot) -> list[tuple[object, ...]]:
    windows = [(pane.path[0].region, pane.box) for pane in shot.panes]
    forms = [(round(r.width, 6), round(r.height, 6), box) for r, box in windows]
    return [(shot.extends,), *forms]


def _rests(*shots: Shot) -> bool:
    return all(pane.is_still for shot in shots for pane in shot.panes)


def _drawn(video: VideoStream, layout: Layout, label: str, stretch: Stretch) -> str:
    """Draw one stretch on its canvas, on a background where its panes leave some free."""
    panes = stretch.shots[0].panes
    drawn = [_pane(video, label, stretch, number) for number in range(len(panes))]
    if len(drawn) > 1:
        taps = "".join(f"[{label}p{n}]" for n in range(len(drawn)))
        rows = ";".join(f"[{label}p{n}]{row}[{label}r{n}]" for n, row in enumerate(drawn))
        stacked = "".join(f"[{label}r{n}]" for n in range(len(drawn)))
        picture = f"split={len(drawn)}{taps};{rows};{stacked}vstack=inputs={len(drawn)}"
    else:
        (picture,) = drawn
    box = panes[0].box
    if stretch.shots[0].fills(layout.size):
        return picture
    if layout.background == "blurred":
        return f"{picture},{_continued(layout, label, stretch.shots[0])}"
    behind = plain(layout.size, stretch.rate, color=layout.background)
    return (
        f"{picture}[{label}sharp];{behind}[{label}plain];"
        f"[{label}plain][{label}sharp]overlay={box.left}:{box.top}:format=yuv420:shortest=1"
    )


def _continued(layout: Layout, label: str, shot: Shot) -> str:
    """Go on with a picture to the canvas's edges: in its own colours, or with a blurred copy.

    Only what will be seen of a copy is enlarged: a whole one behind the picture cost twice as much.
    """
    first, last = shot.panes[0].box, shot.panes[-1].box
    is_high = first.width < layout.width
    free = (first.top, layout.height - last.bottom)
    if is_high:
        free = (first.left, layout.width - first.right)
    before, after = (f"[{label}end{n}]" if length else "" for n, length in enumerate(free))
    bands = [(n, _band(layout, shot, free, n, is_high=is_high)) for n in (0, 1) if free[n]]
    taps = "".join(f"[{label}tap{n}]" for n, _ in bands)
    chains = "".join(f"[{label}tap{n}]{band}[{label}end{n}];" for n, band in bands)
    copied = "null" if shot.extends else blurred((first.width, last.bottom - first.top), layout)
    return (
        f"split[{label}sharp][{label}back];[{label}back]{copied},split={len(bands)}{taps};{chains}"
        f"{before}[{label}sharp]{after}{'h' if is_high else 'v'}stack=inputs={len(bands) + 1}"
    )


def _band(layout: Layout, shot: Shot, free: tuple[int, int], end: int, *, is_high: bool) -> str:
    """Fill what is free before (0) or after (1) a picture with its rows, or with its copy's.

    Rows are averaged to sixteen pixels, since each pixel as it is would become a stripe.
    """
    seen = even(free[end] / BACKGROUND_SCALE)
    cut = f"crop=iw:{seen}:0:{'ih-oh' if end else 0}"
    size = layout.width, free[end]
    if is_high:
        cut, size = f"crop={seen}:ih:{'iw-ow' if end else 0}:0", (free[end], layout.height)
    if shot.extends:
        cut = f"crop=iw:{END_ROWS}:0:{'ih-oh' if end else 0},scale=16:2:flags=area"
    return f"{cut},scale={size[0]}:{size[1]}:flags=bicubic,setsar=1"


def _pane(video: VideoStream, label: str, stretch: Stretch, number: int) -> str:
    box = stretch.shots[0].panes[number].box
    cut = _cut(video, stretch, number)
    if cut is None:
        return f"{scaled(video, box.width, box.height)},setsar=1"
    name, ((_, left, top), *later) = f"{label}{number}", cut.places
    if not later:
        return f"crop={_numbers(*cut.band)},{scaled(video, *cut.scaled)},setsar=1"
    window = f"sendcmd=f={name}.camera,crop@{name}={_numbers(*cut.size, left, top)}"
    if stretch.rests:
        return f"{window},{scaled(video, box.width, box.height)},setsar=1"
    return f"crop={_numbers(*cut.band)},{scaled(video, *cut.scaled)},setsar=1,{window}"


def _cut(video: VideoStream, stretch: Stretch, number: int) -> Cut | None:
    """Work out where to cut a pane's window at each frame; none where it shows all there is."""
    regions, box = stretch.regions(number), stretch.shots[0].panes[number].box
    first = regions[0][1]
    if (first.width, first.height) == (1, 1):
        return None
    turned = video.rotation_degrees in (90, 270)
    size = (video.height, video.width) if turned else (video.width, video.height)
    if stretch.rests:
        # Between cuts nothing moves, so whole pixels of the source do, and scaling costs less.
        cut = _even_below(first.width * size[0]), _even_below(first.height * size[1])
        places = _changes(
            (n, _at_most(r.left, size[0], cut[0]), _at_most(r.top, size[1], cut[1]))
            for n, r in regions
        )
        return Cut((*cut, *places[0][1:]), (box.width, box.height), cut, places)
    across = _Axis.around([(r.left, r.right) for _, r in regions], size[0], box.width)
    down = _Axis.around([(r.top, r.bottom) for _, r in regions], size[1], box.height)
    return Cut(
        band=(across.length, down.length, across.begin, down.begin),
        scaled=(across.scaled, down.scaled),
        size=(box.width, box.height),
        places=_changes((n, across.place(r.left), down.place(r.top)) for n, r in regions),
    )


def _changes(places: Iterable[Place]) -> tuple[Place, ...]:
    """Drop the frames at which a window is where it was."""
    return tuple(next(same) for _, same in groupby(places, key=lambda place: place[1:]))


class _Axis(NamedTuple):
    """The part of one side of the picture that a moving window ever shows."""

    begin: int
    length: int
    scaled: int
    side: int
    box: int

    @classmethod
    def around(cls, ends: Sequence[tuple[float, float]], side: int, box: int) -> _Axis:
        """Find it, in even pixels, and how long it is when the window is as long as its box."""
        begin = int(min(low for low, _ in ends) * side) // 2 * 2
        end = min(side, -int(-max(high for _, high in ends) * side // 2) * 2)
        share = ends[0][1] - ends[0][0]
        scaled_length = round((end - begin) * box / (share * side) / 2) * 2
        return cls(begin, end - begin, max(box, scaled_length), side, box)

    def place(self, low: float) -> int:
        """Return where a window begins on the scaled part."""
        at = (low * self.side - self.begin) * self.scaled / self.length
        return max(0, min(round(at / 2) * 2, self.scaled - self.box))


def _commands(target: str, places: Sequence[Place], rate: Fraction) -> Iterator[str]:
    """Yield a line for each move, half a frame before the frame that shows it."""
    for number, left, top in places[1:]:
        at = float((number - Fraction(1, 2)) / rate)
        yield f"{at:.4f} {target} x {left}, {target} y {top};\n"


def _numbers(*numbers: int) -> str:
    return ":".join(map(str, numbers))


def _at_most(share: float, length: int, cut: int) -> int:
    return min(round(share * length), length - cut) // 2 * 2


def _even_below(length: float) -> int:
    return max(2, int(length) // 2 * 2)
