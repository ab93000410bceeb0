"""How each shot is framed on a canvas of another shape, by the faces and the text in it.

A window stands still where one place keeps everything that matters. Else a camera follows it
(`camera`), zoomed out as far as that takes; two people apart are shown one above the other, or the
one who speaks alone (`speakers`), slides as large as their text allows (`screens`). The whole
picture on a background is the last resort: nothing that matters is ever cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise, product
from statistics import median

import numpy as np

from socialcopy.media.canvas.camera import Need, Path, follow
from socialcopy.media.canvas.content import filled, narrowest
from socialcopy.media.canvas.screens import at_one_zoom, on_a_screen
from socialcopy.media.canvas.shots import Framing, Size, Window, head, main_faces, placed, united
from socialcopy.media.canvas.speakers import TOGETHER, on_speakers
from socialcopy.media.canvas.subjects import TEXT_MARGINS, Subject, subjects, with_room
from socialcopy.models import Focus, Region, VideoSpec

# How much of a half's height a head takes at most.
HEAD_SHARE = 0.8
# A title or a glance away that is over sooner is cropped like its neighbours: the picture would
# jump to a background and back.
PASSING_MS = 1_500
# Longer between two looks, and nobody knows where a face went.
LONGEST_GAP_MS = 700
# How much of the picture a camera shows at most; beyond that the whole picture is hardly smaller.
WIDEST = 0.75
# How far it zooms out at once when what it follows is too fast for it.
ZOOM_STEP = 1.2
# Share of its edges, and of its movement, that a crop of a picture without a face keeps, and how
# much of the picture it is at most. Ordinary footage, with something to see all over it, needs 75
# to 88 % of the width for that (nine shots), and is shown whole.
KEPT, CONCENTRATED = 0.85, 0.6
# Stretches of a video that are drawn differently: each has filters of its own, and sixty take 1 GB
# of memory.
MOST_STRETCHES = 60
MIDDLE = Region(left=0.5, top=0.5, right=0.5, bottom=0.5)


# A moment, and from where to where something is then.
Span = tuple[int, float, float]


def choose(display_size: Size, spec: VideoSpec, focus: Focus) -> tuple[Framing, ...]:
    """Frame each shot for a canvas; neighbours that show the whole picture are one."""
    if not focus.sightings:
        return (Framing(from_ms=0, kind="blur", reason="nobody looked for faces"),)
    window = window_size(display_size, spec)
    shots = subjects(focus)
    # Where one window holds everything, nothing ever moves.
    if all(subject.has_lead for subject in shots) and (place := _steady(shots, window)):
        what = "every face and all text" if focus.texts else "every face"
        still = Window(from_ms=0, region=place)
        reason = f"one steady crop that keeps {what}"
        return (Framing(from_ms=0, kind="follow", path=(still,), reason=reason),)
    framings = [_framed(subject, window, display_size, spec) for subject in shots]
    framings = list(at_one_zoom(framings, shots, display_size, spec))
    framings = _like_neighbours(framings, shots, window)
    spoken = (
        on_speakers(subject, framing, window, focus.heard_ms)
        for framing, subject in zip(framings, shots, strict=True)
    )
    found = tuple(_merged(chain.from_iterable(spoken)))
    if _count_stretches(found) > MOST_STRETCHES:
        reason = "its framing would change too often for the memory that a render may take"
        return (Framing(from_ms=0, kind="blur", reason=reason),)
    return found


def window_size(display_size: Size, spec: VideoSpec) -> tuple[float, float]:
    """Return width and height of the largest window of the canvas's shape, as picture shares."""
    shown_width, shown_height = (max(1, side) for side in display_size)
    narrower = (spec.width / spec.height) / (shown_width / shown_height)
    return (narrower, 1.0) if narrower < 1 else (1.0, 1 / narrower)


