"""What a post opens with, keeps, quotes and ends with, by what the video is."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.text.screen_text import Card, CardKind
from socialcopy.copywriting.writers.frames import task_of
from socialcopy.copywriting.writers.gather import gather
from socialcopy.copywriting.writers.kinds import Kind, kind
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, CaptionSet, Platform, Region, ScreenText, Understanding
from tests.copywriting.conftest import spoken

MARKET = (
    "The Linden Street night market is back. On the 5th of August we set up sixty stalls. "
    "The Copper Owls open the evening at 8. Prams are not allowed after dark. "
    "See you at the old tram depot."
)
HOW_TO = (
    "Invoices get lost when you sort them by hand. In Ledgerly, open the folder and click on "
    "rules. Choose a supplier. From now on, every invoice lands where it belongs."
)
STORY = (
    "I walked to work for one month. I left at six every morning. "
    "My back doesn't hurt anymore and I sleep like a stone. Let me know if you try it."
)
INTERVIEW = (
    "What was the hardest part of the climb? The wind was the hardest part. I slept two hours. "
    "What would you do again? Bring my brother. I would start earlier and I would carry less."
)
EVERYWHERE = Brief(platforms=tuple(Platform))


def kind_of(seen: Understanding) -> Kind:
    return kind(gather(seen, Brief(), know(seen, Brief())))


def texts(captions: CaptionSet) -> list[str]:
    return [caption.text for caption in captions.captions]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (MARKET, Kind.EVENT),
        (HOW_TO, Kind.STEPS),
        (STORY, Kind.STORY),
        (INTERVIEW, Kind.INTERVIEW),
        ("Ask not what others owe you, ask what we can do together.", Kind.IDEA),
    ],
)
def test_a_video_is_of_a_kind(said: str, expected: Kind):
    assert kind_of(spoken(said)) is expected


def test_no_network_opens_with_a_restriction_and_all_have_the_day():
    for text in texts(write(spoken(MARKET), EVERYWHERE)):
        assert not text.startswith("Prams")
        assert "5th of August" in text


def test_a_house_tells_of_its_event_without_quotation_marks():
    assert all('"' not in text for text in texts(write(spoken(MARKET), EVERYWHERE)))


def test_a_farewell_that_invites_ends_the_post():
    text = texts(write(spoken(MARKET), Brief(platforms=(Platform.INSTAGRAM,))))[0]

    assert "See you at the old tram depot." in text


def test_steps_stay_in_order_and_what_comes_of_them_behind_them():
    for text in texts(write(spoken(HOW_TO), EVERYWHERE)):
        places = [text.find(part) for part in ("In Ledgerly", "Choose", "From now on")]
        assert places == sorted(places)
        assert places[0] > 0


def test_a_story_keeps_what_came_of_it_and_stands_in_marks_as_a_whole():
    for text in texts(write(spoken(STORY), EVERYWHERE)):
        assert "anymore" in text
        assert text.count('"') <= 4


def test_what_two_questions_were_answered_with_is_not_one_quotation():
    for text in texts(write(spoken(INTERVIEW), EVERYWHERE)):
        quotations = text.split('"')[1::2]
        assert not any("wind" in told and "earlier" in told for told in quotations)
        assert "earlier" not in text or "What would you do again?" in text


def test_a_sentence_with_a_word_that_was_hard_to_hear_stays_out_and_is_named():
    seen = spoken(HOW_TO + " It reads tables two. Nobody sorts on Fridays.")
    words = tuple(
        word.model_copy(update={"probability": 0.4}) if word.text.startswith("two") else word
        for word in seen.transcript.words
    )
    heard = seen.transcript.model_copy(update={"words": words})
    captions = write(seen.model_copy(update={"transcript": heard}), EVERYWHERE)

    assert not any("tables" in text for text in texts(captions))
    assert any("It reads tables two." in note for note in captions.notes)


def test_the_speakers_offer_goes_with_the_briefs_call_to_action():
    said = (
        "Meet the Tarn lamp. It lights a desk for ninety hours. The Tarn costs $40. "
        "Order yours before May 2nd and shipping is free."
    )
    brief = Brief(
        platforms=(Platform.X,), use_words=("Tarn",), call_to_action="Order yours.", who="Tarn"
    )

    assert (
        "Order yours before May 2nd and shipping is free." in texts(write(spoken(said), brief))[0]
    )


def test_a_title_is_not_cut_before_what_it_denies():
    said = (
        "Our bread rests for eighteen hours, our ovens run on wood from the valley, the rye is "
        "milled next door, sugar does not go in."
    )
    caption = write(spoken(said), Brief(platforms=(Platform.YOUTUBE,))).captions[0]

    assert "sugar…" not in caption.title
    assert "does…" not in caption.title


def test_a_title_does_not_let_the_guest_ask_the_hosts_question():
    question = "What surprised you most about the desert?"
    answer = "The silence surprised me. After two days you hear your own heart."
    shown = tuple(
        ScreenText(
            text=text,
            box=Region(left=0.1, top=top, right=0.9, bottom=top + 0.08),
            start_ms=0,
            end_ms=4_000,
        )
        for top, text in ((0.1, question), (0.7, "Ingrid Solberg"), (0.79, "explorer"))
    )
    seen = spoken(f"{question} {answer}").model_copy(update={"screen": shown})

    caption = write(seen, Brief(platforms=(Platform.YOUTUBE,))).captions[0]

    assert caption.title == f"{question} | Ingrid Solberg, explorer"


def test_a_title_is_not_what_the_post_opens_with():
    said = (
        "Invoices take hours when you type them by hand. In Ledgerleaf, open the inbox and click "
        "on Sort. Choose a folder. From now on, every invoice is filed by itself."
    )
    caption = write(spoken(said), Brief(platforms=(Platform.YOUTUBE,))).captions[0]

    assert caption.title == "From now on, every invoice is filed by itself"
    assert not caption.text.startswith(caption.title)


def test_an_event_is_the_title_with_its_day():
    said = (
        "The Salt Harbour Fair is back. On May 9, forty boats open their decks. Doors open at six."
    )
    seen = with_cards(said, "Salt Harbour Fair", "May 9")

    caption = write(seen, Brief(platforms=(Platform.YOUTUBE,))).captions[0]

    assert caption.title == "Salt Harbour Fair: May 9"


def test_the_alt_text_of_a_programs_screen_says_so_and_reads_out_no_menu():
    lines = ("File Edit View Help", "report.csv", "Packages", "2 hours ago", "Marketplace")
    shown = tuple(
        ScreenText(
            text=text,
            box=Region(left=0.1, top=0.1 + n * 0.1, right=0.9, bottom=0.12 + n * 0.1),
            start_ms=0,
            end_ms=4_000,
            probability=0.98,
        )
        for n, text in enumerate(lines)
    )
    said = "The nightly report is sent at two. Nobody has to wait for it in the morning."
    seen = spoken(said).model_copy(update={"screen": shown})

    caption = write(seen, Brief(platforms=(Platform.INSTAGRAM,))).captions[0]

    assert caption.alt_text == "Screen recording."


def test_a_button_of_two_orders_in_one_word_is_no_task():
    button = Card(
        text="Send/Print",
        kind=CardKind.LABEL,
        start_ms=0,
        end_ms=2_000,
        box=Region(left=0.1, top=0.3, right=0.9, bottom=0.4),
    )

    assert task_of(Material(cards=(button,))) == ""


def test_an_event_is_called_by_its_full_name_in_its_title():
    said = "The Arden River Parade is back in Arden. On May 9, forty boats sail. Arden is ready."
    seen = with_cards(said, "Arden River Parade", "May 9")
    brief = Brief(platforms=(Platform.YOUTUBE,), use_words=("Arden",))

    caption = write(seen, brief).captions[0]

    assert caption.title == "Arden River Parade: May 9"


def test_linkedin_is_told_who_speaks_about_what_and_the_short_networks_are_not():
    said = (
        "Before Nagelhaus I planned my stalls on receipts, and somebody stood on my corner. In the "
        "first month with Nagelhaus I lost no corner. I plan on Sundays now, and I whistle."
    )
    seen = with_cards(said, "Nagelhaus", "Pia Dorn, cheesemonger")
    told = {c.platform: c.text for c in write(seen, Brief()).captions}

    assert "Pia Dorn, cheesemonger, on Nagelhaus:\n" in told[Platform.LINKEDIN]
    assert "on Nagelhaus:" not in told[Platform.X] + told[Platform.INSTAGRAM]


def with_cards(said: str, *shown: str) -> Understanding:
    """Hear a talk, and see one card after the other."""
    box = Region(left=0.1, top=0.3, right=0.9, bottom=0.4)
    screen = tuple(
        ScreenText(
            text=text, box=box, start_ms=n * 2_000, end_ms=n * 2_000 + 1_500, probability=0.98
        )
        for n, text in enumerate(shown)
    )
    return spoken(said).model_copy(update={"screen": screen})
