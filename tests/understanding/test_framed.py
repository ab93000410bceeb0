"""What a crop keeps: faces and writing, in clips the tests make themselves.

`astronaut.jpg` is Eileen Collins by NASA (public domain), scaled by scikit-image's makers.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.canvas.shots import head, main_faces
from socialcopy.media.ffmpeg.frames import frames
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.certificate import Promise, inspect
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import Detectors, render_all, thumbnail
from socialcopy.models import Focus, MediaInfo, Platform
from socialcopy.settings import MediaSettings
from socialcopy.understanding.faces import SecondLook, best_moment, look
from socialcopy.understanding.ocr import read_screen
from tests.media.clips import SMALL, VERTICAL

SETTINGS = MediaSettings(preset="fast")
LIMITS = Limits(wall_seconds=120, memory_bytes=4_000_000_000)
FACE = Path(__file__).parent / "astronaut.jpg"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
MENU = (
    "File Edit View Help", "Settings", "Schedule every Monday at nine",
    "Send a report to the team", "Time zone Europe Brussels", "Save and close the window",
)  # fmt: skip
SIGN = ("Harbor", "Mug")


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], cwd=folder, check=True)


def film(
    folder: Path, name: str, lines: tuple[str, ...], at: tuple[int, int], size: int,
    face: tuple[int, int | str, int],
) -> Path:  # fmt: skip
    """Lines of writing, and somebody's face: how large, and where (it sways by eight pixels).

    Where it is a text it goes as that says.
    """
    drawn = []
    for n, line in enumerate(lines):
        (folder / f"{n}.txt").write_text(line)
        place = f"x={at[0]}:y={at[1] + n * size * 2}"
        drawn.append(
            f"drawtext=textfile={n}.txt:fontfile={FONT}:fontsize={size}:fontcolor=black:{place}"
        )
    side, left, top = face
    walk = left if isinstance(left, str) else f"{left}+8*sin(2*t)"
    graph = (
        f"[1]scale={side}:{side}[f];[0][f]overlay=x='{walk}':y={top}:shortest=1"
        f"{''.join(',' + part for part in drawn)}"
    )
    run(folder, "-f", "lavfi", "-i", "color=0xE8E8E8:s=1280x720:r=25:d=4", "-loop", "1", "-r", "25",
        "-t", "4", "-i", str(FACE), "-filter_complex", graph, "-preset", "ultrafast",
        "-pix_fmt", "yuv420p", name)  # fmt: skip
    return folder / name


def info_of(path: Path) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=SETTINGS)


def seen_and_read(path: Path) -> Focus:
    """Faces and writing, as a delivery has them."""
    info = info_of(path)
    screen = read_screen(path, info, SETTINGS, threads=2)
    return look(path, info, settings=SETTINGS, screen=screen)


def words(path: Path) -> set[str]:
    """Every word that a reader of the picture finds."""
    lines = read_screen(path, info_of(path), SETTINGS, threads=2)
    return set(re.findall(r"[a-z]+", " ".join(line.text for line in lines).lower()))


def rendered(source: Path, folder: Path, focus: Focus):
    (made,) = render_all(
        source, info_of(source), {Platform.INSTAGRAM: VERTICAL}, Text(focus=focus),
        name="x", folder=folder, settings=SETTINGS, detectors=Detectors(look_again=SecondLook),
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def speaker(tmp_path_factory) -> tuple[Path, Focus]:
    """A large face to the right of the middle, where a centre crop cuts it in half."""
    path = film(tmp_path_factory.mktemp("speaker"), "speaker.mp4", (), (0, 0), 1, (720, 540, 0))
    return path, look(path, info_of(path), settings=SETTINGS)


def test_the_whole_face_is_in_every_frame_of_the_crop(speaker, tmp_path):
    source, focus = speaker

    made = rendered(source, tmp_path, focus)
    found = look(Path(made.path), made.info, settings=SETTINGS, frames_per_second=4.0)

    assert made.faults == ()
    assert "crop that keeps every face" in made.framing
    assert len(found.sightings) >= 12
    for sighting in found.sightings:
        (face,) = main_faces(sighting)
        whole = head(face)
        assert 0 < face.left < face.right < 1
        assert whole.width > face.width  # room for hair and ears on both sides


def test_somebody_who_walks_through_the_picture_is_followed_and_never_cut(tmp_path):
    """She stands, walks two thirds of the width in two seconds, and stands again."""
    walk = "40+740*clip((t-0.8)/2.2\\,0\\,1)"
    source = film(tmp_path, "walk.mp4", (), (0, 0), 1, (480, walk, 120))
    focus = look(source, info_of(source), settings=SETTINGS)

    made = rendered(source, tmp_path, focus)
    found = look(Path(made.path), made.info, settings=SETTINGS, frames_per_second=3.0)

    assert made.faults == ()
    assert [shot.layout for shot in made.shots] == ["follow"]
    assert made.shots[0].picture_share == 1
    assert "moves with faces" in made.shots[0].why
    assert len(found.sightings) >= 11
    for sighting in found.sightings:
        (face,) = main_faces(sighting)
        assert 0 < face.left < face.right < 1


WIPES = ("wipeleft", "wiperight", "wipeup")


@pytest.mark.parametrize("transition", WIPES)
def test_a_wipe_from_one_face_to_another_cuts_neither_in_any_frame(transition, tmp_path):
    """One stands left, one right; a face is whole in the file, or not in it at all."""
    run(tmp_path, "-f", "lavfi", "-i", "color=0xC8C8C8:s=1280x720:r=25:d=2.6", "-f", "lavfi", "-i",
        "color=0x203040:s=1280x720:r=25:d=2.6", "-loop", "1", "-r", "25", "-t", "2.6", "-i",
        str(FACE), "-filter_complex",
        "[2]scale=520:520,split[a][b];[b]hflip[c];[0][a]overlay=30:150[one];"
        "[1][c]overlay=740:120[other];"
        f"[one][other]xfade=transition={transition}:duration=0.8:offset=1.5",
        "-preset", "ultrafast", "-pix_fmt", "yuv420p", "wipe.mp4")  # fmt: skip
    source = tmp_path / "wipe.mp4"
    focus = look(source, info_of(source), settings=SETTINGS)

    made = rendered(source, tmp_path, focus)
    layout = arrange((1280, 720), VERTICAL, has_subtitles=False, focus=focus)
    shown = look(source, info_of(source), settings=SETTINGS, frames_per_second=25)
    found = look(Path(made.path), made.info, settings=SETTINGS, frames_per_second=25)

    assert made.faults == ()
    assert [shot.layout for shot in made.shots] == ["follow", "follow"]
    assert all(shot.picture_share == 1 for shot in made.shots)
    for sighting in shown.sightings:
        for face in main_faces(sighting):
            there = layout.on_canvas(face, sighting.at_ms)
            is_out = there.right <= 0 or there.left >= 1
            assert is_out or min(there.left, 1 - there.right) >= -0.02, sighting.at_ms
    assert sum(bool(main_faces(sighting)) for sighting in found.sightings) > 0.8 * 82


def test_two_people_apart_are_shown_one_above_the_other(tmp_path):
    run(tmp_path, "-f", "lavfi", "-i", "color=0xE8E8E8:s=1280x720:r=25:d=4", "-loop", "1", "-r",
        "25", "-t", "4", "-i", str(FACE), "-filter_complex",
        "[1]scale=520:520,split[a][b];[b]hflip[c];[0][a]overlay=40:100[d];"
        "[d][c]overlay=x='700+8*sin(2*t)':y=100:shortest=1",
        "-preset", "ultrafast", "-pix_fmt", "yuv420p", "two.mp4")  # fmt: skip
    source = tmp_path / "two.mp4"
    focus = look(source, info_of(source), settings=SETTINGS)

    made = rendered(source, tmp_path, focus)
    found = look(Path(made.path), made.info, settings=SETTINGS, frames_per_second=2.0)

    assert made.faults == ()
    assert [(shot.layout, shot.picture_share) for shot in made.shots] == [("two", 1.0)]
    for sighting in found.sightings:
        upper, lower = sorted(main_faces(sighting), key=lambda face: face.top)
        assert upper.bottom < 0.5 < lower.top
        assert min(upper.left, lower.left) > 0
        assert max(upper.right, lower.right) < 1


def test_each_shot_is_framed_for_itself_and_keeps_its_frames(tmp_path):
    """A screen that has to be seen whole, and then a speaker."""
    film(tmp_path, "screen.mp4", MENU, (60, 60), 26, (200, 1_060, 500))
    film(tmp_path, "speaker.mp4", (), (0, 0), 1, (720, 540, 0))
    (tmp_path / "list.txt").write_text("file screen.mp4\nfile speaker.mp4\n")
    run(tmp_path, "-f", "concat", "-i", "list.txt", "-c", "copy", "both.mp4")
    source = tmp_path / "both.mp4"
    info, focus = info_of(source), seen_and_read(source)

    made = rendered(source, tmp_path, focus)

    assert made.faults == ()
    assert [shot.layout for shot in made.shots] == ["screen", "follow"]
    assert made.shots[1].from_ms == pytest.approx(4_000, abs=40)
    assert abs(made.info.duration_ms - info.duration_ms) <= 40
    assert look(Path(made.path), made.info, settings=SETTINGS).cuts_ms == focus.cuts_ms


def test_a_crop_that_lost_a_face_is_made_again_with_the_whole_picture(speaker, tmp_path):
    source, focus = speaker
    looks: list[bool] = []

    class LookOnceInVain(SecondLook):
        """Dim faces, grown by a crop, are no faces to a detector."""

        def __init__(self, *, closely: bool) -> None:
            super().__init__(closely=closely)
            looks.append(closely)
            self.is_in_vain = len(looks) <= 2

        def sightings(self, times_ms):
            seen = super().sightings(times_ms)
            unseen = tuple(s.model_copy(update={"faces": ()}) for s in seen)
            return unseen if self.is_in_vain else seen

    (made,) = render_all(
        source, info_of(source), {Platform.INSTAGRAM: VERTICAL}, Text(focus=focus), name="x",
        folder=tmp_path, settings=SETTINGS, detectors=Detectors(look_again=LookOnceInVain),
    )  # fmt: skip

    assert made.faults == ()
    assert made.framing.startswith("whole picture")
    assert "looked at again" in made.framing
    assert looks[:3] == [False, True, False]


def test_half_a_face_fails_the_certificate(speaker, tmp_path):
    """A renderer that says one thing and crops through the middle of the face."""
    source, focus = speaker
    crop = "crop=405:720:437:0,scale=360:640,setsar=1"
    colours = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
    flags = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")
    run(tmp_path, "-i", str(source), "-vf", crop, "-r", "30", "-g", "60", "-c:v", "libx264",
        "-preset", "veryfast", "-profile:v", "high", *colours, *flags, "half.mp4")  # fmt: skip
    info = info_of(source)
    promise = Promise(
        platforms=(Platform.X,),
        spec=SMALL,
        master=info,
        layout=arrange(info.video.display_size, SMALL, has_subtitles=False, focus=focus),
        duration_ms=info.duration_ms,
        focus=focus,
    )

    (fault,) = inspect(
        tmp_path / "half.mp4", promise, settings=SETTINGS, limits=LIMITS, look_again=SecondLook
    ).faults

    assert "a face is cut off or gone" in fault


def test_a_screen_recording_is_large_and_its_webcam_stands_below(tmp_path):
    source = film(tmp_path, "screen.mp4", MENU, (60, 60), 26, (200, 1_060, 500))
    before = words(source)

    made = rendered(source, tmp_path, seen_and_read(source))
    kept = before & words(Path(made.path))
    found = look(Path(made.path), made.info, settings=SETTINGS, frames_per_second=2.0)

    assert made.faults == ()
    assert [shot.layout for shot in made.shots] == ["screen"]
    assert made.shots[0].picture_share > 0.7
    assert len(before) >= 18
    assert len(kept) >= 0.95 * len(before)
    for sighting in found.sightings:
        (face,) = main_faces(sighting, smallest=0.05)
        assert 0.5 < face.top < face.bottom < 1


def test_text_over_the_whole_width_keeps_it_and_stands_on_its_own_colour(tmp_path):
    source = film(tmp_path, "wide.mp4", (" ".join(MENU[:3]),), (40, 300), 36, (1, 0, 0))
    before = words(source)

    made = rendered(source, tmp_path, seen_and_read(source))
    ((_, frame),) = frames(Path(made.path), made.info, [2_000], SETTINGS)

    assert made.faults == ()
    assert "its own colour" in made.framing
    assert before <= words(Path(made.path))
    for row in (frame[20], frame[-20]):
        assert row.mean() == pytest.approx(0xE8, abs=3)


def test_a_leading_face_beside_long_lines_is_not_cropped_and_the_reason_says_so(tmp_path):
    source = film(tmp_path, "lesson.mp4", MENU[2:4], (40, 300), 36, (680, 620, 40))
    before = words(source)

    made = rendered(source, tmp_path, seen_and_read(source))

    assert made.faults == ()
    assert "because faces and text" in made.framing
    assert before <= words(Path(made.path))


def test_writing_beside_a_face_moves_the_crop_so_that_both_are_kept(tmp_path):
    source = film(tmp_path, "sign.mp4", SIGN, (500, 480), 60, (520, 560, 0))
    info, focus = info_of(source), seen_and_read(source)
    alone = arrange(info.video.display_size, VERTICAL, has_subtitles=False,
                    focus=focus.model_copy(update={"texts": ()}))  # fmt: skip

    made = rendered(source, tmp_path, focus)
    both = arrange(info.video.display_size, VERTICAL, has_subtitles=False, focus=focus)

    assert "keeps every face and all text" in made.framing
    assert made.faults == ()
    assert {"harbor", "mug"} <= words(Path(made.path))
    shown, others = (layout.shots[0].panes[0].region(0) for layout in (both, alone))
    assert shown.left < others.left


def test_the_thumbnail_is_the_best_frame_and_not_the_first(tmp_path):
    """Black, then a blurred face, then a sharp one."""
    run(tmp_path, "-loop", "1", "-r", "25", "-t", "6", "-i", str(FACE), "-vf",
        "scale=720:720,boxblur=12:enable='lt(t,4)',lutyuv=y=16:u=128:v=128:enable='lt(t,2)'",
        "-pix_fmt", "yuv420p", "-preset", "ultrafast", "face.mp4")  # fmt: skip
    source = tmp_path / "face.mp4"
    info = info_of(source)

    moment = best_moment(look(source, info, settings=SETTINGS))
    picture = thumbnail(source, info, tmp_path, SETTINGS, moment)

    assert moment is not None
    assert moment >= 4_000
    assert picture.stat().st_size > 40_000  # a blurred one has a fifth of it
