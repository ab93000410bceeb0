"""Which sentences belong together, and which are worth most."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.writers.extractive import write
from socialcopy.copywriting.writers.ranking import take_apart
from socialcopy.models import Brief, Platform, Region, ScreenText, Understanding
from tests.copywriting.conftest import spoken

EVERYWHERE = Brief(platforms=tuple(Platform), variants=3)
BOX = Region(left=0.1, top=0.1, right=0.9, bottom=0.2)


def shown(*lines: str) -> tuple[ScreenText, ...]:
    return tuple(
        ScreenText(text=line, box=BOX, start_ms=n * 2_000, end_ms=n * 2_000, probability=0.99)
        for n, line in enumerate(lines)
    )


def doubted(video: Understanding, word: str, probability: float) -> Understanding:
    words = tuple(
        w.model_copy(update={"probability": probability}) if w.text == word else w
        for w in video.transcript.words
    )
    return video.model_copy(
        update={"transcript": video.transcript.model_copy(update={"words": words})}
    )


@pytest.mark.parametrize(
    ("language", "turned", "turn"),
    [
        ("en", "Our rent went up by half that spring.", "But the shop was full every morning."),
        ("de", "Die Miete stieg um die Hälfte.", "Aber der Laden war jeden Morgen voll."),
        ("fr", "Le loyer a doublé au printemps.", "Mais la boutique était pleine le matin."),
    ],
)
def test_what_a_but_takes_back_is_never_posted_without_it(language: str, turned: str, turn: str):
    told = {
        "en": "We bake bread on Hill Road. {} {} We opened a second oven in May.",
        "de": "Wir backen Brot in der Bergstraße. {} {} Im Mai kam ein zweiter Ofen.",
        "fr": "Nous faisons du pain dans la rue haute. {} {} En mai nous avons un second four.",
    }[language]

    for caption in write(spoken(told.format(turned, turn), language), EVERYWHERE).captions:
        for text in (caption.text, *caption.variants):
            flowing = " ".join(text.split())
            assert (turned in flowing) == (f"{turned} {turn}" in flowing)


def test_steps_in_a_row_are_posted_whole_and_in_order_or_not_at_all():
    talk = spoken(
        "Your bike chain squeaks because it is dry. You need a rag and a drop of oil. "
        "Wipe the chain with the rag. Then put a drop of oil on each link. "
        "Turn the pedals for a minute. A clean chain lasts three times as long."
    )
    steps = (
        "Wipe the chain with the rag.\nThen put a drop of oil on each link.\n"
        "Turn the pedals for a minute."
    )

    for caption in write(talk, EVERYWHERE).captions:
        assert steps in caption.text or "pedals" not in caption.text
        assert steps in caption.text or "Wipe" not in caption.text


def test_the_end_of_a_longer_procedure_is_no_list():
    talk = spoken(
        "A hedge can look new by noon. Trim the sides before the top. Tie the long shoots back. "
        "The blackbirds don't mind. Brush the leaves away. Rinse the blades. Dry them in the sun."
    )

    assert take_apart(talk.transcript).steps == ()


def test_a_procedure_never_begins_with_then():
    talk = spoken(
        "A wobbly chair is fixed in an hour. The old glue in the joints has to go. "
        "Then sand the legs. Wipe the dust away. Press the legs into the seat. "
        "Our grandfather mended forty chairs this way."
    )

    for caption in write(talk, EVERYWHERE).captions:
        flowing = " ".join(caption.text.split())
        assert ("Press the legs" in flowing) == ("has to go. Then sand the legs." in flowing)


def test_a_step_is_no_opener_when_the_one_before_it_is_missing():
    talk = spoken(
        "In the menu, open the archive. Choose Friday at noon. The archive keeps eleven years."
    )

    for caption in write(talk, EVERYWHERE).captions:
        for text in (caption.text, *caption.variants):
            assert "Choose Friday" not in text or "open the archive" in text
            assert not text.startswith("Choose")


def test_what_leans_on_a_sentence_that_may_not_be_posted_goes_with_it():
    talk = spoken(
        "The ferry leaves at six in the morning. The crew is cheap. They sing on the way back. "
        "Bring a coat, because the deck is windy."
    )

    text = write(talk, Brief(avoid_words=("cheap",))).captions[0].text

    assert "They sing" not in text
    assert "The ferry leaves" in text


def test_an_opener_whose_subject_may_not_be_posted_is_not_the_hook():
    talk = spoken(
        "The damn kettle whistles. It boils a litre in ninety seconds. "
        "Our workshop in Ghent builds it from glass. Every kettle is tested for a day."
    )

    assert not write(talk, Brief()).captions[0].text.startswith("It ")


def test_a_date_or_a_price_is_worth_a_place_where_one_other_sentence_fits():
    talk = spoken(
        "The night market is back in the old harbour. Forty cooks have their stalls by the water. "
        "Doors open on August 14 at sunset. Every stall cooks one dish and nothing else."
    )

    text = write(talk, Brief(platforms=(Platform.TIKTOK,))).captions[0].text

    assert "August 14" in text


def test_a_date_that_the_briefs_last_line_tells_is_not_told_twice():
    talk = spoken(
        "Our choir is looking for tenors. Rehearsals are on Mondays in the town hall. "
        "Registration closes on June 30. You don't have to read music. We sing from memory."
    )
    brief = Brief(call_to_action="Register by June 30.", platforms=(Platform.X,))

    assert write(talk, brief).captions[0].text.count("June 30") == 1


def test_a_doubted_verb_does_not_cost_a_price_that_the_picture_shows_too():
    said = (
        "The folding stool carries a grown man. It was built in Porto by two sisters. "
        "The stool costs 65 euros. It folds as flat as a book."
    )
    video = doubted(spoken(said), "costs", 0.3)
    seen = video.model_copy(update={"screen": shown("Folding stool", "65 euros")})

    assert "65 euros" not in write(video, Brief()).captions[0].text
    captions = write(seen, Brief())
    assert "The stool costs 65 euros." in captions.captions[0].text
    assert any("“costs”" in note for note in captions.notes)


def test_an_answer_without_a_verb_is_not_posted_without_its_question():
    talk = spoken(
        "Our team walked across Iceland in March. What do you miss most out there? "
        "Fresh bread and dry socks. The wind never stopped for nineteen days."
    )

    for caption in write(talk, EVERYWHERE).captions:
        flowing = " ".join(caption.text.split())
        assert ("Fresh bread" in flowing) == ("out there? Fresh bread" in flowing)


def test_naming_what_is_shown_leans_on_nothing_and_may_open():
    talk = spoken(
        "Come on in. This is Hotel Miramar in Porto, and it opened last week. "
        "The roof has a pool with a view of both bridges."
    )

    assert write(talk, Brief()).captions[0].text.startswith("This is Hotel Miramar")


def test_an_ordinal_list_is_numbered_in_the_order_it_was_said():
    talk = spoken(
        "Our app learned three tricks this week. The first one is offline maps. "
        "The second one is sharing a route with a friend. And the third one is that you can "
        "print a map on one page."
    )

    text = write(talk, Brief()).captions[0].text

    assert "1. Offline maps.\n2. Sharing a route with a friend.\n3. You can print" in text


def test_a_sentence_keeps_its_place_among_all_that_was_heard():
    talk = take_apart(
        spoken("Good bread takes time. Buy cheap flour. We bake at four.").transcript,
        Brief(avoid_words=("cheap",)),
    )

    assert [point.order for point in talk.points] == [0, 2]
