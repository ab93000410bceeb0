"""Single frames of a video as pixels, for whoever wants to look at it."""

from __future__ import annotations

import math
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.shapes import within
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.commands import sample_frames, watch_cuts
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


FRAMES_PER_SECOND = 2.0
FEWEST_FRAMES, MOST_FRAMES = 2, 600
# Frame; YuNet finds faces of 10 pixels, 2 % of this, which nobody would crop for.
LONGEST_SIDE = 480
# Longer videos are sampled at their key frames only.
KEY_FRAMES_FROM_MS = 60_000

# Share of the brightness histogram that differs between two samples of different shots.
NEW_SHOT = 0.30
# Two new shots so soon after each other are the edges of a flash; no shot is cut to five frames.
FLASH_MS = 200
# A look in a dissolve is a blend of its neighbours: what is left is 3 to 8 % of their difference,
# which is 51 to 70 of 255; where something moves it is 20 % and more, of less than 30.
BLENDED_CHANGE, BLENDED_REST, BLENDED_LEAST = 35.0, 0.12, 0.2
# Frame that are looked at, and how many of them are averaged across and down.
PIXEL_STEP, SQUARE_SIDE = 3, 5
# ffmpeg's own suggestion for `scdet`.
SCENE_SCORE = 8.0
BINS = 32
CUT = re.compile(r"lavfi\.scd\.time: (\d+(?:\.\d+)?)")


