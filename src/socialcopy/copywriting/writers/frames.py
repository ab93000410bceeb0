"""A line of the post's own above or below somebody's words, in the words of the cards.

`No-meeting Wednesday: twice as many releases.` is what the cards call the matter and what they say
came of it, `Alerts go to roles, not people.` a thought that one has whole. What the first cards
count may stand in the place of the sentences that count it too; what a card says is not quoted once
more.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.copywriting.evidence.speakers import CARD_TALK
from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.anaphora import asks, is_first_person
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.languages import is_small_word, tongue
from socialcopy.copywriting.text.names import is_given_name
from socialcopy.copywriting.text.roles import forbids, is_condition, is_result
from socialcopy.copywriting.text.screen_text import Card, CardKind, sentence
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import every, pattern
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.copywriting.writers.quoting import labelled
from socialcopy.models import Value
from socialcopy.platforms.rules import PostStyle
from socialcopy.understanding.dictionary import is_rare

KINDS = frozenset({CardKind.NAME, CardKind.LABEL, CardKind.NUMBER, CardKind.SENTENCE})
WORDS_OF_A_LINE = range(2, 8)
WORDS_OF_A_STATEMENT = range(3, 13)
# Behind the first, of the longest name of a house.
WORDS_OF_A_HOUSE = 5
# What parts the labels of a slide or a program, or marks what somebody says.
SIGNS = regex.compile(r"[=>|•·;+\"“”„«»]|:(?! \p{L})|\d[^:]*:")
# Words that a card shares with a sentence from which it says the same in short.
FEWEST_SHARED = 2
# Points among which the first numbers of a story are told.
BEGINNING = 3
FEWEST_FACTS = 3
FEWEST_WORDS_ALONE = 3
# `Hive 3`, which is no number of anything.
ONE_OF_MANY = regex.compile(r"\p{L} #?\d+$")
# `The Copper Kettle, episode 12: Who drinks the first batch?`
CARD_EPISODE = regex.compile(
    r"^[^:]{0,40}(?:#|\b(?:ep|episode|folge|épisode|episodio|episódio|aflevering|avsnitt)\.? )"
    r"\d+: (?=\S+ \S+ \S)",
    regex.I,
)
# What stands behind the verb of an order.
OBJECT = frozenset({"a", "an", "the", "your"})


class Frame(Value):
    """What stands around what is told."""

    opening: str = ""
    payoff: str = ""
    told: frozenset[int] = frozenset()
    """The places of points that the opening says already."""


def topic(material: Material) -> str:
    """Tell what a card calls the matter: `No-meeting Wednesday`; empty where none does."""
    counted = (
        card
        for card, _ in _first_counts(material)
        if len(content(card.text, material.language)) > 1  # `4 tonnes` is no matter
    )
    named = (c for c in (*_labels(material), *counted) if not _is_house(c, material))
    return next((c.text for c in named if not _is_of_a_person(c.text)), "")


def _is_of_a_person(text: str) -> bool:
    """Tell whether it names somebody: `Dorota, sorting line`, `Mayor Catherine Read`."""
    name = text.partition(",")[0]
    is_name = all(word[:1].isupper() for word in name.split())
    return is_name and any(map(is_given_name, tokens(name)))


def _is_house(card: Card, material: Material) -> bool:
    """Tell whether it names somebody or a place: `Quillhaven Museum`, `17 streets of Tarnow`."""
    others = card.text.split()[1:] if material.language != "de" else ()
    words = [word for word in others if word.lower().strip(".,") not in every("dates")]
    telling = [w for w in words if not is_small_word(w.lower(), material.language)]
    is_title = asks(card.text) or _is_heading(card.text, material.language)
    is_title = is_title or (": " in card.text and len(words) > WORDS_OF_A_HOUSE)
    is_title = is_title and not any(word[:1].islower() for word in telling)
    has_name = card.kind is not CardKind.NAME and any(word[:1].isupper() for word in words)
    has_name = has_name and not is_title
    said = {word for point in material.points for word in tokens(point.text)}
    unsaid = (word for word in tokens(card.text) if word.isalpha() and word not in said)
    is_unknown = any(is_rare(word, material.language) for word in unsaid)
    is_told = card.kind in {CardKind.NAME, CardKind.SENTENCE}
    has_name = has_name or bool(ONE_OF_MANY.search(card.text))
    return card.text.isupper() or has_name or (is_told and is_unknown and not is_title)


def task_of(material: Material) -> str:
    """Return what a card says is done, in the words of an order: `Sharpen a kitchen knife`."""
    for card in material.cards:
        is_order = material.language == "en" and roles.is_order(card.text)
        _, _, rest = card.text.partition(" ")
        is_whole = rest.partition(" ")[0] in OBJECT and card.text[1:].islower()
        if is_order and card.number is None and is_whole:
            return card.text.rstrip(".")
    return ""


def lowered(text: str) -> str:
    """Write what begins a card inside a sentence."""
    return f"{text[:1].lower()}{text[1:]}"


def frame(
    points: Sequence[Point], material: Material, style: PostStyle, *, is_part: bool
) -> Frame | None:
    """Set what cards say above somebody's words, or below them; nothing where none has any.

    Numbers open in the place of who says them and is not named. A thought stands above a part of a
    long talk, above what nobody signs, and where a post has a line for each; else it ends the post.
    """
    is_unnamed = not any(point.speaker for point in points)
    counted = _counting(points, material) if is_unnamed else None
    thought = _payoff(material) or _statement(points, material) or title(material, points)
    if counted and (style.opens_with_number or not thought):
        return counted.model_copy(update={"payoff": thought})
    if thought:
        is_title = asks(thought) or _is_heading(thought, material.language)
        is_title = is_title or thought == title(material)  # at the end it reads like a label
        is_below = style.layout != "lines" and not (is_part or is_unnamed or is_title)
        return Frame(payoff=thought) if is_below else Frame(opening=thought)
    name = topic(material)
    is_scant = len(tokens(name)) < FEWEST_WORDS_ALONE
    is_said = is_scant or any(sentence(name) in sentence(point.text) for point in points)
    is_said = is_said or (not is_unnamed and name.lower() in points[0].text.lower())
    is_told = is_said or not (is_unnamed or _is_central(name, material))
    return None if is_told else Frame(opening=sentence(_labelled(name, material)))


def _is_central(name: str, material: Material) -> bool:
    """Tell whether the talk begins with what a card names, or comes back to it."""
    own = set(content(name, material.language))
    told = [
        n for n, p in enumerate(material.points) if own & set(content(p.text, material.language))
    ]
    is_told = len(told) > 1 or (bool(told) and told[0] < BEGINNING)
    return is_told and not regex.search(r"\d", name)


def _labelled(name: str, material: Material) -> str:
    """Begin what a card calls the matter with whose it is: `Papel Vivo: curso de costura.`"""
    is_named = material.brand.lower() in name.lower()
    brand = "" if is_named else material.brand
    text = inside(name, material.language) if brand else name
    return labelled(brand, text, material.language)


def _counting(points: Sequence[Point], material: Material) -> Frame | None:
    """Open with what the first cards count, and leave out the sentences that say it too."""
    counts = _first_counts(material)
    told = frozenset(order for _, order in counts)
    rest = [p for p in points if p.order not in told]
    is_beginning = told == frozenset(p.order for p in material.points[: len(told)])
    is_beginning = is_beginning or _is_close(counts, material)
    may_lead = bool(counts and rest) and is_beginning and not rest[0].leans
    opening = ", ".join(card.text for card, _ in counts)
    return Frame(opening=sentence(opening), told=told) if may_lead else None


def _is_close(counts: Sequence[tuple[Card, int]], material: Material) -> bool:
    """Tell whether each card has more than a number of what it stands for."""
    told = {p.order: p for p in material.points}
    shared = (_shared(card, told[order], material.language) for card, order in counts)
    return all(len(words) >= FEWEST_SHARED for words in shared)


def facts(material: Material) -> list[tuple[Card, int]]:
    """List what cards say of a thing in few words, each with the point that tells it too."""
    found: list[tuple[Card, int]] = []
    for card in material.cards:
        same = (p for p in material.points if _is_told(card, p, material.language))
        point = next(same, None) if _is_fact(card, material) else None
        if point and not point.asks:
            found.append((card, point.order))
    is_counted = any(card.kind is CardKind.NUMBER for card, _ in found)
    return found if is_counted and len(found) >= FEWEST_FACTS else []


def _is_told(card: Card, point: Point, language: str) -> bool:
    """Tell whether a point says all that a card does; or a caution, as another puts it."""
    is_caution = forbids(card.text, language) and forbids(point.text, language)
    # Lines of a slide that were read as one hold more: `6h light to carry stays hot`.
    adds = set(content(card.text, language)) - set(content(point.text, language))
    return is_caution or (says_the_same(card, point, language) and not adds)


def _is_fact(card: Card, material: Material) -> bool:
    is_amount = card.kind is CardKind.NUMBER and len(card.text.split()) == 1
    is_caution = forbids(card.text, material.language)
    last = next(reversed(tokens(card.text)), "")
    is_part = is_small_word(last, material.language)  # `Hot until`, of two lines
    is_name = card.text.lower() == material.brand.lower()
    is_short = card.kind is not CardKind.SENTENCE and _is_usable(card, material)
    return is_amount or is_caution or (is_short and not (is_part or is_name))


def _payoff(material: Material) -> str:
    """Join what the matter is called with the card that says what came of it."""
    named = (c for c in _labels(material) if not (_is_shouted(c) or regex.search("[.,]", c.text)))
    name = next(named, None)
    behind = material.cards[material.cards.index(name) + 1 :] if name else ()
    results = (c for c in behind if _is_usable(c, material) and _is_outcome(c, material))
    result = next(results, None)
    if name is None or result is None:
        return ""
    return sentence(labelled(name.text, inside(result.text, material.language), material.language))


def _is_shouted(card: Card) -> bool:
    """Tell whether it begins in capitals: a house, or two lines of a slide read as one."""
    return card.text.split()[0].isupper() and len(card.text.split()[0]) > 1


def _statement(points: Sequence[Point], material: Material) -> str:
    """Return a whole thought that a card has of the matter: `Alerts go to roles, not people.`

    It is what somebody wrote to be read, where all the rest was only spoken.
    """
    return next(filter(None, (_thought(card, points, material) for card in material.cards)), "")


def _thought(
    card: Card, points: Sequence[Point], material: Material, *, is_title: bool = False
) -> str:
    """Return what a card says of the matter as a sentence, unless it is said at once."""
    told = _untitled(card)
    is_other = not _is_statement(told, material, is_title=is_title or told != card)
    return "" if is_other or _is_said(told, points, material) else sentence(told.text)


def title(material: Material, points: Sequence[Point] = ()) -> str:
    """Return what the first card of a talk asks or says of it: `Mistakes that cost you thousands`.

    Empty where that is somebody's or something's name, or said at once.
    """
    silent = {CardKind.NAME, CardKind.PERSON}
    shown = next((card for card in material.cards if card.kind not in silent), None)
    is_title = shown and pattern("titles", material.language, "^{}").match(shown.text)
    return _thought(shown, points, material, is_title=bool(is_title)) if shown else ""


def _untitled(card: Card) -> Card:
    """Take off whose talk it is, `Hamish Orde: Swifts in our town.`, or of which show."""
    if not (CARD_TALK.match(card.text) or CARD_EPISODE.match(card.text)):
        return card
    title = card.text.partition(": ")[2]
    return card.model_copy(update={"text": title, "kind": CardKind.SENTENCE})


def _is_statement(card: Card, material: Material, *, is_title: bool = False) -> bool:
    """Tell whether a card has a thought of its own, on what is told, in nobody's voice."""
    language, count = material.language, len(tokens(card.text))
    is_whole = is_title or card.kind is CardKind.SENTENCE or _is_heading(card.text, language)
    is_whole = is_whole and count in WORDS_OF_A_STATEMENT
    is_whole = is_whole and not (card.text[:1].islower() or SIGNS.search(card.text))
    is_ours = tongue(card.text, language) == language and not is_first_person(card.text, language)
    is_other = card.text.endswith("!") or is_condition(card.text, language, material.brand)
    is_house = not is_title and _is_house(card, material)
    is_other = is_other or card.from_screen or card.number is not None or is_house
    is_other = is_other or _is_shouted(card)
    return is_whole and is_ours and not is_other and _is_of_the_matter(card, material)


