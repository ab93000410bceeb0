"""Which network tells what: an angle, a format and an opening of its own for each.

An angle is a passage with the format its kind of opening asks for. Networks choose in the order
of the brief, each the best that suits it and that no network before it opens with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from socialcopy.copywriting.briefs.wishes import Size
from socialcopy.copywriting.text.facts import facts
from socialcopy.copywriting.text.roles import forbids, is_condition, narrates, rambles
from socialcopy.copywriting.text.stems import telling
from socialcopy.copywriting.writers.angles import (
    Angle,
    Format,
    angles,
    headline,
    listed_orders,
    worth,
)
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.kinds import (
    Kind,
    counted_on_cards,
    essentials,
    is_essential,
    kind,
)
from socialcopy.copywriting.writers.lists import shortened
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.points import LONGEST_STORY, Material, Passage, Point
from socialcopy.copywriting.writers.stretches import (
    is_stretch,
    stretch,
    stretch_worth,
    with_essentials,
)
from socialcopy.models import DEFAULT_PLATFORMS, Platform, Value
from socialcopy.platforms import length

# What a network's liking for a format adds to an opening.
LIKED = (1.4, 1.1)

# What an opening loses that another network has.
USED = 1.6
# Where little more than the beginning can be told, a good one is worth having twice.
USED_OF_A_TALK = 0.7

PUNCHY_WORDS = 9
# Room for a last line.
MORE = "x" * 40

# Sentences of a talk that is as short as a post: an answer before its problem puzzles readers.
TOLD_IN_ORDER = 6

# Share of a talk that is told whole.
TOLD_WHOLE = 0.6

# Points of a post that tells less than another network's.
FEWEST_TOLD = 2
# Points of a story that say how it began.
BEGINNING = 2
# Points of a passage that is left whole but for one.
LONGEST_WHOLE = 3
# Where there is room, and where there is little.
SHARE_TOLD = (2 / 3, 1 / 2)

# Quotation marks around a hook.
MARKS = 2


class Plan(Value):
    """What one network's post tells, in which order; whoever writes it."""

    order: Order
    angle: Angle
    passages: tuple[Passage, ...] = ()
    """What is told, the opening one first."""
    may_frame: bool = True
    """Whether a card may stand above what is said."""


def plans(material: Material, orders: Sequence[Order]) -> list[Plan]:
    """Plan each network's post, each with an opening of its own as far as there are enough."""
    found = [*angles(material)]
    used: list[tuple[str, int]] = []
    made: list[Plan] = []
    for order in orders:
        best = max(found, key=lambda angle: _suits(angle, order, used, material))
        used.append(best.key)
        made.append(Plan(order=order, angle=best, passages=tuple(_told(best, material, order))))
    return _apart(made, material)


def _apart(made: Sequence[Plan], material: Material) -> list[Plan]:
    """Let no two networks tell the same, as far as something may be left out.

    The one with the most room tells it whole. An amount or a name is only left out where two of the
    usual networks would be the same: readers miss it more than they mind the same words elsewhere.
    """
    told: dict[Platform, Plan] = {}
    seen: set[tuple[int, ...]] = set()
    for plan in sorted(made, key=lambda p: -p.order.sentences):
        is_usual = plan.order.platform in DEFAULT_PLATFORMS
        found = _with_less(plan, material, may_lose_facts=is_usual)
        less = (t for t in found if _is_enough(t, plan, material))
        tries = (plan.passages, *less, *_cut_short(plan, is_usual=is_usual))
        # A length that was wished for is not changed.
        is_free = plan.order.size is Size.USUAL
        passages = next((t for t in tries if _places(t, plan) not in seen), plan.passages)
        passages = passages if is_free else plan.passages
        seen.add(_places(passages, plan))
        told[plan.order.platform] = plan.model_copy(update={"passages": tuple(passages)})
    return [told[plan.order.platform] for plan in made]


def _cut_short(plan: Plan, *, is_usual: bool) -> Iterable[list[Passage]]:
    """End before the end, where there is little room and nothing else tells two networks apart."""
    first, *others = plan.passages or (Passage(points=()),)
    if others or not is_usual or plan.order.style.layout != "block":
        return
    for size in range(len(first.points) - 1, 1, -1):
        if not (first.points[size - 1].waits or first.points[size].turns):
            yield [Passage(points=first.points[:size])]


def _is_enough(passages: Sequence[Passage], plan: Plan, material: Material) -> bool:
    """Tell whether little is left out, and not what is free while what may not be stays."""
    left, whole, language = _told_points(passages), _told_points(plan.passages), material.language
    lost = (p.text for p in whole if p not in left and is_condition(p.text, language))
    is_harsh = any(forbids(p.text, language) for p in left)
    is_unfair = is_harsh and not all(forbids(text, language) for text in lost)
    share = SHARE_TOLD[plan.order.style.layout == "block"]
    return len(left) >= max(FEWEST_TOLD, share * len(whole)) and not is_unfair


