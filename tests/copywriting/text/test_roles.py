"""What a sentence does in a talk, and so whether a post may open with it."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.text import roles


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dogs are not allowed."),
        ("en", "Children under 12 do not pay."),
        ("en", "Designed by Clara Bennett."),
        ("en", "The Harbor Mug costs $29."),
        ("de", "Hunde sind nicht erlaubt."),
        ("es", "No se permiten perros."),
        ("fr", "Les chiens ne sont pas admis."),
        ("it", "I cani non sono ammessi."),
        ("nl", "Honden zijn niet toegestaan."),
    ],
)
def test_restrictions_credits_and_prices_are_side_matters(language: str, text: str):
    assert roles.is_side_matter(text, language, "Harbor Mug")


@pytest.mark.parametrize(
    "text",
    [
        "Built by nurses, for nurses.",
        "It keeps your coffee hot for six hours.",
        "A night in the harbour costs less than a pizza.",
        "Reports take hours when you copy numbers by hand.",
    ],
)
def test_a_result_a_problem_or_an_offer_is_no_side_matter(text: str):
    assert not roles.is_side_matter(text, "en", "Harbor Mug")


def test_a_step_is_one_behind_the_place_where_it_is_done_too():
    assert roles.instructs("In Brightline, open the settings and click on schedule.", "en")
    assert roles.instructs("Choose Monday at 9.", "en")
    assert not roles.instructs("Meet the Harbor Mug.", "en")
    assert not roles.instructs("Order yours before March 14th.", "en")


@pytest.mark.parametrize(
    ("language", "text", "is_farewell"),
    [
        ("en", "See you at the river.", True),
        ("en", "See you in the next video.", False),
        ("de", "Wir sehen uns am Fluss.", True),
        ("es", "Nos vemos en el río.", True),
        ("fr", "Rendez-vous au parc.", True),
        ("nl", "Tot in de volgende video.", False),
    ],
)
def test_a_farewell_invites_where_it_says_where(language: str, text: str, *, is_farewell: bool):
    assert roles.is_farewell(text, language) == is_farewell


def test_an_event_needs_a_day():
    assert roles.is_event("The festival is back. On June 3rd we open the gates.", "en")
    assert not roles.is_event("The festival was loud and muddy.", "en")


@pytest.mark.parametrize(
    ("language", "text", "signs"),
    [
        ("en", "To be honest I only signed up because of him.", 1),
        ("en", "This one, four F something, that's the one that failed.", 2),
        ("de", "Ich weiß, deswegen bin ich gekommen.", 2),
        ("en", "The queue is empty by ten.", 0),
        ("en", "A service is a check, a clean and a test.", 0),
    ],
)
def test_signs_of_unprepared_talk_are_counted(language: str, text: str, signs: int):
    assert roles.rambles(text, language) == signs
