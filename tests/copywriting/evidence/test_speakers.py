from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.speakers import Speaker, speakers, voices
from socialcopy.models import Region, ScreenText
from tests.copywriting.conftest import spoken

BOX = Region(left=0.1, top=0.8, right=0.6, bottom=0.9)


@pytest.mark.parametrize(
    ("said", "card", "language", "told"),
    [
        (
            "My name is Corin and I lead a team.",
            "Corin Tadley, Ashgrove",
            "en",
            "Corin Tadley, Ashgrove",
        ),
        ("Hola, mi nombre es Lucía Bena.", "Lucía B.", "es", "Lucía Bena"),
        ("I'm joined by the mayor, Agnes Rowe.", "Agnes Rowe, Mayor", "en", "Agnes Rowe, Mayor"),
        ("I'm Maya from Brightline.", "Schedule", "en", "Maya, Brightline"),
        ("It's Monday. I'm Canadian.", "Free Shipping, today only", "en", ""),
        ("I bake at night.", "Maureen Askell", "en", "Maureen Askell"),
        ("I begin with a map.", "Dr. Tove Harrold", "en", "Dr. Tove Harrold"),
        ("I pick Maureen for the shift.", "Maureen Askell", "en", ""),
        ("I pick the shift.", "Maureen A.", "en", ""),
        ("Hej, Tore här från byn.", "Torget", "sv", "Tore"),
        ("Daqui é a Graça.", "Largo da Feira", "pt", "Graça"),
        ("We counted, me and Janet here, all day.", "Schedule", "en", ""),
        ("So look at this roof.", "Hamish Orde: Mind the gap", "en", "Hamish Orde"),
        ("We make doors.", "Dilwyn Harte, Harte Doors", "en", "Dilwyn Harte, Harte Doors"),
        ("Estamos con doña Rosalba del taller La Tuerca.", "La Tuerca", "es", "Rosalba"),
        ("This is Martin Oakley, founder of Fernhurst.", "Schedule", "en", "Martin Oakley"),
        ("This is Harbor Mug, the cup that stays hot.", "Schedule", "en", ""),
        ("I\u2019m Maya from Brightline.", "Schedule", "en", "Maya, Brightline"),
        ("I'm Brightline's founder.", "Schedule", "en", ""),
        ("Meu nome é Shadi Abou-Zahra. Eu sou o Especialista.", "Web", "pt", "Shadi Abou-Zahra"),
    ],
)
def test_who_speaks_is_known_by_a_name_that_is_said_or_a_card(
    said: str, card: str, language: str, told: str
):
    line = ScreenText(text=card, box=BOX, start_ms=0, end_ms=900)
    seen = spoken(said, language).model_copy(update={"screen": (line,)})

    assert ", ".join(speaker.told for speaker in speakers(seen, language)) == told


def test_a_role_below_a_name_says_who_speaks_also_where_the_name_was_misheard():
    lines = tuple(
        ScreenText(text=text, box=BOX, start_ms=0, end_ms=900)
        for text in ("Oonagh Tierce", "Director of Nights")
    )

    for heard in ("I'm Una Tears and I sort.", "We sort at night."):
        seen = spoken(heard, "en").model_copy(update={"screen": lines})
        assert [one.told for one in speakers(seen, "en")] == ["Oonagh Tierce, Director of Nights"]


def test_a_name_that_sounds_otherwise_is_another_persons():
    lines = tuple(
        ScreenText(text=text, box=BOX, start_ms=0, end_ms=900)
        for text in ("John Sanders", "Director of Nights")
    )
    seen = spoken("I'm Anna Smith and I sort.", "en").model_copy(update={"screen": lines})

    assert {one.name for one in speakers(seen, "en")} == {"John Sanders", "Anna Smith"}


def test_nobody_is_credited_where_somebody_else_greets_them():
    said = ["I'm Willa Brandt.", "Hey, Willa.", "We have eleven tanks."]

    assert voices(said, [Speaker(name="Willa Brandt")], "en", is_interview=False) == [None] * 3


@pytest.mark.parametrize(
    ("said", "cards", "guest"),
    [
        ("Odd, you lend out kayaks. Why?", ("Odd Marlin, Marlin Boats",), "Odd Marlin"),
        ("We lend out kayaks.", ("Jo Pike, host", "Odd Marlin, boatman"), "Odd Marlin"),
        ("Two kayaks a day.", ("Odd Marlin, boatman",), ""),
    ],
)
def test_whom_a_host_calls_by_name_is_the_guest(said: str, cards: tuple[str, ...], guest: str):
    lines = tuple(ScreenText(text=card, box=BOX, start_ms=0, end_ms=900) for card in cards)
    found = speakers(spoken(said, "en").model_copy(update={"screen": lines}), "en")

    assert "".join(speaker.name for speaker in found if speaker.is_guest) == guest


def test_of_several_guests_the_one_who_is_called_answers_until_the_next_is():
    guests = (Speaker(name="Odd Marlin", is_guest=True), Speaker(name="Ulla Brae", is_guest=True))
    said = [
        "Welcome to the panel.",
        "Odd, does it float?",
        "It floats.",
        "And is it dry?",
        "Mostly.",
        "Ulla, would you buy one?",
        "I'd rent one.",
        "That's interesting.",
        "We have five minutes.",
    ]

    found = voices(said, guests, "en", is_interview=True)

    assert [one.name if one else "" for one in found] == [
        "", "", "Odd Marlin", "", "Odd Marlin", "", "Ulla Brae", "", "",
    ]  # fmt: skip


def test_a_hosts_welcome_is_not_put_into_the_guests_mouth():
    guest = Speaker(name="Tobias Renck", is_guest=True)
    said = ["Are we live?", "With me is Tobias Renck.", "On leave, I should say.", "Why?", "Cost."]

    found = voices(said, [guest], "en", is_interview=True)

    assert [one is guest for one in found] == [False, False, False, False, True]


def test_what_a_host_says_behind_an_interjection_is_not_the_guests():
    guest = Speaker(name="Tobias Renck", is_guest=True)
    said = ["Why?", "Okay.", "It costs.", "Interesting.", "We are split.", "And now?", "We wait."]

    found = voices(said, [guest], "en", is_interview=True)

    assert [one is guest for one in found] == [False, True, True, False, False, False, True]
