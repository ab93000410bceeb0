"""A file that unpacks to far more than its bytes is refused; what people really make is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialcopy.media.ffmpeg.validation import validate
from socialcopy.models import MediaInfo, Rejection
from socialcopy.settings import MediaSettings
from tests.conftest import ffmpeg
from tests.hostile.sample import replaced

SETTINGS = MediaSettings()
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def repeated(
    folder: Path, graph: str, times: int, size_bytes: int | None = None
) -> MediaInfo | Rejection:
    """What is said of a second of film, so many times over, if it took so many bytes."""
    second, whole = folder / "second.mp4", folder / "whole.mp4"
    ffmpeg("-f", "lavfi", "-i", graph, *H264, str(second))
    ffmpeg("-stream_loop", str(times - 1), "-i", str(second), "-c", "copy", str(whole))
    return validate(whole, size_bytes or whole.stat().st_size, SETTINGS)


def test_two_minutes_of_the_largest_picture_in_a_few_kilobytes_are_refused(tmp_path: Path):
    """Without key frames, black takes so few; to make such a film here would take a minute."""
    refused = repeated(tmp_path, "color=black:s=7680x4320:r=5:d=1", 125, 500_000)

    assert isinstance(refused, Rejection)
    assert refused.code == "out_of_proportion"
    assert "125 seconds of 7680x4320" in refused.reason


@pytest.mark.parametrize(
    ("graph", "times"),
    [
        ("color=gray:s=1920x1080:r=30:d=1", 60),
        ("color=black:s=640x360:r=25:d=1", 600),
        ("testsrc2=s=3840x2160:r=30:d=1", 20),
    ],
)
def test_slides_and_footage_are_taken(tmp_path: Path, graph: str, times: int):
    """A minute of one colour in silence, ten minutes of a small picture, and 4K that moves."""
    assert isinstance(repeated(tmp_path, graph, times), MediaInfo)


def test_a_clock_that_leaves_no_time_for_the_frames_is_named(tmp_path: Path):
    whole, rushed = tmp_path / "whole.mp4", tmp_path / "rushed.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=192x108:r=12:d=3",
           "-f", "lavfi", "-i", "sine=d=3", *H264, str(whole))  # fmt: skip
    one_tick_a_frame = (1).to_bytes(4, "big")
    rushed.write_bytes(replaced(whole.read_bytes(), "stts", one_tick_a_frame, offset=12))

    refused = validate(rushed, rushed.stat().st_size, SETTINGS)

    assert isinstance(refused, Rejection)
    assert "clock of its picture is damaged" in refused.reason


def film_and_sound(folder: Path, sound: str, *options: str) -> MediaInfo | Rejection:
    """What is said of two seconds of film with a sound of another length or beginning."""
    picture, whole = folder / "picture.mp4", folder / "whole.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=192x108:r=12:d=2", *H264, str(picture))
    ffmpeg("-i", str(picture), *options, "-f", "lavfi", "-i", sound,
           "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "flac", str(whole))  # fmt: skip
    return validate(whole, whole.stat().st_size, SETTINGS)


def test_a_sound_that_begins_long_after_the_picture_has_ended_is_refused(tmp_path: Path):
    refused = film_and_sound(tmp_path, "sine=d=2", "-itsoffset", "3600")

    assert isinstance(refused, Rejection)
    assert "60 minutes lie between them" in refused.reason


def test_a_picture_followed_by_an_hour_of_silence_is_refused(tmp_path: Path):
    refused = film_and_sound(tmp_path, "anullsrc=r=8000:cl=mono:d=3600")

    assert isinstance(refused, Rejection)
    assert "60 minutes of silence follow" in refused.reason


def test_twenty_minutes_of_sound_over_a_short_picture_are_taken(tmp_path: Path):
    assert isinstance(film_and_sound(tmp_path, "sine=r=8000:d=1200"), MediaInfo)
