"""The master as finished files are held against it: decoded once, for all of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import WHOLE_PICTURE
from socialcopy.media.ffmpeg.audio import READ_SECONDS, speech_numbers
from socialcopy.media.ffmpeg.loudness import Loudness, measure
from socialcopy.media.ffmpeg.pixels import Pixels, raw_frames
from socialcopy.media.ffmpeg.probe import END_TOLERANCE_MS
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.ffmpeg.still_commands import watch_stretch
from socialcopy.media.ffmpeg.streams import packets
from socialcopy.media.ffmpeg.structure import is_whole
from socialcopy.media.renditions.clear_speech import SpeechLevels, speech_levels
from socialcopy.models import MediaInfo, Region, Word
from socialcopy.settings import MediaSettings

Grey = NDArray[np.float32]

# Frames a second at which stretches are compared: the step is known to a hundredth.
FRAME_RATE = 100
GREY_SIZE = (32, 18)
# Of the master's whole picture, from which each file's part is taken: an upright crop of it has a
# hundred columns.
MASTER_SIZE = (320, 180)
STRETCH_MS = 600
# How far around its place a stretch is looked for at first.
NEAR_MS = 250
STRETCHES = 2
# How far a window may move in a stretch, in window widths: less than a pixel of the small frames.
CALM = 0.03
# How much of its own best stretch's change one that suits all files has to have.
SHARED_CHANGE = 0.5
# Share of the usual distance of key frames below which one marks a new shot.
EARLY = 0.9


@dataclass(frozen=True)
class Reference:
    """A master, and what is looked at in it."""

    path: Path
    info: MediaInfo
    folder: Path
    settings: MediaSettings
    stop: threading.Event | None = None
    words: tuple[Word, ...] = ()
    """What is said in it."""
    layouts: tuple[Layout, ...] = ()
    """How its files show it, which are compared with the same stretches of it where possible."""
    _watched: dict[tuple[int, int], Pixels] = field(default_factory=dict[tuple[int, int], Pixels])
    """Stretches of its whole picture, by beginning and length: its files have them in common."""

    @cached_property
    def loudness(self) -> Loudness:
        """How loud it is; there must be sound."""
        limits = Limits(wall_seconds=READ_SECONDS, memory_bytes=self.settings.max_memory_bytes)
        return measure(self.path, self.info, settings=self.settings, limits=limits, stop=self.stop)

    @cached_property
    def speech(self) -> SpeechLevels | None:
        """How loud its words are, and what lies between them."""
        return speech_levels(self.sound, self.words)

    @cached_property
    def sound(self) -> NDArray[np.int16]:
        """Its sound at 16 kHz in one channel, as 16-bit numbers."""
        if not self.info.has_audio:
            return np.empty(0, np.int16)
        numbers = speech_numbers(
            self.path, self.info, self.folder, settings=self.settings, stop=self.stop
        )
        return numbers.reshape(-1)

    @cached_property
    def frames(self) -> list[tuple[float, int, bool]]:
        """When each frame is shown, how many bytes it takes, and whether it is a key frame."""
        index = 0 if self.info.video.index is None else self.info.video.index
        return sorted(
            (packet.start_ms - self.info.offset_ms, packet.size, packet.is_key)
            for packet in packets(self.path, [index], self.settings)
        )

    @cached_property
    def broken_off_ms(self) -> int | None:
        """Where a master ends of which the rest is missing; none for one that is whole."""
        last_ms = self.frames[-1][0] if self.frames else 0.0
        is_short = last_ms < (self.info.video.end_ms or 0) - END_TOLERANCE_MS
        return round(last_ms) if is_short and is_whole(self.path) is False else None

    def moments_ms(self, layout: Layout) -> tuple[int, ...]:
        """Where stretches begin in which the picture changes much, one in each half of it.

        In them the layout shows one part of the picture: where a camera moves, a file's picture
        moves otherwise than the master's. Those that suit all files are decoded once.
        """
        return tuple(
            at_ms for half in self._ranked if (at_ms := self._moment(half, layout)) is not None
        )

    def _moment(self, ranked: dict[int, float], layout: Layout) -> int | None:
        best = next((at_ms for at_ms in ranked if _is_calm(layout, at_ms)), None)
        if best is None:
            return None
        for_all = (
            at_ms
            for at_ms, worth in ranked.items()
            if worth >= SHARED_CHANGE * ranked[best]
            and all(_is_calm(one, at_ms) for one in (layout, *self.layouts))
        )
        return next(for_all, best)

    @cached_property
    def _ranked(self) -> list[dict[int, float]]:
        """Rank the stretches of each half by how much changes in them, most first.

        Told from the sizes of the packets: what moves takes bytes, and a new shot a key frame
        where none was due. Soon after a key frame is better, since decoding begins there.
        """
        shown = self.frames
        if not shown:
            return []
        times = np.array([time for time, _, _ in shown])
        keys = np.array([time for time, _, is_key in shown if is_key] or [0.0])
        # Sums up to each frame make the change of any stretch a single subtraction.
        summed = np.concatenate([[0.0], np.cumsum(_changes(shown))])
        starts = np.arange(0.0, max(0.0, self.info.duration_ms - STRETCH_MS) + 1, 100.0)
        ends = summed[np.searchsorted(times, starts + STRETCH_MS)]
        moved = ends - summed[np.searchsorted(times, starts)]
        opened = np.maximum(0, starts - NEAR_MS)
        before = opened - keys[np.maximum(0, np.searchsorted(keys, opened, "right") - 1)]
        worth = moved / (1 + np.maximum(0, before) / 1000)
        halves = np.array_split(np.arange(len(starts)), min(STRETCHES, len(starts)))
        return [
            {int(starts[n]): float(worth[n]) for n in half[np.argsort(-worth[half], kind="stable")]}
            for half in halves
        ]

    def watch(self, part: Region, from_ms: int, length_ms: int) -> Grey:
        """Watch a part of the picture for a time; before its beginning stands the first frame."""
        return _scaled_part(self._whole(from_ms, length_ms).astype(np.float32), part)

    def _whole(self, from_ms: int, length_ms: int) -> Pixels:
        """Cut a stretch out of one that was decoded and holds it, or decode it."""
        for (begin_ms, known_ms), frames in self._watched.items():
            if begin_ms <= from_ms and from_ms + length_ms <= begin_ms + known_ms:
                first = (from_ms - begin_ms) * FRAME_RATE // 1000
                return frames[first : first + length_ms * FRAME_RATE // 1000]
        decoded = _decoded(
            self.path, self.info, WHOLE_PICTURE, from_ms, length_ms, self.settings,
            size=MASTER_SIZE, stop=self.stop,
        )  # fmt: skip
        self._watched[from_ms, length_ms] = decoded
        return decoded


def _changes(shown: Sequence[tuple[float, int, bool]]) -> list[float]:
    """Measure how much each frame changes the picture: its bytes, but for key frames on time."""
    keys = [time for time, _, is_key in shown if is_key]
    # ProRes, MJPEG and the like: every frame is a key frame, and its size says little but all
    # there is.
    if len(keys) == len(shown):
        return [float(size) for _, size, _ in shown]
    gaps = [b - a for a, b in pairwise(keys)]
    usual = float(np.median(gaps)) if gaps else 0.0
    early = {b for a, b in pairwise(keys) if b - a < EARLY * usual}
    return [0.0 if is_key and time not in early else float(size) for time, size, is_key in shown]


def watch(  # noqa: PLR0917  (what is watched, then how)
    path: Path, info: MediaInfo, part: Region, from_ms: int, length_ms: int,
    settings: MediaSettings, *, stop: threading.Event | None = None,
) -> Grey:  # fmt: skip
    """Decode a stretch of a part of a picture to small grey frames, a hundred a second."""
    decoded = _decoded(path, info, part, from_ms, length_ms, settings, size=GREY_SIZE, stop=stop)
    return decoded.astype(np.float32)


def _decoded(  # noqa: PLR0917
    path: Path, info: MediaInfo, part: Region, from_ms: int, length_ms: int,
    settings: MediaSettings, *, size: tuple[int, int], stop: threading.Event | None,
) -> Pixels:  # fmt: skip
    width, height = size
    before = max(0, -from_ms) * FRAME_RATE // 1000
    count = max(1, length_ms * FRAME_RATE // 1000 - before)
    argv = watch_stretch(
        path, info, settings, part=part, size=size, from_ms=max(0, from_ms),
        frames=count, rate=FRAME_RATE,
    )  # fmt: skip
    seen, _ = raw_frames(argv, (height, width), settings, most=count, wall_seconds=300, stop=stop)
    return np.concatenate([np.repeat(seen[:1], before, axis=0), seen])


def _is_calm(layout: Layout, begin_ms: int) -> bool:
    """Tell whether what a layout shows rests in a stretch, in shares of its width and height."""
    first, last = layout.shot(begin_ms), layout.shot(begin_ms + STRETCH_MS)
    if first is not last:
        return False
    moments = (begin_ms, begin_ms + STRETCH_MS / 2, begin_ms + STRETCH_MS)
    shown = [first.panes[0].region(at_ms) for at_ms in moments]
    return all(
        max(abs(r.left - shown[0].left) / r.width, abs(r.top - shown[0].top) / r.height) <= CALM
        for r in shown
    )


def _scaled_part(frames: Grey, part: Region) -> Grey:
    """Cut a part out of frames and scale it as `watch` does, by area."""
    width, height = GREY_SIZE
    rows = _areas(part.top, part.bottom, frames.shape[1], height)
    columns = _areas(part.left, part.right, frames.shape[2], width)
    # One product for all frames: a small one for each costs ten times as much.
    across = frames.reshape(-1, frames.shape[2]) @ columns.T
    parts = rows @ across.reshape(len(frames), len(rows[0]), width)
    return parts.astype(np.float32, copy=False)


def _areas(begin: float, end: float, pixels: int, count: int) -> Grey:
    """Return what share of each cell of a span, of so many, every pixel of a side is."""
    edges = np.linspace(begin, end, count + 1)[:, None] * pixels
    places = np.arange(pixels)
    shared = np.minimum(edges[1:], places + 1) - np.maximum(edges[:-1], places)
    areas = np.maximum(shared, 0.0)
    return (areas / areas.sum(axis=1, keepdims=True)).astype(np.float32)
