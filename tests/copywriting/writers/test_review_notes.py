"""What the notes ask somebody to hear again."""

from __future__ import annotations

from socialcopy.copywriting.writers.extractive import write
from socialcopy.models import Brief
from tests.copywriting.conftest import spoken
from tests.copywriting.writers.test_ranking import shown


def test_a_word_that_the_picture_writes_otherwise_is_named_and_not_changed():
    talk = spoken("We fold forty paper planes for the crane festival in our village hall.")
    seen = talk.model_copy(
        update={"screen": shown("Paper cranes", "Grain festival", "Paper lanes")}
    )

    captions = write(seen, Brief())

    assert any("“crane festival” (“grain festival”)" in note for note in captions.notes)
    assert "crane festival" in captions.captions[0].text


def test_another_form_of_a_shown_word_is_no_doubt():
    talk = spoken("We roast coffee beans every morning in the old fire station.")
    seen = talk.model_copy(update={"screen": shown("Roasted coffee", "Coffee beams")})

    notes = write(seen, Brief()).notes

    assert not any("roast coffee" in note for note in notes)
