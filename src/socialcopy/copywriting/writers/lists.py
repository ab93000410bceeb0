"""Lists that were spoken: steps one after the other, words explained, things counted up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import regex

from socialcopy.copywriting.text.anaphora import without_connective
from socialcopy.copywriting.text.roles import is_order
from socialcopy.copywriting.text.screen_text import Card
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.vocabulary import pairs, pattern, text, word_list
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.points import Point
from socialcopy.models import Value

FEWEST_STEPS = 3
FEWEST_ANNOUNCED = 2
# Words of a sentence that still belongs to the steps before it.
SHORT_STEP = 12

MOST_STEPS = 10
FEWEST_TERMS = 3
LONGEST_TERM = 3
# Characters; a longer one is no item.
LONGEST_ITEM = 200

MOST_WARNINGS = 2


class Listing(Value):
    """A list with what stands around it."""

    items: tuple[Line, ...]
    is_numbered: bool = True
    before: Point | None = None
    """What it is for."""
    after: tuple[Point, ...] = ()
    """What to mind."""
    title: str = ""
    """What stands above a list of words: `Sand, loam or clay?`"""
    named: int | None = None
    """The place of the point that names them."""

    @property
    def orders(self) -> frozenset[int]:
        """The places of everything in it."""
        inside = {order for item in self.items for order in item.cites}
        around = {p.order for p in (self.before, *self.after) if p}
        return frozenset(inside | around | ({self.named} if self.named is not None else set()))


@lru_cache(maxsize=16)
def steps(points: tuple[Point, ...], cards: tuple[Card, ...], language: str) -> Listing | None:
    """Tell what to do, one thing after the other; as the cards have it where they count it."""
    run = _longest_run(points, language)
    listed = [*_items(run, language)] if run else []
    if any(len(item.text) > LONGEST_ITEM for item in listed):
        run, listed = [], []
    fewest = FEWEST_ANNOUNCED if len(_announced(run, language)) > 1 else FEWEST_STEPS
    if not fewest <= len(listed) <= MOST_STEPS:
        listed = [*_numbered_cards(cards)]
        run = []
    if not (FEWEST_STEPS if not run else fewest) <= len(listed) <= MOST_STEPS:
        return None
    is_numbered = _counts_up(run, language)
    if not is_numbered:
        listed = [item.model_copy(update={"text": _whole(item, run)}) for item in listed]
    begins, ends = (run[0].order, run[-1].order) if run else (-1, -1)
    before = [p for p in points if p.order < begins and not (p.leans or p.waits)]
    after = [p for p in points if run and p.order > ends and not p.leans]
    return Listing(
        items=tuple(listed),
        is_numbered=is_numbered,
        before=before[0] if before else None,
        after=tuple(after[:MOST_WARNINGS]),
    )


def _counts_up(run: Sequence[Point], language: str) -> bool:
    """Tell whether the items that are counted aloud begin with one and leave none out."""
    found = (pattern("steps", language).match(point.text) for point in run)
    told = [match.group() for match in found if match]
    places = [place for text in told for word in tokens(text) if (place := _place(word))]
    return places == sorted(places) and (not places or places == [*range(1, len(places) + 1)])


def _place(word: str) -> int:
    plain = word.removesuffix("ly")
    return int(word) if word.isdecimal() else int(pairs("places").get(plain, 0))


def _whole(item: Line, run: Sequence[Point]) -> str:
    return " ".join(point.text for point in run if point.order in item.cites)


def _announced(points: Sequence[Point], language: str) -> list[int]:
    """Where items stand that are counted aloud: `Number one, …`; `First, …` only orders them."""
    found = ((n, pattern("steps", language).match(p.text)) for n, p in enumerate(points))
    return [n for n, told in found if told and not told.group().endswith(",")]


def _longest_run(points: Sequence[Point], language: str) -> list[Point]:
    """Return the sentences from the first step to the last, with what stands between them."""
    if len(counted := _announced(points, language)) > 1:
        run = list(points[counted[0] : counted[-1] + 1])
        return [*run, *_behind(points[counted[-1] + 1 :], language)]
    places = [n for n, point in enumerate(points) if _is_step(point, language)]
    if len(places) < FEWEST_STEPS:
        return []
    run = list(points[places[0] : places[-1] + 1])
    if not pattern("last_step", language, r"{}\b").match(run[-1].text):
        run += _behind(points[places[-1] + 1 :], language)
    told = sum(_is_step(p, language) or p.leans or _tells_you(p, language) for p in run)
    return run if told == len(run) else []


def _behind(points: Sequence[Point], language: str) -> Iterable[Point]:
    """Tell what still belongs to the last step."""
    for point in points:
        is_case = pattern("conditional", language, r"^{}\b").match(point.text)
        is_short = point.words <= SHORT_STEP and not point.is_first_person
        goes_on = point.leans or is_short
        is_warning = (
            bool(pattern("negations", language, r"^{}\b").match(point.text)) and not point.leans
        )
        if point.asks or is_case or is_warning or point.invites or not goes_on:
            return
        yield point


def _is_step(point: Point, language: str) -> bool:
    begins = pattern("sequence", language, r"^{}").match(point.text)
    if begins or pattern("steps", language).match(point.text):
        return True
    return language == "en" and is_order(point.text) and not point.invites


def _you(language: str) -> regex.Pattern[str]:
    return pattern("tells_you", language, r"^{}\s+(?:just\s+)?")


def _tells_you(point: Point, language: str) -> bool:
    return bool(_you(language).match(point.text)) or (
        not point.is_first_person and language != "en"
    )


def _items(run: Sequence[Point], language: str) -> Iterable[Line]:
    """Each step with what only goes on with it."""
    groups: list[list[Point]] = []
    is_counted = len(_announced(run, language)) > 1
    for point in run:
        begins = bool(pattern("steps", language).match(point.text))
        is_new = begins if is_counted else _begins_step(point, language)
        if is_new or not groups:
            groups.append([point])
        else:
            groups[-1].append(point)
    for group in groups:
        told = " ".join(point.text for point in group)
        yield Line(text=step_text(told, language), cites=tuple(p.order for p in group))


def _begins_step(point: Point, language: str) -> bool:
    tells_you = bool(_you(language).match(point.text)) and not point.text.startswith("You have")
    is_own = language != "en" and not point.leans
    return _is_step(point, language) or tells_you or is_own


def step_text(told: str, language: str) -> str:
    """Take the word that counts it off a step: `First, you weigh` is `Weigh`."""
    for name in ("steps", "sequence"):
        told = pattern(name, language, r"^{}[\s,.:;-]*").sub("", told)
    told = _you(language).sub("", told).strip(" ,")
    return f"{told[:1].upper()}{told[1:]}"


def _numbered_cards(cards: Sequence[Card]) -> Iterable[Line]:
    counted = [card for card in cards if card.number is not None]
    yield from (Line(text=card.text) for card in counted)


@lru_cache(maxsize=16)
def glossary(points: tuple[Point, ...], language: str) -> Listing | None:
    """Words that are named one after the other, and then each explained in a sentence."""
    for point in points:
        terms = [term.strip(" .") for term in point.text.split(", ")]
        if len(terms) < FEWEST_TERMS or any(len(t.split()) > LONGEST_TERM for t in terms):
            continue
        behind = [p for p in points if p.order > point.order]
        found = [_explained(term, behind, language) for term in terms]
        if all(found):
            items = sorted((item for item in found if item), key=lambda item: item.cites)
            return Listing(
                items=tuple(items),
                is_numbered=False,
                title=f"{', '.join(terms[:-1])} {text('or', language)} {terms[-1]}?",
                named=point.order,
                after=tuple(_advice(points, items)),
            )
    return None


def _advice(points: Sequence[Point], items: Sequence[Line]) -> Iterable[Point]:
    last = items[-1].cites[-1]
    return (p for p in points if p.order == last + 1 and p.text.endswith((".", "!")))


def _explained(term: str, behind: Sequence[Point], language: str) -> Line | None:
    for point in behind:
        bare = without_connective(point.text, language)
        first, _, rest = bare.partition(" ")
        if first.lower() in word_list("articles", language):
            bare = rest
        if bare.lower().startswith(f"{term.lower()} "):
            told = bare[len(term) :].strip(" .")
            verb, _, what = told.partition(" ")
            said = what if verb.lower() in word_list("copulas", language) else told
            return Line(text=f"{term[:1].upper()}{term[1:].lower()}: {said}", cites=(point.order,))
    return None