def _places(passages: Sequence[Passage], plan: Plan) -> tuple[int, ...]:
    listed = (-1,) if plan.angle.listing or not passages else ()
    return (*listed, *(point.order for point in _told_points(passages)))


def _with_less(plan: Plan, material: Material, *, may_lose_facts: bool) -> list[list[Passage]]:
    """Leave out a passage or sentences that nothing stands on, what a reader misses least first."""
    passages, needed = plan.passages, essentials(material)
    if len(material.points) > LONGEST_WHOLE and kind(material) in {Kind.STORY, Kind.IDEA}:
        # How a story began, and the end that it was told for.
        is_told = kind(material) is Kind.STORY and plan.order.style.layout != "block"
        begins = material.points[:BEGINNING] if is_told else ()
        needed |= {p.order for p in (*begins, *material.points[-1:])}
    spare = [p for p in passages[1:] if p.orders.isdisjoint(needed)]
    tries = [
        [p for p in passages if p not in lost] for n in (1, 2) for lost in combinations(spare, n)
    ]
    for n, passage in enumerate(passages):
        thin = _thinner(passage, needed)
        tries += [[*passages[:n], less, *passages[n + 1 :]] for less in thin]
    whole = _told_points(passages)

    def loss(left: Sequence[Passage]) -> tuple[bool, int, float]:
        kept = _told_points(left)
        lost = [Passage(points=(p,)) for p in whole if p not in kept]
        worths = sum(worth(one, material.language, material) for one in lost)
        return any(facts(one.text, material.language) for one in lost), len(lost), worths

    return [left for left in sorted(tries, key=loss) if may_lose_facts or not loss(left)[0]]


def _told_points(passages: Sequence[Passage]) -> list[Point]:
    return [point for passage in passages for point in passage.points]


def _thinner(passage: Passage, needed: frozenset[int]) -> Iterable[Passage]:
    """Leave out a sentence within a passage that the next one does not stand on."""
    points = passage.points
    if (
        len(points) > LONGEST_WHOLE
        and not points[-3].waits
        and needed.isdisjoint(p.order for p in points[-2:])
    ):
        yield Passage(points=points[:-2])
    if len(points) > 1 and points[0].waits and not (points[0].asks or points[1].leans):
        yield Passage(points=points[1:])
    for n in range(len(points) - 1, 0, -1):
        point, behind = points[n], points[n + 1 : n + 2]
        is_needed = point.instructs or point.asks or point.order in needed or points[n - 1].waits
        if not (is_needed or any(_stands_on(other, point) for other in behind)):
            yield Passage(points=(*points[:n], *points[n + 1 :]))


def _stands_on(point: Point, before: Point) -> bool:
    """Tell whether a point needs the one before; `It …` behind `It …` needs what both stand for."""
    is_same = point.text.split(" ")[0] == before.text.split(" ")[0]
    return point.turns or (point.leans and not (before.leans and is_same))


def alternatives(plan: Plan, material: Material) -> Iterable[Plan]:
    """Yield a plan, and the others of its network."""
    yield plan
    ranked = sorted(angles(material), key=lambda angle: -_suits(angle, plan.order, (), material))
    is_block = plan.order.style.layout == "block"
    for angle in ranked:
        if angle.key != plan.angle.key and not (is_block and angle.pull):
            told = tuple(_told(angle, material, plan.order, is_first=False))
            yield Plan(order=plan.order, angle=angle, passages=told)


def _suits(
    angle: Angle, order: Order, used: Sequence[tuple[str, int]], material: Material
) -> float:
    # A list of steps is worth having everywhere: told as prose it loses its numbers or its end.
    formats = order.style.formats
    liking = LIKED[formats.index(angle.format)] if angle.format in formats else 0.0
    is_list = _is_of_steps(angle) and _has_room(angle, order, material.language)
    is_part = is_stretch(angle, material)
    lost = USED_OF_A_TALK if is_part else USED
    score = angle.score + liking + is_list - lost * used.count(angle.key) * (not is_list)
    score -= 3.0 * (angle.pull is not None and (is_part or order.style.layout == "block"))
    if angle.passage:
        hook = headline(angle, material.language)
        score -= 2.0 * (length(order.platform, hook) > order.fold)
        score -= 0.06 * order.is_punchy * max(0, len(hook.split()) - PUNCHY_WORDS)
    if angle.listing and order.size is Size.SHORT:
        score -= 0.5
    return score + (stretch_worth(angle, material, order) if is_part else 0.0)


def _is_of_steps(angle: Angle) -> bool:
    """Tell whether it lists steps that somebody says, which no prose tells."""
    items = angle.listing.items if angle.listing else ()
    return angle.format is Format.STEPS and any(item.cites for item in items)


