"""How far sound and picture of a finished file are apart, by flash and beep.

Measured with ffprobe and ffmpeg alone: frames by their own times, samples by theirs.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np

RATE_HZ = 48_000
APART_SAMPLES = RATE_HZ // 2


def steps_ms(path: Path) -> list[int]:
    """How much later each beep is heard than its flash is seen."""
    seen, heard = _flashes(path), _beeps(path)
    assert len(seen) == len(heard), f"{len(seen)} flashes and {len(heard)} beeps"
    return [round((beep - flash) * 1000) for flash, beep in zip(seen, heard, strict=True)]


def _flashes(path: Path) -> list[float]:
    command = [
        *("ffprobe", "-v", "error", "-f", "lavfi", "-i", f"movie={path.name},signalstats"),
        *("-show_entries", "frame=pts_time:frame_tags=lavfi.signalstats.YAVG", "-of", "json"),
    ]
    printed = subprocess.run(command, check=True, capture_output=True, cwd=path.parent).stdout
    frames = [
        (float(frame["pts_time"]), float(frame["tags"]["lavfi.signalstats.YAVG"]))
        for frame in json.loads(printed)["frames"]
    ]
    levels = np.array([level for _, level in frames])
    bright = levels > (levels.max() + np.median(levels)) / 2
    return [
        time for n, (time, _) in enumerate(frames) if bright[n] and (n == 0 or not bright[n - 1])
    ]


def _beeps(path: Path) -> list[float]:
    filters = f"aresample={RATE_HZ}:async=1:min_hard_comp=0.002:first_pts=0"
    command = [
        *("ffmpeg", "-v", "error", "-copyts", "-i", str(path), "-map", "0:a", "-af", filters),
        *("-ac", "1", "-f", "f32le", "-"),
    ]
    printed = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.abs(np.frombuffer(printed, np.float32))
    loud = np.flatnonzero(samples > 0.3 * samples.max())
    begins = np.flatnonzero(np.diff(loud, prepend=-2 * APART_SAMPLES) > APART_SAMPLES)
    return [float(loud[n]) / RATE_HZ for n in begins]
