import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.media.canvas.camera import MAX_JERK, MAX_SPEED
from socialcopy.media.canvas.framing import choose
from socialcopy.media.canvas.layout import arrange
from socialcopy.media.canvas.shapes import canvas, shape
from socialcopy.media.canvas.shots import head, main_faces
from socialcopy.models import Aspect, Focus, Region, ScreenText, ShotDetail, Sighting
from tests.media.clips import VERTICAL, fills_canvas

WIDE = (1920, 1080)


def face(left: float, top: float = 0.2, *, height: float = 0.25) -> Region:
    return Region(left=left, top=top, right=left + height * 0.4, bottom=top + height)


def seen(*moments: tuple[Region, ...], cuts_ms=(), texts=()) -> Focus:
    sightings = tuple(Sighting(at_ms=n * 500, faces=faces) for n, faces in enumerate(moments))
    lines = tuple(ScreenText(text="x", box=box, start_ms=0, end_ms=60_000) for box in texts)
    return Focus(sightings=sightings, cuts_ms=cuts_ms, texts=lines)


def test_a_presenter_fills_the_frame_with_the_whole_head():
    focus = seen(*[(face(0.6),)] * 6)
    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)
    shown = layout.on_canvas(head(face(0.6)), 0)

    assert fills_canvas(layout)
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
            shown = layout.on_canvas(there, sighting.at_ms)
            assert min(shown.left, shown.top) >= -1e-9
            assert max(shown.right, shown.bottom) <= 1 + 1e-9


def test_a_face_too_fast_for_a_camera_is_shown_from_further_away():
    focus = seen(*[(face(left),) for left in (0.05, 0.3, 0.8)])

    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)

    assert not fills_canvas(layout)
    assert "times as wide" in layout.reason
    assert layout.picture.height > 608  # the whole picture's


def test_a_camera_follows_a_walk_gently_and_fills_the_frame():
    walk = [min(0.75, 0.05 + 0.04 * n) for n in range(24)]
    focus = seen(*[(face(left),) for left in walk])

    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)

    (pane,) = layout.shots[0].panes
    lefts = np.array([pane.region(at_ms).left for at_ms in range(0, 12_000, 50)])
    width = pane.region(0).width
    assert fills_canvas(layout)
    assert "moves with faces" in layout.reason
    assert np.abs(np.diff(lefts)).max() / 0.05 / width <= MAX_SPEED
    assert np.abs(np.diff(lefts, 3)).max() / 0.05**3 / width <= MAX_JERK
    assert (np.diff(lefts) >= -1e-9).all()  # it never goes back


def test_a_face_that_sways_does_not_move_the_camera():
    sway = [0.6, 0.05, 0.06, 0.05, 0.06, 0.04, 0.05, 0.06]
    focus = seen(*[(face(left),) for left in sway])

    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)

    (pane,) = layout.shots[0].panes
    rest = {pane.region(at_ms).left for at_ms in range(2_000, 3_500, 100)}
    assert len(rest) == 1


def test_text_that_is_gone_holds_the_camera_no_longer():
    """A sign at the left for a second; afterwards the face goes to the right."""
    sign = ScreenText(
        text="x", box=Region(left=0.1, top=0.8, right=0.2, bottom=0.9), start_ms=0, end_ms=1_000
    )
    walk = [0.15, 0.15, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.6]
    focus = seen(*[(face(left),) for left in walk]).model_copy(update={"texts": (sign,)})

    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)

    assert fills_canvas(layout)
    for at_ms in range(0, 1_001, 50):
        shown = layout.on_canvas(sign.box, at_ms)
        assert 0 <= shown.left < shown.right <= 1


def test_two_people_apart_have_a_half_each():
    left, right = face(0.1), face(0.8)
    focus = seen(*[(left, right)] * 6)

    layout = arrange(WIDE, VERTICAL, has_subtitles=True, focus=focus)

    upper, lower = (layout.on_canvas(head(one), 1_000) for one in (left, right))
    assert [shot.kind for shot in layout.shots] == ["two"]
    assert fills_canvas(layout)
    assert 0 <= upper.top < upper.bottom <= 0.5 <= lower.top < lower.bottom <= 1
    assert upper.bottom * 1920 <= layout.subtitles.top
    assert layout.subtitles.bottom <= lower.top * 1920


def test_four_people_in_a_row_stand_two_above_two():
    row = tuple(face(left) for left in (0.06, 0.3, 0.55, 0.8))

    layout = arrange(WIDE, VERTICAL, has_subtitles=True, focus=seen(*[row] * 6))

    shown = [layout.on_canvas(head(one), 1_000) for one in row]
    assert [shot.kind for shot in layout.shots] == ["two"]
    assert fills_canvas(layout)
    assert max(one.bottom for one in shown[:2]) <= 0.5 <= min(one.top for one in shown[2:])
    assert min(one.left for one in shown) >= -1e-9
    assert max(one.right for one in shown) <= 1 + 1e-9


