"""What goes from a post that has no room for all: a passage, or sentences of one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.facts import states
from socialcopy.copywriting.writers.angles import worth
from socialcopy.copywriting.writers.kinds import Kind, essentials, is_essential, kind
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material, Passage
from socialcopy.copywriting.writers.stretches import is_stretch
from socialcopy.models import FactKind

# Worth from which the sentence a post opens with is not given up for room.
STRONG = 0.5
# Sentences from which the end of a story tells enough.
FEWEST_OF_STORY = 2


def less(passages: Sequence[Passage], plan: Plan, material: Material) -> list[Passage]:
    """Leave out a passage nobody needs, else the end of the opening one, else another passage."""
    if material.is_story and len(passages) > 1 and not plan.angle.listing:
        return _story_with_less(passages, material)
    needed = essentials(material)
    if is_stretch(plan.angle, material) and len(passages) > 1:
        # From its end on, or a sentence would lose what it leans on.
        last = [p for p in passages[1:] if p.orders.isdisjoint(needed)][-1:] or passages[-1:]
        return [p for p in passages if p not in last]
    spare = _least(passages, plan, material) if len(passages) > 1 else None
    shorter = _shortened(passages)
    lost = passages[0].orders - shorter[0].orders if shorter else frozenset[int]()
    is_spare = spare is not None and spare.orders.isdisjoint(needed)
    if not is_spare and (brief := _without_setup(passages)):
        return brief
    if spare and (is_spare or not lost or lost & needed):
        return [passage for passage in passages if passage != spare]
    return shorter if lost else []


def _story_with_less(passages: Sequence[Passage], material: Material) -> list[Passage]:
    """Leave out the middle of a story, the shortest first, then how it began; never its end."""
    first, *middle, last = passages
    is_told = kind(material) in {Kind.STORY, Kind.QUOTE}
    if is_told and len(middle) > 1 and (end := _end_of_story(passages, material)):
        return end
    if middle:
        return _without_middle(passages, material)
    if len(first.points) > 1:
        return _shortened(passages)
    later = (n for n, p in enumerate(last.points) if n and not (p.leans or p.turns))
    place = next(later, 0)
    return [first, Passage(points=last.points[place:])] if place else [last]


def _without_middle(passages: Sequence[Passage], material: Material) -> list[Passage]:
    first, *middle, last = passages
    spare = [passage for passage in middle if not is_essential(passage, material)]
    if spare:
        least = min(spare, key=lambda p: (len(p.points), worth(p, material.language, material)))
        return [passage for passage in passages if passage != least]
    if brief := _without_setup(passages):
        return brief
    if roles.advises(last.first.text, material.language):
        return [first, *middle]  # what came of it is missed more
    return [first, *middle[1:], last]


def _end_of_story(passages: Sequence[Passage], material: Material) -> list[Passage]:
    """Return the second half and on, where it can be read alone; beginning and end alone cannot."""
    lost, half = passages[: len(passages) // 2], passages[len(passages) // 2 :]
    told = sum(len(passage.points) for passage in half)
    is_opening = worth(half[0], material.language, material) >= 0 and not half[0].first.leans
    is_dated = any(states(p.text, material.language, FactKind.DATE, FactKind.PRICE) for p in lost)
    return list(half) if is_opening and told > FEWEST_OF_STORY and not is_dated else []


def _without_setup(passages: Sequence[Passage]) -> list[Passage]:
    """Leave out a set-up whose payoff stands without it: `At first it felt slow.`"""
    for place, passage in enumerate(passages):
        for n, (point, payoff) in enumerate(pairwise(passage.points)):
            if n and point.waits and not (point.asks or payoff.leans or payoff.turns):
                points = tuple(p for p in passage.points if p != point)
                return [*passages[:place], Passage(points=points), *passages[place + 1 :]]
    return []


def _least(passages: Sequence[Passage], plan: Plan, material: Material) -> Passage:
    """Find the passage a reader misses least; neither the opening nor what names the thing."""
    first = passages[0]
    is_kept = worth(first, material.language, material) > STRONG
    told = plan.angle.passage.orders if plan.angle.passage else frozenset[int]()
    spare = [p for p in passages if not (is_kept and p == first) and p.first.order not in told]
    unneeded = [p for p in spare if not is_essential(p, material)]
    spare = unneeded or spare or list(passages[1:-1]) or list(passages[1:])
    return min(spare, key=lambda passage: worth(passage, material.language, material))


def _shortened(passages: Sequence[Passage]) -> list[Passage]:
    """Shorten the opening passage from its end, as far as it still ends somewhere."""
    points = list(passages[0].points) if passages else []
    middle = [p for p in points[1:-1] if p.turns]
    if middle and points[-1].leans:  # what the last points back to is what the first says too
        return [Passage(points=tuple(p for p in points if p not in middle)), *passages[1:]]
    while len(points) > 1:
        points.pop()
        if not points[-1].waits:
            break
    return [Passage(points=tuple(points)), *passages[1:]] if points else []
