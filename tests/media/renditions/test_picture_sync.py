"""Where a file's picture belongs is told by what of it nothing is written on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from socialcopy.media.canvas.layout import Layout, arrange
from socialcopy.media.canvas.shots import Window
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.picture_sync import matches
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.reference import Reference, watch
from socialcopy.media.renditions.render import render_all
from socialcopy.models import Platform, Region, SafeZone
from tests.media.clips import SMALL, run_ffmpeg, say

ZONE = SafeZone(left=32, top=18, right=608, bottom=342)
WIDE = SMALL.model_copy(update={"width": 640, "height": 360, "safe_zone": ZONE})
UPRIGHT_PART = Region(left=0.3, top=0.0, right=0.62, bottom=0.8)


@pytest.fixture
def reference(clip, settings, tmp_path) -> Reference:
    path = clip(size="640x360", seconds=4, options=("-vf", "scroll=h=0.01"))
    return Reference(
        path, probe(path, size_bytes=path.stat().st_size, settings=settings), tmp_path, settings
    )


def test_a_part_of_the_shared_frames_is_what_is_decoded_of_that_part_alone(reference, settings):
    shared = reference.watch(UPRIGHT_PART, 1_000, 400)
    alone = watch(reference.path, reference.info, UPRIGHT_PART, 1_000, 400, settings)

    assert shared.shape == alone.shape
    assert np.abs(shared - alone).mean() < 4  # of 255: 640 columns against 320


def test_a_stretch_inside_another_is_cut_out_of_it_and_not_decoded_again(
    reference, settings, tmp_path
):
    master = replace(reference, path=Path(copy(reference.path, tmp_path / "master.mp4")))
    whole = master.watch(UPRIGHT_PART, 900, 1_000)
    alone = watch(master.path, master.info, UPRIGHT_PART, 1_200, 500, settings)
    master.path.unlink()

    cut = master.watch(UPRIGHT_PART, 1_200, 500)

    assert np.allclose(cut, whole[30:80])
    assert np.abs(cut - alone).mean() < 4  # of 255


def test_all_files_are_compared_with_the_stretches_that_suit_each_of_them(reference):
    still, moving = resting(), moved_until(1_000)

    for_all = replace(reference, layouts=(still, moving))

    assert reference.moments_ms(still) != reference.moments_ms(moving)
    assert for_all.moments_ms(still) == for_all.moments_ms(moving) == reference.moments_ms(moving)


def test_a_file_whose_camera_never_rests_takes_nothing_from_the_others(reference):
    still, moving = resting(), moved_until(9_000)

    for_all = replace(reference, layouts=(still, moving))

    assert for_all.moments_ms(moving) == ()
    assert for_all.moments_ms(still) == reference.moments_ms(still)


def test_a_slow_picture_that_fits_its_place_is_not_looked_for_far_away(
    clip, settings, tmp_path, monkeypatch
):
    path = clip(size="640x360", seconds=4, options=("-vf", "loop=-1:1,scroll=h=0.0005"))
    info = probe(path, size_bytes=path.stat().st_size, settings=settings)
    coarse = tmp_path / "coarse.mp4"
    run_ffmpeg("-i", str(path), "-vf", "noise=alls=20:allf=t", "-crf", "40", str(coarse))
    lengths_ms: list[int] = []

    def counting(self: Reference, part: Region, from_ms: int, length_ms: int):
        lengths_ms.append(length_ms)
        return see(self, part, from_ms, length_ms)

    see = Reference.watch
    monkeypatch.setattr(Reference, "watch", counting)

    found = matches(coarse, info, Reference(path, info, tmp_path, settings), resting(), 0)

    assert not any(match.is_in_place or match.is_elsewhere for match in found)
    assert lengths_ms == [1_100, 1_100]


def resting() -> Layout:
    return arrange((640, 360), WIDE, has_subtitles=False)


def moved_until(end_ms: int) -> Layout:
    """Lay out a picture over which the camera goes until then."""
    (shot,) = resting().shots
    begin, end = (Region(left=x, top=0, right=x + 0.3, bottom=1) for x in (0.0, 0.7))
    path = Window(from_ms=0, region=begin), Window(from_ms=end_ms, region=end)
    panes = (shot.panes[0].model_copy(update={"path": path}),)
    return resting().model_copy(update={"shots": (shot.model_copy(update={"panes": panes}),)})


def test_a_picture_is_in_its_place_though_words_change_on_it(reference, settings, tmp_path):
    words = Text(tuple(say("one two three four " * 3)))
    (made,) = render_all(
        reference.path, reference.info, {Platform.X: WIDE}, words,
        name="x", folder=tmp_path, settings=settings,
    )  # fmt: skip
    layout = arrange((640, 360), WIDE, has_subtitles=True, is_large=True)

    found = matches(Path(made.path), made.info, reference, layout, 0)

    assert made.picture_lag_ms is not None
    assert all(match.is_in_place and abs(match.lag_ms) <= 40 for match in found)
