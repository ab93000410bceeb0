import numpy as np
import pytest

from socialcopy.media.canvas.framing import choose
from socialcopy.media.canvas.layout import Layout, arrange
from socialcopy.media.canvas.shapes import canvas
from socialcopy.models import DETAIL_GRID, Focus, Region, ScreenText, ShotDetail, Sighting
from tests.media.clips import VERTICAL

WIDE = (1280, 720)
LANDSCAPE = canvas(VERTICAL, 16 / 9)
PLAIN = (200,) * 96
LEFT = Region(left=0.05, top=0.2, right=0.5, bottom=0.3)
LOWER_LEFT = LEFT.model_copy(update={"top": 0.6, "bottom": 0.7})
ACROSS = Region(left=0.05, top=0.2, right=0.95, bottom=0.3)


def cells(*parts: Region) -> tuple[float, ...]:
    """Detail in the cells of these parts of the picture."""
    rows, columns = DETAIL_GRID
    found = np.zeros(DETAIL_GRID)
    for part in parts:
        down = slice(int(part.top * rows), int(part.bottom * rows) + 1)
        found[down, int(part.left * columns) : int(part.right * columns) + 1] = 10
    return tuple(found.ravel())


def seen(
    *lines: Region, face: Region | None = None, pictures=(), moving=(), is_plain=True
) -> Focus:
    parts = [*lines, *pictures, *([face] if face else [])]
    return Focus(
        sightings=tuple(
            Sighting(at_ms=250 * n, faces=(face,) if face else (), brightness=PLAIN)
            for n in range(16)
        ),
        texts=tuple(ScreenText(text="x", box=box, start_ms=0, end_ms=5_000) for box in lines),
        details=(
            ShotDetail(
                from_ms=0, edges=cells(*parts), movement=cells(*moving), has_plain_ends=is_plain
            ),
        ),
    )


def after(first: Focus, second: Focus) -> Focus:
    """One shot, and then another."""
    begin_ms = 4_000
    late = {"start_ms": begin_ms, "end_ms": 2 * begin_ms}
    texts = [t.model_copy(update={"end_ms": begin_ms - 1}) for t in first.texts]
    texts += [t.model_copy(update=late) for t in second.texts]
    later = (s.model_copy(update={"at_ms": begin_ms + s.at_ms}) for s in second.sightings)
    return Focus(
        sightings=(*first.sightings, *later),
        texts=tuple(texts),
        cuts_ms=(begin_ms,),
        details=(*first.details, second.details[0].model_copy(update={"from_ms": begin_ms})),
    )


def on(focus: Focus, *, has_subtitles=True) -> Layout:
    return arrange(WIDE, VERTICAL, has_subtitles=has_subtitles, focus=focus)


def test_what_is_empty_beside_the_text_of_a_slide_is_cropped_away():
    focus = seen(LEFT, LOWER_LEFT)

    layout = on(focus)
    whole = arrange(WIDE, VERTICAL, has_subtitles=True)
    shown = layout.on_canvas(LEFT, 0)

    assert [shot.kind for shot in layout.shots] == ["screen"]
    assert shown.width > 1.6 * whole.on_canvas(LEFT, 0).width
    assert 0 < shown.left < shown.right < 1
    assert "all text" in layout.reason


def test_subtitles_stand_below_a_slide_inside_the_safe_zone():
    layout = on(seen(LEFT, LOWER_LEFT))

    assert layout.subtitles.top >= layout.picture.bottom
    assert layout.subtitles.bottom <= VERTICAL.safe_zone.bottom
    assert layout.picture.top >= 0


def test_a_diagram_beside_the_text_is_kept_with_it():
    diagram = Region(left=0.6, top=0.3, right=0.9, bottom=0.8)

    layout = on(seen(LEFT, pictures=(diagram,)))
    shown = layout.on_canvas(diagram, 0)

    assert 0 <= shown.left < shown.right <= 1


def test_text_over_the_whole_width_is_whole_on_the_colour_of_the_slide():
    layout = on(seen(ACROSS))

    (shot,) = layout.shots
    assert (shot.kind, shot.extends) == ("screen", True)
    assert not layout.is_cropped
    assert "its own colour" in layout.reason


def test_a_brands_background_is_taken_before_the_colour_of_the_slide():
    layout = arrange(WIDE, VERTICAL, has_subtitles=True, focus=seen(ACROSS), background="#102030")

    assert not layout.shots[0].extends


def test_beside_a_tall_picture_nothing_goes_on():
    layout = arrange((720, 1280), LANDSCAPE, has_subtitles=False, focus=seen(ACROSS))

    assert not any(shot.extends for shot in layout.shots)


def test_the_bars_of_a_film_are_not_made_higher():
    dark = tuple(
        sighting.model_copy(update={"brightness": (10,) * 96}) for sighting in seen().sightings
    )
    film = Region(left=0.0, top=0.15, right=0.99, bottom=0.8)
    focus = seen(pictures=(film,), moving=(film,)).model_copy(update={"sightings": dark})

    layout = on(focus)

    assert [(shot.kind, shot.extends) for shot in layout.shots] == [("blur", False)]


