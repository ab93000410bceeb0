from __future__ import annotations

import pytest

from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, CaptionSet, Platform
from tests.copywriting.conftest import spoken


def text_for(platform: Platform, captions: CaptionSet) -> str:
    return next(c.text for c in captions.captions if c.platform is platform)


def posted(heard: str, language: str, platform: Platform = Platform.INSTAGRAM) -> str:
    return text_for(platform, write(spoken(heard, language), Brief()))


@pytest.mark.parametrize(
    ("heard", "language"),
    [
        ("Eén, pak de emmer. Twee, vul de emmer half. Drie, giet de emmer leeg.", "nl"),
        (
            "Première étape, videz le seau. Deuxième étape, rincez-le. Troisième étape, séchez.",
            "fr",
        ),
        ("Erstens, Eimer holen. Zweitens, Eimer füllen. Drittens, Eimer leeren.", "de"),
        ("Primo passo, prendi il secchio. Secondo passo, riempi il secchio. Terzo, svuota.", "it"),
        ("Uno, coge el cubo. Dos, llena el cubo entero. Tres, vacía el cubo.", "es"),
        ("Um, pega no balde. Dois, enche o balde inteiro. Três, esvazia o balde.", "pt"),
        ("Ett, ta hinken. Två, fyll hinken till hälften. Tre, töm hinken.", "sv"),
        ("One, take the bucket. Two, fill the bucket. Three, empty the bucket.", "en"),
    ],
)
def test_words_that_count_steps_become_the_numbers_of_a_list(heard: str, language: str):
    lines = [line for line in posted(heard, language).split("\n") if line[:1].isdigit()]

    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. "]
    assert not any(heard.split(maxsplit=1)[0].rstrip(",") in line for line in lines)


RECIPE = (
    "Prendi 300 grammi di zucca. Tagli la zucca a cubetti e la metti in pentola. Un litro d'acqua "
    "e due cucchiai d'olio. Frulli tutto. Se è densa, aggiungi acqua, non panna."
)


def test_amounts_and_what_to_do_with_them_are_a_recipe():
    text = posted(RECIPE, "it")

    assert "1. Prendi 300 grammi di zucca.\n2. Tagli la zucca a cubetti" in text
    assert "«" not in text


def test_what_to_do_in_a_case_stands_behind_the_list_of_each_network():
    for platform in (Platform.INSTAGRAM, Platform.X, Platform.LINKEDIN):
        assert "\n\nSe è densa, aggiungi acqua, non panna." in posted(RECIPE, "it", platform)


LONG = (
    "A wobbly table takes ten minutes to fix. First, turn the table over on a blanket, so that the "
    "top gets no scratches from the floor. Then tighten every screw with a hex key, this is what "
    "everybody forgets, one after the other. Then measure the short leg with a ruler, from the "
    "floor to the frame, to the millimetre. Finally, glue felt under the leg, as thick as the gap."
)


def test_where_there_is_little_room_each_step_is_told_shorter_and_none_is_lost():
    text = posted(LONG, "en", Platform.X)

    assert "\n2. Tighten every screw with a hex key" in text
    assert "everybody forgets" not in text
    assert "\n4. Glue felt under the leg" in text


def test_a_list_has_no_hole_where_a_step_may_not_be_posted():
    heard = (
        "Erstens, Eimer holen. Zweitens, ich nehme Seife. Drittens, Eimer leeren. "
        "Viertens, abtrocknen."
    )

    lines = [line for line in posted(heard, "de").split("\n") if line[:1].isdigit()]

    assert lines == ["1. Eimer holen.", "2. Eimer leeren.", "3. Abtrocknen."]
