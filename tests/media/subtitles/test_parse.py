from itertools import pairwise
from typing import Any

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.subtitles import parse
from socialcopy.media.subtitles.cues import GAP_MS, cues, reading_speed
from socialcopy.media.subtitles.fonts import is_installed, missing_glyphs
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.media.subtitles.lines import columns
from socialcopy.models import Cue, Look, SubtitleStyle
from socialcopy.sandbox.functions import CallLimits
from tests.media.clips import VERTICAL, say

from .files import ENCODINGS, FILES, GivenFile, srt
from .texts import TEXTS

LAYOUT = arrange((1280, 720), VERTICAL, has_subtitles=True)
LONG_MS = 30_000


@pytest.mark.parametrize("file", [*ENCODINGS, *FILES], ids=lambda file: file.name)
def test_a_persons_subtitles_are_read_as_written(file: GivenFile):
    found = parse.read(file.data, name=file.name, duration_ms=LONG_MS, encoding=file.encoding)

    assert [cue.text for cue in found.cues] == file.shown
    assert file.note in " ".join(found.notes)
    assert found.cues or found.notes  # nothing is refused in silence


@pytest.mark.parametrize("file", [*ENCODINGS, *FILES], ids=lambda file: file.name)
def test_times_follow_each_other_inside_the_video(file: GivenFile):
    cues = parse.read(file.data, name="a.srt", duration_ms=2_500, encoding=file.encoding).cues

    assert all(0 <= cue.start_ms < cue.end_ms <= 2_500 for cue in cues)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(cues))


@pytest.mark.parametrize("file", [*ENCODINGS[:1], *FILES[:1]], ids=lambda file: file.name)
def test_a_process_of_its_own_reads_the_same(file: GivenFile):
    known: dict[str, Any] = {"name": file.name, "duration_ms": LONG_MS, "encoding": file.encoding}

    assert parse.read_confined(file.data, **known) == parse.read(file.data, **known)


def test_a_file_that_stalls_its_reader_is_not_used_and_the_video_goes_on(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(parse, "CALL_LIMITS", CallLimits(wall_seconds=0.001))

    found = parse.read_confined(srt("Hello.").encode(), name="clip.srt", duration_ms=LONG_MS)

    assert found.cues == ()
    (note,) = found.notes
    assert "clip.srt was not used: it takes more time or memory than any" in note


def test_a_legacy_encoding_is_said_with_its_name():
    data = srt(*TEXTS["ru"]).encode("cp1251")

    assert parse.read(data, name="clip.srt", duration_ms=LONG_MS).notes == (
        "clip.srt: it is not UTF-8 and was read as windows-1251.",
    )


def test_webvtt_says_its_language():
    data = b"WEBVTT\nKind: captions\nLanguage: de\n\n00:01.000 --> 00:02.000\nHallo.\n"

    assert parse.read(data, name="clip.vtt", duration_ms=LONG_MS).language == "de"


def test_subtitles_beyond_the_video_and_overlaps_are_cut_off():
    data = (
        b"1\n00:00:01,000 --> 00:00:05,000\nOne.\n\n2\n00:00:03,000 --> 00:00:20,000\nTwo.\n\n"
        b"3\n00:00:30,000 --> 00:00:31,000\nThree.\n"
    )

    first, second = parse.read(data, name="clip.srt", duration_ms=9_000).cues

    assert (first.end_ms, second.end_ms) == (3_000 - GAP_MS, 9_000)


HEAD = b"1\n00:00:00,500 --> 00:00:08,000\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\n"
ASS = b"[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,"
FLOODS = {
    "drawing": (HEAD, rb"{\p1"),
    "drawings": (HEAD, rb"{\p1}"),
    "drawing in ass": (ASS, rb"{\p1"),
    "braces": (HEAD, b"{"),
    "less": (HEAD, b"<"),
    "tags": (HEAD, b"<c>"),
    "ampersands": (HEAD, b"&#1"),
    "words": (HEAD, b"w "),
    "letters": (HEAD, b"a"),
    "lines": (HEAD, b"\n"),
    "digits": (b"", b"1"),
    "clocks": (b"", b"1:"),
    "arrows": (b"WEBVTT\n\n", b"-->\n"),
    "times": (b"", b"00:00:01,000 --> 00:00:02,000\nab\n"),
    "readings": (VTT, b"<ruby><rt>"),
    "comments": (b"WEBVTT\n\n", b"NOTE x\n\n"),
    "events": (b"[Events]\n", b"Dialogue: 0,0:00:01.00,0:00:02.00,,,,,,,a\n"),
    "json": (b"[", b'{"a":1},'),
    "nulls": (b"", b"\0"),
    "high bytes": (HEAD, b"\xff"),
    "marks": (HEAD, "\u0301".encode()),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_anything_is_read_in_one_go(flood: str):
    """Work that grows with the square of the size would take hours here."""
    begin, unit = FLOODS[flood]
    data = begin + unit * ((parse.MOST_BYTES - len(begin)) // len(unit))

    cues = parse.read(data, name="clip.srt", duration_ms=9_000).cues

    assert len(parse.refitted(cues, max_line=24)) <= 9_000 / GAP_MS


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_whatever_lies_beside_a_video_gives_subtitles_or_a_sentence(data: bytes):
    for begin in (b"", HEAD, VTT, ASS):
        found = parse.read(begin + data, name="clip.srt", duration_ms=9_000)

        assert found.cues or found.notes


def test_a_file_larger_than_any_subtitles_is_not_looked_into():
    found = parse.read(bytes(parse.MOST_BYTES + 1), name="clip.srt", duration_ms=9_000)

    assert "2.0 MB" in found.notes[0]


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


def test_a_line_break_of_its_author_is_kept_where_a_subtitle_is_broken_anew():
    cue = Cue(
        start_ms=0, end_ms=6_000, text="Buy the new mug from us today\niPhone 15 Pro not included"
    )

    parts = parse.refitted([cue], max_line=20)

    assert [part.text for part in parts] == [
        "Buy the new mug\nfrom us today",
        "iPhone 15 Pro\nnot included",
    ]
