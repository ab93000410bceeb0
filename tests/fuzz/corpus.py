"""Corpora as text: an input a line, in base64, so that a diff shows what came and went."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "corpora"


def read_corpus(target: str) -> list[bytes]:
    """The inputs that are kept for a target."""
    path = FOLDER / f"{target}.txt"
    return [base64.b64decode(line) for line in path.read_text().split()] if path.exists() else []


def write_corpus(target: str, inputs: Iterable[bytes]) -> None:
    """Keep these, in an order that does not depend on how they were found."""
    lines = sorted({base64.b64encode(data).decode() for data in inputs}, key=lambda t: (len(t), t))
    (FOLDER / f"{target}.txt").write_text("".join(f"{line}\n" for line in lines))
