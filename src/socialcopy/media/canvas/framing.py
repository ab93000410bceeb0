"""How each shot is framed on a canvas of another shape, by the faces and the text in it.

A window stands still where one place keeps everything that matters. Else a camera follows it
(`camera`), zoomed out as far as that takes; two people apart are shown one above the other. The
whole picture on a background is the last resort: nothing that matters is ever cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from socialcopy.media.canvas.camera import Need, Path, follow
from socialcopy.media.canvas.shots import LEAST_FACE, Kind, Size, Window, head, main_faces
from socialcopy.models import Focus, Region, ScreenText, Sighting, Value, VideoSpec

# Share of a shot's samples that show a leading face; profiles and blinks cost a detector some.
LEADING = 0.6
# How small a leading face may become within its shot, of the least one that leads.
FURTHER_AWAY = 0.6
# Share of the looks at two people that show both.
TOGETHER = 0.8
# How much of a half's height a head takes at most.
HEAD_SHARE = 0.8
SHORTEST_SHOT_MS = 300
# Mean change of brightness, of 255, from one look to the next, when one shows another picture: a
# wipe (71), which no detector of cuts sees. A fast pan stays below it (44).
ANOTHER_PICTURE = 55.0
# A title or a glance away that is over sooner is cropped like its neighbours: the picture would
# jump to a background and back.
PASSING_MS = 1_500
# Room beside text, as a share of the picture's width: at the very edge it looks cut.
TEXT_MARGIN = 0.008
# Share of the width and height in which a channel's mark stands.
CORNER = 0.25
# Longer between two looks, and nobody knows where a face went.
LONGEST_GAP_MS = 700
# How much of the picture a camera shows at most; beyond that the whole picture is hardly smaller.
WIDEST = 0.75
# How far it zooms out at once when what it follows is too fast for it.
ZOOM_STEP = 1.2
MIDDLE = Region(left=0.5, top=0.5, right=0.5, bottom=0.5)


# A moment, and from where to where something is then.
Span = tuple[int, float, float]


class Framing(Value):
    """How one shot is shown: by a path of windows, or none for the whole picture."""

    from_ms: int
    kind: Kind
    path: tuple[Window, ...] = ()
    lower: tuple[Window, ...] = ()
    """What is shown in the lower half, where the path is for the upper one."""
    reason: str


class Subject(NamedTuple):
    """What must be seen during one shot."""

    from_ms: int
    until_ms: int
    seen: tuple[Sighting, ...]
    texts: tuple[ScreenText, ...]

    @property
    def heads(self) -> list[tuple[int, Region]]:
        """Where heads are, all together, whenever some were seen."""
        return [
            (sighting.at_ms, united([head(face) for face in faces]))
            for sighting in self.seen
            if (faces := main_faces(sighting, smallest=FURTHER_AWAY * LEAST_FACE))
        ]

    @property
    def has_lead(self) -> bool:
        """Whether it is about somebody."""
        leading = sum(bool(main_faces(sighting)) for sighting in self.seen)
        return leading > 0 and leading >= LEADING * len(self.seen)

    @property
    def need(self) -> Region:
        """Everything it shows at any time."""
        return united([*(region for _, region in self.heads), *map(_with_room, self.texts)])

    @property
    def what(self) -> str:
        """What has to be kept."""
        return "every face and all text" if self.texts else "every face"


def choose(display_size: Size, spec: VideoSpec, focus: Focus) -> tuple[Framing, ...]:
    """Frame each shot for a canvas; neighbours that show the whole picture are one."""
    if not focus.sightings:
        return (Framing(from_ms=0, kind="blur", reason="nobody looked for faces"),)
    window = window_size(display_size, spec)
    subjects = _subjects(focus)
    # Where one window holds everything, nothing ever moves.
    if all(subject.has_lead for subject in subjects):
        everything = united([subject.need for subject in subjects])
        if everything.width <= window[0] and everything.height <= window[1]:
            what = "every face and all text" if focus.texts else "every face"
            still = Window(from_ms=0, region=_placed(everything, *window))
            reason = f"one steady crop that keeps {what}"
            return (Framing(from_ms=0, kind="follow", path=(still,), reason=reason),)
    framings = [_framed(subject, window) for subject in subjects]
    return tuple(_merged(_like_neighbours(framings, subjects, window)))


def window_size(display_size: Size, spec: VideoSpec) -> tuple[float, float]:
    """Return width and height of the largest window of the canvas's shape, as picture shares."""
    shown_width, shown_height = (max(1, side) for side in display_size)
    narrower = (spec.width / spec.height) / (shown_width / shown_height)
    return (narrower, 1.0) if narrower < 1 else (1.0, 1 / narrower)


