from socialcopy.media.canvas.framing import choose
from socialcopy.media.canvas.layout import arrange
from socialcopy.media.canvas.shots import head
from socialcopy.media.renditions.checks import face_faults
from socialcopy.models import Focus, Region, Sighting
from tests.media.clips import VERTICAL

WIDE = (1920, 1080)
STEP_MS = 250
SPEAKS, LISTENS = 0.3, 0.06


def face(left: float) -> Region:
    return Region(left=left, top=0.2, right=left + 0.1, bottom=0.45)


LEFT, RIGHT = face(0.1), face(0.8)


def talk(turns: str, faces=(LEFT, RIGHT), *, heard_ms=((0, 60_000),)) -> Focus:
    """Two looks a letter: who moves the lips, `L`, `R`, `B`oth or `N`obody."""
    lips = [
        tuple(SPEAKS if side in speakers else LISTENS for side in "LR")
        for letter in turns
        for speakers in [{"B": "LR", "N": ""}.get(letter, letter)] * 2
    ]
    return Focus(
        sightings=tuple(
            Sighting(at_ms=n * STEP_MS, faces=faces, lips=moved + (LISTENS,) * (len(faces) - 2))
            for n, moved in enumerate(lips)
        ),
        heard_ms=heard_ms,
    )


def test_the_one_who_speaks_is_followed_and_nobody_is_cut():
    focus = talk("LLLLLLRRRRRRLLLLLL")

    layout = arrange(WIDE, VERTICAL, has_subtitles=True, focus=focus)

    assert [shot.from_ms for shot in layout.shots] == [0, 2_750, 5_750]
    assert all("who speaks" in shot.reason for shot in layout.shots)
    for at_ms, speaker, other in ((1_000, LEFT, RIGHT), (4_000, RIGHT, LEFT), (7_000, LEFT, RIGHT)):
        shown, hidden = (layout.on_canvas(head(one), at_ms) for one in (speaker, other))
        assert 0 <= shown.left < shown.right <= 1
        assert hidden.right <= 0 or hidden.left >= 1


def test_faces_that_the_detector_lists_in_another_order_keep_their_lips():
    there, back = talk("LLLLLLLL"), talk("RRRRRRRR", faces=(RIGHT, LEFT))
    turned = [back.sightings[n] if n % 2 else there.sightings[n] for n in range(16)]

    (framing,) = choose(WIDE, VERTICAL, there.model_copy(update={"sightings": tuple(turned)}))

    assert framing.speaker is not None
    assert framing.speaker.left < LEFT.left < framing.speaker.right


def test_a_word_between_does_not_make_the_picture_hop():
    framings = choose(WIDE, VERTICAL, talk("LLLLLLRRLLLLLL"))

    assert len(framings) == 1


def test_where_it_is_not_clear_who_speaks_both_are_shown():
    asides = ((0, 400),)
    for focus in (talk("BBBBBBBB"), talk("NNNNNNNN"), talk("LLLLLLLL", heard_ms=asides)):
        assert [framing.kind for framing in choose(WIDE, VERTICAL, focus)] == ["two"]


def test_lips_that_move_all_the_same_while_nobody_is_heard_tell_nothing():
    focus = talk("LLLLLLLL", heard_ms=((2_300, 4_000),))

    assert [framing.kind for framing in choose(WIDE, VERTICAL, focus)] == ["two"]


def test_a_crop_that_would_cut_somebody_beside_the_speaker_is_not_made():
    row = (face(0.1), face(0.44), face(0.27), face(0.61))

    framings = choose(WIDE, VERTICAL, talk("RRRRRRRR", faces=row))

    assert all(framing.speaker is None for framing in framings)


def test_where_a_speaker_alone_leaves_no_place_for_subtitles_all_is_as_without_sound():
    large = tuple(Region(left=x, top=0.12, right=x + 0.2, bottom=0.62) for x in (0.08, 0.72))
    focus = talk("LLLLLLLL", faces=large)

    heard, unheard = (
        arrange(WIDE, VERTICAL, has_subtitles=True, focus=one)
        for one in (focus, focus.model_copy(update={"heard_ms": ()}))
    )

    assert choose(WIDE, VERTICAL, focus)[0].speaker
    assert heard == unheard


def test_a_file_that_shows_somebody_else_than_the_speaker_fails():
    focus = talk("LLLLLLLL")
    layout = arrange(WIDE, VERTICAL, has_subtitles=False, focus=focus)
    looks = [sighting.at_ms for sighting in focus.sightings]
    shown = layout.on_canvas(LEFT, 0)
    away = shown.model_copy(update={"left": 0.0, "right": shown.width})

    right, wrong = (
        Focus(sightings=tuple(Sighting(at_ms=at_ms, faces=(one,)) for at_ms in looks))
        for one in (shown, away)
    )

    assert not list(face_faults(layout, focus, right))
    assert list(face_faults(layout, focus, wrong))