@pytest.mark.parametrize(("face_left", "text_left"), [(0.74, 0.05), (0.04, 0.35)])
def test_who_speaks_beside_a_slide_stands_below_it_and_is_not_in_it(face_left, text_left):
    face = Region(left=face_left, top=0.5, right=face_left + 0.09, bottom=0.72)
    lines = [
        Region(left=text_left, top=top, right=text_left + 0.55, bottom=top + 0.08)
        for top in (0.1, 0.3, 0.5)
    ]
    focus = seen(*lines, face=face, moving=(face,))

    layout = on(focus)
    (shot,) = layout.shots
    slide, speaker = shot.panes
    shown = layout.on_canvas(face, 0)

    assert shot.kind == "screen"
    assert slide.box.bottom == speaker.box.top
    assert speaker.box.bottom == VERTICAL.height
    assert slide.region(0).right <= face.left or slide.region(0).left >= face.right
    assert speaker.box.top < shown.top * VERTICAL.height
    assert shown.bottom < 1
    assert shown.height * VERTICAL.height > 300
    assert layout.subtitles.top >= slide.box.bottom
    assert layout.subtitles.bottom <= shown.top * VERTICAL.height


def test_a_speaker_in_the_middle_of_the_text_is_shown_with_the_whole_slide():
    face = Region(left=0.45, top=0.4, right=0.52, bottom=0.5)
    around = [
        ACROSS,
        ACROSS.model_copy(update={"top": 0.8, "bottom": 0.9}),
        Region(left=0.05, top=0.5, right=0.3, bottom=0.6),
        Region(left=0.7, top=0.5, right=0.95, bottom=0.6),
    ]

    layout = on(seen(*around, face=face, moving=(face,)))

    assert [len(shot.panes) for shot in layout.shots] == [1]
    assert not layout.is_cropped


def test_a_thing_on_a_table_is_cropped_where_little_is_lost():
    thing = Region(left=0.55, top=0.3, right=0.7, bottom=0.8)

    (framing,) = choose(WIDE, VERTICAL, seen(pictures=(thing,), moving=(thing,), is_plain=False))
    window = framing.path[0].region

    assert framing.kind == "follow"
    assert window.left <= thing.left < thing.right <= window.right
    assert "100% of the detail" in framing.reason


def test_what_was_drawn_loses_nothing_though_no_text_was_read():
    most = Region(left=0.1, top=0.1, right=0.4, bottom=0.9)
    rest = Region(left=0.7, top=0.1, right=0.85, bottom=0.2)

    drawn, filmed = (
        choose(WIDE, VERTICAL, seen(pictures=(most, rest), is_plain=is_plain))[0]
        for is_plain in (True, False)
    )

    assert drawn.path == ()
    assert filmed.path[0].region.right < rest.left


def test_the_handle_of_a_cup_on_a_slide_is_not_cut_off_however_thin():
    cup = Region(left=0.55, top=0.3, right=0.7, bottom=0.8)
    handle = Region(left=0.74, top=0.5, right=0.75, bottom=0.51)

    layout = on(seen(LEFT, LOWER_LEFT, pictures=(cup, handle)))

    assert [shot.kind for shot in layout.shots] == ["screen"]
    assert layout.on_canvas(handle, 0).right < 1


def test_the_last_letter_of_what_was_drawn_is_not_cut_off_however_small():
    word = Region(left=0.3, top=0.3, right=0.6, bottom=0.8)
    letter = Region(left=0.66, top=0.5, right=0.67, bottom=0.51)

    (framing,) = choose(WIDE, VERTICAL, seen(pictures=(word, letter)))
    window = framing.path[0].region

    assert framing.kind == "follow"
    assert window.left < word.left
    assert letter.right < window.right


def test_what_moves_elsewhere_is_not_cut_off():
    thing = Region(left=0.75, top=0.3, right=0.9, bottom=0.8)
    hand = Region(left=0.1, top=0.5, right=0.2, bottom=0.6)

    (framing,) = choose(WIDE, VERTICAL, seen(pictures=(thing,), moving=(hand,), is_plain=False))

    assert framing.path == ()


def test_a_picture_full_of_detail_is_whole():
    everywhere = Region(left=0, top=0, right=0.99, bottom=0.99)

    (framing,) = choose(WIDE, VERTICAL, seen(pictures=(everywhere,), is_plain=False))

    assert (framing.kind, framing.path) == ("blur", ())


@pytest.mark.parametrize(("right", "is_cropped"), [(0.7, True), (0.95, False)])
def test_slides_that_follow_each_other_have_one_zoom(right, is_cropped):
    wider = LEFT.model_copy(update={"right": right})

    layout = on(after(seen(LEFT, LOWER_LEFT), seen(wider)))
    widths = [
        layout.on_canvas(box, at_ms).width / box.width
        for box, at_ms in ((LEFT, 1_000), (wider, 5_000))
    ]

    assert {shot.kind for shot in layout.shots} == {"screen"}
    assert widths[0] == pytest.approx(widths[1])
    assert (widths[0] > 1.2) is is_cropped


def test_slides_beside_who_speaks_have_one_zoom_above_them():
    face = Region(left=0.75, top=0.5, right=0.85, bottom=0.75)
    short, long = (LEFT.model_copy(update={"right": right}) for right in (0.35, 0.6))

    layout = on(after(seen(short, LOWER_LEFT, face=face), seen(long, LOWER_LEFT, face=face)))

    assert [len(shot.panes) for shot in layout.shots] == [2, 2]
    assert layout.on_canvas(short, 1_000).width / short.width == pytest.approx(
        layout.on_canvas(long, 5_000).width / long.width
    )
