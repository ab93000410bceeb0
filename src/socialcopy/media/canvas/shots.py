"""What of the picture is shown where on a canvas, shot by shot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from socialcopy.models import Focus, Region, Sighting, Value

# A face that a shot is about fills this share of the picture's height; a webcam in a corner of a
# screen recording stays below it.
LEAST_FACE = 0.12
# A face below this share of the largest one is a passer-by.
MAIN_FACE = 0.5
# Hair, ears and chin, in widths and heights of the detected face, which is brow to chin.
SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 0.25, 0.5, 0.25
# Share of the samples in which a subtitle may touch a face.
RARELY = 0.1

Size = tuple[int, int]
Kind = Literal["whole", "follow", "two", "screen", "blur"]


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

    def shares(self, size: Size) -> Region:
        """Return it in shares of a canvas of that size."""
        return Region(
            left=self.left / size[0],
            top=self.top / size[1],
            right=self.right / size[0],
            bottom=self.bottom / size[1],
        )


class Window(Value):
    """The part of the picture that is shown at a moment."""

    from_ms: int
    region: Region


WHOLE_PICTURE = Region(left=0.0, top=0.0, right=1.0, bottom=1.0)
# A picture of which nothing is cut off.
WHOLE = (Window(from_ms=0, region=WHOLE_PICTURE),)


class Pane(Value):
    """A place of the canvas, and what of the picture it shows."""

    box: Box
    path: tuple[Window, ...] = WHOLE
    """Windows of one size; from one to the next it moves evenly, and after the last it rests."""

    @property
    def is_still(self) -> bool:
        """Whether it shows the same part all along."""
        return all(window.region == self.path[0].region for window in self.path)

    def region(self, at_ms: float) -> Region:
        """Return the part of the picture it shows at a moment."""
        after = bisect_right(self.path, at_ms, key=lambda window: window.from_ms)
        if after in {0, len(self.path)}:
            return self.path[max(0, after - 1)].region
        before, later = self.path[after - 1], self.path[after]
        share = (at_ms - before.from_ms) / (later.from_ms - before.from_ms)
        across = share * (later.region.left - before.region.left)
        down = share * (later.region.top - before.region.top)
        return moved(before.region, across, down)


class Framing(Value):
    """How one shot is shown: by a path of windows, or none for the whole picture."""

    from_ms: int
    kind: Kind
    path: tuple[Window, ...] = ()
    lower: tuple[Window, ...] = ()
    """What is shown in the lower half, where the path is for the upper part."""
    extends: bool = False
    """Whether the picture's own colour goes on above and below it."""
    speaker: Region | None = None
    """Where the one who speaks is, for whose sake others are out of the picture."""
    reason: str


class Shot(Value):
    """How the picture is shown from one moment to the next shot."""

    from_ms: int
    kind: Kind
    panes: tuple[Pane, ...]
    extends: bool = False
    """Whether the picture's own colour goes on above and below its panes."""
    speaker: Region | None = None
    """Where the one who speaks is, for whose sake others are out of the picture."""
    reason: str

    def fills(self, size: Size) -> bool:
        """Tell whether no background shows on a canvas of that size."""
        return self.covered(size) == 1

    def covered(self, size: Size) -> float:
        """Return the share of the canvas that shows picture."""
        area = sum(pane.box.width * pane.box.height for pane in self.panes)
        return area / (size[0] * size[1])


def moved(region: Region, across: float, down: float) -> Region:
    """Move a part of the picture."""
    return Region(
        left=region.left + across,
        top=region.top + down,
        right=region.right + across,
        bottom=region.bottom + down,
    )


def united(regions: Sequence[Region]) -> Region:
    """Return the least rectangle around all."""
    return Region(
        left=min(region.left for region in regions),
        top=min(region.top for region in regions),
        right=max(region.right for region in regions),
        bottom=max(region.bottom for region in regions),
    )


