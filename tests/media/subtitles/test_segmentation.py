"""Where lines are broken, judged by ICU itself, and that nothing is drawn smaller for it."""

from itertools import accumulate

import pytest
import regex
from icu4py.breakers import WordBreaker

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.subtitles.cues import cues
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.media.subtitles.lines import columns, spoken
from socialcopy.media.subtitles.parse import pieces_of, refitted
from socialcopy.media.subtitles.segmentation import pieces, smaller
from socialcopy.models import Cue, Word
from tests.media.clips import VERTICAL

from .sentences import SENTENCES

ALL = [(language, text) for language, texts in SENTENCES.items() for text in texts]
LAYOUT = arrange((1280, 720), VERTICAL, has_subtitles=True)


def letters(text: str) -> str:
    return "".join(text.split())


def word_ends(text: str, language: str) -> set[int]:
    """Where ICU says that a word ends, in letters without spaces."""
    return set(accumulate(len(letters(word)) for word in WordBreaker(text, language)))


def line_ends(shown: tuple[Cue, ...]) -> list[int]:
    lines = (line for cue in shown for line in cue.text.split("\n"))
    return list(accumulate(len(letters(line)) for line in lines))


def test_there_are_a_hundred_sentences_of_six_scripts():
    assert len(ALL) >= 100
    assert len(SENTENCES) >= 6


@pytest.mark.parametrize("max_line", [16, 24, 42])
@pytest.mark.parametrize(("language", "text"), ALL)
def test_no_line_of_somebodys_subtitles_ends_inside_a_word(language, text, max_line):
    shown = refitted([Cue(start_ms=0, end_ms=6_000, text=text)], max_line=max_line)

    assert set(line_ends(shown)) <= word_ends(text, language)
    assert all(line in text for cue in shown for line in cue.text.split("\n"))
    assert all(columns(line) <= max_line for cue in shown for line in cue.text.split("\n"))


@pytest.mark.parametrize(("language", "text"), ALL)
def test_no_line_of_what_was_heard_ends_inside_a_word(language, text):
    """A recogniser hands scripts without spaces over in single characters."""
    heard = text.split() if language == "ko" else regex.findall(r"[A-Za-z0-9.,]+|\S\p{M}*", text)
    said = [Word(start_ms=200 * n, end_ms=200 * n + 190, text=part) for n, part in enumerate(heard)]
    shown = cues(said, duration_ms=60_000, max_line=24, language=language)

    assert set(line_ends(shown)) <= word_ends(text, language)


@pytest.mark.parametrize(("language", "text"), ALL)
def test_nothing_is_drawn_smaller(language, text):
    shown = refitted([Cue(start_ms=0, end_ms=6_000, text=text)], max_line=LAYOUT.max_line)

    assert r"\fs" not in to_ass(shown, LAYOUT)


def test_a_space_that_was_written_stays_and_none_is_added():
    assert "".join(pieces("เก็บ ความร้อน 用iPhone拍 a-b")) == "เก็บ ความร้อน 用iPhone拍 a-b"
    assert pieces("用iPhone 15拍") == ["用", "iPhone ", "15", "拍"]


def test_a_hyphen_breaks_only_what_is_longer_than_a_line():
    assert pieces("well-known mugs") == ["well-known ", "mugs"]
    assert smaller("Donaudampfschifffahrts-gesellschaft") == [
        "Donaudampfschifffahrts-",
        "gesellschaft",
    ]


def test_a_sign_never_begins_a_line_in_japanese():
    cut = pieces("「ハーバーマグ」、ぜひお試しください！")

    assert not any(piece[0] in "」、。！ー" for piece in cut)


def test_the_pieces_of_a_subtitle_share_its_time():
    cue = Cue(start_ms=1_000, end_ms=3_000, text="今日は新しい\nマグ です")

    parts = pieces_of(cue)

    assert (parts[0].start_ms, parts[-1].end_ms) == (1_000, 3_000)
    assert "".join(part.text for part in parts) == "今日は新しい\nマグ です"


def test_a_clause_heard_as_one_word_is_timed_by_its_letters():
    parts = spoken([Word(start_ms=0, end_ms=1_000, text="咖啡保温")])

    assert [(part.text, part.start_ms, part.end_ms) for part in parts] == [
        ("咖啡", 0, 500),
        ("保温", 500, 1_000),
    ]
