"""Where new shots begin, in clips the tests make."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialcopy.media.ffmpeg.frames import cuts, sample
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
    info = look(path, settings)
    frames = sample(path, info, folder, settings=settings, frames_per_second=4.0)
    return cuts(path, info, frames, settings=settings)


def test_a_new_picture_is_a_new_shot(tmp_path, settings):
    assert found(tmp_path, settings, WALL, STREET) == pytest.approx((2_000,), abs=40)


def test_a_flash_is_no_new_shot(tmp_path, settings):
    assert found(tmp_path, settings, WALL, FLASH, WALL) == ()


def test_a_dissolve_is_one_cut_near_its_middle(tmp_path, settings):
    path = tmp_path / "film.mp4"
    graph = "[0][1]xfade=fade:duration=0.6:offset=1.4"
    run_ffmpeg("-f", "lavfi", "-i", WALL, "-f", "lavfi", "-i", STREET, "-filter_complex", graph,
               "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))  # fmt: skip
    info = look(path, settings)
    frames = sample(path, info, tmp_path, settings=settings, frames_per_second=4.0)

    (at_ms,) = cuts(path, info, frames, settings=settings)

    assert at_ms == pytest.approx(1_700, abs=250)


def test_a_flash_between_two_shots_is_one_cut(tmp_path, settings):
    (at_ms,) = found(tmp_path, settings, WALL, FLASH, STREET)

    assert at_ms == pytest.approx(2_080, abs=40)