def test_a_title_that_passes_before_a_presenter_is_cropped_like_him():
    bright, dark = (200,) * 96, (40,) * 96
    title = Sighting(at_ms=0, brightness=bright)
    rest = tuple(Sighting(at_ms=n * 500, faces=(face(0.8),), brightness=dark) for n in range(1, 9))
    focus = Focus(sightings=(title, *rest))

    framings = choose(WIDE, VERTICAL, focus)

    assert [framing.from_ms for framing in framings] == [0, 500]
    assert framings[0].path[0].region.left == pytest.approx(0.342, abs=0.001)
    assert framings[1].path[0].region.left > 0.6


def test_a_logo_that_passes_before_a_presenter_is_whole():
    logo = ShotDetail(from_ms=0, drawn=(0.2, 0.8))
    faces = [(face(0.8),)] * 8
    focus = seen((), (), *faces, cuts_ms=(1_000,)).model_copy(update={"details": (logo,)})

    first, second = choose(WIDE, VERTICAL, focus)

    assert (first.kind, first.path) == ("blur", ())
    assert second.path


def test_what_a_video_fades_in_from_is_no_shot_of_its_own():
    focus = seen((), *[(face(0.8),)] * 8, cuts_ms=(200,))

    (framing,) = choose(WIDE, VERTICAL, focus)

    assert framing.from_ms == 0
    assert framing.path


def test_a_framing_that_would_change_too_often_to_be_drawn_is_the_whole_picture():
    def talk(count: int) -> Focus:
        """Somebody in every other shot of two seconds."""
        looks = [(face(0.6),) if n // 4 % 2 else () for n in range(4 * count)]
        return seen(*looks, cuts_ms=tuple(range(2_000, 2_000 * count, 2_000)))

    assert len(choose(WIDE, VERTICAL, talk(60))) == 60
    assert [framing.kind for framing in choose(WIDE, VERTICAL, talk(61))] == ["blur"]


def test_text_keeps_off_the_edge_of_a_crop_that_moves():
    name = Region(left=0.27, top=0.85, right=0.4, bottom=0.92)
    walk = [0.15, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.41, 0.41, 0.41]
    focus = seen(*[(face(left),) for left in walk], texts=(name,))

    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)
    places = [layout.on_canvas(name, at_ms) for at_ms in range(0, 4_501, 50)]

    assert "moves with faces and text" in layout.reason
    assert min(place.left for place in places) >= 0.05
    assert max(place.right for place in places) <= 0.95


def test_a_mark_in_the_corner_of_every_shot_is_not_worth_a_background():
    mark = Region(left=0.02, top=0.9, right=0.12, bottom=0.96)
    faces = [(face(0.7),)] * 8

    alone = choose(WIDE, VERTICAL, seen(*faces, texts=(mark,)))
    stays = choose(WIDE, VERTICAL, seen(*faces, texts=(mark,), cuts_ms=(2_000,)))

    assert alone[0].path == ()
    assert all(framing.path for framing in stays)


@pytest.mark.parametrize(
    ("moments", "reason"),
    [
        ([()] * 4, "no face leads"),
        ([(face(0.9, 0.9, height=0.08),)] * 4, "no face leads"),  # a webcam in a corner
        ([(face(0.4),), (), (), ()], "no face leads"),
        ([(face(0.05), face(0.45), face(0.85))] * 4, "span"),
    ],
    ids=["nobody", "webcam", "now and then", "three people apart"],
)
def test_without_a_leading_face_nothing_is_cropped(moments, reason):
    (framing,) = choose(WIDE, VERTICAL, seen(*moments))

    assert framing.path == ()
    assert reason in framing.reason


def test_without_a_look_nothing_is_cropped():
    assert "nobody looked" in arrange(WIDE, VERTICAL, has_subtitles=False).reason


def test_text_on_screen_is_kept_or_nothing_is_cropped():
    near, far = (Region(left=x, top=0.8, right=x + 0.1, bottom=0.9) for x in (0.5, 0.05))
    faces = [(face(0.5),)] * 4

    assert choose(WIDE, VERTICAL, seen(*faces, texts=(near,)))[0].path
    assert "faces and text" in choose(WIDE, VERTICAL, seen(*faces, texts=(far,)))[0].reason


def test_each_shot_has_a_window_of_its_own_that_does_not_move():
    focus = seen(*[(face(0.1),)] * 4, *[(face(0.8),)] * 4, cuts_ms=(2_000,))

    framings = choose(WIDE, VERTICAL, focus)

    assert [framing.from_ms for framing in framings] == [0, 2_000]
    assert all(len(framing.path) == 1 for framing in framings)


def test_a_passer_by_is_not_worth_keeping():
    passer_by = face(0.02, height=0.1)

    assert choose(WIDE, VERTICAL, seen(*[(face(0.5), passer_by)] * 4))[0].path


def test_subtitles_move_away_from_a_face():
    low = Region(left=0.45, top=0.5, right=0.55, bottom=0.65)  # where subtitles usually stand
    focus = seen(*[(low,)] * 4)

    layout = arrange(WIDE, VERTICAL, has_subtitles=True, focus=focus)
    box = layout.subtitles

    assert layout.anchor == "top"
    assert box.bottom <= layout.on_canvas(low, 0).top * VERTICAL.height


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
    (framing,) = choose((1080, 1920), canvas(VERTICAL, 1.0), focus)
    (window,) = framing.path

    assert window.region.width == 1
    assert window.region.height == pytest.approx(0.5625)
    assert focus.sightings[0].faces[0].top > window.region.top
