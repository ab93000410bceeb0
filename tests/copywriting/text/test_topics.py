"""Hashtags a person would use."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.briefs.parse import read_brief
from socialcopy.copywriting.text.sentences import spoken_sentences
from socialcopy.copywriting.text.topics import hashtags
from socialcopy.copywriting.writers.extractive import write
from socialcopy.models import Brief, Platform
from tests.copywriting.conftest import spoken
from tests.copywriting.writers.test_ranking import shown


def tags(said: str, language: str = "en", **more: object) -> tuple[str, ...]:
    return hashtags(spoken_sentences(spoken(said, language).transcript), language, **more)  # type: ignore[arg-type]


def test_a_noun_and_its_verb_are_no_hashtag():
    said = (
        "When the tide turns, the boats lie on the sand. Seals sunbathe on the warm rocks. "
        "Your engine stalls upward of forty degrees. The harbour wall keeps the waves outside."
    )

    assert not {"#TideTurns", "#SealsSunbathe", "#EngineStalls", "#WavesOutside"} & {*tags(said)}


def test_the_name_of_a_button_is_no_hashtag_and_the_products_name_is():
    said = "In Lumora, click on Export and choose Archive. The Lumora archive keeps every film."

    assert tags(said)[0] == "#Lumora"
    assert not {"#Export", "#Archive"} & {*tags(said)}


@pytest.mark.parametrize(
    "said",
    [
        "Hi, this is Beatrix from the support desk. The new search is fast.",
        "This is Tobias. He slept in a car for two winters.",
        "She lives in Leeds with her daughter Marigold and a cat.",
    ],
)
def test_people_who_are_shown_or_related_are_no_hashtags(said: str):
    assert not {"#Beatrix", "#Tobias", "#Marigold"} & {*tags(said)}


def test_a_team_with_an_article_is_a_hashtag_when_it_is_named_again():
    said = "Last night the Otters lost at home. On Sunday the Otters play again."

    assert "#Otters" in tags(said)


def test_an_article_is_no_part_of_a_german_hashtag():
    said = "Die Heizung ist neu. Der Wintergarten ist hell. Gebt einen Löffel Zucker dazu."

    assert tags(said, "de") == ()


def test_the_briefs_name_comes_first_when_it_is_said():
    said = "Hi from the Solvane team. The new search is fast in Boston."

    assert tags(said, own_names=("Solvane",))[0] == "#Solvane"
    assert "#Solvane" not in tags("The new search is fast.", own_names=("Solvane",))


def test_where_a_talk_names_nothing_what_is_said_and_shown_is_the_topic():
    talk = spoken("What scared you most about the glacier? The noise at night scared me.")
    seen = talk.model_copy(update={"screen": shown("What scared you most about the glacier?")})

    assert write(talk, Brief()).captions[0].hashtags == ()
    assert write(seen, Brief()).captions[0].hashtags == ("#Glacier",)


def test_swearing_is_no_hashtag_even_where_it_may_be_posted():
    talk = spoken("This damn stove heats a whole house. It burns wood for nine hours.")

    for caption in write(talk, Brief(profanity="keep")).captions:  # type: ignore[arg-type]
        assert not any("damn" in tag.lower() for tag in caption.hashtags)


def test_a_briefs_hashtags_may_be_written_with_spaces_quotes_and_signs():
    brief = read_brief("hashtags: slow travel, '#Trains', \"#Trains\"", "a brief")
    talk = spoken("The local train climbs to a glacier at two thousand metres.")

    text = write(talk, brief.model_copy(update={"hashtag_policy": "given"})).captions[0].text

    assert text.endswith("#SlowTravel #Trains")


def test_a_name_inside_the_briefs_hashtag_is_not_tagged_again():
    talk = spoken("The Oslo Film Week is back. We show ninety films in Oslo and two in Bergen.")
    brief = Brief(platforms=(Platform.INSTAGRAM,), campaign_tag="OsloFilmWeek26")

    assert "#Oslo" not in write(talk, brief).captions[0].hashtags
