"""What a video is, and what a post of it may not go without."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from socialcopy.copywriting.text.facts import states
from socialcopy.copywriting.text.roles import advises, forbids, is_event, narrates
from socialcopy.copywriting.text.screen_text import Card, CardKind
from socialcopy.copywriting.text.stems import telling
from socialcopy.copywriting.writers.frames import says_the_same
from socialcopy.copywriting.writers.lists import steps
from socialcopy.copywriting.writers.points import Material, Passage, Point, is_answered
from socialcopy.models import FactKind

FEWEST_STEPS = 2
# Sentences on cards from which they tell something.
FEWEST_TOLD = 2

# Sentences in the first person that make a story; fewer are a remark.
FEWEST_OWN = 2

# Points with a number of a card; a post has no room for more.
MOST_SHOWN = 2


class Kind(StrEnum):
    """What a video is; each has last lines of its own, `idea` those that fit anything."""

    BRIEF = "brief"
    EVENT = "event"
    STEPS = "steps"
    LIST = "list"
    """Steps that are numbered; only a last line tells them from others."""
    INTERVIEW = "interview"
    QUOTE = "quote"
    STORY = "story"
    PRODUCT = "product"
    IDEA = "idea"


def kind(material: Material) -> Kind:
    """Tell what a video is by what is said in it, and by its cards where nobody speaks."""
    own = sum(point.is_first_person for point in material.points)
    asked = (material.invitation,) if material.invitation else ()
    found = {
        Kind.BRIEF: material.is_of_brief,
        Kind.INTERVIEW: material.is_interview or is_answered(material.points),
        Kind.EVENT: is_event(_text((*material.points, *asked)), material.language),
        Kind.STEPS: _is_procedure(material.points, material.cards, material.language),
        Kind.QUOTE: bool(material.everybody) and own > 0,
        Kind.STORY: material.is_story and own >= FEWEST_OWN,
        Kind.PRODUCT: _is_product(material),
    }
    return next((kind for kind, is_it in found.items() if is_it), Kind.IDEA)


def _is_procedure(points: tuple[Point, ...], cards: tuple[Card, ...], language: str) -> bool:
    told = sum(point.instructs for point in points)
    return told >= FEWEST_STEPS or steps(points, cards, language) is not None


def _is_product(material: Material) -> bool:
    """Tell whether something is offered: shown without a word, priced, or to be had."""
    language = material.language
    if not material.passages:
        return sum(card.kind is CardKind.SENTENCE for card in material.cards) < FEWEST_TOLD
    asked = [material.invitation] if material.invitation else []
    said = _text((*material.points, *asked))
    is_priced = states(said, language, FactKind.PRICE)
    return bool(material.brand) and (is_priced or bool(asked))


def essentials(material: Material) -> frozenset[int]:
    """Return the places of what a post is made for.

    What came of it, the day, the name of the thing, and what an interview is about.
    """
    points, language = material.points, material.language
    is_asked = material.is_interview or is_answered(points)
    ends = _ends(points, material.cards, language, is_story=material.is_story)
    branded = points if material.brand else ()
    prices = [p.order for p in branded if states(p.text, language, FactKind.PRICE)]
    named = (p for p in points if any(name in p.text for name in _names(material)))
    names = [p.order for p in named if not narrates(p.text, language)]
    asked = [p.order for p in points if p.asks and telling(p.text, language)] if is_asked else []
    return ends | frozenset((*names[:1], *asked[:1], *prices))


def counted_on_cards(material: Material) -> frozenset[int]:
    """Return the places of what somebody took the trouble to put on a card: `47 minutes`.

    The first ones; none of an interview, which is about its questions.
    """
    if material.is_interview or is_answered(material.points):
        return frozenset()
    cards = [c for c in material.cards if c.kind is CardKind.NUMBER and not c.from_screen]
    counted = (
        point.order
        for point in material.points
        if not point.asks and any(says_the_same(c, point, material.language) for c in cards)
    )
    return frozenset(islice(counted, MOST_SHOWN))


def essential_name(material: Material) -> str:
    """Return the name of the thing, or of the event in full; empty where none is shown."""
    names = _names(material)
    return max((name for name in names if names[0] in name), key=len, default="")


def _names(material: Material) -> list[str]:
    """List the brand, and what a card has as the name of an event."""
    shown = (c.text for c in material.cards if c.kind is CardKind.NAME and " " in c.text)
    is_dated = is_event(_text(material.points), material.language)
    return [*filter(None, [material.brand]), *(shown if is_dated else ())]


@lru_cache(maxsize=64)
def _ends(
    points: tuple[Point, ...], cards: tuple[Card, ...], language: str, *, is_story: bool
) -> frozenset[int]:
    """Return the days of an event, the results of a story or of steps; else its last sentence.

    Advice at the end is what a reader can do next, whatever it stands behind.
    """
    dated = {p.order for p in points if states(p.text, language, FactKind.DATE)}
    # A day that is said and shown is what a video is made for.
    shown = {p.order for p in points if p.order in dated and p.is_shown}
    wanted = dated if is_event(_text(points), language) else shown
    if is_story or _is_procedure(points, cards, language):
        results = {p.order for p in points[1:] if p.is_result}
        punch_line = is_story and points and (not results or '"' in points[-1].text)
        wanted |= results | ({points[-1].order} if punch_line else set[int]())
        wanted |= {p.order for p in points if not is_story and forbids(p.text, language)}
    return frozenset(wanted | {p.order for p in points[-1:] if advises(p.text, language)})


def _text(points: Sequence[Point]) -> str:
    return " ".join(point.text for point in points)


def is_essential(passage: Passage, material: Material) -> bool:
    """Tell whether a passage has something no post may go without."""
    return bool(passage.orders & essentials(material))
