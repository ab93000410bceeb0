"""Runs of ffmpeg that end in raw pixels, for whoever looks at them."""

from __future__ import annotations

import math
import re
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.settings import MediaSettings

Pixels = NDArray[np.uint8]

# How the filter showinfo tells a frame's time.
SHOWN_AT = re.compile(r"pts_time:\s*(-?\d+(?:\.\d+)?)")
RAW = "frames.raw"


def raw_frames(
    argv: Sequence[str],
    shape: tuple[int, ...],
    settings: MediaSettings,
    *,
    most: int,
    wall_seconds: float = 120.0,
    files: Mapping[str, str] | None = None,
    stop: threading.Event | None = None,
) -> tuple[Pixels, list[float]]:
    """Run ffmpeg for raw frames of one shape; return those that came, and the times it told, in ms.

    `argv` lacks its output; `files` are those it reads in its folder, by name. None may come.
    """
    limits = Limits(
        wall_seconds=wall_seconds,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=2 * most * math.prod(shape) + 1,
    )
    with tempfile.TemporaryDirectory(prefix="frames-") as name:
        folder = Path(name)
        for file, text in (files or {}).items():
            (folder / file).write_text(text, encoding="utf-8")
        said = run([*argv, "-f", "rawvideo", RAW], limits=limits, cwd=folder, stop=stop).stderr
        path = folder / RAW
        found = np.fromfile(path, np.uint8) if path.exists() else np.empty(0, np.uint8)
    return found.reshape(-1, *shape), [1000 * float(at) for at in SHOWN_AT.findall(said)]
