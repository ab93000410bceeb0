"""Where a file's picture belongs is told by what of it nothing is written on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.picture_sync import matches
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.reference import Reference, watch
from socialcopy.media.renditions.render import render_all
from socialcopy.models import Platform, Region, SafeZone
from tests.media.clips import SMALL, say

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
