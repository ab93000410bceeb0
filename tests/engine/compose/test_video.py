"""What can be copied is copied; everything else comes out as the MP4 every player takes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from socialcopy.engine.compose.overlays import look_of
from socialcopy.engine.compose.video import Cut, can_copy, compose, cuts_of, encode, remux
from socialcopy.engine.errors import UnrenderableError
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import MediaInfo
from socialcopy.settings import MediaSettings
from tests.hostile.sample import replaced

MEDIA = MediaSettings()


def whole(path: Path) -> Cut:
    info = look(path)
    return Cut(source=path, info=info, start_ms=0, duration_ms=info.duration_ms)


def look(path: Path) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=MEDIA)


def made(cuts: tuple[Cut, ...], output: Path) -> MediaInfo:
    return compose(cuts, output, MEDIA, on_progress=lambda _: None, stop=threading.Event())


def test_an_untouched_mp4_is_copied_bit_for_bit(clips: Path, tmp_path: Path):
    cut = whole(clips / "spoken.mp4")

    assert can_copy(cut)
    info = made((cut,), tmp_path / "out.mp4")
    assert info.video == cut.info.video
    head = (tmp_path / "out.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_a_clock_that_a_copy_would_keep_damaged_is_mended_by_encoding(clips: Path, tmp_path: Path):
    damaged = tmp_path / "damaged.mp4"
    no_time_scale = replaced((clips / "spoken.mp4").read_bytes(), "mdhd", bytes(4), offset=12)
    damaged.write_bytes(no_time_scale)
    cut = whole(damaged)

    assert can_copy(cut)
    info = made((cut,), tmp_path / "out.mp4")
    assert info.duration_ms == pytest.approx(look(clips / "spoken.mp4").duration_ms, abs=100)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("turned.mp4", (180, 320)),
        ("wide.avi", (426, 180)),
        ("web.webm", (320, 180)),
        ("full-colour.mp4", (320, 180)),
    ],
)
def test_everything_else_is_encoded_upright_and_square(
    odd_clips: Path, tmp_path: Path, name: str, size: tuple[int, int]
):
    cut = whole(odd_clips / name)
    assert not can_copy(cut)

    info = made((cut,), tmp_path / "out.mp4")
    video, audio = info.video, info.audio

    assert (video.codec, video.pixel_format, video.rotation_degrees) == ("h264", "yuv420p", 0)
    assert (video.width, video.height, video.sample_aspect) == (*size, 1.0)
    assert (audio is None) == (cut.info.audio is None)
    if audio is not None:
        assert (audio.codec, audio.sample_rate_hz) == ("aac", 48_000)


def test_of_two_sounds_the_used_one_is_copied_alone(odd_clips: Path, tmp_path: Path):
    cut = whole(odd_clips / "two-sounds.mp4")
    second = cut.info.model_copy(update={"audio": cut.info.sounds[1]})
    cut = cut.model_copy(update={"info": second})

    assert can_copy(cut)
    assert len(made((cut,), tmp_path / "out.mp4").sounds) == 1


def test_sound_that_needs_a_repair_is_not_copied(clips: Path):
    cut = whole(clips / "spoken.mp4")
    assert cut.info.audio
    audio = cut.info.audio.model_copy(update={"repair": "invert_right"})
    info = cut.info.model_copy(update={"audio": audio})

    assert not can_copy(cut.model_copy(update={"info": info}))


def test_pieces_are_joined_to_the_frame_at_the_rate_of_the_first(clips: Path, tmp_path: Path):
    cut = whole(clips / "spoken.mp4").model_copy(update={"start_ms": 500, "duration_ms": 4_000})
    video = cut.info.video

    info = made((cut, cut), tmp_path / "out.mp4")

    assert info.duration_ms == pytest.approx(8_000, abs=60)
    assert info.video.end_ms == pytest.approx(8_000, abs=60)
    assert info.video.frame_rate == pytest.approx(video.frame_rate)


def test_a_part_of_a_file_is_not_copied_whole(clips: Path, tmp_path: Path):
    cut = whole(clips / "spoken.mp4").model_copy(update={"start_ms": 1_000, "duration_ms": 1_500})

    assert not can_copy(cut)
    assert made((cut,), tmp_path / "out.mp4").duration_ms == pytest.approx(1_500, abs=100)


def test_pieces_with_and_without_sound_are_joined_in_the_size_of_the_first(
    clips: Path, odd_clips: Path, tmp_path: Path
):
    cuts = (whole(odd_clips / "wide.avi"), whole(odd_clips / "web.webm"))

    info = made(cuts, tmp_path / "out.mp4")

    assert info.video.display_size == (426, 180)
    assert info.has_audio
    assert info.duration_ms == pytest.approx(4_000, abs=200)


def test_the_arguments_of_a_copy_are_these(clips: Path, tmp_path: Path):
    argv = remux(whole(clips / "silent.mp4"), tmp_path / "o.mp4", MEDIA)

    assert argv[argv.index("-map") :] == [
        *("-map", "0:0", "-map", "0:a:0?", "-c", "copy"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"),
        "file:o.mp4",  # in its work folder, where alone it may write
    ]


def test_the_arguments_of_an_encode_are_these(clips: Path, tmp_path: Path):
    argv = encode((whole(clips / "spoken.mp4"),), tmp_path / "o.mp4", MEDIA)

    assert argv[argv.index("-map") : argv.index("-map_metadata")] == [
        *("-map", "[picture]", "-map", "[sound]"),
        *("-c:a", "aac", "-b:a", "192k", "-ar", "48000"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"),
    ]


def test_a_picture_that_is_encoded_anew_is_no_larger_than_4k(clips: Path, tmp_path: Path):
    cut = whole(clips / "spoken.mp4")
    video = cut.info.video.model_copy(update={"width": 8_000, "height": 4_000})
    large = cut.model_copy(update={"info": cut.info.model_copy(update={"video": video})})

    argv = encode((large,), tmp_path / "o.mp4", MEDIA)

    assert "scale=4072:2036:force_original" in argv[argv.index("-filter_complex") + 1]


def test_a_segment_without_a_length_is_the_rest_of_its_file(clips: Path):
    source = clips / "silent.mp4"
    info = look(source)
    draft = {"t": [{"tt": 0, "sg": [{"asset": "a", "in": 1_000}]}, {"tt": 1, "sg": []}]}

    (cut,) = cuts_of(draft, {"a": (source, info)})

    assert (cut.start_ms, cut.duration_ms) == (1_000, info.duration_ms - 1_000)


@pytest.mark.parametrize(
    ("tracks", "reason"),
    [
        ([{"tt": 0, "sg": [{"d": 5}]}], "names no video"),
        ([{"tt": 0, "sg": [{"asset": "b"}]}], "names no video"),
        ([{"tt": 0, "sg": [{"asset": "a", "in": 99_000}]}], "outside"),
        ([{"tt": 0, "sg": [{"asset": "a", "d": 0}]}], "outside"),
        ([{"tt": 0, "sg": [{"asset": "a"}]}, {"tt": 7, "sg": [{"d": 5}]}], "no text"),
        ([{"tt": 0, "sg": [{"asset": "a"}]}, {"tt": 0, "sg": [{"asset": "a"}]}], "one video track"),
        ([{"tt": 0, "sg": [{"asset": "a"}]}, {"tt": 5, "sg": [{"d": 5}]}], "text tracks only"),
        ([{"tt": 0, "sg": [{"asset": "a"}]}, {"tt": 1, "sg": [{"d": 5}]}], "no sound file"),
        ([{"tt": 0, "sg": [{"asset": "a", "speed": 99}]}], "between"),
        ([{"tt": 0, "sg": [{"asset": "a", "d": "long"}]}], "documented shape"),
    ],
)
def test_a_draft_that_cannot_be_rendered_is_refused_with_its_reason(
    clips: Path, tracks: list[object], reason: str
):
    source = clips / "silent.mp4"

    def read(draft: dict[str, object]) -> None:
        cuts_of(draft, {"a": (source, look(source))})
        look_of(draft, (640, 360), {})

    with pytest.raises(UnrenderableError, match=reason):
        read({"t": tracks})
