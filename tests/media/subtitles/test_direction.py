"""Which way the lines of Hebrew and Arabic go."""

import pytest

from socialcopy.media.subtitles.direction import (
    LEFT_TO_RIGHT_MARK,
    RIGHT_TO_LEFT_MARK,
    directed,
)
from socialcopy.media.subtitles.formats import to_srt, to_vtt
from socialcopy.models import Cue

MIX = "קנו את המוצר החדש שלנו\niPhone 15 Pro ב-999$ עכשיו!"


def one(*texts: str) -> list[str]:
    return [c.text for c in directed([Cue(start_ms=0, end_ms=1, text=text) for text in texts])]


def test_a_line_that_begins_with_a_latin_name_goes_with_its_paragraph():
    first, second = one(MIX)[0].split("\n")

    assert first == MIX.split("\n", maxsplit=1)[0]
    assert second == RIGHT_TO_LEFT_MARK + MIX.split("\n")[1]


def test_a_sentence_that_begins_with_a_name_goes_with_its_language():
    assert one("שלום לכולם", "iPhone 15 Pro הגיע!")[1] == RIGHT_TO_LEFT_MARK + "iPhone 15 Pro הגיע!"


def test_a_hebrew_word_at_the_beginning_of_an_english_line_turns_nothing():
    marked = one("The word for peace is\nשלום and it is a greeting as well.")

    assert marked[0].split("\n")[1][0] == LEFT_TO_RIGHT_MARK


@pytest.mark.parametrize("text", ["Hello.", "วันนี้", "OK!", "5 %"])
def test_text_without_such_letters_gets_no_marks(text):
    assert one(text) == [text]


def test_marks_are_in_the_files_beside_the_video_too():
    cue = Cue(start_ms=0, end_ms=1_000, text=MIX)

    assert f"\n{RIGHT_TO_LEFT_MARK}iPhone" in to_srt([cue])
    assert f"\n{RIGHT_TO_LEFT_MARK}iPhone" in to_vtt([cue])


def test_a_subtitle_of_a_name_alone_goes_with_its_sentence():
    shown = one("جربوا التطبيق الجديد", "Harbor App!")

    assert shown[1] == RIGHT_TO_LEFT_MARK + "Harbor App!"


def test_a_sentence_in_english_between_hebrew_ones_keeps_its_own_way():
    assert one("שלום לכולם.", "Hello, friends!", "ברוכים הבאים.")[1] == "Hello, friends!"
