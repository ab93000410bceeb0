"""Which part of a picture fills a canvas of another shape: a window that keeps faces and text.

A window stands still for a whole shot, so nothing ever jitters: where faces move further than it
is wide, there is no crop, and the whole picture is shown on a background instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from socialcopy.models import Focus, Region, Sighting, Value, VideoSpec

# Share of the picture's height a face has that a shot is about; a webcam in a corner of a screen
# recording stays below it.
LEAST_FACE = 0.12
# A face below this share of the largest one is a passer-by.
MAIN_FACE = 0.5
# Share of a shot's samples that show such a face; profiles and blinks cost a detector some.
LEADING = 0.6
# Hair, ears and chin, in widths and heights of the detected face, which is brow to chin.
SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 0.25, 0.5, 0.25
SHORTEST_SHOT_MS = 300
# Share of the samples in which a subtitle may touch a face.
RARELY = 0.1


class Window(Value):
    """The part of the picture that is shown from a moment on."""

    from_ms: int
    region: Region


class Choice(Value):
    """Where to crop and why; no windows means not at all."""

    windows: tuple[Window, ...] = ()
    reason: str


class Subject(Value):
    """What must be seen during one shot."""

    from_ms: int
    need: Region


def choose(display_size: tuple[int, int], spec: VideoSpec, focus: Focus) -> Choice:
    """Find windows of the canvas's shape that hold every leading face and all text."""
    width, height = window_size(display_size, spec)
    if not focus.sightings:
        return Choice(reason="nobody looked for faces")
    subjects = _subjects(focus)
    if isinstance(subjects, str):
        return Choice(reason=subjects)
    whole = _united([subject.need for subject in subjects])
    # Where one window holds everything, nothing ever moves.
    if whole.width <= width and whole.height <= height:
        subjects = [Subject(from_ms=0, need=whole)]
    for subject in subjects:
        if subject.need.width > width or subject.need.height > height:
            return Choice(reason=_too_wide(subject, width, height, has_text=bool(focus.texts)))
    windows = tuple(
        Window(from_ms=subject.from_ms, region=_placed(subject.need, width, height))
        for subject in subjects
    )
    return Choice(windows=windows, reason=_kept(windows, has_text=bool(focus.texts)))


def window_size(display_size: tuple[int, int], spec: VideoSpec) -> tuple[float, float]:
    """Return width and height of the largest window of the canvas's shape, as picture shares."""
    shown_width, shown_height = (max(1, side) for side in display_size)
    narrower = (spec.width / spec.height) / (shown_width / shown_height)
    return (narrower, 1.0) if narrower < 1 else (1.0, 1 / narrower)


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


def main_faces(sighting: Sighting) -> tuple[Region, ...]:
    """Return the faces a frame is about; none when all are small."""
    tallest = max((face.height for face in sighting.faces), default=0.0)
    least = max(LEAST_FACE, MAIN_FACE * tallest)
    return tuple(face for face in sighting.faces if face.height >= least)


def in_window(face: Region, windows: Sequence[Window], at_ms: int) -> Region:
    """Move a place of the picture onto the canvas, in shares of it, while it is cropped."""
    window = [w.region for w in windows if w.from_ms <= at_ms][-1]
    return Region(
        left=(face.left - window.left) / window.width,
        top=(face.top - window.top) / window.height,
        right=(face.right - window.left) / window.width,
        bottom=(face.bottom - window.top) / window.height,
    )


def covers_faces(box: Region, windows: Sequence[Window], focus: Focus) -> bool:
    """Tell whether something drawn at that place of the canvas would hide faces."""
    hidden = [
        any(overlap(box, in_window(face, windows, seen.at_ms)) for face in main_faces(seen))
        for seen in focus.sightings
    ]
    return sum(hidden) > RARELY * len(hidden)


def covers_text(box: Region, windows: Sequence[Window], focus: Focus) -> bool:
    """Tell whether something drawn at that place of the canvas would hide on-screen text."""
    return any(
        overlap(box, in_window(text, windows, window.from_ms))
        for window in windows
        for text in focus.texts
    )


def overlap(one: Region, other: Region) -> bool:
    """Tell whether two rectangles of the canvas share any of it."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0


def _subjects(focus: Focus) -> list[Subject] | str:
    """Find what each shot is about, or say why that can't be told."""
    found: list[Subject] = []
    for from_ms, seen in _shots(focus):
        with_faces = [faces for sighting in seen if (faces := main_faces(sighting))]
        if len(with_faces) < LEADING * len(seen):
            return f"no face leads the picture at {from_ms / 1000:.1f} s"
        heads = [head(face) for faces in with_faces for face in faces]
        found.append(Subject(from_ms=from_ms, need=_united([*heads, *focus.texts])))
    return found


def _shots(focus: Focus) -> list[tuple[int, list[Sighting]]]:
    """Group samples by shot; a shot too short for a sample belongs to the one before it."""
    last_ms = focus.sightings[-1].at_ms + 1
    shots: list[tuple[int, list[Sighting]]] = []
    for begin, end in pairwise((0, *focus.cuts_ms, max(last_ms, *focus.cuts_ms, 1))):
        # A sample stands for its nearest frame: near a cut it may show the other shot.
        seen = [s for s in focus.sightings if begin <= s.at_ms < end]
        if seen and (end - begin >= SHORTEST_SHOT_MS or not shots):
            shots.append((begin if shots else 0, seen))
    return shots


def _placed(need: Region, width: float, height: float) -> Region:
    left = _between((need.left + need.right - width) / 2, 1 - width)
    top = _between((need.top + need.bottom - height) / 2, 1 - height)
    return Region(left=left, top=top, right=left + width, bottom=top + height)


def _between(value: float, most: float) -> float:
    return max(0.0, min(value, most))


def _united(regions: Sequence[Region]) -> Region:
    def outermost(side: Callable[[Region], float], pick: Callable[..., float]) -> float:
        return pick(side(region) for region in regions)

    return Region(
        left=outermost(lambda r: r.left, min),
        top=outermost(lambda r: r.top, min),
        right=outermost(lambda r: r.right, max),
        bottom=outermost(lambda r: r.bottom, max),
    )


def _too_wide(subject: Subject, width: float, height: float, *, has_text: bool) -> str:
    what = "faces and text" if has_text else "faces"
    at = f"at {subject.from_ms / 1000:.1f} s"
    if subject.need.width > width:
        return f"{what} {at} span {subject.need.width:.0%} of the width, a crop {width:.0%}"
    return f"{what} {at} span {subject.need.height:.0%} of the height, a crop {height:.0%}"


def _kept(windows: Sequence[Window], *, has_text: bool) -> str:
    what = "every face and all text" if has_text else "every face"
    still = "one steady crop" if len(windows) == 1 else f"{len(windows)} steady crops, one a shot,"
    return f"{still} that keeps {what}"
