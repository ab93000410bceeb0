"""What a picture says to a viewer, among what its screen has for a user."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.text.run_together import parted
from socialcopy.copywriting.text.screen_text import cards, is_noise
from socialcopy.models import Region, ScreenText


def screen(*lines: str) -> tuple[ScreenText, ...]:
    return tuple(
        ScreenText(
            text=line,
            box=Region(left=0.1, top=0.3, right=0.9, bottom=0.4),
            start_ms=1_000 * n,
            end_ms=1_000 * n + 900,
            probability=0.98,
        )
        for n, line in enumerate(lines)
    )


@pytest.mark.parametrize(
    "line",
    [
        *("e2ab31d6d1", "localhost:5173/import", "contacts-2026.csv", "00:12 / 00:30", "Ctrl+S"),
        *("File Edit View Window Help", "1440 x 900", "@atelier", "100%", "REC", "ep. 12", "x"),
        *(
            "Ablage Bearbeiten Fenster Hilfe",
            "Archivo Editar Ver Ayuda",
            "Fichier Édition Affichage",
        ),
        "00:00:03.320",
        "01:12:07:14",
        "2026-11-28 09:41:07",
    ],
)
def test_what_only_a_user_needs_is_noise(line: str):
    assert is_noise(line)


@pytest.mark.parametrize("line", ["+212 %", "2,318 rows", "Map columns", "Saturday, 6 pm", "$29"])
def test_what_tells_a_viewer_something_is_none(line: str):
    assert not is_noise(line)


@pytest.mark.parametrize(
    ("read", "language", "meant"),
    [
        ("nadie preguntópor él", "es", "nadie preguntó por él"),
        ("pourvotre", "fr", "pour votre"),
        ("Der Gartengehört allen.", "de", "Der Garten gehört allen."),
        ("Niemandwollte sie.", "de", "Niemand wollte sie."),
        ("Davonlaufen", "de", "Davonlaufen"),
        ("Nessunol'ha buttata.", "it", "Nessuno l'ha buttata."),
        ("Larkboard and Tidewater", "en", "Larkboard and Tidewater"),
        ("Die Gartenmauer", "de", "Die Gartenmauer"),
        ("quell'uomo", "it", "quell'uomo"),
    ],
)
def test_words_that_ran_together_are_parted_and_names_and_compounds_are_not(
    read: str, language: str, meant: str
):
    assert parted(read, language) == meant


def test_lines_that_go_on_are_one_card_and_the_next_sentence_is_another():
    shown = screen("Hoy una familia", "vino por una silla", "y se llevó a Nilo", "Refugio Las Eras")

    assert [card.text for card in cards(shown, "es")] == [
        "Hoy una familia vino por una silla y se llevó a Nilo",
        "Refugio Las Eras",
    ]


def test_a_program_shows_steps_results_and_a_name():
    shown = screen("9f3ac01be77", "Quillmark", "Export as PDF", "12 of 48 pages", "Sharewith")

    kinds = {card.text: card.kind.value for card in cards(shown, "en")}
    assert kinds == {"Quillmark": "name", "Export as PDF": "label", "12 of 48 pages": "number"}


def test_a_word_that_had_not_come_in_whole_is_read_as_it_is_later():
    found = [card.text for card in cards(screen("USEUFLIX", "Open to all", "MUSEUFLIX"), "en")]

    assert found == ["MUSEUFLIX", "Open to all"]
