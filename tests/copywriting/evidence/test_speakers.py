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
    ],
)
def test_who_speaks_is_known_by_a_name_that_is_said_or_a_card(
    said: str, card: str, language: str, told: str
):
    line = ScreenText(text=card, box=BOX, start_ms=0, end_ms=900)
    seen = spoken(said, language).model_copy(update={"screen": (line,)})

    assert ", ".join(speaker.told for speaker in speakers(seen, language)) == told
