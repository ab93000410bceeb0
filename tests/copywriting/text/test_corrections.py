from __future__ import annotations

import pytest

from socialcopy.copywriting.text.sentences import spoken_sentences
from tests.copywriting.conftest import spoken


@pytest.mark.parametrize(
    ("heard", "language", "meant"),
    [
        ("You weigh 400 grams of flour, no sorry, 450.", "en", "You weigh 450 grams of flour."),
        ("We meet on Tuesday, I mean, Wednesday.", "en", "We meet on Wednesday."),
        ("Pesi 500 grammi, no scusa, 450.", "it", "Pesi 450 grammi."),
        ("Vous mettez 300 grammes, non pardon, 250.", "fr", "Vous mettez 250 grammes."),
        (
            "Fold it four times, wait, fold it again.",
            "en",
            "Fold it four times, wait, fold it again.",
        ),
    ],
)
def test_what_was_taken_back_is_gone(heard: str, language: str, meant: str):
    assert [s.text for s in spoken_sentences(spoken(heard, language).transcript)] == [meant]
