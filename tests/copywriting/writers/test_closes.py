"""What a post says last, and what it says of whom, by what the video is."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.repair import judge, sentences
from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.text.vocabulary import LANGUAGES, closings, text
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, CaptionSet, Platform, Region, ScreenText, Understanding
from tests.copywriting.conftest import spoken

EVERYWHERE = Brief(platforms=tuple(Platform))
BOX = Region(left=0.1, top=0.1, right=0.9, bottom=0.3)
SHOW = (
    "Welcome back to Tidal Hour, a show about the sea and the people who live off it. I'm Owen "
    "Marsh."
)
MARKET = (
    "The Linden Street night market is back. On the 5th of August we set up sixty stalls. "
    "Children under 12 do not pay. Prams are not allowed after dark."
)
STEPS = (
    "Your cast iron pan sticks because its seasoning has worn off in the middle. Here is how to "
    "season it again in one hour. Step 1. Scrub the pan with salt and warm water until it is "
    "smooth. Step 2. Rub a thin coat of oil on every side of it. Step 3. Bake it upside down at "
    "230 degrees for one hour. Never pour cold water into a hot pan."
)
INTERVIEW = (
    "What surprised you most about the desert? The silence surprised me. After two days you hear "
    "your own heart. What would you pack next time? More water. I had four shirts and I wore one."
)
SAID = {
    "en": "The mug keeps coffee hot for six hours.",
    "de": "Die Tasse hält den Kaffee sechs Stunden heiß.",
    "es": "La taza mantiene el café caliente seis horas.",
    "fr": "La tasse garde le café chaud six heures.",
    "it": "La tazza tiene il caffè caldo per sei ore.",
    "nl": "De beker houdt de koffie zes uur heet.",
    "pt": "A caneca mantém o café quente seis horas.",
    "sv": "Muggen håller kaffet varmt i sex timmar.",
}


SLOTS = {
    "brand": "Tarn Mug",
    "person": "Ingrid Solberg",
    "date": "3 October",
    "topic": "Tarn Mug",
    "task": "sharpen a knife",
    "plural": "Reports",
}


def shown(seen: Understanding, *lines: str) -> Understanding:
    screen = tuple(
        ScreenText(text=line, box=BOX, start_ms=n * 900, end_ms=n * 900 + 800, probability=0.98)
        for n, line in enumerate(lines)
    )
    return seen.model_copy(update={"screen": screen})


def by_network(captions: CaptionSet) -> dict[Platform, str]:
    return {caption.platform: caption.text for caption in captions.captions}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_last_line_of_ours_states_anything(language: str):
    seen = shown(spoken(SAID[language], language), *SLOTS.values())
    known = know(seen, Brief())
    every = [closings(language), closings(language, is_formal=True)]
    lines = [
        li for found in every for topics in found.values() for t in topics.values() for li in t
    ]

    for line in (*lines, text("in_the_comments", language)):
        for sentence in sentences(line.format_map(SLOTS)):
            assert judge(sentence, known, Brief(), SAID[language])[0] == "", sentence


@pytest.mark.parametrize("platform", Platform)
def test_a_show_is_told_in_a_sentence_with_who_presents_it(platform: Platform):
    seen = shown(spoken(SHOW), "TIDAL HOUR", "OWEN MARSH")
    post = by_network(write(seen, EVERYWHERE))[platform]

    assert post.startswith("Tidal Hour with Owen Marsh is a show about the sea")
    assert post.split("\n\n")[1]


def test_a_last_line_names_the_show_and_the_shortest_networks_have_none():
    posts = by_network(write(shown(spoken(SHOW), "TIDAL HOUR", "OWEN MARSH"), EVERYWHERE))

    assert {post.split("\n\n")[1] for post in posts.values()} == {
        "What would you like to see from Tidal Hour next?",
        "What would you like to see from Tidal Hour next? Tell us in the comments.",
        "Follow for more of Tidal Hour.",
        "#TidalHour",
    }


@pytest.mark.parametrize("platform", Platform)
def test_no_question_stands_behind_what_is_forbidden(platform: Platform):
    post = by_network(write(spoken(MARKET), EVERYWHERE))[platform]
    before = post.split("\n\n")[-2] if post.endswith("?") else ""

    assert not before.endswith("after dark.")


@pytest.mark.parametrize("platform", Platform)
def test_a_caution_comes_with_the_steps_as_a_card_puts_it_where_room_is_short(platform: Platform):
    seen = shown(spoken(STEPS), "Season a cast iron pan", "No cold water in a hot pan")

    assert "old water" in by_network(write(seen, EVERYWHERE))[platform]


@pytest.mark.parametrize("platform", Platform)
def test_an_interview_says_what_it_is_about_on_every_network(platform: Platform):
    assert "desert" in by_network(write(spoken(INTERVIEW), EVERYWHERE))[platform]


@pytest.mark.parametrize("platform", Platform)
def test_no_answer_stands_above_the_question_it_answers(platform: Platform):
    post = by_network(write(spoken(INTERVIEW), EVERYWHERE))[platform]
    question, _, answer = INTERVIEW.partition("? ")

    if question in post:
        assert post.index(question) < post.index(answer.split(". ")[0])


def test_a_quotation_of_somebody_unknown_is_noted():
    notes = write(spoken("I tried the dead hang. I hang for one minute every day."), Brief()).notes

    assert any("does not tell who speaks" in note for note in notes)


def test_the_name_of_a_house_does_not_stand_alone():
    brief = EVERYWHERE.model_copy(update={"use_words": ("Imkerei am Deich",)})
    said = "Echter Honig wird nicht erhitzt. Unsere Waben ruhen drei Tage."
    seen = shown(spoken(said, "de"), "Imkerei am Deich")

    for post in by_network(write(seen, brief)).values():
        assert post.startswith("Imkerei am Deich: ")


def test_what_was_left_out_of_one_persons_words_is_marked():
    said = (
        "A year ago our team had 19 hours of meetings every week. We cancelled every meeting on "
        "Wednesday and I wrote things down instead. At first it felt slow. After 3 months we "
        "shipped twice as often and nobody wanted the meetings back. One person writes slowly and "
        "twelve people read fast. If you want to try it, start with one day."
    )
    post = by_network(write(spoken(said), Brief(platforms=(Platform.X,))))[Platform.X]

    assert post.count('"') == 2
    assert "… If you want to try it, start with one day" in post


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (spoken("The mug keeps coffee hot."), "Somebody speaks; no text on screen."),
        (
            shown(spoken("Der Teig ruht 18 Stunden.", "de"), "Gutes Brot"),
            "Text im Bild: „Gutes Brot“.",
        ),
    ],
)
def test_an_alt_text_tells_what_is_shown_in_the_language_of_the_post(
    seen: Understanding, told: str
):
    assert write(seen, Brief()).captions[0].alt_text == told
