"""One stretch of a long talk, of which a post has room for little.

Single sentences out of it lose what they stand on, and what they were said for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from socialcopy.copywriting.text.anaphora import is_clause
from socialcopy.copywriting.text.facts import states
from socialcopy.copywriting.text.stems import telling
from socialcopy.copywriting.writers.angles import Angle, worth
from socialcopy.copywriting.writers.kinds import Kind, essentials, is_essential, kind
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.points import Material, Passage, Point, needs
from socialcopy.models import FactKind

# Sentences of a talk from which the best ones are picked; of a longer one a stretch is told.
LONGEST_SELECTED = 15
# What a stretch loses that tells nothing, and gains by what stands below its opening.
EMPTY, LATER, NEEDED = -1.5, 0.5, 0.5
# Passages from behind a stretch: an hour of a council has dozens of days and prices.
MOST_BEHIND = 2
# Of an opening.
FEWEST_WORDS = 4
# Room for a last line.
MORE = "x" * 40


def is_stretch(angle: Angle, material: Material) -> bool:
    """Tell whether a post tells one stretch: not of a short talk, nor of steps or an event."""
    is_long = _count(material.points, material.language) > LONGEST_SELECTED
    is_other = angle.listing or kind(material) in {Kind.EVENT, Kind.STEPS}
    return angle.passage is not None and is_long and not (is_other or material.is_of_brief)


def stretch(angle: Angle, material: Material, order: Order) -> list[Passage]:
    """Tell what was said from the opening on, without holes: what a sentence leans on is there."""
    return _ended(*_from(angle, material, order))


def _ended(told: list[Point], behind: list[Point]) -> list[Passage]:
    """End where something is said, and not before it is taken back."""
    last = len(told)
    while last > 1 and (told[last - 1].waits or any(p.turns for p in [*told, *behind][last:][:1])):
        last -= 1
    return _grouped(told[:last])


def stretch_worth(angle: Angle, material: Material, order: Order) -> float:
    """How much the stretch behind an opening tells, beside one that fills the room."""
    points, behind = _from(angle, material, order)
    told, language = _ended(points, behind), material.language
    needed = essentials(material)
    here = needed & frozenset(o for p in told for o in p.orders)
    others = [worth(p, language, material) for p in told[1:]]
    is_full = bool(behind) and not _has_room([*points, behind[0]], order, language)
    filled = 1.0 if is_full else _count(points, language) / (order.sentences + 1)
    filled -= not is_clause(points[0].text, language) or points[0].words < FEWEST_WORDS
    filled -= 2 * told[-1].points[-1].waits  # a quotation that does not end
    mean = sum(others) / len(others) if others else 0.0
    return EMPTY * (1 - filled) + LATER * mean + NEEDED * len(here) / (len(needed) or 1)


def with_essentials(told: list[Passage], material: Material) -> list[Passage]:
    """Add what is said later that no post goes without: a day, a price, what came of it all."""
    last, language = max(told[-1].orders), material.language
    behind = (p for p in material.passages if p.first.order > last)
    found = (FactKind.DATE, FactKind.PRICE)
    needed = (p for p in behind if is_essential(p, material) or states(p.text, language, *found))
    return [*told, *islice(needed, MOST_BEHIND)]


def _from(angle: Angle, material: Material, order: Order) -> tuple[list[Point], list[Point]]:
    """Return the points from an opening on as far as there is room, and those behind them."""
    first = angle.passage.first if angle.passage else material.points[0]
    opening, *behind = [p for p in material.points if p.order >= first.order]
    told = [opening]
    for point in behind:
        is_loose = point.leans and not material.follows(told[-1], point)
        if is_loose or not _has_room([*told, point], order, material.language):
            break
        told.append(point)
    return told, behind[len(told) - 1 :]


def _has_room(points: Sequence[Point], order: Order, language: str) -> bool:
    text = " ".join((*(p.text for p in points), order.ending, *order.tags, MORE))
    return _count(points, language) <= order.sentences + 1 and order.fits(text)


def _count(points: Sequence[Point], language: str) -> int:
    """Count the sentences that tell something; `That's really it.` takes no room."""
    return sum(bool(telling(point.text, language)) for point in points)


def _grouped(points: Sequence[Point]) -> list[Passage]:
    """Put what only makes sense together in one passage."""
    groups: list[list[Point]] = []
    for point in points:
        is_bound = bool(groups) and needs(point, groups[-1][-1])
        groups[-1:] = [[*groups[-1], point]] if is_bound else [*groups[-1:], [point]]
    return [Passage(points=tuple(group)) for group in groups]
