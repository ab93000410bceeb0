import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.crop import choose, head, in_window, main_faces
from socialcopy.media.canvas.layout import arrange, on_canvas
from socialcopy.media.canvas.shapes import canvas, shape
from socialcopy.media.ffmpeg.filters import cropped
from socialcopy.models import Aspect, Focus, Region, Sighting, VideoStream
from tests.media.clips import VERTICAL

WIDE = (1920, 1080)
PICTURE = VideoStream(codec="h264", width=1920, height=1080)


def face(left: float, top: float = 0.2, *, height: float = 0.25) -> Region:
    return Region(left=left, top=top, right=left + height * 0.4, bottom=top + height)


def seen(*moments: tuple[Region, ...], cuts_ms=(), texts=()) -> Focus:
    sightings = tuple(Sighting(at_ms=n * 500, faces=faces) for n, faces in enumerate(moments))
    return Focus(sightings=sightings, cuts_ms=cuts_ms, texts=texts)


def test_a_presenter_fills_the_frame_with_the_whole_head():
    focus = seen(*[(face(0.6),)] * 6)
    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)
    shown = on_canvas(head(face(0.6)), layout, 0)

    assert layout.picture_fills_canvas
    assert min(shown.left, shown.top) >= 0
    assert max(shown.right, shown.bottom) <= 1
    assert "one steady crop that keeps every face" in layout.reason


@given(st.lists(st.floats(0, 0.9), min_size=1, max_size=20), st.sampled_from(list(Aspect)))
def test_wherever_faces_go_none_is_ever_cut(places, aspect):
    focus = seen(*[(face(left),) for left in places])
    spec = canvas(VERTICAL, shape(WIDE, VERTICAL, aspect))

    layout = arrange(WIDE, spec, has_subtitles=True, focus=focus)

    for sighting in focus.sightings:
        for there in main_faces(sighting):
            shown = on_canvas(there, layout, sighting.at_ms)
            assert min(shown.left, shown.top) >= -1e-9
            assert max(shown.right, shown.bottom) <= 1 + 1e-9


def test_a_face_that_moves_further_than_the_crop_is_wide_is_padded_and_the_reason_says_so():
    focus = seen(*[(face(left),) for left in (0.05, 0.3, 0.8)])

    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)

    assert not layout.picture_fills_canvas
    assert "span" in layout.reason


@pytest.mark.parametrize(
    ("moments", "reason"),
    [
        ([()] * 4, "no face leads"),
        ([(face(0.9, 0.9, height=0.08),)] * 4, "no face leads"),  # a webcam in a corner
        ([(face(0.4),), (), (), ()], "no face leads"),
        ([(face(0.1), face(0.8))] * 4, "span"),
    ],
    ids=["nobody", "webcam", "now and then", "two people apart"],
)
def test_without_a_leading_face_nothing_is_cropped(moments, reason):
    choice = choose(WIDE, VERTICAL, seen(*moments))

    assert choice.windows == ()
    assert reason in choice.reason


def test_without_a_look_nothing_is_cropped():
    assert "nobody looked" in arrange(WIDE, VERTICAL, has_subtitles=False).reason


def test_text_on_screen_is_kept_or_nothing_is_cropped():
    near, far = (Region(left=x, top=0.8, right=x + 0.1, bottom=0.9) for x in (0.5, 0.05))
    faces = [(face(0.5),)] * 4

    assert choose(WIDE, VERTICAL, seen(*faces, texts=(near,))).windows
    assert "faces and text" in choose(WIDE, VERTICAL, seen(*faces, texts=(far,))).reason


def test_each_shot_has_a_window_of_its_own_that_does_not_move():
    focus = seen(*[(face(0.1),)] * 4, *[(face(0.8),)] * 4, cuts_ms=(2_000,))

    windows = choose(WIDE, VERTICAL, focus).windows

    assert [w.from_ms for w in windows] == [0, 2_000]
    assert cropped(PICTURE, windows).startswith(r"crop=606:1080:if(gte(t\,2.000)\,")


def test_a_passer_by_is_not_worth_keeping():
    passer_by = face(0.02, height=0.1)

    assert choose(WIDE, VERTICAL, seen(*[(face(0.5), passer_by)] * 4)).windows


def test_subtitles_move_away_from_a_face():
    low = Region(left=0.45, top=0.5, right=0.55, bottom=0.65)  # where subtitles usually stand
    focus = seen(*[(low,)] * 4)

    layout = arrange(WIDE, VERTICAL, has_subtitles=True, focus=focus)
    box = layout.subtitles

    assert layout.anchor == "top"
    assert box.bottom <= on_canvas(low, layout, 0).top * VERTICAL.height


@pytest.mark.parametrize(
    ("aspect", "size"),
    [
        (Aspect.AUTO, (1080, 1920)),
        (Aspect.PORTRAIT, (1080, 1350)),
        (Aspect.SQUARE, (1080, 1080)),
        (Aspect.LANDSCAPE, (1920, 1080)),
    ],
)
def test_a_brief_may_ask_for_another_shape(aspect, size):
    spec = canvas(VERTICAL, shape(WIDE, VERTICAL, aspect))

    assert (spec.width, spec.height) == size
    assert 0 < spec.safe_zone.left < spec.safe_zone.right < spec.width


def test_a_tall_picture_loses_its_top_or_bottom_instead():
    focus = seen(*[(Region(left=0.4, top=0.3, right=0.6, bottom=0.45),)] * 4)
    (window,) = choose((1080, 1920), canvas(VERTICAL, 1.0), focus).windows

    assert window.region.width == 1
    assert window.region.height == pytest.approx(0.5625)
    assert in_window(focus.sightings[0].faces[0], [window], 0).top > 0