class Frames:
    """Sampled frames, kept in a file and read one at a time."""

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        times_ms: Sequence[int],
        cuts_ms: tuple[int, ...] | None = None,
    ) -> None:
        width, height = size
        shape = (path.stat().st_size // (width * height * 3), height, width, 3)
        # An empty file can't be mapped.
        self._frames = np.memmap(path, np.uint8, "r", shape=shape) if shape[0] else np.empty(shape)
        self._times_ms = times_ms
        self.cuts_ms = cuts_ms
        """Where new shots begin; none when only key frames were seen, which don't tell."""

    def __iter__(self) -> Iterator[tuple[int, Frame]]:
        """Yield each different frame in blue, green and red, with its time in milliseconds."""
        previous: Frame | None = None
        for number, at_ms in enumerate(self._times_ms[: len(self._frames)]):
            frame: Frame = np.asarray(self._frames[number])
            # A second look at what stands still would find the same.
            if previous is None or not np.array_equal(frame, previous):
                yield at_ms, frame
            previous = frame

    def around(self, begin_ms: int, end_ms: int) -> tuple[Frame, Frame]:
        """Return the last frame before a stretch and the first after it, or the nearest ones."""
        times = self._times_ms[: len(self._frames)]
        before = max(0, bisect_left(times, begin_ms) - 1)
        after = min(bisect_left(times, end_ms), len(times) - 1)
        return np.asarray(self._frames[before]), np.asarray(self._frames[after])


def sample(
    source: str | Path,
    info: MediaInfo,
    folder: Path,
    *,
    settings: MediaSettings,
    frames_per_second: float = FRAMES_PER_SECOND,
    longest_side: int = LONGEST_SIDE,
    only_key_frames: bool | None = None,
    stop: threading.Event | None = None,
) -> Frames:
    """Write small upright frames of a local file into `folder` and open them.

    Without a wish about key frames, videos longer than a minute are read at theirs alone.
    """
    seconds = max(info.duration_ms / 1000, 0.1)
    rate = min(max(frames_per_second, FEWEST_FRAMES / seconds), MOST_FRAMES / seconds)
    size = sample_size(info, longest_side)
    keys = info.duration_ms > KEY_FRAMES_FROM_MS if only_key_frames is None else only_key_frames
    argv = sample_frames(
        source, info, "frames.bgr", size=size, rate=rate, only_key_frames=keys,
        score=SCENE_SCORE, settings=settings,
    )  # fmt: skip
    said = run(argv, limits=_limits(info, settings), cwd=folder, stop=stop).stderr
    cuts_ms = None if keys else tuple(round(float(time) * 1000) for time in CUT.findall(said))
    times_ms = [max(0, round(float(time) * 1000)) for time in SHOWN_AT.findall(said)]
    return Frames(folder / "frames.bgr", size, times_ms, cuts_ms)


def sample_size(info: MediaInfo, longest_side: int = LONGEST_SIDE) -> tuple[int, int]:
    """Return the displayed size, scaled down to so many pixels on its longer side."""
    width, height = info.video.display_size
    scale = min(1.0, longest_side / max(width, height, 1))
    return max(2, round(width * scale)), max(2, round(height * scale))


def cuts(
    source: str | Path,
    info: MediaInfo,
    frames: Frames,
    *,
    settings: MediaSettings,
    stop: threading.Event | None = None,
) -> tuple[int, ...]:
    """Find the times in milliseconds at which new shots begin, exact to a frame.

    Of a dissolve it is the look nearest to its middle. Where only key frames were sampled, the
    stretches between two that differ are decoded whole, and dissolves are not looked for.
    """
    if frames.cuts_ms is not None:
        sharp = _without_flashes(frames.cuts_ms, frames)
        return tuple(sorted({*sharp, *_dissolves(frames, sharp)}))
    found: list[int] = []
    for begin_ms, end_ms in _changes(frames):
        argv = watch_cuts(
            source, info, begin_ms=begin_ms, end_ms=end_ms, score=SCENE_SCORE, settings=settings
        )
        said = run(argv, limits=_limits(info, settings), stop=stop).stderr
        found += [begin_ms + round(float(time) * 1000) for time in CUT.findall(said)]
    # Stretches overlap by their margins, so a cut may have been found twice.
    return _without_flashes(sorted(set(found)), frames)


def _without_flashes(found: Sequence[int], frames: Frames) -> tuple[int, ...]:
    """Drop the two edges of a flash after which a shot goes on, else the first of them."""
    kept: list[int] = []
    for at_ms in found:
        if kept and at_ms - kept[-1] <= FLASH_MS:
            if _differ(frames, kept.pop(), at_ms):
                kept.append(at_ms)
        else:
            kept.append(at_ms)
    return tuple(kept)


def _dissolves(frames: Frames, sharp: Sequence[int]) -> Iterator[int]:
    """Yield the middles of dissolves: looks that are a blend of those before and after."""
    last: tuple[int, float] | None = None
    looks = [(at_ms, _small(frame)) for at_ms, frame in frames]
    for (begin_ms, before), (at_ms, between), (end_ms, after) in zip(
        looks, looks[1:], looks[2:], strict=False
    ):
        has_cut = any(begin_ms < cut_ms <= end_ms for cut_ms in sharp)
        share = None if has_cut else _blend(before, between, after)
        off = math.inf if share is None else abs(share - 0.5)
        if last and off >= last[1]:
            yield last[0]
        last = (at_ms, off) if off < (last[1] if last else math.inf) else None
    if last:
        yield last[0]


def _blend(
    before: NDArray[np.float64], between: NDArray[np.float64], after: NDArray[np.float64]
) -> float | None:
    """Return how far a dissolve has come, from 0 to 1; none where there is none."""
    change = after - before
    mean = float(np.abs(change).mean())
    if mean < BLENDED_CHANGE:
        return None
    share = float((change * (between - before)).sum() / (change * change).sum())
    rest = float(np.abs(between - before - share * change).mean())
    is_blend = rest <= BLENDED_REST * mean and BLENDED_LEAST < share < 1 - BLENDED_LEAST
    return share if is_blend else None


def _small(frame: Frame) -> NDArray[np.float64]:
    """Average squares of a frame, in which a hand that moves is nothing."""
    seen = frame[::PIXEL_STEP, ::PIXEL_STEP]
    rows, columns = (max(1, side // SQUARE_SIDE) for side in seen.shape[:2])
    height, width = seen.shape[0] // rows, seen.shape[1] // columns
    squares = seen[: rows * height, : columns * width].reshape(rows, height, columns, width, 3)
    return squares.mean(axis=(1, 3))


def _differ(frames: Frames, begin_ms: int, end_ms: int) -> bool:
    """Tell whether the looks before and after a stretch are of different shots."""
    one, other = (_histogram(frame) for frame in frames.around(begin_ms, end_ms))
    return _distance(one, other) > NEW_SHOT


def _changes(frames: Frames) -> Iterator[tuple[int, int]]:
    """Yield pairs of neighbouring samples that look like different shots."""
    before: tuple[int, NDArray[np.float64]] | None = None
    for at_ms, frame in frames:
        now = at_ms, _histogram(frame)
        if before and _distance(before[1], now[1]) > NEW_SHOT:
            # A sample stands for its nearest frame, which may be a quarter of a second off.
            yield max(0, before[0] - 300), at_ms + 300
        before = now


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - other).sum()) / 2


def _histogram(frame: Frame) -> NDArray[np.float64]:
    channels = [
        np.bincount(frame[..., n].ravel() // (256 // BINS), minlength=BINS) for n in range(3)
    ]
    return np.concatenate(channels) / (3 * frame[..., 0].size)


def _limits(info: MediaInfo, settings: MediaSettings) -> Limits:
    """Allow ten times what decoding took on two slow cores."""
    return Limits(
        wall_seconds=120 + 10 * info.duration_ms / 1000,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=4 * MOST_FRAMES * LONGEST_SIDE * LONGEST_SIDE * 3,
    )
