"""Posts of a video in which nobody speaks, out of the cards that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import regex

from socialcopy.copywriting.text.anaphora import asks, is_first_person
from socialcopy.copywriting.text.screen_text import (
    ARROW,
    ENDS,
    Card,
    CardKind,
    sentence,
)
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.spoken import SENTENCE_END
from socialcopy.copywriting.text.vocabulary import says, word_list
from socialcopy.copywriting.writers.drafts import Gap, Line
from socialcopy.copywriting.writers.frames import inside
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.quoting import labelled

MOST_CARDS = 8
FEWEST_LABELS = 2
FEWEST_TOLD = 3
# Sentences that nobody calls a wall, and those before what a program does.
MOST_IN_A_BLOCK, MOST_LEADS, MOST_RESULTS = 4, 2, 3
LONGEST_COMPLETION = 3
# Cards at the end of a promotion, one of which says what to do.
MOST_LAST = 3
# What a program's label has that is no step: a number, several facts, a state.
DETAIL = regex.compile(r"\d|[·:|]")
ITEM = regex.compile(r"\d+\. ")


def lines(material: Material, order: Order) -> list[Line]:
    """Tell the cards as sentences, as a run of labels, or as a list, by what they are."""
    cards = material.cards[: MOST_CARDS * 2]
    told = [card for card in cards if card.kind is CardKind.SENTENCE]
    if told and all(card.text.endswith(("...", "…")) for card in told):
        return []  # the picture tells how they end
    steps = _steps(cards)
    if cards and cards[0].from_screen and len(steps) >= FEWEST_LABELS:
        return _walk(steps, cards, material, order)
    if told:
        return _story(cards, material, order)
    return _product(cards, material.language, order)


def action(cards: Sequence[Card], language: str) -> str:
    """Tell what a card asks viewers to do; `our shop` is not said by whoever posts it."""
    asked = (card.text for card in cards if card.kind is CardKind.ACTION)
    return next((sentence(text) for text in asked if not is_first_person(text, language)), "")


def asked(material: Material) -> str:
    """Tell what the last card asks viewers, where nobody says it: `Your turn?`"""
    if not material.passages:
        return action(material.cards, material.language)
    if material.is_promotion and (told := action(material.cards[-MOST_LAST:], material.language)):
        return told
    last = material.cards[-1].text if material.cards else ""
    is_said = any(set(tokens(last)) <= set(tokens(p.text)) for p in material.points)
    return sentence(last) if asks(last) and not is_said else ""


def _story(cards: Sequence[Card], material: Material, order: Order) -> list[Line]:
    """Tell all in the order it is shown; a name before it, or before what is asked."""
    language, names = material.language, (c.text for c in cards if c.kind is CardKind.NAME)
    brand = material.brand or next(names, "")
    silent = {CardKind.ACTION, CardKind.PERSON}
    told = [c.text for c in cards if c.kind not in silent and c.text != brand]
    texts = _completed([*_listed(_without_heads(told), language)], brand, language)
    texts = texts[: order.sentences + 2]
    if brand and order.style.layout == "lines" and action(cards, language):
        texts.append(sentence(brand))
    elif not any(brand in text for text in texts):
        # What is said as `we` is left out, and would take the name along.
        first = next((n for n, t in enumerate(texts) if not is_first_person(t, language)), 0)
        texts[first] = labelled(brand, texts[first], language)
    return _laid(_parted(texts, order))


def _completed(texts: Sequence[str], brand: str, language: str) -> list[str]:
    """Write cards as sentences; what only completes one stands with it: `You lost it. Where?`"""
    found: list[str] = []
    for text in texts:
        told = sentence(_in_its_name(text, brand, language))
        is_short = len(tokens(text)) <= LONGEST_COMPLETION and text.endswith(ENDS)
        found[-1:] = [f"{found[-1]} {told}"] if found and is_short else [*found[-1:], told]
    return found


def _in_its_name(text: str, brand: str, language: str) -> str:
    """Say who `we` is in what completes a sentence without a verb: `Nous, si.`"""
    first, *others = tokens(text) or ("",)
    is_ours = first in word_list("first_person_plural", language)
    is_bare = len(others) == 1 and others[0] in word_list("echoes")
    is_told = brand and is_ours and is_bare
    return regex.sub(r"\p{L}+", lambda _: brand, text, count=1) if is_told else text


def _without_heads(texts: Sequence[str]) -> list[str]:
    """Leave out the heads of a video's parts: `FEATURES` above lines in small letters."""
    told = [text for text in texts if " " in text or not text.isupper()]
    return told if any(not text.isupper() for text in told) else list(texts)


def _listed(texts: Sequence[str], language: str) -> Iterable[str]:
    """Join single words that are shown one after the other: `Consulting, events, courses.`"""
    for is_word, run in groupby(texts, key=lambda text: " " not in text):
        first, *others = run
        yield from (
            [", ".join([first, *(inside(text, language) for text in others)])]
            if is_word
            else [first, *others]
        )


