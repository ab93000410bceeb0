"""Frames of a video as pixels, for whoever looks at it: single ones, or a few of each second."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from socialcopy.media.canvas.shapes import within
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.commands import sample_frames
from socialcopy.media.ffmpeg.pixels import SHOWN_AT, Pixels, raw_frames
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.ffmpeg.still_commands import FRAME_SIDE, grab_frame
from socialcopy.models import MediaInfo
from socialcopy.settings import MediaSettings

Frame = Pixels

# A frame takes tenths of a second; the rest is for seeking over a slow network.
SECONDS_PER_FRAME = 60.0

# Half of a grab is starting and seeking: two at once take 0.6 of the time on two cores.
AT_ONCE = 2


def frames(
    source: str | Path, info: MediaInfo, times_ms: Sequence[int], settings: MediaSettings
) -> list[tuple[int, Frame]]:
    """Decode the frames at the given times: rows of BGR pixels, at most 1280 on a side.

    A time at which nothing can be decoded (behind a truncated end) is left out.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        grabbed = pool.map(partial(_grabbed, source, info, settings=settings), times_ms)
        return [
            (at, frame) for at, frame in zip(times_ms, grabbed, strict=True) if frame is not None
        ]


def _grabbed(
    source: str | Path, info: MediaInfo, time_ms: int, *, settings: MediaSettings
) -> Frame | None:
    width, height = within(info.video.display_size, FRAME_SIDE)
    argv = grab_frame(source, info, time_ms, settings)
    try:
        found, _ = raw_frames(
            argv, (height, width, 3), settings, most=1, wall_seconds=SECONDS_PER_FRAME
        )
    except ToolFailedError:
        return None
    return found[0] if len(found) else None


FEWEST_FRAMES = 2
# Four a second of fifteen minutes, the longest video that a network takes. What is kept of each is
# 4 kB.
MOST_FRAMES = 3_600
# Frame; YuNet finds faces of 10 pixels, 2 % of this, which nobody would crop for.
LONGEST_SIDE = 480
# CPU seconds of decoding that a look may take: in any case, for a second of video, and at most,
# which is five minutes of two cores. 1280x720 takes 0.04 a second.
STARTING_CPU, SLOWEST_CPU, MOST_CPU = 60.0, 2.0, 600.0
# ffmpeg's own suggestion for `scdet`.
SCENE_SCORE = 8.0
CUT = re.compile(r"lavfi\.scd\.time: (\d+(?:\.\d+)?)")


class Sampled(NamedTuple):
    """When the frames of a video that were looked at are shown, in milliseconds."""

    all_ms: tuple[int, ...]
    seen: tuple[int, ...]
    """Which of them were handed on: those that differ from the one before."""
    new_shots_ms: tuple[int, ...]
    """Where a new shot seems to begin; of key frames none are known."""

    @property
    def times_ms(self) -> tuple[int, ...]:
        """The times of those that were handed on."""
        return tuple(self.all_ms[number] for number in self.seen)

    def around(self, begin_ms: int, end_ms: int) -> tuple[int, int]:
        """Return which of those is shown last before a stretch, and first after it."""
        before = max(0, bisect_left(self.all_ms, begin_ms) - 1)
        after = min(bisect_left(self.all_ms, end_ms), len(self.all_ms) - 1)
        return bisect_right(self.seen, before) - 1, bisect_right(self.seen, after) - 1


class _Splitter:
    """Cuts a stream of raw pixels into frames, and hands on those that differ from the last."""

    def __init__(self, size: tuple[int, int], see: Callable[[Frame], None]) -> None:
        self._shape = (size[1], size[0], 3)
        self._see = see
        self._frame = np.empty(self._shape, np.uint8)
        self._filled = 0
        self._last: Frame | None = None
        self.count = 0
        self.seen: list[int] = []

    def add(self, part: bytes) -> None:
        """Take what came next."""
        pixels = np.frombuffer(part, np.uint8)
        while pixels.size:
            room = self._frame.reshape(-1)[self._filled : self._filled + pixels.size]
            room[:] = pixels[: room.size]
            self._filled += room.size
            pixels = pixels[room.size :]
            if self._filled == self._frame.size:
                self._finish()

    def _finish(self) -> None:
        # A second look at what stands still would find the same.
        if self._last is None or not np.array_equal(self._frame, self._last):
            self._see(self._frame)
            self.seen.append(self.count)
            self._last, self._frame = self._frame, np.empty(self._shape, np.uint8)
        self.count += 1
        self._filled = 0


def sample(
    source: str | Path,
    info: MediaInfo,
    see: Callable[[Frame], None],
    *,
    settings: MediaSettings,
    frames_per_second: float,
    longest_side: int = LONGEST_SIDE,
    only_key_frames: bool = False,
    stop: threading.Event | None = None,
) -> Sampled:
    """Hand on small upright frames, blue, green and red, as they are decoded.

    Only as much is in memory as is looked at: the decoder waits while `see` works.
    """
    seconds = max(info.duration_ms / 1000, 0.1)
    rate = min(max(frames_per_second, FEWEST_FRAMES / seconds), MOST_FRAMES / seconds)
    size = sample_size(info, longest_side)
    argv = sample_frames(
        source, info, size=size, rate=rate, only_key_frames=only_key_frames, score=SCENE_SCORE,
        settings=settings,
    )  # fmt: skip
    splitter = _Splitter(size, see)
    said = run(argv, limits=_limits(info, settings), on_output=splitter.add, stop=stop).stderr
    times = [max(0, round(float(time) * 1000)) for time in SHOWN_AT.findall(said)]
    new_shots_ms = () if only_key_frames else (round(float(t) * 1000) for t in CUT.findall(said))
    return Sampled(
        all_ms=tuple(times[: splitter.count]),
        seen=tuple(number for number in splitter.seen if number < len(times)),
        new_shots_ms=tuple(new_shots_ms),
    )


def sample_size(info: MediaInfo, longest_side: int = LONGEST_SIDE) -> tuple[int, int]:
    """Return the displayed size, scaled down to so many pixels on its longer side."""
    width, height = info.video.display_size
    scale = min(1.0, longest_side / max(width, height, 1))
    return max(2, round(width * scale)), max(2, round(height * scale))


def _limits(info: MediaInfo, settings: MediaSettings) -> Limits:
    seconds = info.duration_ms / 1000
    return Limits(
        # Ten times what decoding took on two slow cores.
        wall_seconds=120 + 10 * seconds,
        cpu_seconds=round(min(STARTING_CPU + SLOWEST_CPU * seconds, MOST_CPU)),
        memory_bytes=settings.max_memory_bytes,
    )
