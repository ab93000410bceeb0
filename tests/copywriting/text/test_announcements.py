"""A post opens with what a talk says it is about, not with the saying."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.text.sentences import clean
from socialcopy.copywriting.writers.extractive import write
from socialcopy.models import Brief
from tests.copywriting.conftest import spoken


@pytest.mark.parametrize(
    ("said", "language", "left"),
    [
        ("Today we're going to look at two ways to fold a map.", "en", "Two ways to fold a map."),
        (
            "So let me show you how to patch a tent in the rain.",
            "en",
            "How to patch a tent in the rain.",
        ),
        ("Heute erkläre ich euch, warum der Zug zu spät kommt.", "de", None),
        ("Hoy te voy a explicar por qué el mar es salado.", "es", "Por qué el mar es salado."),
        ("Oggi vi spiego come nasce un arcobaleno doppio.", "it", None),
    ],
)
def test_what_a_talk_announces_is_kept_without_the_announcing(
    said: str, language: str, left: str | None
):
    words = {"de": "Warum der Zug zu spät kommt.", "it": "Come nasce un arcobaleno doppio."}

    assert clean(said, language) == (left or words[language])


@pytest.mark.parametrize(
    "said",
    [
        "I want to show you something I found.",
        "Let me show you how this works in the dark.",
        "I will not show you how to do it at home.",
        "We will share the numbers on Monday at nine.",
        "I want to tell you I never liked the place.",
    ],
)
def test_what_could_not_stand_alone_is_not_cut(said: str):
    assert clean(said) == said


def test_an_announcement_behind_news_goes_and_the_news_stay():
    said = "The spring timetable is out and I want to walk you through the four new night lines."

    assert clean(said) == "The spring timetable is out."


def test_a_condition_keeps_the_clause_behind_it():
    said = "If you have ten minutes and I want to show you the long way, say so."

    assert clean(said) == said


def test_a_welcome_goes_and_what_is_said_of_the_place_stays():
    said = "Welcome back to Night Trains, a podcast about crossing Europe in your sleep."

    assert clean(said) == "Night Trains, a podcast about crossing Europe in your sleep."
    assert clean("Welcome to my little workshop.") == "Welcome to my little workshop."


def test_the_announced_matter_opens_the_post():
    talk = spoken(
        "Hello all. In this video I'm going to show you how to repot a cactus without gloves. "
        "You need a newspaper and a spoon. The soil should be dry for three days before you begin."
    )

    text = write(talk, Brief()).captions[0].text

    assert text.startswith("How to repot a cactus without gloves.")


def test_the_announced_matter_opens_even_where_a_figure_would():
    talk = spoken(
        "Today I want to talk about owls in the city park. You can count 14 owls in one night. "
        "Your ears find 9 of them before you see any."
    )

    assert write(talk, Brief()).captions[0].text.startswith("Owls in the city park.")


def test_a_greeting_heard_without_a_stop_goes_too():
    assert clean("Hallo zusammen, die Mühle mahlt ab sechs Uhr, tschüss.", "de") == (
        "Die Mühle mahlt ab sechs Uhr."
    )
    assert clean("Hola a todos, el molino abre a las seis.", "es") == "El molino abre a las seis."


def test_an_idle_like_goes_and_one_that_means_about_stays():
    assert clean("The soup got like really thick.") == "The soup got really thick."
    assert clean("The pot holds like 3 litres.") == "The pot holds like 3 litres."
