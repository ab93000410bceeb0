import numpy as np
import pysubs2
import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.subtitles import formats
from socialcopy.media.subtitles.cues import cues
from socialcopy.media.subtitles.fonts import emoji_family
from socialcopy.media.subtitles.formats import emoji_in, to_ass, to_srt, to_vtt
from socialcopy.models import Cue, Look, SubtitleStyle, Word
from tests.media.clips import VERTICAL, run_ffmpeg, say

LAYOUT = arrange((1280, 720), VERTICAL, has_subtitles=True)
needs_emoji_font = pytest.mark.skipif(not emoji_family(), reason="no font has emoji as outlines")
HOSTILE = r"{\pos(0,0)} C:\new \N <b>5 > 3</b> & {an8}"


def cue(text: str) -> Cue:
    return Cue(start_ms=0, end_ms=2_000, text=text)


def test_srt_is_numbered_timed_and_ends_each_cue_with_an_empty_line():
    written = to_srt(
        [cue("Hello,\nworld."), Cue(start_ms=3_600_500, end_ms=3_602_000, text="Bye.")]
    )

    assert written == (
        "1\n00:00:00,000 --> 00:00:02,000\nHello,\nworld.\n\n"
        "2\n01:00:00,500 --> 01:00:02,000\nBye.\n\n"
    )


def test_srt_shows_hostile_words_exactly_as_spoken():
    assert HOSTILE in to_srt([cue(HOSTILE)])


def test_vtt_escapes_markup_and_nothing_else():
    written = to_vtt([cue(HOSTILE)])

    assert written.startswith("WEBVTT\n")
    assert r"{\pos(0,0)} C:\new \N &lt;b&gt;5 &gt; 3&lt;/b&gt; &amp; {an8}" in written


def test_sidecar_words_are_the_spoken_words():
    words = say(f"We sell mugs, {HOSTILE} and more. " * 5)
    written = to_srt(cues(words, duration_ms=60_000))
    blocks = [block.split("\n", 2)[2] for block in written.strip().split("\n\n")]

    assert " ".join(blocks).split() == [word.text for word in words]


def test_ass_is_drawn_on_the_canvas_it_was_made_for():
    script = pysubs2.SSAFile.from_string(to_ass([cue("Hello")], LAYOUT))

    assert script.info["PlayResX"], script.info["PlayResY"] == ("1080", "1920")
    assert script.info["ScaledBorderAndShadow"] == "yes"
    assert script.info["YCbCr Matrix"] == "TV.709"
    assert script.styles["Default"].encoding == -1
    assert script.styles["Default"].fontname == "Inter"


def test_ass_leaves_no_override_in_spoken_text():
    text = pysubs2.SSAFile.from_string(to_ass([cue(HOSTILE)], LAYOUT))[0].text

    assert text.replace(r"\{", "").replace(r"\}", "").count("{") == 0
    assert "\\\u2060pos" in text
    assert "\\\u2060N" in text


def test_ass_breaks_lines_where_the_cue_does():
    assert r"Hello,\Nworld." in to_ass([cue("Hello,\nworld.")], LAYOUT)


@pytest.mark.parametrize(
    ("spoken", "drawn"),
    [
        ("Great 🎉 news", r"Great {\fnSymbola}🎉{\fn} news"),
        ("Well 👍🏽 done", r"Well {\fnSymbola}👍{\fn} done"),
        ("👩🏽‍🚀 lift-off 🇩🇪", "lift-off"),
        ("5 \u2605 and 20°", "5 {\\fnSymbola}\u2605{\\fn} and 20°"),
        ("1\ufe0f\u20e3 first", "1 first"),
    ],
    ids=["emoji", "skin tone", "joined and flag", "star", "keycap"],
)
def test_an_emoji_is_drawn_in_one_colour_where_a_font_has_it_and_left_out_elsewhere(
    spoken, drawn, monkeypatch
):
    monkeypatch.setattr(formats, "emoji_family", lambda: "Symbola")
    monkeypatch.setattr(formats, "is_covered", lambda *_: True)

    assert pysubs2.SSAFile.from_string(to_ass([cue(spoken)], LAYOUT))[0].text == drawn


