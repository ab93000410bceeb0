"""Talk as people talk: what they say to each other is no copy, and leaves no gap."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.writers.gather import gather
from socialcopy.copywriting.writers.points import Material
from socialcopy.models import Brief, Region, ScreenText, Transcript, Understanding, Word

BOX = Region(left=0, top=0, right=1, bottom=1)


def material(said: str, *shown: str, language: str = "en") -> Material:
    words = tuple(
        Word(start_ms=400 * n, end_ms=400 * n + 350, text=word, probability=0.95)
        for n, word in enumerate(said.split())
    )
    seen = Understanding(
        duration_ms=400 * len(words),
        has_audio=True,
        transcript=Transcript(language=language, words=words),
        screen=tuple(
            ScreenText(text=text, box=BOX, start_ms=0, end_ms=2_000, probability=0.98)
            for text in shown
        ),
    )
    return gather(seen, Brief(), know(seen, Brief()))


def told(found: Material) -> str:
    return " ".join(point.text for point in found.points)


def test_what_answers_small_talk_is_small_talk():
    found = material(
        "Can you hear me? I can, yes, a bit. What broke? The chain of the pontoon broke."
    )

    assert told(found) == "What broke? The chain of the pontoon broke."


@pytest.mark.parametrize("echo", ["Eleven.", "Right.", "Perfect."])
def test_an_echo_is_left_out_and_leaves_no_gap(echo: str):
    found = material(
        f"The raft had 11 boats on it. {echo} It broke loose at night and drifted off."
    )

    assert echo not in told(found)
    assert [len(passage.points) for passage in found.passages] == [2]


def test_whom_a_sentence_calls_is_taken_off():
    found = material("Frau Voss, wann öffnet das Bad? Das Bad öffnet am Montag.", language="de")

    assert told(found) == "Wann öffnet das Bad? Das Bad öffnet am Montag."


def test_a_german_noun_with_its_article_leans_on_nothing():
    found = material("Das Kelterfest in Wallrode ist wieder da. Es gibt Wein.", language="de")

    assert found.passages[0].first.text == "Das Kelterfest in Wallrode ist wieder da."


def test_who_is_presented_and_called_is_the_one_who_speaks():
    found = material(
        "Milo Trench is the harbour master at Skerrow. Milo, what happened? The chain broke.",
        *("Milo Trench", "Harbour Master, Skerrow"),
    )

    assert [one.told for one in found.everybody] == ["Milo Trench, Harbour Master, Skerrow"]
    assert found.brand == ""


def test_an_amount_that_was_hard_to_hear_is_confirmed_by_the_picture_whatever_its_unit():
    said = ("It", "keeps", "coffee", "hot", "for", "six", "hours.")
    words = [
        Word(start_ms=400 * n, end_ms=400 * n + 350, text=word, probability=0.95)
        for n, word in enumerate(said)
    ]
    words[5] = words[5].model_copy(update={"probability": 0.55})
    shown = ScreenText(text="6h", box=BOX, start_ms=0, end_ms=2_000, probability=0.98)
    seen = Understanding(
        duration_ms=3_000,
        has_audio=True,
        transcript=Transcript(language="en", words=tuple(words)),
        screen=(shown,),
    )

    assert gather(seen, Brief(), know(seen, Brief())).points[0].doubted == ()
