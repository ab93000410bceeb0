"""Whether a day is said one way and shown another."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.text.day_limits import contradictions


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
    pairs = contradictions(said, shown, language)

    assert [(one.text, other.text) for one, other in pairs] == found
