import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.branding import luminance
from socialcopy.media.canvas.layout import arrange
from socialcopy.media.canvas.shapes import canvas
from socialcopy.media.subtitles.contrast import (
    BOX_OPACITY,
    LEAST_RATIO,
    in_need_of_a_box,
    ratio,
    readable,
)
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.models import BRIGHTNESS_GRID, Cue, Focus, Look, Sighting, SubtitleStyle
from tests.media.clips import VERTICAL, say

ROWS, COLUMNS = BRIGHTNESS_GRID
YELLOW = "#FFD400"
FULL = arrange((1080, 1920), VERTICAL, has_subtitles=True, is_large=True)
PADDED = arrange((1280, 720), VERTICAL, has_subtitles=True, is_large=True)
CUES = [Cue(start_ms=n * 1_000, end_ms=n * 1_000 + 900, text="Meet the mug") for n in range(4)]


def seen(*levels: int, rows=range(ROWS), cuts_ms=()) -> Focus:
    """Frames, two a second, as bright as that in these rows and dark elsewhere."""
    sightings = tuple(
        Sighting(
            at_ms=n * 500,
            brightness=tuple(level if row in rows else 0 for row in range(ROWS) for _ in range(8)),
        )
        for n, level in enumerate(levels)
    )
    return Focus(sightings=sightings, cuts_ms=cuts_ms)


def test_black_on_white_is_twenty_one_to_one():
    assert ratio(luminance("#FFFFFF"), luminance("#000000")) == pytest.approx(21)


@given(st.from_regex(r"#[0-9A-F]{6}", fullmatch=True))
def test_every_brand_colour_becomes_one_that_can_be_read_on_the_box(color):
    box = round((1 - BOX_OPACITY) * 255)

    assert (
        ratio(luminance(readable(color)), luminance(f"#{box:02X}{box:02X}{box:02X}")) >= LEAST_RATIO
    )


def test_a_colour_that_can_be_read_stays():
    assert readable(YELLOW) == YELLOW


def test_words_over_something_dark_have_no_box_and_over_something_bright_they_have():
    assert in_need_of_a_box(CUES, FULL, seen(*[60] * 8), YELLOW) == frozenset()
    assert in_need_of_a_box(CUES, FULL, seen(*[200] * 8), YELLOW) == {0, 1, 2, 3}


def test_what_is_bright_elsewhere_is_of_no_matter():
    assert in_need_of_a_box(CUES, FULL, seen(*[255] * 8, rows=range(4)), YELLOW) == frozenset()


def test_a_shot_has_boxes_behind_all_of_its_words_or_behind_none():
    dark_then_bright = seen(10, 10, 10, 10, 10, 10, 240, 240, cuts_ms=(2_000,))

    assert in_need_of_a_box(CUES, FULL, dark_then_bright, YELLOW) == {2, 3}


def test_behind_a_picture_that_leaves_room_its_blurred_copy_counts():
    assert in_need_of_a_box(CUES, PADDED, seen(*[80] * 8), YELLOW) == frozenset()
    assert in_need_of_a_box(CUES, PADDED, seen(*[255] * 8), YELLOW) == {0, 1, 2, 3}


def test_where_a_slides_own_colour_goes_on_its_last_row_counts():
    (shot,) = PADDED.shots
    slide = PADDED.model_copy(update={"shots": (shot.model_copy(update={"extends": True}),)})

    assert in_need_of_a_box(CUES, slide, seen(*[240] * 8, rows=range(ROWS - 1, ROWS)), YELLOW) == {
        0,
        1,
        2,
        3,
    }
    assert in_need_of_a_box(CUES, slide, seen(*[240] * 8, rows=range(4)), YELLOW) == frozenset()


@pytest.mark.parametrize(("color", "boxed"), [("plain", 0), ("#F0F0F0", 4)])
def test_beside_the_picture_the_colour_of_the_background_counts(color, boxed):
    layout = PADDED.model_copy(update={"background": color})

    assert len(in_need_of_a_box(CUES, layout, seen(*[255] * 8), YELLOW)) == boxed


def test_where_nobody_looked_every_subtitle_has_a_box():
    assert in_need_of_a_box(CUES, FULL, Focus(), YELLOW) == {0, 1, 2, 3}


def test_the_least_contrast_is_what_wcag_asks():
    spec = canvas(VERTICAL, 16 / 9)
    layout = arrange((1920, 1080), spec, has_subtitles=True, is_large=True)
    boxed = [
        level
        for level in range(0, 256, 5)
        if in_need_of_a_box(CUES, layout, seen(*[level] * 8), YELLOW)
    ]

    worst = luminance("#{0:02X}{0:02X}{0:02X}".format(boxed[0] - 5))
    assert ratio(luminance(YELLOW), worst) >= LEAST_RATIO


def test_only_words_that_need_one_stand_on_a_box():
    script = pysubs2.SSAFile.from_string(
        to_ass(
            CUES[:2], FULL, Look(style=SubtitleStyle.WORDS), say("Meet the mug Meet the mug"),
            boxed={1},
        )
    )  # fmt: skip

    assert {event.style for event in script if event.start < 900} == {"Default"}
    assert {event.style for event in script if event.start >= 1_000} == {"Boxed"}
    assert script.styles["Boxed"].borderstyle == 4
    assert script.styles["Default"].borderstyle == 1
