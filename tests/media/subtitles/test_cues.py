from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.subtitles.cues import (
    CHARACTERS_PER_SECOND,
    GAP_MS,
    LONGEST_MS,
    SHORTEST_MS,
    cues,
)
from socialcopy.media.subtitles.lines import columns, join
from socialcopy.models import Word
from tests.media.clips import say

TEXTS = st.text(
    alphabet=st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=("C", "Z")),
    min_size=1,
    max_size=14,
)


@st.composite
def speech(draw) -> tuple[list[Word], int]:
    """Words in order, with pauses between them, and the length of the video."""
    now, words = draw(st.integers(0, 2000)), []
    for text in draw(st.lists(TEXTS, min_size=1, max_size=60)):
        end = now + draw(st.integers(90, 900))
        words.append(Word(start_ms=now, end_ms=end, text=text))
        now = end + draw(st.sampled_from([0, 0, 20, 60, 150, 400, 900, 3000]))
    return words, words[-1].end_ms + draw(st.integers(0, 2000))


@given(speech(), st.sampled_from([20, 24, 42]))
def test_every_spoken_word_appears_once_and_in_order(spoken, max_line):
    words, duration_ms = spoken

    shown = " ".join(cue.text for cue in cues(words, duration_ms=duration_ms, max_line=max_line))

    assert shown.split() == [word.text for word in words]


def test_a_word_that_begins_with_a_sign_stays_whole_where_the_rules_join_it_to_the_one_before():
    words = say("0000000000 !000000000")

    (cue,) = cues(words, duration_ms=4_000, max_line=20)

    assert cue.text == "0000000000\n!000000000"


@given(speech(), st.sampled_from([20, 24, 42]))
def test_cues_never_overlap_and_leave_two_frames_between_them(spoken, max_line):
    words, duration_ms = spoken
    shown = cues(words, duration_ms=duration_ms, max_line=max_line)

    assert all(0 <= cue.start_ms < cue.end_ms <= duration_ms for cue in shown)
    assert all(b.start_ms - a.end_ms >= GAP_MS for a, b in pairwise(shown))


@given(speech(), st.sampled_from([20, 24, 42]))
def test_no_cue_has_more_than_two_lines_or_a_line_that_is_too_long(spoken, max_line):
    words, duration_ms = spoken
    lines = [c.text.split("\n") for c in cues(words, duration_ms=duration_ms, max_line=max_line)]

    assert max(len(cue) for cue in lines) <= 2
    assert max(columns(line) for cue in lines for line in cue) <= max_line


@given(speech())
def test_no_cue_stays_longer_than_seven_seconds(spoken):
    words, duration_ms = spoken

    assert all(c.end_ms - c.start_ms <= LONGEST_MS for c in cues(words, duration_ms=duration_ms))


@given(speech())
def test_a_cue_is_short_or_hasty_only_where_the_next_one_leaves_no_room(spoken):
    words, duration_ms = spoken
    shown = cues(words, duration_ms=duration_ms)
    ends = [*(cue.start_ms - GAP_MS for cue in shown[1:]), duration_ms]

    for cue, latest in zip(shown, ends, strict=True):
        wanted = columns(cue.text) * 1000 // CHARACTERS_PER_SECOND
        enough = min(LONGEST_MS, max(SHORTEST_MS, wanted))
        assert cue.end_ms - cue.start_ms >= enough or cue.end_ms == latest


def test_cues_end_with_sentences_where_they_fit():
    words = say("It weighs three hundred grams. It costs twenty nine dollars.")

    texts = [cue.text for cue in cues(words, duration_ms=5_000, max_line=32, max_lines=1)]

    assert texts == ["It weighs three hundred grams.", "It costs twenty nine dollars."]


def test_a_long_pause_ends_a_cue():
    words = [*say("Wait for"), *say("it now", start_ms=3_000)]

    assert [cue.text for cue in cues(words, duration_ms=5_000)] == ["Wait for", "it now"]


def test_a_line_does_not_end_with_a_word_that_belongs_to_the_next():
    words = say("and is made of the recycled steel")

    (cue,) = cues(words, duration_ms=5_000, max_line=22)

    assert cue.text.split("\n")[0].split()[-1] not in {"of", "the", "is", "and"}