def united(regions: Sequence[Region]) -> Region:
    """Return the least rectangle around all."""

    def outermost(side: Callable[[Region], float], pick: Callable[..., float]) -> float:
        return pick(side(region) for region in regions)

    return Region(
        left=outermost(lambda r: r.left, min),
        top=outermost(lambda r: r.top, min),
        right=outermost(lambda r: r.right, max),
        bottom=outermost(lambda r: r.bottom, max),
    )


def _subjects(focus: Focus) -> list[Subject]:
    """Find what each shot is about; one too short for a sample belongs to the one before it."""
    last_ms = max(focus.sightings[-1].at_ms, *focus.cuts_ms, 0) + 1
    found: list[Subject] = []
    cuts_ms = sorted({*focus.cuts_ms, *_wipes(focus.sightings)})
    for begin, end in pairwise((0, *cuts_ms, last_ms)):
        # A sample stands for its nearest frame: near a cut it may show the other shot.
        seen = tuple(s for s in focus.sightings if begin <= s.at_ms < end)
        if seen and (end - begin >= SHORTEST_SHOT_MS or not found):
            found.append(Subject(begin if found else 0, end, seen, ()))
        elif found:
            found[-1] = found[-1]._replace(until_ms=end)
    texts = [text for text in focus.texts if not _is_mark(text, focus.cuts_ms)]
    return [
        subject._replace(
            texts=tuple(
                text
                for text in texts
                if text.start_ms < subject.until_ms and text.end_ms >= subject.from_ms
            )
        )
        for subject in found
    ]


def _is_mark(text: ScreenText, cuts_ms: Sequence[int]) -> bool:
    """Tell whether a text is a channel's mark: in a corner, and there whatever is shown."""
    box = text.box
    is_aside = box.right < CORNER or box.left > 1 - CORNER
    is_at_an_end = box.bottom < CORNER or box.top > 1 - CORNER
    stays = any(text.start_ms < cut_ms < text.end_ms for cut_ms in cuts_ms)
    return is_aside and is_at_an_end and stays


def _wipes(sightings: Sequence[Sighting]) -> Iterator[int]:
    """Yield the moments at which faces come or go because another picture is shown."""
    for before, after in pairwise(sightings):
        changes = np.subtract(before.brightness, after.brightness, dtype=np.float64)
        comes_or_goes = bool(main_faces(before)) != bool(main_faces(after))
        if comes_or_goes and changes.size and np.abs(changes).mean() > ANOTHER_PICTURE:
            yield (before.at_ms + after.at_ms) // 2


def _like_neighbours(
    framings: Sequence[Framing], subjects: Sequence[Subject], window: tuple[float, float]
) -> Iterator[Framing]:
    """Crop what passes between crops, or beside one, where no text is cut."""
    for number, (framing, subject) in enumerate(zip(framings, subjects, strict=True)):
        beside = [*framings[max(0, number - 1) : number], *framings[number + 1 : number + 2]]
        is_passing = subject.until_ms - subject.from_ms < PASSING_MS and not subject.heads
        need = united(list(map(_with_room, subject.texts)) or [MIDDLE])
        fits = need.width <= window[0] and need.height <= window[1]
        if framing.path or not is_passing or not fits or not any(f.path for f in beside):
            yield framing
            continue
        still = Window(from_ms=subject.from_ms, region=_placed(need, *window))
        reason = "a steady crop, since it shows no face and passes"
        yield Framing(from_ms=subject.from_ms, kind="follow", path=(still,), reason=reason)


