import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.layout import Layout, arrange
from socialcopy.models import SafeZone
from tests.media.clips import VERTICAL, fills_canvas

LANDSCAPE = VERTICAL.model_copy(
    update={
        "width": 1280,
        "height": 720,
        "safe_zone": SafeZone(left=64, top=36, right=1216, bottom=650),
    }
)
SIDES = st.integers(2, 8_000)


@given(SIDES, SIDES, st.sampled_from([VERTICAL, LANDSCAPE]), st.booleans())
def test_the_whole_picture_stays_on_the_canvas(width, height, spec, has_subtitles):
    box = arrange((width, height), spec, has_subtitles=has_subtitles).picture

    assert box.left >= 0
    assert box.right <= spec.width
    assert box.top >= 0
    assert box.bottom <= spec.height
    assert box.left % 2 == box.top % 2 == box.width % 2 == box.height % 2 == 0


@given(SIDES, SIDES, st.sampled_from([VERTICAL, LANDSCAPE]))
def test_subtitles_stay_inside_the_safe_zone(width, height, spec):
    box, zone = arrange((width, height), spec, has_subtitles=True).subtitles, spec.safe_zone

    assert zone.left <= box.left
    assert box.right <= zone.right
    assert zone.top <= box.top
    assert box.bottom <= zone.bottom


@given(st.integers(100, 4_000), st.integers(100, 4_000))
def test_a_picture_keeps_its_shape_within_two_percent(width, height):
    box = arrange((width, height), VERTICAL, has_subtitles=True).picture

    # Sides are even numbers of pixels, so a thin strip may be one pixel off.
    assert box.width * height / width == pytest.approx(box.height, rel=0.021, abs=1.01)


def test_a_landscape_picture_and_its_subtitles_are_centred_in_the_safe_zone():
    layout = arrange((1280, 720), VERTICAL, has_subtitles=True)
    zone = VERTICAL.safe_zone
    above = layout.picture.top - zone.top
    below = zone.bottom - layout.subtitles.bottom

    assert abs(above - below) <= 4
    assert layout.subtitles.top > layout.picture.bottom
    assert layout.anchor == "top"
    assert "below it" in layout.reason


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (640, 364), (1440, 1080)])
def test_subtitles_do_not_cover_a_landscape_picture(size):
    layout = arrange(size, VERTICAL, has_subtitles=True)

    assert layout.subtitles.top >= layout.picture.bottom


@pytest.mark.parametrize("size", [(1080, 1920), (720, 1280), (1088, 1920), (2160, 3840)])
def test_a_picture_of_the_canvas_shape_fills_it(size):
    layout = arrange(size, VERTICAL, has_subtitles=True)

    assert fills_canvas(layout)
    assert layout.anchor == "bottom"
    assert layout.subtitles.bottom == VERTICAL.safe_zone.bottom


def test_a_square_picture_is_too_tall_for_subtitles_below_it():
    layout = arrange((1000, 1000), VERTICAL, has_subtitles=True)

    assert (layout.picture.top, layout.picture.height) == (420, 1080)
    assert layout.subtitles.bottom == VERTICAL.safe_zone.bottom


def test_subtitles_are_centred_on_the_canvas_when_that_leaves_room():
    box = arrange((1280, 720), VERTICAL, has_subtitles=True).subtitles

    assert box.left == VERTICAL.width - box.right


def test_a_narrow_zone_is_used_whole_rather_than_centred():
    zone = SafeZone(left=40, top=200, right=700, bottom=1200)
    spec = VERTICAL.model_copy(update={"safe_zone": zone})

    box = arrange((1280, 720), spec, has_subtitles=True).subtitles

    assert (box.left, box.right) == (40, 700)


@pytest.mark.parametrize(("spec", "least", "most"), [(VERTICAL, 18, 24), (LANDSCAPE, 30, 42)])
def test_lines_are_as_long_as_the_canvas_reads_well(spec, least, most):
    layout: Layout = arrange((1280, 720), spec, has_subtitles=True)

    assert least <= layout.max_line <= most
