"""Sound for the tests: real recordings where they are, else a voice made here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

SPOKEN = "Meet the Brightline kettle. It boils one litre of water in ninety seconds."


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the joined weights, so that they are joined once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float32]:
    """A synthetic voice that says SPOKEN."""
    wav = tmp_path_factory.mktemp("voice") / "voice.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(wav), SPOKEN], check=True)
    return sound("-i", str(wav))


def sound(*source: str) -> NDArray[np.float32]:
    """Decode to 16 kHz mono; test material does not go through the product's door."""
    argv = ["ffmpeg", "-v", "error", *source, "-f", "f32le", "-ac", "1", "-ar", "16000", "-"]
    raw = subprocess.run(argv, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.float32)
