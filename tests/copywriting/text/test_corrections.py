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


@pytest.mark.parametrize(
    ("heard", "language", "meant"),
    [
        ("Pour 200 millilitres, uh no, 250.", "en", "Pour 250 millilitres."),
        ("Er braucht zehn Minuten, äh nein, zwölf.", "de", "Er braucht zwölf Minuten."),
        (
            "Eine viertel, nein, Moment, eine halbe Umdrehung.",
            "de",
            "Eine halbe Umdrehung.",
        ),
        ("Vingt-cinq minutes, euh non, vingt, à feu doux.", "fr", "Vingt minutes, à feu doux."),
        ("Six cents grammes de riz, euh non, huit cents.", "fr", "Huit cents grammes de riz."),
        ("Pones dos tazas, digo tres, de agua.", "es", "Pones tres tazas, de agua."),
        ("Versi cento grammi, anzi centocinquanta.", "it", "Versi centocinquanta grammi."),
        (
            "Los vijftig gram zout op, nee wacht, dertig gram, in een liter water.",
            "nl",
            "Los dertig gram zout op, in een liter water.",
        ),
        ("Junte três ovos, quer dizer, quatro.", "pt", "Junte quatro ovos."),
        ("Koka i tio minuter, nej vänta, femton.", "sv", "Koka i femton minuter."),
        ("Een kwart slag, nee wacht, een halve slag.", "nl", "Een halve slag."),
        ("Der Trieb muss raus. Nee, warte, der Trieb bleibt.", "de", "Der Trieb bleibt."),
        ("You need 400 grams of flour. No, sorry, 450.", "en", "You need 450 grams of flour."),
        ("Son tres gatos, no cuatro.", "es", "Son tres gatos, no cuatro."),
    ],
)
def test_every_language_takes_an_amount_back_in_its_own_words(
    heard: str, language: str, meant: str
):
    assert [s.text for s in spoken_sentences(spoken(heard, language).transcript)] == [meant]