def _like_neighbours(
    framings: Sequence[Framing], subjects: Sequence[Subject], window: tuple[float, float]
) -> Iterator[Framing]:
    """Crop what passes between crops, or beside one, where nothing that was drawn is cut."""
    for number, (framing, subject) in enumerate(zip(framings, subjects, strict=True)):
        beside = [*framings[max(0, number - 1) : number], *framings[number + 1 : number + 2]]
        is_passing = subject.until_ms - subject.from_ms < PASSING_MS and not subject.heads
        need = united([*map(with_room, subject.texts), *subject.drawn] or [MIDDLE])
        fits = need.width <= window[0] and need.height <= window[1]
        if framing.path or not is_passing or not fits or not any(f.path for f in beside):
            yield framing
            continue
        still = Window(from_ms=subject.from_ms, region=placed(need, *window))
        reason = "a steady crop, since it shows no face and passes"
        yield Framing(from_ms=subject.from_ms, kind="follow", path=(still,), reason=reason)


def _framed(
    subject: Subject, window: tuple[float, float], display_size: Size, spec: VideoSpec
) -> Framing:
    """Choose the calmest framing of one shot that keeps everything."""
    if not subject.has_lead:
        at = f"at {subject.from_ms / 1000:.1f} s"
        return (
            on_a_screen(subject, display_size, spec)
            or _detailed(subject, window)
            or _whole(subject, f"no face leads the picture {at}")
        )
    if place := _steady([subject], window):
        still = Window(from_ms=subject.from_ms, region=place)
        reason = f"a steady crop that keeps {subject.what}"
        return Framing(from_ms=subject.from_ms, kind="follow", path=(still,), reason=reason)
    return (
        _paired(subject, window)
        or _followed(subject, window)
        or on_a_screen(subject, display_size, spec)
        or _whole(subject, _too_wide(subject, window))
    )


def _steady(subjects: Sequence[Subject], window: tuple[float, float]) -> Region | None:
    """Place a window that keeps all of some shots, text off its edges if it can be."""
    needs = (united([one.need(margin) for one in subjects]) for margin in TEXT_MARGINS)
    fitting = (need for need in needs if need.width <= window[0] and need.height <= window[1])
    return next((placed(need, *window) for need in fitting), None)


