from itertools import pairwise

import pysubs2
import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.subtitles import parse
from socialcopy.media.subtitles.cues import GAP_MS, cues, reading_speed
from socialcopy.media.subtitles.fonts import is_installed, missing_glyphs
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.media.subtitles.lines import columns
from socialcopy.models import Cue, Look, SubtitleStyle
from tests.media.clips import VERTICAL, say

SRT = "1\n00:00:00,500 --> 00:00:02,000\n<i>Café</i> {\\an8}tonight,\nat eight.\n\n"
LAYOUT = arrange((1280, 720), VERTICAL, has_subtitles=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_persons_srt_is_read_in_the_encodings_people_have(encoding, newline):
    data = SRT.replace("\n", newline).encode(encoding)

    assert parse.read(data, duration_ms=9_000) == (
        Cue(start_ms=500, end_ms=2_000, text="Café tonight,\nat eight."),
    )


def test_webvtt_is_read_too():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n"

    assert parse.read(data, duration_ms=9_000)[0].text == "Hello."


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 500, b"just words", b"1\n00:00 -->\n"])
def test_what_is_no_subtitle_file_gives_none(data):
    assert parse.read(data, duration_ms=9_000) == ()


def test_subtitles_beyond_the_video_and_overlaps_are_cut_off():
    data = (
        b"1\n00:00:01,000 --> 00:00:05,000\nOne.\n\n2\n00:00:03,000 --> 00:00:20,000\nTwo.\n\n"
        b"3\n00:00:30,000 --> 00:00:31,000\nThree.\n"
    )

    first, second = parse.read(data, duration_ms=9_000)

    assert (first.end_ms, second.end_ms) == (3_000 - GAP_MS, 9_000)


def test_a_line_too_long_for_the_canvas_is_broken_within_its_own_time():
    cue = Cue(start_ms=1_000, end_ms=7_000, text="A line that somebody wrote for a cinema. " * 3)

    parts = parse.refitted([cue], max_line=24)

    assert (parts[0].start_ms, parts[-1].end_ms) == (1_000, 7_000)
    assert max(columns(line) for part in parts for line in part.text.split("\n")) <= 24
    assert " ".join(part.text for part in parts).split() == cue.text.split()
    assert all(a.end_ms < b.start_ms for a, b in pairwise(parts))


def test_a_highlight_follows_the_spoken_words():
    words = say("Meet the mug", start_ms=100)
    script = to_ass(
        cues(words, duration_ms=3_000), LAYOUT, Look(style=SubtitleStyle.HIGHLIGHT), words
    )
    events = pysubs2.SSAFile.from_string(script).events

    assert [event.start for event in events] == [100, 380, 660]  # ASS counts in hundredths
    assert [event.plaintext for event in events] == ["Meet the mug"] * 3
    assert r"Meet {\c&H00D4FF&}the{\c&HFFFFFF&} mug" in events[1].text


def test_a_highlight_in_somebodys_own_subtitles_is_spread_over_their_time():
    cue = Cue(start_ms=0, end_ms=2_000, text="Two\nlines {here}")
    script = to_ass([cue], LAYOUT, Look(style=SubtitleStyle.HIGHLIGHT, color="#112233"))
    events = pysubs2.SSAFile.from_string(script).events

    assert (events[0].start, events[-1].end) == (0, 2_000)
    assert r"{\c&H332211&}\{here\}{\c&HFFFFFF&}" in events[2].text


@pytest.mark.parametrize(
    ("style", "border"),
    [(SubtitleStyle.PLAIN, 1), (SubtitleStyle.BOXED, 4), (SubtitleStyle.AUTO, 1)],
)
def test_the_style_decides_about_the_box(style, border):
    script = to_ass([Cue(start_ms=0, end_ms=900, text="Hi")], LAYOUT, Look(style=style))

    assert pysubs2.SSAFile.from_string(script).styles["Default"].borderstyle == border


def test_a_subtitle_ends_with_its_shot():
    words = [*say("Meet the mug today."), *say("It stays hot.", start_ms=5_000)]

    first = cues(words, duration_ms=9_000, cuts_ms=(1_700,))[0]

    assert first.end_ms == 1_700 - GAP_MS


def test_a_subtitle_never_begins_more_than_150_ms_before_its_word():
    words = say("Meet the mug.", start_ms=1_000)

    assert cues(words, duration_ms=5_000, cuts_ms=(900,))[0].start_ms == 900
    assert cues(words, duration_ms=5_000, cuts_ms=(800,))[0].start_ms == 1_000


@pytest.mark.parametrize(("language", "speed"), [("en-GB", 20), ("de", 17), ("ja", 8), (None, 20)])
def test_each_language_has_its_reading_speed(language, speed):
    assert reading_speed(language) == speed


def test_glyphs_are_asked_for_before_anything_is_drawn():
    assert missing_glyphs("Hello, 咖啡 שלום नमस्ते") == ()
    assert missing_glyphs("a\ue321b\ue321") == ("\ue321",)
    assert not is_installed("No Such Font Anywhere")