def _with_room(text: ScreenText) -> Region:
    box = text.box
    left, right = max(0.0, box.left - TEXT_MARGIN), min(1.0, box.right + TEXT_MARGIN)
    return Region(left=left, top=box.top, right=right, bottom=box.bottom)


def _framed(subject: Subject, window: tuple[float, float]) -> Framing:
    """Choose the calmest framing of one shot that keeps everything."""
    if not subject.has_lead:
        at = f"at {subject.from_ms / 1000:.1f} s"
        return _whole(subject, f"no face leads the picture {at}")
    need = subject.need
    if need.width <= window[0] and need.height <= window[1]:
        still = Window(from_ms=subject.from_ms, region=_placed(need, *window))
        reason = f"a steady crop that keeps {subject.what}"
        return Framing(from_ms=subject.from_ms, kind="follow", path=(still,), reason=reason)
    return (
        _paired(subject, window)
        or _followed(subject, window)
        or _whole(subject, _too_wide(subject, window))
    )


def _paired(subject: Subject, window: tuple[float, float]) -> Framing | None:
    """Show two people who stay where they are one above the other, each alone in a half."""
    seen = [faces for sighting in subject.seen if (faces := main_faces(sighting))]
    pairs = [sorted(faces, key=lambda face: face.left) for faces in seen if len(faces) == 2]  # noqa: PLR2004  (two people)
    if window[0] >= 1 or subject.texts or len(pairs) < TOGETHER * len(seen):
        return None
    left, right = (united([head(pair[n]) for pair in pairs]) for n in (0, 1))
    # A half of the frame is half as high; a head that needs more is shown from further away.
    larger = max(
        1.0, *(max(one.width / window[0], one.height / HEAD_SHARE / 0.5) for one in (left, right))
    )
    size = larger * window[0], larger / 2
    upper, lower = (_placed(one, *size) for one in (left, right)) if size[1] <= 1 else (None, None)
    if upper is None or lower is None or upper.right > right.left or lower.left < left.right:
        return None
    at_ms = subject.from_ms
    return Framing(
        from_ms=at_ms,
        kind="two",
        path=(Window(from_ms=at_ms, region=upper),),
        lower=(Window(from_ms=at_ms, region=lower),),
        reason="two people too far apart for one crop, each in a half of the frame",
    )


def _whole(subject: Subject, reason: str) -> Framing:
    return Framing(from_ms=subject.from_ms, kind="blur", reason=reason)


def _followed(subject: Subject, window: tuple[float, float]) -> Framing | None:
    """Let a camera follow, zoomed out no further than it has to be."""
    looks = [sighting.at_ms for sighting in subject.seen]
    if any(later - at_ms > LONGEST_GAP_MS for at_ms, later in pairwise(looks)):
        return None
    goes_across = window[0] < 1
    least = window[0] if goes_across else window[1]
    heads = [(at_ms, *_ends(region, goes_across=goes_across)) for at_ms, region in subject.heads]
    # Better where somebody came from is in the picture too, but nobody has seen that.
    ways = [
        _spans(subject, known, goes_across=goes_across)
        for known in (_prolonged(heads, subject), heads)
    ]
    length = max(least, *(far - near for _, near, far, _ in ways[0]))
    while length <= max(WIDEST, least):
        for spans in ways:
            needs = [_need(span, length) for span in spans]
            if path := follow(needs, subject.from_ms, subject.until_ms, length):
                return _moving(subject, path, window, goes_across=goes_across)
        length *= ZOOM_STEP
    return None


def _need(span: tuple[int, float, float, float], length: float) -> Need:
    at_ms, near, far, middle = span
    return Need(at_ms, max(0.0, far - length), min(1 - length, near), middle - length / 2)