def _paired(subject: Subject, window: tuple[float, float]) -> Framing | None:
    """Show two people who stay where they are one above the other, or four, two in each half."""
    seen = [faces for sighting in subject.seen if (faces := main_faces(sighting))]
    people = round(median(map(len, seen)))
    rows = [sorted(faces, key=lambda face: face.left) for faces in seen if len(faces) == people]
    is_even = people in {2, 4} and len(rows) >= TOGETHER * len(seen)
    if window[0] >= 1 or subject.texts or not is_even:
        return None
    left, right = (
        united([head(face) for row in rows for face in row[half : half + people // 2]])
        for half in (0, people // 2)
    )
    # A half of the frame is half as high; a head that needs more is shown from further away.
    larger = max(
        1.0, *(max(one.width / window[0], one.height / HEAD_SHARE / 0.5) for one in (left, right))
    )
    size = larger * window[0], larger / 2
    upper, lower = (placed(one, *size) for one in (left, right)) if size[1] <= 1 else (None, None)
    if upper is None or lower is None or upper.right > right.left or lower.left < left.right:
        return None
    at_ms = subject.from_ms
    return Framing(
        from_ms=at_ms,
        kind="two",
        path=(Window(from_ms=at_ms, region=upper),),
        lower=(Window(from_ms=at_ms, region=lower),),
        reason=f"{people} people too far apart for one crop, {people // 2} in a half of the frame",
    )


def _detailed(subject: Subject, window: tuple[float, float]) -> Framing | None:
    """Crop a picture without a face where little of what there is to see in it is lost."""
    needs, widest = [*map(with_room, subject.texts), *subject.everybody], CONCENTRATED
    if subject.has_plain_ends:  # it was drawn, and may have letters that nobody read
        widest = WIDEST
        left, right = filled(subject.edges.T)
        needs.append(Region(left=left, top=0.0, right=right, bottom=1.0))
    need = united(needs) if needs else None
    ends = (need.left, need.right) if need else None
    part = narrowest([subject.edges, subject.movement], KEPT, ends, window[0])
    is_known = bool(subject.details) and subject.edges.any()
    if window[0] >= 1 or part is None or not is_known or part.length > widest:
        return None
    along = Region(left=part.near, top=0.0, right=part.far, bottom=1.0)
    still = Window(from_ms=subject.from_ms, region=placed(along, max(window[0], part.length), 1.0))
    reason = f"a steady crop that keeps {part.kept:.0%} of the detail, since no face leads"
    return Framing(
        from_ms=subject.from_ms, kind="follow", path=(still,), extends=subject.extends,
        reason=reason,
    )  # fmt: skip


def _whole(subject: Subject, reason: str) -> Framing:
    extends = subject.extends
    return Framing(from_ms=subject.from_ms, kind="blur", extends=extends, reason=reason)


def _followed(subject: Subject, window: tuple[float, float]) -> Framing | None:
    """Let a camera follow, zoomed out no further than it has to be."""
    looks = [sighting.at_ms for sighting in subject.seen]
    if any(later - at_ms > LONGEST_GAP_MS for at_ms, later in pairwise(looks)):
        return None
    goes_across = window[0] < 1
    least = window[0] if goes_across else window[1]
    heads = [(at_ms, *_ends(region, goes_across=goes_across)) for at_ms, region in subject.heads]
    # Better text keeps off the edges, and where somebody came from is in the picture too, but that
    # nobody has seen.
    ways = [
        _spans(subject, known, margin, goes_across=goes_across)
        for margin, known in product(TEXT_MARGINS, (_prolonged(heads, subject), heads))
    ]
    length = max(least, *(far - near for _, near, far, _ in ways[-1]))
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
    subject: Subject, heads: list[Span], margin: float, *, goes_across: bool
) -> list[tuple[int, float, float, float]]:
    """List, whenever it changes, from where to where something must be seen, and its middle."""
    times = [at_ms for at_ms, _, _ in heads]
    changes = {t for text in subject.texts for t in (text.start_ms, text.end_ms)}
    moments = sorted({*times, *(t for t in changes if subject.from_ms <= t < subject.until_ms)})
    nears, fars = (np.interp(moments, times, [head[n] for head in heads]) for n in (1, 2))
    ends = [
        (text.start_ms, text.end_ms, *_ends(with_room(text, margin), goes_across=goes_across))
        for text in subject.texts
    ]
    spans: list[tuple[int, float, float, float]] = []
    for at_ms, near, far in zip(moments, nears.tolist(), fars.tolist(), strict=True):
        texts = [end[2:] for end in ends if end[0] <= at_ms <= end[1]]
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
        is_other = not kept or framing.path or kept[-1].path
        if is_other or (kept[-1].kind, kept[-1].extends) != (framing.kind, framing.extends):
            kept.append(framing)
    return kept


def _count_stretches(framings: Sequence[Framing]) -> int:
    """Count what is drawn differently: of crops that rest, those of one size are alike."""
    sizes = [[(w.region.width, w.region.height) for w in (*f.path, *f.lower)] for f in framings]
    alike = (len(one) == len(other) == 1 and one == other for one, other in pairwise(sizes))
    return len(framings) - sum(alike)


def _too_wide(subject: Subject, window: tuple[float, float]) -> str:
    what = "faces and text" if subject.texts else "faces"
    at, need = f"at {subject.from_ms / 1000:.1f} s", subject.need()
    if need.width > window[0]:
        return f"{what} {at} span {need.width:.0%} of the width, a crop {window[0]:.0%}"
    return f"{what} {at} span {need.height:.0%} of the height, a crop {window[1]:.0%}"
