"""Ways to open a post: each passage in the formats that its first sentence asks for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import regex

from socialcopy.copywriting.text.anaphora import is_cause as is_cause_of
from socialcopy.copywriting.text.anaphora import is_clause, without_connective
from socialcopy.copywriting.text.facts import states
from socialcopy.copywriting.text.roles import advises, forbids, is_side_matter, narrates, rambles
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import content, telling
from socialcopy.copywriting.text.vocabulary import LANGUAGES, pattern, word_list
from socialcopy.copywriting.writers.lists import Listing, glossary, steps
from socialcopy.copywriting.writers.points import Material, Passage, Point
from socialcopy.copywriting.writers.quoting import is_quoted
from socialcopy.models import FactKind, Value

COMFORTABLE_WORDS = 16

NUMBER = regex.compile(r"\d")

# Words of a sentence that can be set above the others.
MOST_PULLED = (4, 9)

# What an opening loses that has nothing, or one word, that tells a matter.
THIN = (1.2, 0.5, 0.0)

# A short sentence with one of these needs what is below it too much.
VAGUE = frozenset({"them", "those", "one", "that", "this", "sie", "ihn", "das", "hem", "dat"})


class Format(StrEnum):
    """How a post is told."""

    STEPS = "steps"
    GLOSSARY = "glossary"
    CARDS = "cards"
    STATEMENT = "statement"


class Angle(Value):
    """One way to open, and what follows from it."""

    format: Format
    passage: Passage | None = None
    listing: Listing | None = None
    pull: Point | None = None
    """A short sentence out of the passage that is set above it."""
    score: float = 0.0

    @property
    def key(self) -> tuple[str, int]:
        """What two networks may not share."""
        if self.listing:
            return (self.format, -1)
        first = self.pull or (self.passage.first if self.passage else None)
        return ("", first.order if first else -1)


def headline(angle: Angle, language: str) -> str:
    """Tell what a post opens with."""
    if angle.passage is None:
        return ""
    return angle.pull.text if angle.pull else opening(angle.passage, language)


def opening(passage: Passage, language: str) -> str:
    """Return the sentence a passage opens with, as it stands first."""
    return without_connective(passage.first.text, language)


def angles(material: Material) -> Iterable[Angle]:
    """Every way to open."""
    language = material.language
    if not material.passages:
        yield Angle(format=Format.CARDS)
        return
    if listing := steps(material.points, material.cards, language):
        yield Angle(format=Format.STEPS, listing=listing, score=1.9)
    if words := glossary(material.points, language):
        yield Angle(format=Format.GLOSSARY, listing=words, score=1.7)
    # An item out of a list reads as the whole of it, so what is listed opens only as a list.
    listed = listed_orders(material)
    whole = [p for p in material.passages if not p.orders & listed] or list(material.passages)
    whole = [p for p in whole if _may_open(p, material)] or whole[:1]
    for n, passage in enumerate(whole):
        score = worth(passage, language, material) + 0.5 * (1 - n / len(whole))
        yield Angle(format=Format.STATEMENT, passage=passage, score=score)
        yield from _set_above(passage, material, score)


def _may_open(passage: Passage, material: Material) -> bool:
    """Tell whether readers can begin with it.

    No half a sentence, and nothing to do before it is said what for, unless the picture shows it.
    """
    first = passage.first
    is_done = first.instructs or advises(first.text, material.language)
    is_whole = is_clause(first.text, material.language) and not is_done
    is_beginning = first == material.points[0] or first.is_shown
    return may_lead(passage, material) and (is_whole or is_beginning)


def may_lead(passage: Passage, material: Material) -> bool:
    """Tell whether a post may open with it.

    No restriction, credit or price, no step but the first.
    """
    first, language = passage.first, material.language
    steps_told = sum(point.instructs for point in passage.points)
    is_step = first.instructs and steps_told > 1 and first != material.points[0]
    is_warning = _is_warning(first, material)
    is_left_over = first.is_consequence and first != material.points[0]
    is_side = is_side_matter(first.text, language, material.brand)
    return not (is_step or is_left_over or is_warning or is_side)


def _is_warning(point: Point, material: Material) -> bool:
    """Tell what to mind behind a row of steps: `Never use a pressure washer.`"""
    is_negative = pattern("negations", material.language, r"^{}(?!\p{L})").match(point.text)
    return bool(is_negative) and any(p.instructs and p.order < point.order for p in material.points)


def _set_above(passage: Passage, material: Material, score: float) -> Iterable[Angle]:
    """Set a short answer above the passage that it belongs to."""
    language = material.language
    for place, point in enumerate(passage.points[1:], 1):
        is_last = not any(p.leans for p in passage.points[place + 1 : place + 2])
        is_short = MOST_PULLED[0] <= point.words <= MOST_PULLED[1] and not point.asks
        # `It's because we own shops` is no answer to what stands before it.
        is_cause = is_cause_of(point.text, language) and not passage.points[place - 1].asks
        is_short = is_short and not (point.leans and (material.is_story or is_cause))
        is_short = is_short and not point.is_unsure and ". " not in point.text
        if is_short and is_last and point.speaker and is_quoted(point, material):
            bare = VAGUE & set(tokens(point.text))
            lost = bool(bare) + THIN[_matters(point, point.text, material)]
            yield Angle(
                format=Format.STATEMENT, passage=passage, pull=point, score=score + 0.2 - lost
            )


def _counts(text: str, language: str) -> bool:
    numbers = word_list("number_words", language) - {"one", "second"}
    return any(word in numbers for word in tokens(text))


def is_problem(point: Point, language: str) -> bool:
    """Tell whether a sentence says what goes wrong."""
    return _has("problem", point.text, language)


def _has(name: str, text: str, language: str) -> bool:
    return bool(pattern(name, language, r"(?<!\p{L}){}(?!\p{L})").search(text))


def worth(passage: Passage, language: str, material: Material) -> float:
    """How much somebody would stop for the sentence a passage opens with."""
    if language not in LANGUAGES:
        return 0.0
    # The weights were set by reading posts of the cases aloud: a number, a question with its answer
    # and what the picture shows stop a reader; hedges, orders to the viewer and long sentences do
    # not. No weight alone outdoes two others.
    first = passage.first
    text = opening(passage, language)
    found = text.split()
    score = 0.8 * bool(NUMBER.search(text)) + 0.4 * _counts(text, language)
    score += 0.6 * (first.asks and len(passage.points) > 1)
    score += 0.4 * is_problem(first, language) + 0.3 * _has("contrast", text, language)
    score += 0.3 * states(text, language, FactKind.DATE, FactKind.PRICE)  # what one acts on
    # What a promotion begins with was written to stop people.
    is_first = first == material.points[0] and VAGUE.isdisjoint(tokens(text))
    score += 0.8 * (is_first and material.is_promotion)
    score -= 0.8 * _points_back(first, material)
    score += 0.4 * first.is_shown + 0.2 * bool(material.brand and material.brand in text)
    score += 0.3 * (4 <= len(found) <= 12) - 0.05 * max(0, len(found) - COMFORTABLE_WORDS)  # noqa: PLR2004  (the length of a sentence that is read in one go)
    score -= 0.8 * first.is_unsure + 0.4 * _has("hedge", text, language) + 1.0 * first.invites
    score -= 0.6 * first.turns + 0.3 * text.startswith(("Here's ", "There ", "If "))
    score += 0.4 * (
        first.is_first_person and first.speaker is not None and len(found) <= COMFORTABLE_WORDS
    )
    score -= 0.5 * (next(iter(tokens(text)), "") in word_list("handling"))
    score -= 0.5 * forbids(text, language) + 0.6 * rambles(first.text, language)
    score -= 2.0 * (not may_lead(passage, material))
    score -= 0.8 * bool(pattern("describes_self", language, "^{}").match(text))
    score -= 1.0 * narrates(text, language)
    return score - THIN[_matters(first, text, material)]


def _points_back(point: Point, material: Material) -> bool:
    """Tell whether it names again what was said before: `No system was built for that mess.`"""
    pointed = pattern("pointing", material.language, r"(?<!\p{L}){} (\p{L}+)").search(point.text)
    if not pointed:
        return False
    before = (p.text for p in material.points if p.order < point.order)
    told = set(content(" ".join(before), material.language))
    return bool(told & set(content(pointed.group(1), material.language)))


def _matters(point: Point, text: str, material: Material) -> int:
    """Count what a sentence is about by itself, as far as the list of what it costs to lack any.

    `I wouldn't forbid it.` makes nobody stop; a number, a name or what the picture shows may.
    """
    is_told = NUMBER.search(text) or _counts(text, material.language) or point.is_shown
    is_named = material.brand and material.brand in text
    most = len(THIN) - 1
    return most if is_told or is_named else min(most, len(telling(text, material.language)))


def is_counted_aloud(listing: Listing, material: Material) -> bool:
    """Tell whether the first item says its number: `Step 1. Rub a pencil along the teeth.`"""
    first = (p.text for p in material.points if p.order in listing.items[0].cites)
    return bool(pattern("steps", material.language).search(next(first, "")))


def listed_orders(material: Material) -> frozenset[int]:
    """Tell what belongs to a list that is told whole or not at all.

    Words explained, counted items.
    """
    words = glossary(material.points, material.language)
    items = steps(material.points, (), material.language)
    is_counted = items is not None and is_counted_aloud(items, material)
    inside = set(words.orders) if words else set[int]()
    inside |= {p.order for p in material.points if p.asks and p.order + 1 == min(inside, default=0)}
    counted_up = {o for item in items.items for o in item.cites} if items else set[int]()
    rest = [p for p in material.passages if not p.orders & counted_up]
    return frozenset(inside | (counted_up if rest and is_counted else set[int]()))
