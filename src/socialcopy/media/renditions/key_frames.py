"""A finished MP4's key frames, decoded once for everybody who looks at them."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import Box, Size
from socialcopy.media.ffmpeg.frames import Frame, Sampled, sample, sample_size
from socialcopy.media.ffmpeg.pixels import Pixels
from socialcopy.models import MediaInfo, Sighting
from socialcopy.settings import MediaSettings

# Twice as close as the master is looked at.
LONGEST_SIDE = 960
FRAMES_PER_SECOND = 0.5
# Room around the subtitles' place, in pixels of the canvas.
ROOM_PX = 8
BRIGHTNESS = np.array((0.0722, 0.7152, 0.2126), np.float32)  # BT.709; blue comes first


class Watch(Protocol):
    """Somebody who is shown frames one after the other."""

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        ...


class FaceWatch(Watch, Protocol):
    """Somebody who finds the faces in them."""

    def sightings(self, times_ms: Sequence[int]) -> tuple[Sighting, ...]:
        """Return what was found, at the times that the frames are shown."""
        ...


class LookAgain(Protocol):
    """Gives such a one; given from above, since seeing is not this package's."""

    def __call__(self, *, closely: bool) -> FaceWatch:
        """Look from as far as at the master, or also closely, which costs five times as much."""
        ...


class SubtitleWatch:
    """Keeps the place of the subtitles, in grey."""

    def __init__(self, layout: Layout, info: MediaInfo) -> None:
        self.size = sample_size(info, LONGEST_SIDE)
        self.scale = self.size[0] / layout.width
        self.box = _scaled(layout.subtitles, self.size, self.scale)
        self._kept: list[Pixels] = []

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        box = self.box
        seen = frame[box.top : box.bottom, box.left : box.right]
        self._kept.append((seen @ BRIGHTNESS).astype(np.uint8))

    def at(self, number: int, sampled: Sampled) -> Pixels:
        """Return it in the frame of that number; what stands still was seen once."""
        return self._kept[bisect_right(sampled.seen, number) - 1]


def look_at_key_frames(
    path: Path,
    info: MediaInfo,
    watches: Sequence[Watch],
    settings: MediaSettings,
    stop: threading.Event | None,
) -> Sampled:
    """Show a finished MP4's key frames to all of them."""

    def see(frame: Frame) -> None:
        for watch in watches:
            watch.see(frame)

    return sample(
        path, info, see, settings=settings, frames_per_second=FRAMES_PER_SECOND,
        longest_side=LONGEST_SIDE, only_key_frames=True, stop=stop,
    )  # fmt: skip


def _scaled(box: Box, size: Size, scale: float) -> Box:
    """Widen a box by some room and scale it, to even numbers, at which ffmpeg cuts."""
    edges = box.left - ROOM_PX, box.top - ROOM_PX, box.right + ROOM_PX, box.bottom + ROOM_PX
    most = (*size, *size)
    left, top, right, bottom = (
        min(max(0, int(edge * scale)), end) // 2 * 2 for edge, end in zip(edges, most, strict=True)
    )
    return Box(left=left, top=top, width=right - left, height=bottom - top)
