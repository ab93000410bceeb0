"""What a brief puts around a video: rendered by real ffmpeg, and looked for in the file."""

from pathlib import Path

import numpy as np
import pytest

from socialcopy.media.canvas.branding import Clip, Dressing, card_colors
from socialcopy.media.errors import InputRefusedError
from socialcopy.media.renditions.certificate import certificate
from socialcopy.media.renditions.checks import part_faults
from socialcopy.media.renditions.logo import read_logo
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import render_all
from socialcopy.models import Corner, Focus, Look, Part, Platform, Region, Sighting
from tests.media.clips import SMALL, look, make_clip, run_ffmpeg, say

WORDS = say("Meet the mug that stays hot.")
TITLE = "Hot until the last sip"


def picture(path: Path, at: float) -> np.ndarray:
    raw = run_ffmpeg(
        *("-ss", f"{at:.3f}", "-i", str(path), "-frames:v", "1", "-f", "rawvideo"),
        *("-pix_fmt", "rgb24", "pipe:1"),
    )
    return np.frombuffer(raw, np.uint8).reshape(SMALL.height, SMALL.width, 3).astype(int)


def loudest(path: Path, begin: float, end: float) -> float:
    raw = run_ffmpeg("-i", str(path), "-map", "0:a", "-f", "f32le", "-ac", "1", "pipe:1")
    samples = np.frombuffer(raw, np.float32)
    return float(np.abs(samples[int(begin * 48_000) : int(end * 48_000)]).max())


def rendered(source: Path, folder: Path, settings, **rest):
    specs = rest.pop("specs", {Platform.X: SMALL})
    text = Text(tuple(rest.pop("words", WORDS)), **rest)
    return render_all(
        source, look(source, settings), specs, text, name="demo", folder=folder, settings=settings
    )


@pytest.fixture(scope="module")
def logo(tmp_path_factory, settings):
    """A red square with a green middle, on nothing."""
    folder = tmp_path_factory.mktemp("logo")
    run_ffmpeg(
        *("-f", "lavfi", "-i", "color=red:s=120x120:d=1,format=rgba,drawbox=40:40:40:40:lime:fill"),
        *("-frames:v", "1", str(folder / "brand.png")),
    )
    return read_logo(folder / "brand.png", folder, settings=settings, name="brand/logo.png")


@pytest.fixture(scope="module")
def clips(tmp_path_factory, settings) -> tuple[Clip, Clip]:
    """A blue intro of a second with a loud tone, and a white silent outro in another shape."""
    folder = tmp_path_factory.mktemp("clips")
    run_ffmpeg(
        *("-f", "lavfi", "-i", "color=blue:s=320x640:r=25:d=1", "-f", "lavfi"),
        *("-i", "sine=700:d=1,volume=20dB", "-shortest", "-preset", "ultrafast"),
        *("-c:a", "aac", str(folder / "intro.mp4")),
    )
    run_ffmpeg(
        *("-f", "lavfi", "-i", "color=white:s=640x360:r=30:d=1.5", "-preset", "ultrafast"),
        str(folder / "outro.mp4"),
    )

    def clip(path: Path) -> Clip:
        return Clip(path=path, info=look(path, settings), name=f"brand/{path.name}")

    return clip(folder / "intro.mp4"), clip(folder / "outro.mp4")


@pytest.fixture(scope="module")
def dressed(tmp_path_factory, clip, settings, logo, clips):
    folder = tmp_path_factory.mktemp("dressed")
    dressing = Dressing(title=TITLE, logo=logo, intro=clips[0], outro=clips[1])
    style = Look(card="#003366", background="#204060")
    (rendition,) = rendered(clip(seconds=3.0), folder, settings, dressing=dressing, look=style)
    return rendition