def _moving(
    subject: Subject, path: Path, window: tuple[float, float], *, goes_across: bool
) -> Framing:
    least = window[0] if goes_across else window[1]
    zoom = f" {path.length / least:.1f} times as wide" if path.length > least else ""
    reason = (
        f"a crop{zoom} that moves with {'faces and text' if subject.texts else 'faces'}, by up to "
        f"{path.speed:.1f} frames a second, and keeps {subject.what}"
    )
    windows = tuple(
        Window(from_ms=at_ms, region=_along(begin, path.length, goes_across=goes_across))
        for at_ms, begin in path.corners()
    )
    return Framing(from_ms=subject.from_ms, kind="follow", path=windows, reason=reason)


def _along(begin: float, length: float, *, goes_across: bool) -> Region:
    end = begin + length
    if goes_across:
        return Region(left=begin, top=0.0, right=end, bottom=1.0)
    return Region(left=0.0, top=begin, right=1.0, bottom=end)


def _spans(
    subject: Subject, heads: list[Span], *, goes_across: bool
) -> list[tuple[int, float, float, float]]:
    """List, whenever it changes, from where to where something must be seen, and its middle."""
    times = [at_ms for at_ms, _, _ in heads]
    changes = {t for text in subject.texts for t in (text.start_ms, text.end_ms)}
    spans: list[tuple[int, float, float, float]] = []
    for at_ms in sorted({*times, *(t for t in changes if subject.from_ms <= t < subject.until_ms)}):
        near = float(np.interp(at_ms, times, [low for _, low, _ in heads]))
        far = float(np.interp(at_ms, times, [high for _, _, high in heads]))
        texts = [
            _ends(_with_room(text), goes_across=goes_across)
            for text in subject.texts
            if text.start_ms <= at_ms <= text.end_ms
        ]
        lows, highs = [near, *(low for low, _ in texts)], [far, *(high for _, high in texts)]
        spans.append((at_ms, min(lows), max(highs), (near + far) / 2))
    return spans


def _prolonged(heads: list[Span], subject: Subject) -> list[Span]:
    """Add where who comes in was before the first look that shows it, and goes after the last."""
    if len(heads) < 2:  # noqa: PLR2004  (nobody knows the way of a single one)
        return heads
    (first_ms, *_), (last_ms, *_) = heads[0], heads[-1]
    before = _beyond(heads[1], heads[0], max(subject.from_ms, 2 * first_ms - heads[1][0]))
    after = _beyond(heads[-2], heads[-1], min(subject.until_ms, 2 * last_ms - heads[-2][0]))
    return [*([before] if before[0] < first_ms else []), *heads, after]


def _beyond(one: Span, other: Span, at_ms: int) -> Span:
    """Go on from one span to another, until a moment, and no further than the picture's edge."""
    share = (at_ms - one[0]) / (other[0] - one[0])
    near, far = (
        here + share * (there - here) for here, there in zip(one[1:], other[1:], strict=True)
    )
    return at_ms, max(0.0, min(near, 1.0)), max(0.0, min(far, 1.0))


def _ends(region: Region, *, goes_across: bool) -> tuple[float, float]:
    return (region.left, region.right) if goes_across else (region.top, region.bottom)


def _merged(framings: Iterable[Framing]) -> list[Framing]:
    kept: list[Framing] = []
    for framing in framings:
        if not kept or framing.path or kept[-1].path:
            kept.append(framing)
    return kept


def _placed(need: Region, width: float, height: float) -> Region:
    left = _between((need.left + need.right - width) / 2, 1 - width)
    top = _between((need.top + need.bottom - height) / 2, 1 - height)
    return Region(left=left, top=top, right=left + width, bottom=top + height)


def _between(value: float, most: float) -> float:
    return max(0.0, min(value, most))


def _too_wide(subject: Subject, window: tuple[float, float]) -> str:
    what = "faces and text" if subject.texts else "faces"
    at, need = f"at {subject.from_ms / 1000:.1f} s", subject.need
    if need.width > window[0]:
        return f"{what} {at} span {need.width:.0%} of the width, a crop {window[0]:.0%}"
    return f"{what} {at} span {need.height:.0%} of the height, a crop {window[1]:.0%}"
