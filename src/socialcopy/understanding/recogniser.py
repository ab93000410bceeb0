"""faster-whisper, imported where it is used (half a second) and without PyAV.

PyAV's wheels hold x264 and x265, which are under the GPL. faster-whisper needs it to open sound
files only, and ours is decoded by the time it gets there, so an empty module takes PyAV's place.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from faster_whisper import WhisperModel


def _leave_out_pyav() -> None:
    # Before the import, and without harm where a real PyAV is loaded already.
    sys.modules.setdefault("av", ModuleType("av"))


def load(folder: str, *, threads: int) -> WhisperModel:
    """Load a CTranslate2 model; raises RuntimeError, ValueError or OSError where it can't be."""
    _leave_out_pyav()
    from faster_whisper import WhisperModel

    return WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=threads)


def speech_timestamps(
    sound: NDArray[np.float32], *, min_silence_ms: int, pad_ms: int
) -> Sequence[dict[str, Any]]:
    """Find where somebody speaks: `start` and `end` of each stretch, in samples."""
    _leave_out_pyav()
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=min_silence_ms, speech_pad_ms=pad_ms)
    return get_speech_timestamps(sound, options)
