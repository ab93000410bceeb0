"""What may be posted of a talk: harmless lines pass, assertions follow, words stay somebody's."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.repair import judge
from socialcopy.copywriting.evidence.sources import know
from socialcopy.models import Brief, Region, ScreenText
from tests.copywriting.conftest import spoken

SAID = (
    "With me is the mayor of Hollin, Agnes Rowe. Does the bus stay? It stays if we fill it. "
    "We hope to open a second line in May. Two out of three riders are nurses. "
    "The depot was half empty. What would you change? The first hundred tickets are free."
)
CARD = ScreenText(
    text="Agnes Rowe, Mayor of Hollin",
    box=Region(left=0.1, top=0.8, right=0.6, bottom=0.9),
    start_ms=0,
    end_ms=4_000,
)
SEEN = spoken(SAID).model_copy(update={"screen": (CARD,)})


def fault(line: str, brief: Brief | None = None, before: str = "") -> str:
    wanted = brief or Brief()
    return judge(line, know(SEEN, wanted), wanted, before)[0]


@pytest.mark.parametrize(
    "line",
    [
        "Who rides at three in the morning?",
        "Tag a nurse who rides with you.",
        "Save this for Friday.",
        "Not another empty depot.",
        "Two out of three riders are nurses.",
        "“It stays if we fill it,” says Agnes Rowe.",
        "Sometimes less is more.",
    ],
)
def test_questions_invitations_rhetoric_and_what_was_said_pass(line: str):
    assert fault(line, before="The bus.") == "" or fault(line) == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("The depot burns hydrogen.", "nothing in the video"),
        ("The second line opens in May.", "hope"),
        ("The depot was empty.", "half"),
        ("Riders are always nurses.", "always"),
        ("We hope to open a second line.", "first person"),
        ("“The bus is too slow,” says Agnes Rowe.", "word for word"),
        ("“It stays if we fill it,” says Peter.", "Peter"),
        ("Tag a friend and win a free ticket.", "nothing in the video"),
        ("Did you know that tickets are free?", "first hundred"),
        ("She runs the depot.", "stands on a sentence"),
    ],
)
def test_what_does_not_follow_is_stopped_with_the_reason(line: str, reason: str):
    assert reason in fault(line)


def test_a_condition_may_not_be_left_out():
    seen = spoken("If it rains, the walk is on Sunday. The walk starts at six.")
    known = know(seen, Brief())

    assert "condition" in judge("The walk is on Sunday.", known, Brief())[0]
    assert judge("If it rains, the walk is on Sunday.", known, Brief())[0] == ""


def test_two_sentences_are_not_mixed_into_a_third():
    known = know(spoken("Sand drains fast. Clay holds on to everything."), Brief())

    assert judge("Clay drains fast.", known, Brief())[0]


def test_the_words_of_the_brief_need_no_proof():
    brief = Brief(call_to_action="Call us before noon.", who="Hollin Buses")

    assert fault("Call us before noon.", brief) == ""