def test_without_such_a_font_a_cue_of_emoji_alone_is_not_drawn_at_all(monkeypatch):
    monkeypatch.setattr(formats, "emoji_family", lambda: "")

    assert len(pysubs2.SSAFile.from_string(to_ass([cue("🎉🎉")], LAYOUT))) == 0


def test_what_is_drawn_and_what_is_left_out_is_known():
    assert emoji_in([cue("🎉 👩🏽‍🚀 🇩🇪 🎉")]) in [("🎉", "👩🏽‍🚀 🇩🇪"), ("", "🎉 👩🏽‍🚀 🇩🇪")]


@needs_emoji_font
def test_an_emoji_is_really_drawn_and_not_as_a_box(tmp_path):
    """A box is what a private character draws; the party popper's ink is another."""
    shapes = []
    for text in ("🎉", "🔥"):
        (tmp_path / "x.ass").write_text(to_ass([cue(text)], LAYOUT), encoding="utf-8")
        shapes.append(drawn_picture(tmp_path))
    boxes = (tmp_path / "x.ass").write_text(
        to_ass([cue("\ue321")], LAYOUT), encoding="utf-8"
    ) and drawn_picture(tmp_path)

    assert all(shape.sum() > 500 for shape in shapes)
    assert (shapes[0] ^ shapes[1]).sum() > 500
    assert all((shape ^ boxes).sum() > 500 for shape in shapes)


@pytest.mark.parametrize(
    ("text", "font"),
    [("咖啡", "Noto Sans CJK SC"), ("コーヒー", "Noto Sans CJK JP"), ("커피", "Noto Sans CJK KR")],
)
def test_the_script_chooses_the_font(text, font):
    script = pysubs2.SSAFile.from_string(to_ass([cue(text)], LAYOUT))

    assert script.styles["Default"].fontname == font


@pytest.mark.parametrize(
    "text",
    [
        "We make wonderful mugs, mostly Monday mornings, with warm memories in mind.",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "这款杯子可以让咖啡保温六个小时而且只有三百克重它来自波士顿",
        "هذا الكوب يحافظ على القهوة ساخنة لمدة ست ساعات.",
        HOSTILE,
    ],
    ids=["english", "one long word", "chinese", "arabic", "hostile"],
)
@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920)], ids=["landscape", "vertical"])
def test_burned_in_text_stays_inside_the_safe_zone(text, size, tmp_path):
    layout = arrange(size, VERTICAL, has_subtitles=True)
    words = say(text) if " " in text else [Word(start_ms=0, end_ms=6_000, text=text)]
    first = cues(words, duration_ms=9_000, max_line=layout.max_line)[0]
    (tmp_path / "x.ass").write_text(to_ass([first], layout), encoding="utf-8")

    top, bottom, left, right = drawn_area(tmp_path)

    assert VERTICAL.safe_zone.left <= left < right <= VERTICAL.safe_zone.right
    assert VERTICAL.safe_zone.top <= top < bottom <= VERTICAL.safe_zone.bottom


def drawn_area(folder) -> tuple[int, int, int, int]:
    """Rows and columns between which anything bright stands, a tenth of a second in."""
    picture = drawn_picture(folder)
    rows, across = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return rows[0], rows[-1], across[0], across[-1]


def drawn_picture(folder) -> np.ndarray:
    source = ["-f", "lavfi", "-i", "color=black:s=1080x1920:r=10:d=1"]
    options = ["-vf", "ass=x.ass,format=gray", "-ss", "0.1", "-frames:v", "1"]
    raw = run_ffmpeg(*source, *options, "-f", "rawvideo", "pipe:1", cwd=folder)
    return np.frombuffer(raw, np.uint8).reshape(1920, 1080) > 60


def test_the_highlight_keeps_step_when_words_were_left_out():
    words = say("Um, the mug is really hot. It is here.")
    shown = [
        Cue(start_ms=0, end_ms=1_600, text="The mug is hot."),
        Cue(start_ms=1_680, end_ms=2_600, text="It is here."),
    ]

    script = to_ass(shown, LAYOUT, Look(style=SubtitleStyle.HIGHLIGHT), words)
    starts = [event.start for event in pysubs2.SSAFile.from_string(script)]

    assert starts == [0, 560, 840, 1_400, 1_680, 1_960, 2_240]
