from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.speakers import speakers
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
    ],
)
def test_who_speaks_is_known_by_a_name_that_is_said_or_a_card(
    said: str, card: str, language: str, told: str
):
    line = ScreenText(text=card, box=BOX, start_ms=0, end_ms=900)
    seen = spoken(said, language).model_copy(update={"screen": (line,)})

    assert ", ".join(speaker.told for speaker in speakers(seen, language)) == told


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
