"""The sound of a video as numbers, for whoever listens to it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.ffmpeg.sound_commands import SPEECH_RATE_HZ, decode_speech, decode_tracks
from socialcopy.models import MediaInfo, Repair
from socialcopy.settings import MediaSettings

BYTES_PER_SAMPLE = 2

# How much of a track is listened to before one is chosen: all of it, or this much in stretches.
SAMPLED_MS = 60_000
STRETCH_MS = 6_000
# Enough to see what the channels of an only track need.
FEWEST_STRETCHES = 3

# Two hours of sound decode in about a minute; the rest is for reading over a slow network.
READ_SECONDS = 900.0


def speech_samples(
    source: str | Path, info: MediaInfo | None = None, *, settings: MediaSettings
) -> NDArray[np.float32]:
    """Decode the sound that is used to mono at 16 kHz, as floats between -1 and 1.

    Without `info` the first sound there is. A presigned URL is read in place; nothing of the video
    is kept. Sound that starts late or has holes is filled with silence, so that sample `n` is heard
    at `n / 16000` s of the video. At the longest video accepted (2 h) the array takes 460 MB.

    Raises ToolFailedError when there is no audio stream: ask `MediaInfo.has_audio` first.
    """
    with tempfile.TemporaryDirectory(prefix="speech-") as folder:
        numbers = speech_numbers(source, info, Path(folder), settings=settings)
        samples = numbers.reshape(-1).astype(np.float32)
    samples /= 32_768
    return samples


def speech_numbers(
    source: str | Path,
    info: MediaInfo | None,
    folder: Path,
    *,
    settings: MediaSettings,
    channels: int = 1,
    stop: threading.Event | None = None,
) -> NDArray[np.int16]:
    """Decode the same to rows of 16-bit numbers, which stay in a file of that folder.

    The samples travel through a file and not through a pipe: two hours of one channel are 230 MB of
    disk, and no memory.
    """
    second = SPEECH_RATE_HZ * BYTES_PER_SAMPLE * channels
    limits = Limits(
        wall_seconds=READ_SECONDS,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=(settings.max_duration_seconds + 1) * second,
    )
    output = Path(tempfile.mkdtemp(prefix="pcm-", dir=folder)) / "speech.pcm"
    argv = decode_speech(source, info, output.name, settings, channels=channels)
    run(argv, limits=limits, cwd=output.parent, stop=stop)
    if not output.stat().st_size:  # an empty file can't be mapped
        return np.empty((0, channels), np.int16)
    return np.memmap(output, "<i2", "r").reshape(-1, channels)


def track_samples(
    source: str | Path, info: MediaInfo, indexes: Sequence[int], *, settings: MediaSettings,
    repair: Repair = "",
) -> dict[int, NDArray[np.float32]]:  # fmt: skip
    """Decode a minute of each of some tracks: rows of left and right at 16 kHz, from -1 to 1.

    Of a longer video ten stretches are taken, spread evenly; of an only track three.
    """
    limits = Limits(
        wall_seconds=READ_SECONDS,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=2 * SAMPLED_MS // 1000 * SPEECH_RATE_HZ * 2 * BYTES_PER_SAMPLE,
    )
    heard: dict[int, list[NDArray[np.float32]]] = {index: [] for index in indexes}
    with tempfile.TemporaryDirectory(prefix="tracks-") as name:
        folder = Path(name)
        count = FEWEST_STRETCHES if len(indexes) == 1 else SAMPLED_MS // STRETCH_MS
        for from_ms, length_ms in _stretches(info.duration_ms, count):
            argv = decode_tracks(
                source, info, indexes, settings, from_ms=from_ms, length_ms=length_ms,
                repair=repair,
            )  # fmt: skip
            run(argv, limits=limits, cwd=folder)
            for index in indexes:
                heard[index].append(_stereo(folder / f"{index}.pcm"))
    return {index: np.concatenate(pieces) for index, pieces in heard.items()}


def _stretches(duration_ms: int, count: int) -> list[tuple[int, int]]:
    if duration_ms <= SAMPLED_MS:
        return [(0, duration_ms)]
    step = duration_ms / count
    return [(round((n + 0.5) * step - STRETCH_MS / 2), STRETCH_MS) for n in range(count)]


def _stereo(path: Path) -> NDArray[np.float32]:
    samples = np.fromfile(path, dtype="<i2").astype(np.float32)
    samples /= 32_768
    return samples.reshape(-1, 2)
