"""Who of several people speaks, told by lips and sound, and a crop for each while they do.

A mouth counts while somebody is heard, by what it moves beyond what it does while nobody is. From
one speaker to the next the picture is cut, as an editor would, and not sooner than a person would.
Where it is not clear who speaks, nobody is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.shots import Framing, Window, head, main_faces, placed, united
from socialcopy.media.canvas.subjects import Subject, with_room
from socialcopy.models import Region, Sighting

# Share of the looks at several people that show all.
TOGETHER = 0.8
# Nobody cuts to another speaker, and back, sooner.
SHORTEST_TURN_MS = 1_500
# Words nearer to each other than this are heard as one, since their times are not exact.
PAUSE_MS = 300
# How much more than the others' a mouth has to move, and at least, and the others' at most, by what
# people moved who spoke, or didn't (`understanding.lips`). At a look it counts up to a limit: no
# yawn decides.
CLEARLY_MORE, LEAST, STILL, MOST = 0.1, 0.12, 0.15, 0.6
# Share of a shot's looks that clear turns take: between them the last speaker stays.
CLEAR = 0.7
# Looks at which somebody, or nobody, is heard: fewer tell nothing.
FEWEST_LOOKS = 4
# What another speaker has to be ahead by, all looks of a turn together.
AHEAD = 0.5

Numbers = NDArray[np.float64]
Span = tuple[int, int]


class _People(NamedTuple):
    """Several people who stay beside each other, from left to right."""

    times_ms: list[int]
    places: list[Region]
    """Where their heads are, at any time."""
    lips: Numbers
    """How much each mouth moved before each look."""


class _Turn(NamedTuple):
    """From when on somebody speaks, by number."""

    from_ms: int
    person: int


def on_speakers(
    subject: Subject, framing: Framing, window: tuple[float, float], heard_ms: Sequence[Span]
) -> list[Framing]:
    """Show the one who speaks alone, as large as a crop goes, where that is clear all along.

    A framing stays as it is where it keeps everybody in a crop as large, or where one that keeps a
    speaker would cut somebody else.
    """
    is_full = bool(framing.path) and framing.path[0].region.width <= window[0]
    people = _people(subject.seen)
    if window[0] >= 1 or people is None or (is_full and not framing.lower):
        return [framing]
    turns = _turns(subject, people, heard_ms)
    shown = [_shown(turn, people.places, subject, window) for turn in turns]
    found = [one for one in shown if one]
    return found if found and len(found) == len(turns) else [framing]


def _people(seen: Sequence[Sighting]) -> _People | None:
    """Tell several people apart who stay where they are; none where they walk about."""
    looks = [(sighting.at_ms, row) for sighting in seen if (row := _row(sighting))]
    count = round(median(len(row) for _, row in looks)) if looks else 0
    kept = [(at_ms, row) for at_ms, row in looks if len(row) == count]
    if count < 2 or len(kept) < TOGETHER * len(seen):  # noqa: PLR2004  (one need not be told)
        return None
    places = [united([head(row[n][0]) for _, row in kept]) for n in range(count)]
    if any(one.right > other.left for one, other in pairwise(places)):
        return None
    lips = np.array([[moved for _, moved in row] for _, row in kept])
    return _People([at_ms for at_ms, _ in kept], places, lips)


def _row(sighting: Sighting) -> list[tuple[Region, float]]:
    """List leading faces from left to right, with what their mouths moved."""
    leading = main_faces(sighting)
    both = zip(sighting.faces, sighting.lips, strict=False)
    row = [(face, min(moved or 0.0, MOST)) for face, moved in both if face in leading]
    return sorted(row, key=lambda one: one[0].left)


def _turns(subject: Subject, people: _People, heard_ms: Sequence[Span]) -> list[_Turn]:
    """Say who speaks when, where that is clear in every turn."""
    spans = pairwise([subject.from_ms, *people.times_ms])
    is_heard = np.array([_is_heard(span, heard_ms) for span in spans])
    lips = people.lips.copy()
    if np.count_nonzero(~is_heard) >= FEWEST_LOOKS:
        lips -= lips[~is_heard].mean(axis=0)
    lips[~is_heard] = 0.0
    others = (lips.sum(axis=1, keepdims=True) - lips) / (lips.shape[1] - 1)
    runs = _runs(people.times_ms, lips - others)
    ends = [*(begin for begin, _ in runs[1:]), len(lips)]
    clear = [
        (begin, end, person)
        for (begin, person), end in zip(runs, ends, strict=True)
        if _is_clear(people.lips[begin:end], lips[begin:end], is_heard[begin:end], person)
    ]
    if sum(end - begin for begin, end, _ in clear) < CLEAR * len(lips):
        return []
    # What moved before a look began after the one before.
    return [
        _Turn(people.times_ms[begin - 1] if n else subject.from_ms, person)
        for n, (begin, _, person) in enumerate(clear)
        if not n or person != clear[n - 1][2]
    ]


def _is_clear(seen: Numbers, more: Numbers, is_heard: NDArray[np.bool_], person: int) -> bool:
    """Tell whether one mouth moves as when somebody speaks, and no other does."""
    if np.count_nonzero(is_heard) < FEWEST_LOOKS:
        return False
    moved, means = seen[is_heard].mean(axis=0), more[is_heard].mean(axis=0)
    others = np.delete(means, person)
    is_ahead = means[person] - others.mean() >= CLEARLY_MORE and moved[person] >= LEAST
    return bool(is_ahead and others.max() <= STILL)


def _is_heard(span: Span, heard_ms: Sequence[Span]) -> bool:
    return any(begin - PAUSE_MS < span[1] and end + PAUSE_MS > span[0] for begin, end in heard_ms)


def _runs(times_ms: Sequence[int], ahead: Numbers) -> list[tuple[int, int]]:
    """Find the turns that explain most: with which look each begins, and whose it is.

    >>> looks = range(0, 4_000, 800)
    >>> _runs(looks, np.array([[1.0, -1], [1, -1], [-1, 1], [-1, 1], [-1, 1]]))
    [(0, 0), (2, 1)]
    >>> _runs(looks, np.array([[1.0, -1], [-1, 1], [1, -1], [1, -1], [1, -1]]))
    [(0, 0)]
    """
    count, people = ahead.shape
    sums = np.vstack([np.zeros(people), np.cumsum(ahead, axis=0)])
    # Of each look, the best sum of the turns that end before it, and the last of them.
    best, last = [0.0] + [-np.inf] * count, [(0, 0)] * (count + 1)
    # The best way into a turn of each person, of those that last long enough by now.
    opened, begun, begin = np.full(people, -np.inf), np.zeros(people, np.int64), 0
    for end in range(1, count + 1):
        until_ms, is_last = times_ms[min(end, count - 1)], end == count
        while begin < end and (
            until_ms - times_ms[begin] >= SHORTEST_TURN_MS or (is_last and not begin)
        ):
            value = best[begin] - sums[begin] - (AHEAD if begin else 0.0)
            begun[value > opened] = begin
            opened, begin = np.maximum(opened, value), begin + 1
        totals = sums[end] + opened
        person = int(totals.argmax())
        best[end], last[end] = float(totals[person]), (int(begun[person]), person)
    runs: list[tuple[int, int]] = []
    while count:
        runs.append(last[count])
        count = last[count][0]
    return runs[::-1]


def _shown(
    turn: _Turn, places: Sequence[Region], subject: Subject, window: tuple[float, float]
) -> Framing | None:
    """Place a crop around a speaker that cuts nobody else; none where there is no such place."""
    speaker = places[turn.person]
    others = [place for place in places if place != speaker]
    need = united([speaker, *map(with_room, subject.texts)])
    if need.width > window[0] or need.height > window[1]:
        return None
    wish = placed(need, *window)
    beside = [left for o in others for left in (o.left - window[0], o.right)]
    lefts = [left for left in (wish.left, *beside) if _is_free(left, window[0], need, others)]
    if not lefts:
        return None
    left = min(lefts, key=lambda left: abs(left - wish.left))
    region = wish.model_copy(update={"left": left, "right": left + window[0]})
    return Framing(
        from_ms=turn.from_ms,
        kind="follow",
        path=(Window(from_ms=turn.from_ms, region=region),),
        speaker=speaker,
        reason=f"a steady crop of the one of {len(places)} who speaks, as lips and sound tell",
    )


def _is_free(left: float, width: float, need: Region, others: Sequence[Region]) -> bool:
    """Tell whether a window there keeps what it has to, and cuts nobody's head."""
    right = left + width
    keeps = 0 <= left <= need.left and need.right <= right <= 1
    return keeps and all(
        right <= one.left or one.right <= left or (left <= one.left and one.right <= right)
        for one in others
    )
