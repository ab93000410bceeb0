"""Lists that were spoken: steps one after the other, words explained, things counted up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import regex

from socialcopy.copywriting.text.anaphora import (
    is_first_person,
    is_singular,
    leans,
    without_connective,
)
from socialcopy.copywriting.text.roles import forbids, is_order
from socialcopy.copywriting.text.screen_text import Card, sentence
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.spoken import SENTENCE_END, uncounted
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import pairs, pattern, text, word_list
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.points import Point
from socialcopy.models import Value

FEWEST_STEPS = 3
FEWEST_ANNOUNCED = 2
# Words of a sentence that still belongs to the steps before it.
SHORT_STEP = 12
# And of one that is told between amounts, such as a row of ingredients.
LONG_STEP = 16

MOST_STEPS = 10
FEWEST_TERMS = 3
LONGEST_TERM = 3
# Characters; a longer one is no item.
LONGEST_ITEM = 200

MOST_WARNINGS = 2

# Sentences with an amount, and with something that is done by hand, that make a recipe.
FEWEST_MEASURED = 2
SHORT_UNIT = regex.compile(r"\d\s?(?:g|kg|ml|cl|dl|l|cm)(?!\p{L})")


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
    run = _longest_run(points, language) or _recipe(points, cards, language)
    listed = [*_items(run, cards, language)] if run else []
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
    behind = (p for p in points if p.order > ends and (run or forbids(p.text, language)))
    after = [p for p in behind if not p.leans or tells_a_case(p, language)]
    return Listing(
        items=tuple(listed),
        is_numbered=is_numbered,
        before=before[0] if before else None,
        after=tuple(after[:MOST_WARNINGS]),
    )


def tells_a_case(point: Point, language: str) -> bool:
    """Tell whether it says what to do in a case: `If it sticks, wet your hands.`"""
    return bool(pattern("conditional", language, r"^{}\b").match(point.text))


def _recipe(points: Sequence[Point], cards: Sequence[Card], language: str) -> list[Point]:
    """Return the sentences from the first amount or movement of the hands to the last.

    None where nobody measures and works, or where more is told between than a recipe.
    """
    measured = [n for n, p in enumerate(points) if _measures(p.text, language)]
    handled = [n for n, p in enumerate(points) if _handles(p.text, language)]
    if min(len(measured), len(handled)) < FEWEST_MEASURED:
        return []
    shown = [n for n, p in enumerate(points) if n > measured[0] and _shown(p, cards, language)]
    told = sorted({*measured, *handled, *shown})
    # What to do in a case stands behind the list.
    places = [n for n in told if n < told[-1] or not tells_a_case(points[n], language)]
    run = list(points[places[0] : places[-1] + 1])
    between = [p for n, p in enumerate(run, places[0]) if n not in places]
    is_talk = any(p.asks or not (p.leans or p.words <= LONG_STEP) for p in between)
    is_own = any(p.is_first_person and _unowned(p, cards, language) in {"", p.text} for p in run)
    return [] if is_talk or is_own else run


def _shown(point: Point, cards: Sequence[Card], language: str) -> list[str]:
    """List the cards whose words somebody says in a sentence."""
    own = set(content(point.text, language))
    return [
        card.text
        for card in cards
        if own.issuperset(words := content(card.text, language)) and len(words) > 1
    ]


def _works(text: str, language: str) -> bool:
    """Tell whether it says how much, or what is done: `Meanwhile` alone says neither."""
    return _measures(text, language) or _handles(text, language)


def _measures(text: str, language: str) -> bool:
    said = pattern("amounts", language, r"(?<!\p{L}){}(?!\p{L})").search(text)
    return bool(said or SHORT_UNIT.search(text))


def _handles(text: str, language: str) -> bool:
    """Tell whether something is done by hand: `lo metti nel latte`, `on les rince`."""
    if language == "en":
        return not word_list("handling").isdisjoint(tokens(text))
    return bool(pattern("handles", language, r"(?<!\p{L}){}(?!\p{L})").search(text))


def _counts_up(run: Sequence[Point], language: str) -> bool:
    """Tell whether the items that are counted aloud begin with one and leave none out."""
    found = (pattern("steps", language).match(point.text) for point in run)
    told = [match.group() for match in found if match]
    places = [place for text in told for word in tokens(text) if (place := _place(word, language))]
    return places == sorted(places) and (not places or places == [*range(1, len(places) + 1)])


def _place(word: str, language: str) -> int:
    plain = word.removesuffix("ly")
    return int(word) if word.isdecimal() else int(pairs("places", language).get(plain, 0))


def _whole(item: Line, run: Sequence[Point]) -> str:
    return " ".join(point.text for point in run if point.order in item.cites)


def _announced(points: Sequence[Point], language: str) -> list[int]:
    """Where items stand that are counted aloud: `Number one, …`; `First, …` only orders them."""
    orders = pattern("sequence", language, r"^{}")
    found = ((n, p.text, pattern("steps", language).match(p.text)) for n, p in enumerate(points))
    return [
        n
        for n, text, told in found
        if told and not (told.group().endswith(",") and orders.match(text))
    ]


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
        is_case = tells_a_case(point, language)
        is_short = point.words <= SHORT_STEP and not point.is_first_person
        goes_on = point.leans or is_short
        is_warning = (
            bool(pattern("negations", language, r"^{}\b").match(point.text)) and not point.leans
        )
        # `These simple steps help.` is said of them all.
        is_of_all = bool(pattern("pointing_many", language, r"^{}\s").match(point.text))
        if point.asks or is_case or is_warning or is_of_all or point.invites or not goes_on:
            return
        yield point


def _is_step(point: Point, language: str) -> bool:
    begins = pattern("sequence", language, r"^{}").match(point.text)
    if begins or pattern("steps", language).match(point.text):
        return True
    return language == "en" and is_order(point.text) and not point.invites


def _tells_you(point: Point, language: str) -> bool:
    return bool(pattern("tells_you", language, r"^{}\s").match(point.text)) or (
        not point.is_first_person and language != "en"
    )


def _items(run: Sequence[Point], cards: Sequence[Card], language: str) -> Iterable[Line]:
    """Each step with what only goes on with it, in words that need no quotation marks."""
    groups: list[list[Point]] = []
    is_counted = len(_announced(run, language)) > 1
    for point in run:
        begins = bool(pattern("steps", language).match(point.text))
        is_new = begins if is_counted else _begins_step(point, language)
        is_new = is_new or (
            is_singular(point.text, language) and bool(_shown(point, cards, language))
        )
        if is_new or not groups:
            groups.append([point])
        else:
            groups[-1].append(point)
    for group in groups:
        said = (_unowned(point, cards, language) for point in group)
        if told := uncounted(" ".join(filter(None, said)), language):
            yield Line(text=told, cites=tuple(p.order for p in group))


def _unowned(point: Point, cards: Sequence[Card], language: str) -> str:
    """Say what somebody does as cards say it, else without the clauses about themselves."""
    if not is_singular(point.text, language):
        return point.text
    if shown := _shown(point, cards, language):
        return " ".join(map(sentence, shown))
    clauses = point.text.rstrip(".!").split(", ")
    others = ", ".join(text for text in clauses if not is_first_person(text, language))
    return sentence(others) if " " in others else ""


def _begins_step(point: Point, language: str) -> bool:
    tells_you = bool(
        pattern("tells_you", language, r"^{}\s").match(point.text)
    ) and not point.text.startswith("You have")
    is_own = language != "en" and not point.leans
    return _is_step(point, language) or tells_you or is_own


def shortened(
    items: Sequence[Line], language: str, fits: Callable[[str], bool]
) -> tuple[Line, ...]:
    """Shorten the longest item, and again, until all fit; nothing where they can't."""
    texts = [item.text for item in items]
    while not fits("\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))):
        less = [(n, short) for n, text in enumerate(texts) if (short := _less(text, language))]
        if not less:
            return ()
        place, short = max(less, key=lambda found: len(texts[found[0]]))
        texts[place] = short
    told = zip(items, texts, strict=True)
    return tuple(item.model_copy(update={"text": text}) for item, text in told)


def _less(text: str, language: str) -> str:
    """Leave out a remark, else the last sentence, else the last clause; nothing if none may go.

    A warning is the last to go, and a case needs what it is for.
    """
    first, *others = SENTENCE_END.split(text)
    clauses = first.rstrip(".!").split(", ")
    if remark := next((n for n, c in enumerate(clauses) if n and _is_remark(c, language)), 0):
        return " ".join((_without(clauses, remark, language), *others))
    spare = [n for n, o in enumerate(others) if not forbids(o, language) or leans(o, language)]
    if spare:
        return " ".join((first, *(o for n, o in enumerate(others) if n != spare[-1])))
    is_case = pattern("conditional", language, r"(?:.*, )?{}\b").match(first)
    is_case = is_case or next(iter(tokens(first)), "") in word_list("waiting", language)
    short = _without(clauses, len(clauses) - 1, language)
    is_vague = _works(first, language) and not _works(short, language)
    if len(clauses) > 1 and not (is_case or is_vague):
        return " ".join((short, *others))
    return " ".join((first, *others[:-1])) if others else ""


def _without(clauses: Sequence[str], place: int, language: str) -> str:
    """Leave out a clause with the `and` before it, which joins what comes behind to the rest."""
    before, behind = ", ".join(clauses[:place]), ", ".join(clauses[place + 1 :])
    hanging = pattern("hanging", language, r"\s{}$")
    if behind:
        joint = " " if hanging.search(before) else ", "
        return f"{before}{joint}{behind}."
    return f"{hanging.sub('', before)}."


def _is_remark(clause: str, language: str) -> bool:
    """Tell whether a clause only says something of its step: `this is what everyone skips`."""
    first, *others = clause.split()
    is_noun = language == "de" and others[:1] and others[0][:1].isupper()
    points_back = word_list("it", language) | word_list("pronoun_subjects", language)
    return first.lower() in points_back and len(others) > 1 and not is_noun


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
