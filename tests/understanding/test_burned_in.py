"""Captions that are part of the picture are no cards of their own."""

from __future__ import annotations

from socialcopy.copywriting.evidence.sources import know
from socialcopy.models import Brief, Region, ScreenText, Transcript, Understanding, Word
from socialcopy.understanding.burned_in import (
    LOOK_AGAIN_MS,
    captions_in,
    moments_to_look_again,
)

BOX = Region(left=0.2, top=0.7, right=0.8, bottom=0.76)
TOLD = """
We grow oyster mushrooms in old coffee grounds from four cafés and the boxes stand in a cellar
under the market until they fruit in about three weeks
"""
SAID = TOLD.split()
WORDS = tuple(
    Word(start_ms=400 * n, end_ms=400 * n + 350, text=text, probability=0.95)
    for n, text in enumerate(SAID)
)


def line(text: str, start_ms: int, seen_ms: int = 800) -> ScreenText:
    end_ms = start_ms + seen_ms
    return ScreenText(text=text, box=BOX, start_ms=start_ms, end_ms=end_ms, probability=0.98)


def captions() -> list[ScreenText]:
    parts = [SAID[n : n + 4] for n in range(0, 24, 4)]
    return [line(" ".join(part).upper(), 1_600 * n) for n, part in enumerate(parts)]


def test_lines_that_write_along_what_is_said_are_captions():
    written = captions()

    assert captions_in([*written, line("SPORE & CO", 0)], WORDS) == tuple(written)


def test_a_line_that_stays_or_is_said_at_another_time_makes_no_captions():
    stays = [caption.model_copy(update={"end_ms": 20_000}) for caption in captions()]
    elsewhere = [line(caption.text, 30_000 + caption.start_ms, 800) for caption in captions()]

    assert captions_in(stays, WORDS) == captions_in(elsewhere, WORDS) == ()


def test_cards_that_are_read_aloud_are_no_captions():
    words = tuple(
        word.model_copy(update={"text": f"{word.text}."}) if n % 4 == 3 else word
        for n, word in enumerate(WORDS)
    )

    assert captions_in(captions(), words) == ()


def test_captions_in_the_picture_are_no_cards():
    seen = Understanding(
        duration_ms=12_000,
        has_audio=True,
        transcript=Transcript(language="en", words=WORDS),
        screen=(*captions(), line("Spore & Co", 0)),
    )

    assert [card.text for card in know(seen, Brief()).screen] == ["Spore & Co"]


def test_cards_of_a_promo_whose_words_are_said_too_are_no_captions():
    told = "Cold coffee again? Meet the Harbor Mug, made by Clara Bennett in recycled steel."
    said = [f"{told} It weighs 300 grams and holds a pint all day."]
    words = tuple(
        Word(start_ms=400 * n, end_ms=400 * n + 350, text=text, probability=0.95)
        for n, text in enumerate(said[0].split())
    )
    cards = ["Cold coffee", "Harbor Mug", "Clara Bennett", "Recycled steel", "300 grams", "A pint"]
    shown = [line(text, 1_500 * n, 2_500) for n, text in enumerate(cards)]

    assert captions_in(shown, words) == ()


def single_words() -> list[ScreenText]:
    """One word at a time in the middle, seen in one frame each; the third was heard otherwise."""
    places = (1, 6, 11, 15, 19, 23)
    texts = [SAID[n] if place != 2 else "grown" for place, n in enumerate(places)]
    return [line(text, 400 * n, 0) for text, n in zip(texts, places, strict=True)]


def test_single_words_that_have_changed_at_a_second_look_are_captions():
    first = single_words()
    again = [line(SAID[n], x.start_ms + LOOK_AGAIN_MS, 0) for n, x in enumerate(first)]

    assert captions_in([*first, *again], WORDS) == (*first, *again)


def test_single_words_that_are_still_there_at_a_second_look_are_cards():
    stay = [x.model_copy(update={"end_ms": x.start_ms + LOOK_AGAIN_MS}) for x in single_words()]

    assert captions_in(stay, WORDS) == ()


def test_a_second_look_is_taken_only_where_what_is_shown_is_said():
    said = single_words()
    unsaid = [x.model_copy(update={"text": f"Card {n}"}) for n, x in enumerate(said)]

    assert moments_to_look_again(said, WORDS)[0] == said[0].start_ms + LOOK_AGAIN_MS
    assert moments_to_look_again(unsaid, WORDS) == ()
    assert moments_to_look_again(captions(), WORDS) == ()