def _is_heading(text: str, language: str) -> bool:
    """Tell whether it begins as titles do: `How to prune`."""
    return bool(pattern("headings", language, "^{}").match(text))


def _is_of_the_matter(card: Card, material: Material) -> bool:
    """Tell whether it is on what is told, and does not give away what somebody quotes."""
    is_quoted = any(f"'{card.text}" in p.text or f'"{card.text}' in p.text for p in material.points)
    is_shared = any(_shared(card, point, material.language) for point in material.points)
    return is_shared and not is_quoted


def _is_said(card: Card, points: Sequence[Point], material: Material) -> bool:
    """Tell whether the sentence a post opens with says as much, or any that asks the same."""
    own, language = set(content(card.text, material.language)), material.language
    others = material.points if asks(card.text) else points[:1]
    return any(own <= set(content(point.text, language)) for point in others)


def _labels(material: Material) -> list[Card]:
    language = material.language
    return [
        card
        for card in material.cards
        if _is_usable(card, material)
        and not _numbers(card.text, language)
        and not is_result(card.text, language)
        and any(_shared(card, point, language) for point in material.points)
    ]


def _is_outcome(card: Card, material: Material) -> bool:
    """Tell whether a card says what came of it, or counts what is told behind the beginning."""
    if is_result(card.text, material.language):
        return True
    later = material.points[FEWEST_SHARED:]
    return bool(_numbers(card.text, material.language)) and any(
        says_the_same(card, point, material.language) for point in later
    )


