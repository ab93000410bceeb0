"""Where new shots begin, in clips the tests make."""

from __future__ import annotations

import weakref
from pathlib import Path

import pytest

from socialcopy.media.ffmpeg.frames import sample
from socialcopy.media.ffmpeg.shot_finder import ShotFinder
from tests.media.clips import look, run_ffmpeg

STREET, WALL = "testsrc2=s=480x270:r=25:d=2", "color=0x803020:s=480x270:r=25:d=2"
FLASH = "color=white:s=480x270:r=25:d=0.08"


def found(folder: Path, settings, *pieces: str) -> tuple[int, ...]:
    """The cuts of a film made of these pieces."""
    path = folder / "film.mp4"
    inputs = [argument for piece in pieces for argument in ("-f", "lavfi", "-i", piece)]
    joined = "".join(f"[{n}]" for n in range(len(pieces)))
    run_ffmpeg(*inputs, "-filter_complex", f"{joined}concat=n={len(pieces)}", "-preset",
               "ultrafast", "-pix_fmt", "yuv420p", str(path))  # fmt: skip
    return cuts_of(path, settings)


def cuts_of(path: Path, settings) -> tuple[int, ...]:
    shots = ShotFinder()
    sampled = sample(path, look(path, settings), shots.see, settings=settings, frames_per_second=4)
    return shots.cuts_ms(sampled)


def test_a_new_picture_is_a_new_shot(tmp_path, settings):
    assert found(tmp_path, settings, WALL, STREET) == pytest.approx((2_000,), abs=40)


def test_a_flash_is_no_new_shot(tmp_path, settings):
    assert found(tmp_path, settings, WALL, FLASH, WALL) == ()


def test_a_dissolve_is_one_cut_near_its_middle(tmp_path, settings):
    path = tmp_path / "film.mp4"
    graph = "[0][1]xfade=fade:duration=0.6:offset=1.4"
    run_ffmpeg("-f", "lavfi", "-i", WALL, "-f", "lavfi", "-i", STREET, "-filter_complex", graph,
               "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))  # fmt: skip

    (at_ms,) = cuts_of(path, settings)

    assert at_ms == pytest.approx(1_700, abs=250)


def test_a_flash_between_two_shots_is_one_cut(tmp_path, settings):
    (at_ms,) = found(tmp_path, settings, WALL, FLASH, STREET)

    assert at_ms == pytest.approx(2_080, abs=40)


def test_a_dissolve_behind_the_first_minute_is_found_as_well(tmp_path, settings):
    path = tmp_path / "film.mp4"
    still = WALL.replace("d=2", "d=70")
    graph = "[0][1]xfade=fade:duration=0.6:offset=69"
    run_ffmpeg("-f", "lavfi", "-i", still, "-f", "lavfi", "-i", STREET, "-filter_complex", graph,
               "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))  # fmt: skip

    assert cuts_of(path, settings) == pytest.approx((69_300,), abs=250)


def test_frames_are_handed_on_while_the_video_is_decoded_and_none_is_kept(tmp_path, settings):
    path = tmp_path / "film.mp4"
    run_ffmpeg("-f", "lavfi", "-i", STREET.replace("d=2", "d=20"), "-preset", "ultrafast",
               "-pix_fmt", "yuv420p", str(path))  # fmt: skip
    alive: list[weakref.ref] = []
    most = 0

    def see(frame) -> None:
        nonlocal most
        alive.append(weakref.ref(frame))
        most = max(most, sum(one() is not None for one in alive))

    sampled = sample(path, look(path, settings), see, settings=settings, frames_per_second=4)

    assert len(sampled.times_ms) == len(alive) >= 76
    assert most <= 3


def test_what_goes_wrong_at_a_look_is_raised(clip, settings):
    def see(frame) -> None:
        raise ValueError("a look that fails")

    with pytest.raises(ValueError, match="a look that fails"):
        sample(clip(), look(clip(), settings), see, settings=settings, frames_per_second=4)
