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
        "Tue 09:41 100%",
        *("Battery 63%", "Akku 45 %", "Batterie : 12 %"),
        *("plan_v7_final.lark", "plan7.lark", "stock_v2"),
        *("Don't Save  Cancel  Save", "Abbrechen  Sichern", "Avbryt  Spara"),
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
        ("dont 22à porter", "fr", "dont 22 à porter"),
        ("prévula suite", "fr", "prévu la suite"),
        ("Invitation sentto 34 singers", "en", "Invitation sent to 34 singers"),
        ("Nadie pensaba enel cumpleaños", "es", "Nadie pensaba en el cumpleaños"),
        ("3rd, 10min, 6h, 20fach", "de", "3rd, 10min, 6h, 20fach"),
        ("adoptantes", "fr", "adoptantes"),
        ("Halloway Removals", "en", "Halloway Removals"),
        ("permitidos", "es", "permitidos"),
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


def test_a_state_is_told_with_what_it_became():
    shown = screen(
        "Open shifts: 6", "Ask the team", "Open shifts: 2", "Open shifts: 0", "8 h > 6 h"
    )

    assert [card.text for card in cards(shown, "en")] == [
        "Ask the team",
        "Open shifts: 6 → 0",
        "8 h → 6 h",
    ]


@pytest.mark.parametrize(
    ("line", "language", "kind"),
    [
        ("Where?", "en", "sentence"),
        ("Parrainez Biscotte", "fr", "action"),
        ("Traed una silla", "es", "action"),
        ("Refuge Les Pas Lents", "fr", "name"),
        ("Bibliothèque des Sablons", "fr", "name"),
        ("Help Pip walk again", "en", "action"),
        ("Help desk", "en", "label"),
        ("Voulez-vous venir", "fr", "label"),
        ("Dona María", "es", "name"),
    ],
)
def test_a_question_and_an_appeal_are_no_names(line: str, language: str, kind: str):
    assert [card.kind.value for card in cards(screen(line), language)] == [kind]


def test_what_a_program_shows_at_its_edges_and_asks_its_user_to_click_is_no_word_to_viewers():
    shown = screen("84 %", "LTE", "Share report", "New plan", "Ctrl+S", "Save as May?")

    kinds = {card.text: card.kind.value for card in cards(shown, "en")}
    assert kinds == {"Share report": "label", "New plan": "label"}


def test_a_window_headed_with_a_name_shows_that_name():
    shown = screen("Larkbook | Rehearsal rooms", "Pick a room", "Ctrl+S")

    assert [card.text for card in cards(shown, "en")] == ["Larkbook", "Pick a room"]


def test_a_percentage_of_a_video_that_shows_no_program_stays():
    assert [card.text for card in cards(screen("84 %", "less food wasted"), "en")] == [
        "84 % less food wasted"
    ]


def test_a_word_that_had_not_come_in_whole_is_read_as_it_is_later():
    found = [card.text for card in cards(screen("USEUFLIX", "Open to all", "MUSEUFLIX"), "en")]

    assert found == ["MUSEUFLIX", "Open to all"]
