"""Subtitles as what is said."""

import pytest

from socialcopy.models import Cue, Transcript, Understanding, Word
from socialcopy.understanding.subtitles import language_of, transcript_of
from socialcopy.understanding.video import with_subtitles

SILENT = Understanding(duration_ms=9_000, has_audio=False)
CUES = (
    Cue(start_ms=1_000, end_ms=2_000, text="- Is it\nhot?"),
    Cue(start_ms=3_000, end_ms=5_000, text="[music] Yes, for six hours. ♪ la la ♪"),
)


def test_where_nobody_is_heard_the_subtitles_are_what_is_said():
    known = with_subtitles(SILENT, CUES, "en")

    assert known.transcript.text == "Is it hot? Yes, for six hours."
    assert known.transcript.is_read
    assert known.transcript.language == "en"
    assert known.track == CUES


def test_words_share_the_time_of_their_subtitle():
    first, *_, last = transcript_of(CUES).words

    assert (first.start_ms, last.end_ms) == (1_000, 5_000)


def test_what_is_heard_stays_and_the_subtitles_are_known_beside_it():
    heard = Transcript(language="en", words=(Word(start_ms=0, end_ms=900, text="Hello."),))
    known = with_subtitles(SILENT.model_copy(update={"transcript": heard}), CUES)

    assert known.transcript == heard
    assert known.track == CUES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Привет, друзья", "ru"),
        ("Привіт, як справи", "uk"),
        ("今日は iPhone を", "ja"),
        ("今天我们", "zh"),
        ("שלום iPhone", "he"),
        ("Hello", None),
        ("The word λόγος is Greek for reason and speech", None),
        ("", None),
    ],
)
def test_letters_give_some_languages_away(text, language):
    assert language_of(text) == language


def test_a_pause_and_a_capital_end_a_sentence_whose_stop_was_left_out():
    cues = (
        Cue(start_ms=0, end_ms=900, text="Hello there"),
        Cue(start_ms=1_500, end_ms=2_000, text="It costs 29"),
        Cue(start_ms=2_080, end_ms=2_500, text="dollars"),
        Cue(start_ms=2_580, end_ms=3_000, text="In Berlin"),
    )

    assert transcript_of(cues).text == "Hello there. It costs 29 dollars In Berlin"