def placed(need: Region, width: float, height: float) -> Region:
    """Lay a window of that size around something, as near to its middle as the picture goes on."""
    left = _between((need.left + need.right - width) / 2, 1 - width)
    top = _between((need.top + need.bottom - height) / 2, 1 - height)
    return Region(left=left, top=top, right=left + width, bottom=top + height)


def _between(value: float, most: float) -> float:
    return max(0.0, min(value, most))


def shot_at(shots: Sequence[Shot], at_ms: float) -> Shot:
    """Return the shot that is shown at a moment."""
    return shots[max(0, bisect_right(shots, at_ms, key=lambda shot: shot.from_ms) - 1)]


def on_canvas(part: Region, shots: Sequence[Shot], size: Size, at_ms: float) -> Region:
    """Find where a part of the picture lands, in shares of the canvas; outside when cut off.

    Of several panes it is the one that shows most of it.
    """
    panes = shot_at(shots, at_ms).panes
    pane = max(panes, key=lambda pane: _shared(part, pane.region(at_ms)))
    shown, box = pane.region(at_ms), pane.box.shares(size)
    across, down = box.width / shown.width, box.height / shown.height
    return Region(
        left=box.left + (part.left - shown.left) * across,
        top=box.top + (part.top - shown.top) * down,
        right=box.left + (part.right - shown.left) * across,
        bottom=box.top + (part.bottom - shown.top) * down,
    )


def head(face: Region) -> Region:
    """Widen a detected face by its hair, ears and chin."""
    side, top, bottom = (
        SIDE_MARGIN * face.width,
        TOP_MARGIN * face.height,
        BOTTOM_MARGIN * face.height,
    )
    return Region(
        left=max(0.0, face.left - side),
        top=max(0.0, face.top - top),
        right=min(1.0, face.right + side),
        bottom=min(1.0, face.bottom + bottom),
    )


def main_faces(sighting: Sighting, *, smallest: float = LEAST_FACE) -> tuple[Region, ...]:
    """Return the faces a frame is about; none when all are small."""
    tallest = max((face.height for face in sighting.faces), default=0.0)
    least = max(smallest, MAIN_FACE * tallest)
    return tuple(face for face in sighting.faces if face.height >= least)


def covers_faces(box: Region, shots: Sequence[Shot], size: Size, focus: Focus) -> bool:
    """Tell whether something drawn at that place of the canvas would hide faces."""
    hidden = [
        any(overlap(box, on_canvas(face, shots, size, seen.at_ms)) for face in _shown(seen, shots))
        for seen in focus.sightings
    ]
    return sum(hidden) > RARELY * len(hidden)


def _shown(seen: Sighting, shots: Sequence[Shot]) -> tuple[Region, ...]:
    """Return the faces that must be seen; beside a slide that is a small one too."""
    is_screen = shot_at(shots, seen.at_ms).kind == "screen"
    return seen.faces if is_screen else main_faces(seen)


def covers_text(box: Region, shots: Sequence[Shot], size: Size, focus: Focus) -> bool:
    """Tell whether something drawn at that place of the canvas would hide on-screen text."""
    return any(overlap(box, place) for place in _texts_on_canvas(shots, size, focus))


def overlap(one: Region, other: Region) -> bool:
    """Tell whether two rectangles of the canvas share any of it."""
    return _shared(one, other)[0] > 0


def shared_area(one: Region, other: Region) -> float:
    """Return the area that two parts have in common."""
    return _shared(one, other)[0]


def _texts_on_canvas(shots: Sequence[Shot], size: Size, focus: Focus) -> Iterator[Region]:
    """Yield where texts stand when they come and go, and at each shot's beginning."""
    for text in focus.texts:
        begins = (shot.from_ms for shot in shots)
        moments = {text.start_ms, text.end_ms, *begins}
        for at_ms in moments:
            if text.start_ms <= at_ms <= text.end_ms:
                yield on_canvas(text.box, shots, size, at_ms)


def _shared(one: Region, other: Region) -> tuple[float, float]:
    """Return the area that two parts share, and how wide it is, or how far they are apart."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, across) * max(0.0, down), across