def test_a_dressed_video_passes_every_check_and_lasts_as_long_as_its_parts(dressed):
    assert dressed.faults == ()
    assert dressed.info.duration_ms == pytest.approx(1_000 + 2_000 + 3_000 + 1_500, abs=60)
    assert dressed.loudness_lufs == pytest.approx(-14, abs=1)


def test_intro_card_video_and_outro_follow_each_other(dressed):
    path = Path(dressed.path)
    intro, card, outro = (picture(path, at)[320, 180] for at in (0.5, 1.1, 7.0))

    assert intro[2] > 200
    assert intro[0] < 60
    assert np.abs(picture(path, 1.5)[20, 20] - (0x00, 0x33, 0x66)).max() < 12
    assert outro.min() > 220
    assert card.shape == (3,)


def test_the_title_is_written_inside_the_safe_zone(dressed):
    bright = picture(Path(dressed.path), 2.0).min(axis=2) > 180
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))

    zone = SMALL.safe_zone
    assert zone.top <= rows[0] < rows[-1] <= zone.bottom
    assert zone.left <= columns[0] < columns[-1] <= zone.right


def test_subtitles_and_sound_begin_when_the_video_does(dressed):
    path = Path(dressed.path)

    assert loudest(path, 0.1, 0.9) > 0.05
    assert loudest(path, 1.2, 2.8) < 0.001  # under the card
    assert loudest(path, 3.2, 5.8) > 0.05
    assert loudest(path, 6.2, 7.3) < 0.001


def test_intro_and_video_are_about_equally_loud(dressed):
    path = Path(dressed.path)

    assert loudest(path, 0.1, 0.9) < 6 * loudest(path, 3.2, 5.8)


def test_the_certificate_tells_what_was_added_where_and_when(dressed):
    (entry,) = certificate([dressed]).files

    assert [(part.kind, part.from_ms, part.until_ms) for part in entry.parts] == [
        ("intro", 0, 1_000),
        ("title card", 1_000, 3_000),
        ("logo", 3_000, 6_000),
        ("outro", 6_000, 7_500),
    ]
    assert entry.encoder == "libx264"


def test_a_plain_background_has_the_colour_of_the_brief(dressed):
    assert np.abs(picture(Path(dressed.path), 4.0)[630, 180] - (0x20, 0x40, 0x60)).max() < 14
    assert "on a plain background" in dressed.framing


