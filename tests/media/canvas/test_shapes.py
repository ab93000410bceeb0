import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.canvas.shapes import canvas, canvases, shape
from socialcopy.models import Aspect, Focus, Platform, Region, SafeZone, ScreenText, Sighting
from tests.media.clips import VERTICAL, fills_canvas

FEED = VERTICAL.model_copy(update={"widest_aspect": 2.4})
SMALL_FEED = FEED.model_copy(
    update={
        "width": 720,
        "height": 1280,
        "safe_zone": SafeZone(left=44, top=180, right=553, bottom=832),
    }
)


def frame(size, spec, aspect=Aspect.AUTO) -> tuple[int, int]:
    made = canvas(spec, shape(size, spec, aspect))
    return made.width, made.height


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), (1280, 720)),
        ((640, 364), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((1088, 1920), (720, 1280)),
        ((1000, 1000), (720, 720)),
        ((1080, 1350), (720, 900)),
        ((640, 480), (960, 720)),
        ((1920, 804), (1280, 536)),
        ((4000, 1000), (1280, 534)),
        ((1080, 2400), (720, 1280)),
    ],
    ids=["16:9", "nearly 16:9", "9:16", "nearly 9:16", "1:1", "4:5", "4:3", "film", "4:1", "phone"],
)
def test_a_feed_shows_a_picture_in_its_own_shape(size, expected):
    assert frame(size, SMALL_FEED) == expected


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1000, 1000), (1080, 1350)])
def test_an_upright_network_gets_its_own_shape(size):
    assert frame(size, VERTICAL) == (1080, 1920)


def test_what_a_brief_asks_for_goes_over_both():
    assert frame((1920, 1080), SMALL_FEED, Aspect.VERTICAL) == (720, 1280)
    assert frame((1080, 1920), VERTICAL, Aspect.LANDSCAPE) == (1920, 1080)


@given(st.integers(2, 8_000), st.integers(2, 8_000), st.sampled_from([FEED, SMALL_FEED, VERTICAL]))
def test_every_canvas_is_one_the_network_takes(width, height, spec):
    made = canvas(spec, shape((width, height), spec, Aspect.AUTO))

    assert made.width % 2 == made.height % 2 == 0
    assert max(made.width, made.height) <= 1920
    assert 9 / 16 <= made.width / made.height <= 2.4
    assert 0 <= made.safe_zone.left < made.safe_zone.right <= made.width
    assert 0 <= made.safe_zone.top < made.safe_zone.bottom <= made.height


def test_feeds_share_the_smallest_of_their_frames_and_a_video_too_long_for_one_does_not_bind():
    specs = {Platform.LINKEDIN: FEED, Platform.X: SMALL_FEED, Platform.INSTAGRAM: VERTICAL}

    together = canvases(specs, (1920, 1080), Aspect.AUTO, set(specs))
    without = canvases(specs, (1920, 1080), Aspect.AUTO, {Platform.LINKEDIN, Platform.INSTAGRAM})

    assert together[Platform.LINKEDIN] == together[Platform.X]
    assert (together[Platform.X].width, together[Platform.INSTAGRAM].width) == (1280, 1080)
    assert without[Platform.LINKEDIN].width == 1920


def test_what_is_asked_of_an_upright_network_is_not_made_smaller_for_a_feed():
    specs = {Platform.X: SMALL_FEED, Platform.INSTAGRAM: VERTICAL}

    found = canvases(specs, (1920, 1080), Aspect.PORTRAIT, set(specs))

    assert (found[Platform.INSTAGRAM].width, found[Platform.X].width) == (1080, 720)


FACE = Region(left=0.4, top=0.75, right=0.6, bottom=0.95)


@pytest.mark.parametrize(
    "focus",
    [
        Focus(sightings=(Sighting(at_ms=0, faces=(FACE,)),)),
        Focus(texts=(ScreenText(text="x", box=FACE, start_ms=0, end_ms=1_000),)),
    ],
    ids=["face", "text"],
)
def test_subtitles_over_a_whole_picture_stand_where_they_hide_neither_face_nor_text(focus):
    spec = canvas(FEED, 16 / 9)

    layout = arrange((1920, 1080), spec, has_subtitles=True, focus=focus)

    assert fills_canvas(layout)
    assert layout.anchor == "top"
    assert layout.subtitles.bottom < FACE.top * spec.height
