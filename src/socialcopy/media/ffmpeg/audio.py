"""The sound of a video as a speech recogniser wants it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.commands import SPEECH_RATE_HZ, decode_speech
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.settings import MediaSettings

BYTES_PER_SAMPLE = 2

READ_SECONDS = 900.0
"""Two hours of sound decode in about a minute; the rest is for reading over a slow network."""


def speech_samples(source: str | Path, *, settings: MediaSettings) -> NDArray[np.float32]:
    """Decode the first audio stream to mono at 16 kHz, as floats between -1 and 1.

    A presigned URL is read in place; nothing of the video is kept. Sound that starts late or has
    holes is filled with silence, so that sample `n` is heard at `n / 16000` s of the video.

    The samples travel through a temporary file of 16-bit numbers and not through a pipe: at the
    longest video accepted (2 h) that is 230 MB of disk, and the array returned takes 460 MB.

    Raises ToolFailedError when there is no audio stream: ask `MediaInfo.has_audio` first.
    """
    second = SPEECH_RATE_HZ * BYTES_PER_SAMPLE
    limits = Limits(
        wall_seconds=READ_SECONDS,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=(settings.max_duration_seconds + 1) * second,
    )
    with tempfile.TemporaryDirectory(prefix="speech-") as folder:
        run(decode_speech(source, "speech.pcm", settings), limits=limits, cwd=Path(folder))
        samples = np.fromfile(Path(folder) / "speech.pcm", dtype="<i2").astype(np.float32)
    samples /= 32_768
    return samples