@pytest.mark.parametrize(
    ("sentence", "together"),
    [
        ("Order yours before March 14th and save.", "March 14th"),
        ("Made by Clara Bennett for all of you.", "Clara Bennett"),
        ("That weighs about 300 grams in all.", "300 grams"),
    ],
)
def test_names_dates_and_amounts_stay_on_one_line(sentence, together):
    (cue,) = cues(say(sentence), duration_ms=5_000, max_line=24)

    assert any(together in line for line in cue.text.split("\n"))


def test_words_of_the_same_instant_still_get_cues_that_follow_each_other():
    words = [Word(start_ms=500, end_ms=500, text="same" * 5) for _ in range(6)]
    shown = cues(words, duration_ms=4_000, max_line=20)

    assert all(b.start_ms - a.end_ms >= GAP_MS for a, b in pairwise(shown))


def test_unspaced_scripts_are_joined_without_spaces_and_still_wrapped():
    words = [
        Word(start_ms=0, end_ms=3_000, text="这款杯子可以让咖啡保温六个小时而且只有三百克重。")
    ]

    (cue,) = cues(words, duration_ms=4_000, max_line=24)

    assert cue.text.replace("\n", "") == words[0].text
    assert max(columns(line) for line in cue.text.split("\n")) <= 24


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["Hello,", "world"], "Hello, world"),
        (["咖啡", "保温"], "咖啡保温"),
        (["用", "Python", "写。"], "用 Python 写。"),
        (["커피가", "따뜻해요"], "커피가 따뜻해요"),
    ],
)
def test_words_are_joined_as_their_script_is_written(texts, line):
    assert join(texts) == line


def test_silence_has_no_cues():
    assert cues([], duration_ms=5_000) == ()


LICENCE = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software "
    "and associated documentation files to deal in the software without restriction, including "
    "without limitation the rights to use, copy, modify, merge, publish, distribute and sell it."
)


def hurried(text: str, columns_a_second: float) -> list[Word]:
    """Words without a pause, each as long as its letters take at that speed."""
    words, now = [], 0.0
    for part in text.split():
        end = now + (len(part) + 1) * 1000 / columns_a_second
        words.append(Word(start_ms=int(now), end_ms=int(end), text=part))
        now = end
    return words


@pytest.mark.parametrize("max_line", [24, 42])
def test_a_licence_read_aloud_in_a_hurry_can_be_read_along(max_line):
    """18.5 columns a second leave little room beside 20 and the gaps between subtitles."""
    words = hurried(LICENCE, 18.5)

    shown = cues(words, duration_ms=words[-1].end_ms + 500, max_line=max_line, language="en")

    firsts = iter(words)
    for cue in shown:
        texts = cue.text.split()
        first = next(firsts)
        assert first.text == texts[0]
        assert abs(cue.start_ms - first.start_ms) <= 150
        for _ in texts[1:]:
            next(firsts)
        assert len(cue.text) * 1000 / (cue.end_ms - cue.start_ms) <= CHARACTERS_PER_SECOND + 0.05


def test_only_idle_words_go_and_only_where_a_voice_is_too_fast():
    calm = "Um, so the mug is really hot."
    words = hurried("Um, the the mug is just really hot for a whole day at the office now.", 24)

    (kept,) = cues(say(calm), duration_ms=4_000, language="en")
    fast = cues(words, duration_ms=words[-1].end_ms, language="en")
    left = " ".join(cue.text for cue in fast).split()

    assert kept.text.split() == calm.split()
    assert left[:3] == ["The", "mug", "is"]  # the filler and the stutter go first
    assert {word.text for word in words} - set(left) <= {"Um,", "just", "really", "a", "the"}


def test_no_word_goes_in_a_language_whose_idle_words_nobody_listed():
    words = hurried("Um, so die die Tasse ist just wirklich warm den ganzen Tag im Haus.", 30)

    shown = cues(words, duration_ms=words[-1].end_ms, language="de")

    assert " ".join(c.text for c in shown).split() == [word.text for word in words]


@given(speech(), st.sampled_from([20, 24, 42]))
def test_what_remains_of_fast_speech_stands_in_order_and_apart(spoken, max_line):
    words, duration_ms = spoken
    shown = cues(words, duration_ms=duration_ms, max_line=max_line, language="en")
    said = iter(word.text for word in words)

    assert all(any(text == heard for heard in said) for c in shown for text in c.text.split())
    assert all(b.start_ms - a.end_ms >= GAP_MS for a, b in pairwise(shown))
