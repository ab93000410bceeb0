"""Whether a video tells one thing two ways."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.text.contradictions import amounts, contradictions, day_limits


@pytest.mark.parametrize(
    ("said", "shown", "language", "found"),
    [
        (
            "Order yours before March 14th, and shipping is free.",
            "Order by yourself / Free shipping until March 14",
            "en",
            [("before March 14th", "until March 14")],
        ),
        ("Bestell bis zum 14. März.", "Vor dem 14. März", "de",
         [("bis zum 14. März", "Vor dem 14. März")]),
        ("Antes del 3 de junio.", "hasta el 3 de junio", "es",
         [("Antes del 3 de junio", "hasta el 3 de junio")]),
        ("Order till March 14.", "Until March 14", "en-GB", []),
        ("Order before March 14.", "Until March 15", "en", []),
        ("Open from Monday to Friday.", "From Monday", "en", []),
        ("Cold coffee before your second meeting?", "Hot until the last sip", "en", []),
    ],
)  # fmt: skip
def test_a_day_that_is_said_and_shown_with_other_limits_is_found(
    said: str, shown: str, language: str, found: list[tuple[str, str]]
):
    pairs = contradictions([*day_limits(said, language)], [*day_limits(shown, language)])

    assert [(one.text, other.text) for one, other in pairs] == found


@pytest.mark.parametrize(
    ("one", "language", "other", "tongue", "found"),
    [
        ("Unser Teig ruht achtzehn Stunden.", "de", "Our dough rests for 80 hours.", "en",
         [("18 Stunden", "80 hours")]),
        ("La masa reposa 18 horas.", "es", "La pâte repose dix-huit heures.", "fr", []),
        ("Es reist drei Tage und 40 Kilometer.", "de", "It travels three days.", "en", []),
        ("Erst 2 Stunden, dann 6 Stunden.", "de", "It takes eight hours.", "en", []),
    ],
)  # fmt: skip
def test_an_amount_that_two_languages_tell_otherwise_is_found(
    one: str, language: str, other: str, tongue: str, found: list[tuple[str, str]]
):
    pairs = contradictions([*amounts(one, language)], [*amounts(other, tongue)])

    assert [(first.text, second.text) for first, second in pairs] == found
