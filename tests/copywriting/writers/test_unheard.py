"""Talks of which little was heard well: no sentence of guessed words is posted."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Confidence, Platform, Region, ScreenText, Understanding
from tests.copywriting.conftest import spoken

GUESSED = (
    "Nos eu Flix tem vários acervos espalhados. Em samos a criar uma comunidade de professores. "
    "Eles podem clonar como o GeetHubb forte. A facilidade na vida de quem fúlge o conhecimento."
)
UNSURE = frozenset({"Flix", "samos", "GeetHubb", "fúlge"})
CLEAR = "Cada plano de aula fica gravado no projeto original."
SHOWN = (
    "Comunidade de Professores",
    "FUNCIONALIDADES",
    "Professores realizam as buscas por assunto",
    "Os links podem ser compartilhados no Google Classroom",
)
BRIEF = Brief(platforms=(Platform.LINKEDIN,))


def badly_heard(text: str, shown: tuple[str, ...] = ()) -> Understanding:
    clearly = spoken(text, "pt")
    words = tuple(
        word.model_copy(update={"probability": 0.2}) if word.text.strip(".") in UNSURE else word
        for word in clearly.transcript.words
    )
    transcript = clearly.transcript.model_copy(update={"words": words})
    screen = tuple(
        ScreenText(
            text=line,
            box=Region(left=0.1, top=0.1, right=0.9, bottom=0.3),
            start_ms=n * 3000,
            end_ms=n * 3000 + 2500,
            probability=0.98,
        )
        for n, line in enumerate(shown)
    )
    return clearly.model_copy(update={"transcript": transcript, "screen": screen})


def test_the_picture_tells_it_where_it_shows_enough():
    captions = write(badly_heard(GUESSED, SHOWN), BRIEF)
    text = captions.captions[0].text

    assert captions.confidence is Confidence.SCREEN
    assert "Professores realizam as buscas por assunto." in text
    assert not any(word in text for word in UNSURE)
    assert "FUNCIONALIDADES" not in text  # the head of a part


def test_the_notes_say_why_and_what_was_said():
    notes = write(badly_heard(GUESSED, SHOWN), BRIEF).notes

    assert notes[0].startswith("Most of what is said in this video was hard to hear")
    assert any("GeetHubb" in note for note in notes[1:])


def test_the_brief_tells_it_before_the_picture():
    brief = BRIEF.model_copy(update={"about": "Planos de aula para professores de museu."})
    captions = write(badly_heard(GUESSED, SHOWN), brief)

    assert captions.captions[0].text.startswith("Planos de aula para professores de museu.")
    assert "what the brief says" in captions.notes[0]


def test_what_was_heard_well_is_all_that_is_posted_where_the_picture_shows_nothing():
    text = write(badly_heard(f"{GUESSED} {CLEAR}"), BRIEF).captions[0].text

    assert CLEAR in text
    assert not any(word in text for word in UNSURE)


@pytest.mark.parametrize("shown", [(), SHOWN[:2]])
def test_a_talk_without_one_clear_sentence_is_posted_with_its_doubts_noted(shown: tuple[str, ...]):
    captions = write(badly_heard(GUESSED, shown), BRIEF)

    assert captions.captions
    assert any("hard to hear" in note for note in captions.notes)


def test_an_amount_in_words_is_heard_fairly_though_no_list_has_it():
    heard = {"Meet": 0.2, "Harbor": 0.2, "mug": 0.2, "six": 0.6, "twenty-nine": 0.48}
    seen = spoken(
        "Meet the Harbor mug. It keeps tea hot for six hours. The mug costs twenty-nine dollars."
    )
    words = tuple(
        word.model_copy(update={"probability": heard.get(word.text.strip("."), 0.97)})
        for word in seen.transcript.words
    )
    transcript = seen.transcript.model_copy(update={"words": words})

    captions = write(seen.model_copy(update={"transcript": transcript}), BRIEF)

    assert "twenty-nine dollars" in captions.captions[0].text
