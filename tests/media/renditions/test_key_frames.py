"""Subtitles are looked for in the same key frames as faces."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pysubs2 import SSAFile

from socialcopy.media.canvas.branding import Dressing
from socialcopy.media.canvas.layout import Layout
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.key_frames import SubtitleWatch, look_at_key_frames
from socialcopy.media.renditions.plan import Text, plan_all, shared
from socialcopy.media.renditions.render import render_all
from socialcopy.media.renditions.subtitle_sync import drawn_faults
from socialcopy.models import Aspect, MediaInfo, Platform, SafeZone
from tests.media.clips import SMALL, run_ffmpeg, say

ZONE = SafeZone(left=32, top=18, right=608, bottom=342)
WIDE = SMALL.model_copy(update={"width": 640, "height": 360, "safe_zone": ZONE})


@dataclass
class Counting:
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    def see(self, frame) -> None:
        self.shapes.append(frame.shape)


@pytest.fixture
def said(clip, settings, tmp_path) -> tuple[Path, MediaInfo, Layout, str]:
    """A finished file of a picture that stands still, with subtitles."""
    path = clip(size="640x360", seconds=6, options=("-vf", "loop=-1:1,trim=duration=6"))
    info, words = look(path, settings), Text(tuple(say("one two three four " * 4)))
    files = shared({Platform.X: WIDE}, info, Aspect.AUTO, Dressing())
    (plan,) = plan_all(files, info, words)
    (made,) = render_all(
        path, info, {Platform.X: WIDE}, words, name="x", folder=tmp_path, settings=settings
    )
    assert made.faults == ()
    return Path(made.path), made.info, plan.promise.layout, plan.promise.script or ""


def look(path: Path, settings) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=settings)


def faults(path: Path, info: MediaInfo, layout: Layout, script: str, settings) -> list[str]:
    watch, others = SubtitleWatch(layout, info), Counting()
    sampled = look_at_key_frames(path, info, [watch, others], settings, None)
    assert others.shapes == [(360, 640, 3)] * len(sampled.seen)
    return [*drawn_faults(watch, sampled, script, settings)]


def test_subtitles_are_found_in_frames_that_others_are_shown_too(said, settings):
    path, info, layout, script = said

    assert faults(path, info, layout, script, settings) == []


def test_a_still_picture_without_the_later_subtitles_is_caught(said, settings, tmp_path):
    path, _, layout, script = said
    frozen = tmp_path / "frozen.mp4"
    run_ffmpeg("-i", str(path), "-vf", "trim=end_frame=1,loop=-1:1,trim=duration=6",
               "-g", "30", "-qp", "0", "-an", str(frozen))  # fmt: skip

    changing = SSAFile.from_string(script)
    changing.append(replace(changing[0], start=3_000, text="seven"))
    changing[0].end = 3_000

    (fault,) = faults(frozen, look(frozen, settings), layout, changing.to_string("ass"), settings)

    assert fault == "the subtitle at 4.0 s is not to be seen"