def _first_counts(material: Material) -> list[tuple[Card, int]]:
    """List the first cards that count what the first sentences tell, each with its sentence."""
    found: list[tuple[Card, int]] = []
    for card in material.cards:
        is_counted = _is_usable(card, material) and bool(_numbers(card.text, material.language))
        is_counted = is_counted and not ONE_OF_MANY.search(card.text)
        is_counted = is_counted and (not found or card.kind is CardKind.NUMBER)
        same = (p for p in material.points if says_the_same(card, p, material.language))
        place = next((p.order for p in same if p in material.points[:BEGINNING]), None)
        place = place if is_counted else None
        if place is None:
            if found:
                break
            continue
        if all(place > other for _, other in found) and not _is_told_last(place, material):
            found.append((card, place))
    return found[:FEWEST_SHARED]


def _is_told_last(place: int, material: Material) -> bool:
    return any(p.order == place and p.is_result for p in material.points)


def _is_usable(card: Card, material: Material) -> bool:
    words = tokens(card.text)
    is_line = card.kind in KINDS and len(words) in WORDS_OF_A_LINE
    is_line = is_line and len(set(words)) == len(words) and not card.text[:1].islower()
    is_ours = tongue(card.text, material.language) == material.language
    is_restriction = is_condition(card.text, material.language, material.brand)
    is_call = card.text.endswith("!")  # `Sound on!`
    is_other = asks(card.text) or is_restriction or is_call or ":" in card.text
    is_other = is_other or bool(SIGNS.search(card.text))
    is_other = is_other or is_first_person(card.text, material.language)
    is_listed = card.from_screen or card.number is not None or card.text == material.brand
    return is_line and is_ours and not is_other and not is_listed


def says_the_same(card: Card, point: Point, language: str) -> bool:
    """Tell whether a card says in short what a sentence tells."""
    shared, own = _shared(card, point, language), _numbers(card.text, language)
    is_counted = own <= _numbers(point.text, language)
    is_amount = bool(own) and not content(card.text, language)  # `$29`
    return bool(shared or is_amount) and (is_counted or len(shared) >= FEWEST_SHARED)


def _shared(card: Card, point: Point, language: str) -> set[str]:
    return set(content(card.text, language)) & set(content(point.text, language))


def _numbers(text: str, language: str) -> set[str]:
    return set(regex.findall(r"\d+", counted(text.lower(), language)))


def inside(text: str, language: str) -> str:
    """Write a card inside a sentence; an abbreviation or a German noun keeps its capital."""
    first = next(iter(tokens(text)), "")
    is_kept = text[1:2].isupper() or (language == "de" and not is_small_word(first, language))
    return text if is_kept else lowered(text)
