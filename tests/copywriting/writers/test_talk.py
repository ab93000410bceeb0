"""Talk as people talk: what they say to each other is no copy, and leaves no gap."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.writers.gather import gather
from socialcopy.copywriting.writers.points import Material
from socialcopy.models import Brief, Region, ScreenText, Transcript, Understanding, Word

BOX = Region(left=0, top=0, right=1, bottom=1)


def material(said: str, *shown: str, language: str = "en", unsure: str = "-") -> Material:
    words = tuple(
        Word(
            start_ms=400 * n,
            end_ms=400 * n + 350,
            text=word,
            probability=0.95 - 0.7 * (unsure in word),
        )
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


HOSTED = "Jo Pike, host", "Odd Marlin, Marlin Boats"


def test_what_leads_up_to_a_question_stands_with_it():
    found = material(
        "Odd, you lend out kayaks. For free. Why? Because they come back for the paddle. "
        "Do they pay? They pay for the paddle.", *HOSTED
    )  # fmt: skip

    assert found.points[0].text == "You lend out kayaks. For free. Why?"
    assert "You lend out kayaks." not in told(found).removeprefix(found.points[0].text)


def test_who_the_guest_is_leads_up_to_nothing():
    found = material(
        "We are at the harbour. Odd Marlin, you are the harbour master. Is it open again? "
        "Half of it is open. Since when? Since the first of May.",
        "Odd Marlin, harbour master",
    )

    assert found.points[0].text == "Is it open again?"


def test_a_question_begins_with_a_capital_behind_its_first_mark():
    found = material(
        "Señor Ostos, ¿va a haber cortes? No va a haber cortes. ¿Y en julio? Tampoco en julio.",
        "Ramiro Ostos, concejal", language="es",
    )  # fmt: skip

    assert "¿Va a haber cortes?" in told(found)


def test_how_people_greet_each_other_is_no_copy():
    found = material(
        "Tudo bem, Jussara? Tudo ótimo. O chamado fica registrado na primeira.", language="pt"
    )

    assert told(found) == "O chamado fica registrado na primeira."


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "Thirty-one percent less food went in the bin.", "31% less food went in the bin."),
        ("es", "El noventa por ciento está mal afilado.", "El 90% está mal afilado."),
        ("en", "Some percent are left.", "Some percent are left."),
    ],
)
def test_percent_are_written_in_digits(language: str, said: str, written: str):
    assert told(material(said, language=language)) == written


@pytest.mark.parametrize(
    ("language", "said", "cleaned"),
    [
        ("en", "Nobody wants a drill, right, they want a shelf.",
         "Nobody wants a drill, they want a shelf."),
        ("en", "It's, you know, a whiteboard.", "It's a whiteboard."),
        ("fr", "Le grand bassin est fini, le petit, euh, le petit ne l'est pas.",
         "Le grand bassin est fini, le petit ne l'est pas."),
        ("es", "Y así tres años, eh, tres años, el mismo cortado.",
         "Y así tres años, el mismo cortado."),
    ],
)  # fmt: skip
def test_what_is_said_once_more_behind_a_filler_is_said_once(
    language: str, said: str, cleaned: str
):
    assert told(material(said, language=language)) == cleaned


def test_what_is_taken_back_is_left_out():
    found = material("The side shoot must go. Wait, the side shoot needn't go, but it takes sap.")

    assert told(found) == "The side shoot needn't go, but it takes sap."


def test_one_word_that_was_hard_to_hear_keeps_no_sentence_out_of_a_clear_talk():
    said = "We repair organs. It takes two months. The leather has to come. The glue has to dry."
    found = material(said, unsure="leather")

    assert "The leather has to come." in told(found)
    assert [point.doubted for point in found.points if point.doubted] == [("leather",)]


def test_what_one_person_says_they_work_in_is_the_product():
    said = "I plan our shifts. Since May we plan in Shiftfern. Now it's about four hours."
    found = material(said, "Shiftfern", "Dorota Wells, laundry manager")

    assert found.brand == "Shiftfern"
    assert "Now it's about four hours." in told(found)


def test_what_somebody_says_behind_their_own_name_is_kept():
    found = material("My name is Odd, and I build rafts from old doors. They float for years.")

    assert told(found) == "I build rafts from old doors. They float for years."
