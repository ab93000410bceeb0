"""Single frames of a video as pixels, for whoever wants to look at it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.errors import ToolFailedError
from socialcopy.media.runner import Limits, run
from socialcopy.media.stills import frame_size, grab_frame
from socialcopy.models import MediaInfo
from socialcopy.settings import MediaSettings

SECONDS_PER_FRAME = 60.0
"""A frame takes tenths of a second; the rest is for seeking over a slow network."""

AT_ONCE = 2
"""Half of a grab is starting and seeking: two at once take 0.6 of the time on two cores."""


def frames(
    source: str | Path, info: MediaInfo, times_ms: Sequence[int], settings: MediaSettings
) -> list[tuple[int, NDArray[np.uint8]]]:
    """Decode the frames at the given times: rows of BGR pixels, at most 1280 on a side.

    A time at which nothing can be decoded (behind a truncated end) is left out.
    """
    with (
        tempfile.TemporaryDirectory(prefix="frames-") as folder,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        grab = partial(_grabbed, source, info, folder=Path(folder), settings=settings)
        grabbed = pool.map(grab, times_ms)
        return [
            (at, frame) for at, frame in zip(times_ms, grabbed, strict=True) if frame is not None
        ]


def _grabbed(
    source: str | Path, info: MediaInfo, time_ms: int, *, folder: Path, settings: MediaSettings
) -> NDArray[np.uint8] | None:
    width, height = frame_size(info.video)
    limits = Limits(wall_seconds=SECONDS_PER_FRAME, memory_bytes=settings.max_memory_bytes)
    name = f"{time_ms}.bgr"
    try:
        run(grab_frame(source, info, time_ms, name, settings), limits=limits, cwd=folder)
    except ToolFailedError:
        return None
    path = folder / name
    pixels = np.fromfile(path, dtype=np.uint8) if path.exists() else np.empty(0, np.uint8)
    path.unlink(missing_ok=True)
    return pixels.reshape(height, width, 3) if pixels.size == width * height * 3 else None
