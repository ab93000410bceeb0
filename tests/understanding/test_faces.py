"""Faces in a real clip, by the real detector; skipped where the shared inputs are not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.errors import ToolTimeoutError
from socialcopy.media.ffmpeg.frames import Sampled, sample
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.certificate import Promise, inspect
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import Detectors, render_all
from socialcopy.models import Focus, MediaInfo, Platform
from socialcopy.settings import MediaSettings
from socialcopy.understanding.errors import UnderstandingError
from socialcopy.understanding.faces import SecondLook, best_moment, look, weights
from tests.conftest import INPUTS
from tests.media.clips import SMALL, VERTICAL

SETTINGS = MediaSettings(preset="fast")
PRESENTER = INPUTS / "real" / "presenter-shop.mp4"
LIMITS = Limits(wall_seconds=60, memory_bytes=4_000_000_000)


def info_of(path: Path) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=SETTINGS)


@pytest.fixture(scope="module")
def presenter() -> tuple[MediaInfo, Focus]:
    if not PRESENTER.exists():
        pytest.skip("the shared inputs are not on this machine")
    info = info_of(PRESENTER)
    return info, look(PRESENTER, info, settings=SETTINGS)


def test_the_presenter_is_seen_from_the_moment_he_walks_in(presenter):
    _, focus = presenter

    assert all(sighting.faces for sighting in focus.sightings if sighting.at_ms >= 1_000)
    assert focus.cuts_ms == ()


def test_the_thumbnail_shows_the_face(presenter):
    _, focus = presenter

    moment = best_moment(focus)
    assert moment is not None
    assert moment > 4_000  # when he is near


def test_the_whole_face_is_kept_in_every_frame_that_is_looked_at(presenter, tmp_path):
    info, focus = presenter
    specs = {Platform.INSTAGRAM: VERTICAL}

    (rendition,) = render_all(
        PRESENTER, info, specs, Text(focus=focus), name="p", folder=tmp_path, settings=SETTINGS,
        detectors=Detectors(look_again=SecondLook),
    )  # fmt: skip

    assert rendition.faults == ()


def test_half_a_face_fails_the_certificate(presenter, tmp_path):
    """A renderer that says one thing and crops through the middle of the face."""
    info, focus = presenter
    path = tmp_path / "half.mp4"
    crop = "crop=ih*9/16:ih:iw*0.475:0,scale=360:640,setsar=1"
    colours = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
    flags = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", str(PRESENTER), "-an", "-vf", crop, "-g", "60",
         "-c:v", "libx264", "-profile:v", "high", *colours, *flags, str(path)],
        check=True,
    )  # fmt: skip
    promise = Promise(
        platforms=(Platform.X,),
        spec=SMALL,
        master=info.model_copy(update={"audio": None}),
        layout=arrange(info.video.display_size, SMALL, has_subtitles=False, focus=focus),
        duration_ms=info.duration_ms,
        focus=focus,
    )

    faults = inspect(path, promise, settings=SETTINGS, limits=LIMITS, look_again=SecondLook).faults

    assert len(faults) == 1
    assert "a face is cut off or gone" in faults[0]


def test_a_video_made_to_take_for_ever_is_looked_at_in_its_key_frames(monkeypatch, tmp_path):
    source = tmp_path / "street.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=6", "-g", "50",
         "-pix_fmt", "yuv420p", str(source)], check=True,
    )  # fmt: skip

    def impatient(*arguments, only_key_frames: bool, **wishes) -> Sampled:
        if not only_key_frames:
            raise ToolTimeoutError([], 1.0)
        return sample(*arguments, only_key_frames=True, **wishes)

    monkeypatch.setattr("socialcopy.understanding.faces.sample", impatient)
    focus = look(source, info_of(source), settings=SETTINGS)

    assert [sighting.at_ms for sighting in focus.sightings] == [0, 2_000, 4_000]
    assert focus.cuts_ms == ()


def test_weights_that_were_tampered_with_are_not_loaded(monkeypatch):
    weights.cache_clear()
    monkeypatch.setattr("socialcopy.understanding.faces.SHA256", "0" * 64)

    with pytest.raises(UnderstandingError, match="has SHA-256"):
        weights()
