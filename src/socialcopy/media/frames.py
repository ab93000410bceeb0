"""Single frames of a video as pixels, for whoever wants to look at it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
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


def frames(
    source: str | Path, info: MediaInfo, times_ms: Sequence[int], settings: MediaSettings
) -> list[tuple[int, NDArray[np.uint8]]]:
    """Decode the frames at the given times: rows of BGR pixels, at most 1280 on a side.

    A time at which nothing can be decoded (behind a truncated end) is left out.
    """
    width, height = frame_size(info.video)
    limits = Limits(wall_seconds=SECONDS_PER_FRAME, memory_bytes=settings.max_memory_bytes)
    found: list[tuple[int, NDArray[np.uint8]]] = []
    with tempfile.TemporaryDirectory(prefix="frames-") as folder:
        for time_ms in times_ms:
            name = f"{time_ms}.bgr"
            try:
                run(
                    grab_frame(source, info, time_ms, name, settings),
                    limits=limits,
                    cwd=Path(folder),
                )
            except ToolFailedError:
                continue
            path = Path(folder) / name
            pixels = np.fromfile(path, dtype=np.uint8) if path.exists() else np.empty(0, np.uint8)
            if pixels.size == width * height * 3:
                found.append((time_ms, pixels.reshape(height, width, 3)))
            path.unlink(missing_ok=True)
    return found