@pytest.mark.parametrize("corner", list(Corner))
def test_the_logo_stands_in_its_corner_of_the_safe_zone(corner, clip, logo, tmp_path, settings):
    wish = Dressing(logo=logo.model_copy(update={"corner": corner}))

    (rendition,) = rendered(clip(), tmp_path, settings, dressing=wish, words=())

    (part,) = rendition.parts
    assert part.box
    left, top, right, bottom = part.box
    middle = picture(Path(rendition.path), 1.0)[(top + bottom) // 2, (left + right) // 2]
    assert rendition.faults == ()
    assert rendition.notes == ()
    assert middle[1] > 180
    assert max(middle[0], middle[2]) < 90
    zone = SMALL.safe_zone
    assert (left == zone.left + 1) == ("left" in corner)
    assert (abs(top - zone.top) <= 1) == ("top" in corner)


def test_the_logo_makes_way_for_a_face_and_says_so(clip, logo, tmp_path, settings):
    face = Region(left=0.62, top=0.1, right=0.78, bottom=0.5)
    focus = Focus(sightings=tuple(Sighting(at_ms=n * 500, faces=(face,)) for n in range(4)))

    (rendition,) = rendered(
        clip(size="360x640"), tmp_path, settings, dressing=Dressing(logo=logo), focus=focus,
        words=(),
    )  # fmt: skip

    assert rendition.faults == ()
    assert "would hide a face" in rendition.notes[0]


def test_a_title_card_alone_is_no_subtitle(clip, tmp_path, settings):
    (rendition,) = rendered(
        clip(sound=None), tmp_path, settings, dressing=Dressing(title=TITLE), words=()
    )

    assert rendition.faults == ()
    assert not rendition.subtitles_burned_in
    assert rendition.info.duration_ms == pytest.approx(4_000, abs=60)


def test_without_a_brands_colour_a_title_stands_on_the_videos_first_frame(tmp_path, settings):
    """Blurred and darker: a feed shows a video by its first frame, and black is none."""
    orange = make_clip(
        tmp_path / "orange.mp4", sound=None, options=("-vf", "lutyuv=y=160:u=60:v=190")
    )

    (rendition,) = rendered(orange, tmp_path, settings, dressing=Dressing(title=TITLE), words=())

    assert rendition.faults == ()
    card, video = (picture(Path(rendition.path), at)[250, 5] for at in (0.0, 3.0))
    assert video[0] > 200
    assert card == pytest.approx(0.35 * video, abs=15)
    assert card[0] > 40 + card[2]
    assert picture(Path(rendition.path), 1.0).max() > 230


def test_versions_of_different_length_share_the_dressing(clip, clips, tmp_path, settings):
    specs = {
        Platform.X: SMALL,
        Platform.INSTAGRAM: SMALL.model_copy(
            update={"max_bitrate_bps": 5_000_000, "min_duration_ms": 6_000}
        ),
    }
    made = rendered(clip(), tmp_path, settings, specs=specs, dressing=Dressing(outro=clips[1]))

    assert [r.faults for r in made] == [(), ()]
    assert [round(r.info.duration_ms, -2) for r in made] == [3_500, 6_000]


def test_a_logo_that_is_missing_from_the_file_is_seen(clip, logo, tmp_path, settings):
    (bare,) = rendered(clip(), tmp_path, settings)
    part = Part(kind="logo", what="x", from_ms=0, until_ms=2_000, box=(230, 90, 270, 130))

    faults = list(part_faults(Path(bare.path), [part], Dressing(logo=logo), SMALL, settings))

    assert faults == ["the logo is not to be seen at 0.2 s"]


def test_a_logo_outside_the_safe_zone_is_seen(clip, logo, tmp_path, settings):
    (bare,) = rendered(clip(), tmp_path, settings)
    part = Part(kind="logo", what="x", from_ms=0, until_ms=2_000, box=(310, 10, 350, 50))

    (fault,) = part_faults(Path(bare.path), [part], Dressing(logo=logo), SMALL, settings)

    assert "the logo leaves the safe zone" in fault


def test_a_title_card_that_is_missing_is_seen(clip, tmp_path, settings):
    (bare,) = rendered(clip(size="360x640"), tmp_path, settings)
    part = Part(kind="title card", what="x", from_ms=0, until_ms=1_000)

    (fault,) = part_faults(Path(bare.path), [part], Dressing(title="x"), SMALL, settings)

    assert "there is no title card" in fault


def test_a_card_without_words_is_seen(tmp_path, settings):
    blank = make_clip(
        tmp_path / "blank.mp4", size="360x640", options=("-vf", "lutyuv=y=40:u=128:v=128")
    )
    part = Part(kind="title card", what="x", from_ms=0, until_ms=1_000)

    (fault,) = part_faults(blank, [part], Dressing(title="x"), SMALL, settings)

    assert fault == "the title card shows no words"


@pytest.mark.parametrize("content", [b"", b"not a picture", b"#EXTM3U\nfile:///etc/passwd\n"])
def test_a_logo_that_is_no_picture_is_refused(content, tmp_path, settings):
    (tmp_path / "x.png").write_bytes(content)

    with pytest.raises(InputRefusedError):
        read_logo(tmp_path / "x.png", tmp_path, settings=settings)


def test_a_bright_brand_colour_is_for_letters_and_a_dark_one_for_the_card():
    assert card_colors("#FFD400") == ("#14171A", "#FFD400")
    assert card_colors("#003366") == ("#003366", "#FFFFFF")
    assert card_colors("") == ("#14171A", "#FFFFFF")
