from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.media.subtitles.lines import columns
from socialcopy.media.subtitles.word_groups import MOST_WORDS, word_groups
from socialcopy.models import Look, SubtitleStyle, Word
from tests.media.clips import VERTICAL, say

LAYOUT = arrange((1280, 720), VERTICAL, has_subtitles=True, is_large=True)
SPEECH = (
    "Cold coffee before your second meeting? Meet the Harbor Mug. It keeps your coffee hot for "
    "six hours, and it weighs only 300 grams."
)
WORDS = say(SPEECH)


def groups(words, *, max_line=LAYOUT.max_line, duration_ms=60_000, **rest):
    return word_groups(words, duration_ms=duration_ms, max_line=max_line, **rest)


def test_every_word_is_shown_once_and_in_order_in_groups_of_two_to_five():
    shown = groups(WORDS)

    assert " ".join(" ".join(cue.text for cue in shown).split()) == SPEECH
    assert all(2 <= len(cue.text.split()) <= MOST_WORDS for cue in shown)


def test_no_group_bridges_a_sentence_or_a_pause():
    late = say("and then more", start_ms=20_000)

    shown = [cue.text.replace("\n", " ") for cue in groups([*WORDS, *late])]

    assert "meeting?" in [text.split()[-1] for text in shown]
    assert "and then more" in shown


def test_an_article_stays_with_what_it_belongs_to():
    last = {cue.text.split()[-1].lower() for cue in groups(WORDS)}

    assert not last & {"the", "a", "your", "for", "and", "it"}


@pytest.mark.parametrize(
    "text",
    [
        "这款杯子可以让咖啡保温六个小时，而且只有三百克重。",
        "このカップはコーヒーを六時間温かく保ちます。",
        "แก้วนี้เก็บกาแฟร้อนได้หกชั่วโมงและหนักเพียงสามร้อยกรัม",
    ],
    ids=["chinese", "japanese", "thai"],
)
def test_scripts_without_spaces_are_cut_between_words_and_fit_on_a_line(text):
    shown = groups([Word(start_ms=0, end_ms=8_000, text=text)])

    assert "".join(cue.text for cue in shown) == text
    assert len(shown) > 2
    assert all(columns(cue.text) <= LAYOUT.max_line for cue in shown)


def test_a_word_longer_than_a_line_stands_alone_so_that_no_other_is_drawn_smaller_with_it():
    shown = [cue.text for cue in groups(say("Our Donaudampfschifffahrt begins today"))]

    assert "Donaudampfschifffahrt" in shown


SPOKEN = st.lists(
    st.tuples(st.text("abc,. ", min_size=1, max_size=24), st.integers(0, 900), st.integers(0, 600)),
    min_size=1,
    max_size=40,
)


@given(SPOKEN)
def test_whatever_is_heard_groups_are_in_order_and_inside_the_video(heard):
    words, at = [], 0
    for text, length, gap in heard:
        words.append(Word(start_ms=at, end_ms=at + length, text=text))
        at += length + gap

    shown = groups(words, duration_ms=at + 20_000)

    assert all(cue.start_ms < cue.end_ms <= at + 20_000 for cue in shown)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(shown))


def test_words_go_with_the_shot_when_it_ends_in_a_pause():
    (cue,) = groups(say("Meet the mug."), cuts_ms=[900])

    assert cue.end_ms == 900


def test_each_word_is_marked_when_it_is_said():
    """The bound is 80 ms; a script's clock counts in tens."""
    script = pysubs2.SSAFile.from_string(
        to_ass(groups(WORDS), LAYOUT, Look(style=SubtitleStyle.WORDS), WORDS)
    )

    off = [abs(e.start - word.start_ms) for e, word in zip(script, WORDS, strict=True)]

    assert max(off) <= 10