def _has_room(angle: Angle, order: Order, language: str) -> bool:
    """Tell whether a list fits, with the sentence before it and what stands at the end."""
    items = angle.listing.items if angle.listing else ()
    if order.style.layout == "block":
        return bool(short_items(items, order, language))
    first = angle.passage.first.text if angle.passage else ""
    ends = " ".join((order.ending, *order.tags))
    return order.fits("\n".join((first, *(f"0. {item.text}" for item in items), ends, MORE)))


def short_items(
    items: Sequence[Line], order: Order, language: str, around: Sequence[Line] = ()
) -> Sequence[Line]:
    """Shorten the items of a list until all fit with what stands around them; else none."""
    ends = (*(line.text for line in around), *order.tags, order.ending)

    def fits(listed: str) -> bool:
        return order.fits("\n\n".join((listed, *ends)))

    return shortened(items, language, fits)


def _told(
    angle: Angle, material: Material, order: Order, *, is_first: bool = True
) -> list[Passage]:
    """Choose the opening passage, the one that names the thing, and others while there is room.

    Another version than the first opens otherwise, whatever was said before.
    """
    if is_stretch(angle, material):
        return with_essentials(stretch(angle, material, order), material)
    chosen = [angle.passage] if angle.passage else []
    taken = angle.listing.orders if angle.listing else listed_orders(material)
    free = [p for p in material.passages if not p.orders & taken and p not in chosen]
    room = order.sentences + 1 - sum(_size(p, material.language) for p in chosen)
    room = min(room, 1) if angle.listing else room
    room = max(room, LONGEST_STORY) if material.is_story else room
    counted = counted_on_cards(material)
    for passage in _wanted(free, material):
        is_named = any(material.brand in p.text for p in chosen)
        names = bool(material.brand) and material.brand in passage.text and not is_named
        names = names and not narrates(passage.first.text, material.language)
        is_wanted = (
            names or is_essential(passage, material) or not counted.isdisjoint(passage.orders)
        )
        is_enough = sum(_size(p, material.language) for p in chosen) >= FEWEST_TOLD
        if is_enough and not is_wanted and _rambles(passage, material.language):
            continue
        fitting = passage if len(passage.points) <= room or is_wanted else _part(passage, room)
        if fitting:
            chosen.append(fitting)
            room -= _size(fitting, material.language)
    if not chosen:
        return []
    # Order carries meaning: a story has its end last, steps follow each other, and a short talk
    # is told as it was, since nothing is gained by turning it round.
    first, *others = chosen
    in_order = sorted(chosen, key=lambda p: p.first.order)
    is_seen = length(order.platform, in_order[0].first.text) + MARKS <= order.fold
    is_short = len(material.points) <= TOLD_IN_ORDER and not angle.pull and is_seen
    is_asked = kind(material) is Kind.INTERVIEW and (is_seen or angle.pull is not None)
    is_in_order = is_short or is_asked or kind(material) in {Kind.STEPS, Kind.EVENT}
    if (material.is_story or is_in_order) and not angle.listing:
        return in_order
    # What is told nearly whole is told as it was said.
    told = sum(len(p.points) for p in chosen)
    may_begin = is_first and worth(in_order[0], material.language, material) >= 0
    if told >= TOLD_WHOLE * len(material.points) and is_seen and may_begin and not angle.listing:
        return in_order
    is_told_through = order.style.layout == "block" and not angle.listing
    if is_told_through and worth(in_order[0], material.language, material) >= 0:
        return in_order
    return [first, *sorted(others, key=lambda p: p.first.order)]


def _size(passage: Passage, language: str) -> int:
    """Count the sentences that tell something; `That's really it.` takes no room."""
    return sum(bool(telling(point.text, language)) for point in passage.points)


def _rambles(passage: Passage, language: str) -> bool:
    """Tell whether at least half of its sentences are a talk's and no post's."""
    talk = [rambles(p.text, language) > 0 or narrates(p.text, language) for p in passage.points]
    return sum(talk) * 2 >= len(talk)


def _part(passage: Passage, room: int) -> Passage | None:
    """Return the beginning of a passage that is too long, where it ends with something said."""
    points = passage.points[:room]
    if sum(point.instructs for point in passage.points) > 1:
        return None
    # Neither a set-up without its end nor a statement without the `But` behind it.
    while points and (points[-1].waits or any(p.turns for p in passage.points[len(points) :][:1])):
        points = points[:-1]
    return Passage(points=points) if len(points) > 1 else None


def _wanted(free: Sequence[Passage], material: Material) -> list[Passage]:
    """Tell what names the thing first, then what a post is made for, then the best."""

    def value(one: Passage) -> float:
        is_named = bool(material.brand) and material.brand in one.text
        return worth(one, material.language, material) + 2.0 * (
            is_named or is_essential(one, material)
        )

    return sorted(free, key=value, reverse=True)