def _steps(cards: Sequence[Card]) -> list[Card]:
    """List what is done on a screen: no numbers, one word only at the end."""
    labels = [c for c in cards if c.kind is CardKind.LABEL and not DETAIL.search(c.text)]
    return [card for card in labels if " " in card.text or card == labels[-1]][:MOST_CARDS]


def _walk(
    steps: Sequence[Card], cards: Sequence[Card], material: Material, order: Order
) -> list[Line]:
    """Tell what is said over a screen, what is done on it step by step, and what comes of it."""
    brand, language = material.brand, material.language
    said = [c.text for c in cards if c.kind is CardKind.SENTENCE and c.text.endswith(ENDS)]
    lead, results = _completed(said, brand, language)[:MOST_LEADS], _results(cards)
    if order.style.layout == "lines":
        head = labelled(brand, " ".join(results), language) if results else brand and f"{brand}."
        items = [_with_detail(step, cards, language) for step in steps]
        return _laid([lead, [head], [f"{n}. {item}" for n, item in enumerate(items, 1)]])
    # What holds for `all` holds of its own card only, and would take the others along.
    most = word_list("absolutes", language)
    told = [inside(s.text, language) for s in steps if most.isdisjoint(tokens(s.text))]
    walk = sentence(labelled(brand, f" {ARROW} ".join(told), language)) if told else ""
    is_result_first = order.style.layout == "paragraphs"
    return _laid([lead, results, [walk]] if is_result_first else [lead, [walk, *results]])


def _results(cards: Sequence[Card]) -> list[str]:
    """Tell what came of it: numbers in one sentence, what changed, what a program reports."""
    numbers = [c.text for c in cards if c.kind is CardKind.NUMBER]
    counts = [text for text in numbers if not (":" in text or ARROW in text)]
    changes = [text for text in numbers if text not in counts]
    reports = [c.text for c in cards if c.kind is CardKind.SENTENCE and not c.text.endswith(ENDS)]
    texts = filter(None, (", ".join(counts[:MOST_RESULTS]), *changes, *reports))
    return [sentence(f"{text[:1].upper()}{text[1:]}") for text in texts][:MOST_RESULTS]


def _with_detail(step: Card, cards: Sequence[Card], language: str) -> str:
    """Add what a program shows right behind a step: `Pick a room: Room C, 40 people`."""
    behind = next(iter(cards[cards.index(step) + 1 :]), step).text
    parts = behind.split(" · ")
    return labelled(step.text, ", ".join(parts), language) if len(parts) > 1 else step.text


def _product(cards: Sequence[Card], language: str, order: Order) -> list[Line]:
    """Labels one after the other, a name with what it is: `Kettlora, the glass kettle.`"""
    texts = [c.text for c in cards if c.kind is not CardKind.ACTION]
    if len(texts) > 1 and _is_gloss(texts[1], cards[0]):
        texts[:2] = [f"{texts[0]}, {inside(texts[1], language)}"]
    # A figure makes people stop; a name that nobody knows yet does not.
    figures = [c.text for c in cards if c.kind is CardKind.NUMBER and len(tokens(c.text)) > 1]
    name = texts[0] if texts else ""
    texts = [*figures[:1], *(text for text in texts if text not in figures[:1])]
    kept = [sentence(text) for text in texts if len(tokens(text)) > 1 or text == name]
    # Where there is little room the last thing of several is left to the picture.
    kept = kept[:-1] if order.style.layout == "block" and len(kept) > FEWEST_TOLD else kept
    if not any(len(tokens(text)) > 1 for text in kept):
        return []
    return _laid(_parted(kept[: order.sentences + 1], order))


def _is_gloss(text: str, name: Card) -> bool:
    first, *others = tokens(text) or ("",)
    is_article = first in word_list("articles") | {"our", "your"}
    return name.kind is CardKind.NAME and is_article and not any(map(says, others))


def _parted(texts: Sequence[str], order: Order) -> list[Sequence[str]]:
    """Part texts as the network does: a lead alone, or where more sentences would be a wall."""
    if order.style.layout == "lines":
        return [[text] for text in texts]
    completed = sum(bool(SENTENCE_END.search(text)) for text in texts[:MOST_IN_A_BLOCK])
    first = 1 if order.style.layout == "paragraphs" else MOST_IN_A_BLOCK - completed
    return [texts[:first], texts[first:]]


def _laid(paragraphs: Sequence[Sequence[str]]) -> list[Line]:
    """Set paragraphs apart, and the items of a list below each other; the last is worth least."""
    placed = [
        (n, text) for paragraph in paragraphs for n, text in enumerate(filter(None, paragraph))
    ]
    return [
        Line(
            text=text,
            gap=Gap.PARAGRAPH if not n else Gap.BREAK if ITEM.match(text) else Gap.SPACE,
            worth=len(placed) - place,
        )
        for place, (n, text) in enumerate(placed)
    ]
