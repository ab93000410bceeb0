"""Where burned-in subtitles really end up: each is drawn alone, and its ink is measured."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from pysubs2 import SSAFile

from socialcopy.media.ffmpeg import draw_subtitles
from socialcopy.media.framing import Box
from socialcopy.media.runner import Limits, run
from socialcopy.settings import MediaSettings

SLOT_MS = 1_000
MOST_DRAWN = 120
"""Longer scripts are judged by so many subtitles, spread over all."""
SCALE = 2
"""Drawn at half the size: a quarter of the pixels, exact to two of them."""
INK = 60
"""Brightness from which a pixel belongs to a letter and not to its shadow."""


def drawn_area(script: str, *, size: tuple[int, int], settings: MediaSettings) -> Box | None:
    """The box around all that a script draws on a canvas; none when it draws nothing."""
    slots, count = _one_a_second(script)
    width, height = (side // SCALE for side in size)
    limits = Limits(
        wall_seconds=120,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=(MOST_DRAWN + 1) * width * height,
    )
    with tempfile.TemporaryDirectory(prefix="drawn-") as folder:
        (Path(folder) / "slots.ass").write_text(slots, encoding="utf-8")
        argv = draw_subtitles("slots.ass", "drawn.gray", size=(width, height), seconds=count)
        run(argv, limits=limits, cwd=Path(folder))
        pixels = np.fromfile(Path(folder) / "drawn.gray", np.uint8)
    return _around(pixels.reshape(-1, height, width).max(axis=0) > INK) if pixels.size else None


def spoken_text(script: str) -> str:
    """The characters a script draws, without its instructions."""
    return "".join(event.plaintext for event in SSAFile.from_string(script))


def _one_a_second(script: str) -> tuple[str, int]:
    """The same subtitles, each alone in a second of its own."""
    subtitles = SSAFile.from_string(script)
    step = max(1, -(-len(subtitles) // MOST_DRAWN))
    subtitles.events = subtitles.events[::step]
    for number, event in enumerate(subtitles.events):
        event.start, event.end = number * SLOT_MS, (number + 1) * SLOT_MS
    return subtitles.to_string("ass"), max(1, len(subtitles))


def _around(ink: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Box | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    return Box(
        left=int(columns[0]) * SCALE,
        top=int(rows[0]) * SCALE,
        width=int(columns[-1] - columns[0] + 1) * SCALE,
        height=int(rows[-1] - rows[0] + 1) * SCALE,
    )
