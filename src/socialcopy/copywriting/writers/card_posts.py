"""Posts of a video in which nobody speaks, out of the cards that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from socialcopy.copywriting.text.anaphora import asks, is_first_person
from socialcopy.copywriting.text.screen_text import Card, CardKind, sentence
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.vocabulary import says, word_list
from socialcopy.copywriting.writers.drafts import Gap, Line
from socialcopy.copywriting.writers.frames import inside
from socialcopy.copywriting.writers.plan import Order
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.quoting import labelled

MOST_CARDS = 8
FEWEST_LABELS = 2
FEWEST_TOLD = 3


def lines(material: Material, order: Order) -> list[Line]:
    """Tell the cards as sentences, as a run of labels, or as a list, by what they are."""
    cards = material.cards[: MOST_CARDS * 2]
    told = [card for card in cards if card.kind is CardKind.SENTENCE]
    if told and all(card.text.endswith(("...", "…")) for card in told):
        return []  # the picture tells how they end
    if told:
        return _story(cards, material.language, order)
    labels = [c for c in cards if c.kind is CardKind.LABEL]
    if cards and cards[0].from_screen and len(labels) >= FEWEST_LABELS:
        return _walk(cards, material, order)
    return _product(cards, material.language, order)


def action(cards: Sequence[Card], language: str) -> str:
    """Tell what a card asks viewers to do; `our shop` is not said by whoever posts it."""
    asked = (card.text for card in cards if card.kind is CardKind.ACTION)
    return next((sentence(text) for text in asked if not is_first_person(text, language)), "")


def asked(material: Material) -> str:
    """Tell what the last card asks viewers, where nobody says it: `Your turn?`"""
    if not material.passages:
        return action(material.cards, material.language)
    last = material.cards[-1].text if material.cards else ""
    is_said = any(set(tokens(last)) <= set(tokens(p.text)) for p in material.points)
    return sentence(last) if asks(last) and not is_said else ""


def _story(cards: Sequence[Card], language: str, order: Order) -> list[Line]:
    """Tell all in the order it is shown; a name before it, or before what is asked."""
    brand = next((c.text for c in cards if c.kind is CardKind.NAME), "")
    silent = {CardKind.ACTION, CardKind.PERSON}
    told = [c.text for c in cards if c.kind not in silent and c.text != brand]
    texts = [sentence(text) for text in _listed(_without_heads(told), language)]
    texts = texts[: order.sentences + 2]
    if brand and order.style.layout == "lines" and action(cards, language):
        texts.append(sentence(brand))
    elif brand:
        texts[0] = labelled(brand, texts[0], language)
    return _laid(texts, order)


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


def _walk(cards: Sequence[Card], material: Material, order: Order) -> list[Line]:
    """Tell what is done on a screen, step by step, and what comes of it."""
    brand, language = material.brand, material.language
    steps = [c.text for c in cards if c.kind is CardKind.LABEL][:MOST_CARDS]
    results = [c.text for c in cards if c.kind is CardKind.NUMBER][:3]
    shown = ", ".join(results)
    result = [sentence(f"{shown[:1].upper()}{shown[1:]}")] if shown else []
    if order.style.layout == "lines":
        listed = [
            Line(text=f"{n}. {step}", gap=Gap.BREAK if n > 1 else Gap.PARAGRAPH, worth=1)
            for n, step in enumerate(steps, 1)
        ]
        head = Line(text=f"{brand}:" if brand else sentence(steps[0]), worth=3)
        return [head, *listed, *(Line(text=text, worth=2) for text in result)]
    what = " → ".join([*steps[:1], *(inside(step, language) for step in steps[1:])])
    walk = [f"{brand}: {inside(what, language)}." if brand else f"{what}."]
    is_result_first = order.style.layout == "paragraphs"
    return _laid([*result, *walk] if is_result_first else [*walk, *result], order)


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
    return _laid(kept[: order.sentences + 1], order)


def _is_gloss(text: str, name: Card) -> bool:
    first, *others = tokens(text) or ("",)
    is_article = first in word_list("articles") | {"our", "your"}
    return name.kind is CardKind.NAME and is_article and not any(map(says, others))


def _laid(texts: Sequence[str], order: Order) -> list[Line]:
    """Set texts apart as the network does; a lead stands alone where a post has paragraphs."""
    layout, gaps = order.style.layout, [Gap.SPACE] * len(texts)
    if layout == "lines":
        gaps = [Gap.PARAGRAPH] * len(texts)
    elif layout == "paragraphs":
        gaps[:2] = [Gap.PARAGRAPH] * min(len(texts), 2)
    return [
        Line(text=text, gap=gap, worth=len(texts) - n)
        for n, (text, gap) in enumerate(zip(texts, gaps, strict=True))
    ]
