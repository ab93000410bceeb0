"""Text that the picture shows, by RapidOCR on a few frames; its models are in the package.

It needs no network. Measured: about 0.8 CPU seconds a frame, and 470 MB in all for the one engine
a process loads. Frames that look like the one before are not read again.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.frames import frames
from socialcopy.models import MediaInfo, Region, ScreenText
from socialcopy.settings import MediaSettings

# Slides and titles stay longer than two seconds, or nobody could read them.
MS_PER_FRAME = 2_000

FEWEST_FRAMES = 3
# Nobody reads what is shown for less.
SHORTEST_SHOT_MS = 700

# Share of looked-at pixels that may change; one short line of text changes 0.002 of them.
SAME_PICTURE = 0.0005

# Of 255; compression alone changes a pixel by less.
CHANGED = 32

SMALL_STEP = 8
# Text read with less is guessed; on footage most of it is texture.
MIN_PROBABILITY = 0.8

SURE_PROBABILITY = 0.95
# Shorter ones are scraps of signs and logos, unless a number.
FEWEST_LETTERS = 3

# Two readings of one text belong together when their boxes moved by less of the frame.
SAME_LINE = 0.05

# Pixels a frame is reduced to while text is looked for; it is read at its own size. That takes
# half the time of the whole frame, and lost no line of nine clips, nor letters of 12 pixels.
LONGEST_SIDE = 960

_reading = threading.Lock()


def read_screen(
    source: str | Path,
    info: MediaInfo,
    settings: MediaSettings,
    threads: int,
    shots_ms: Sequence[int] = (),
) -> tuple[ScreenText, ...]:
    """Read a few frames, spread over the shots; each text once, with where and when it stands."""
    if settings.screen_frames == 0:
        return ()
    times = moments(info, settings.screen_frames, shots_ms)
    return read_at(source, info, settings, threads, times)


def read_at(
    source: str | Path,
    info: MediaInfo,
    settings: MediaSettings,
    threads: int,
    times_ms: Sequence[int],
    *,
    known: Sequence[ScreenText] = (),
) -> tuple[ScreenText, ...]:
    """Read the frames at some times, and add what they show to what is known already."""
    lines, before = list(known), None
    for time_ms, picture in frames(source, info, times_ms, settings):
        if before is not None and _looks_like(picture, before[1]):
            lines = _prolonged(lines, before[0], time_ms)
        else:
            lines = merged(lines, _read(picture, time_ms, threads))
        before = (time_ms, picture)
    return tuple(sorted(lines, key=lambda line: (line.start_ms, line.box.top, line.box.left)))


def moments(info: MediaInfo, most: int, shots_ms: Sequence[int] = ()) -> list[int]:
    """Choose the times to look at: the middle of each shot, and of equal parts if there is room."""
    count = max(min(FEWEST_FRAMES, most), min(most, info.duration_ms // MS_PER_FRAME))
    parts = [round((n + 0.5) * info.duration_ms / count) for n in range(count)]
    shots = pairwise([0, *shots_ms, info.duration_ms])
    middles = [(begin + end) // 2 for begin, end in shots if end - begin >= SHORTEST_SHOT_MS]
    if not shots_ms or len(middles) > most:
        return parts
    apart = info.duration_ms / count / 2
    between = [part for part in parts if all(abs(part - middle) >= apart for middle in middles)]
    return sorted([*middles, *between[: most - len(middles)]])


def merged(lines: Sequence[ScreenText], read: Sequence[ScreenText]) -> list[ScreenText]:
    """Add a frame's lines; one that is there already only lasts longer."""
    kept = list(lines)
    for line in read:
        known = next((n for n, other in enumerate(kept) if _is_same(line, other)), None)
        if known is None:
            kept.append(line)
        else:
            kept[known] = kept[known].model_copy(update={"end_ms": line.end_ms})
    return kept


def _is_same(line: ScreenText, other: ScreenText) -> bool:
    one, two = line.box, other.box
    moved = max(abs(one.left - two.left), abs(one.top - two.top))
    return line.text.casefold() == other.text.casefold() and moved < SAME_LINE


def _prolonged(lines: Sequence[ScreenText], before_ms: int, time_ms: int) -> list[ScreenText]:
    """Prolong, where the same picture comes again, what stood there at the look before."""
    return [
        line.model_copy(update={"end_ms": time_ms}) if line.end_ms == before_ms else line
        for line in lines
    ]


def _looks_like(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> bool:
    # Signed, since differences of unsigned bytes wrap around.
    small = [picture[::SMALL_STEP, ::SMALL_STEP].astype(np.int16) for picture in (one, two)]
    changed = np.abs(small[0] - small[1]).max(axis=2) > CHANGED
    return float(changed.mean()) < SAME_PICTURE


def _read(picture: NDArray[np.uint8], time_ms: int, threads: int) -> list[ScreenText]:
    # The engine's session is shared, and two readings at once only slow each other down.
    with _reading:
        result = _engine(threads)(picture)
    if result.boxes is None:
        return []
    height, width = picture.shape[:2]
    found = zip(result.boxes, result.txts, result.scores, strict=True)
    return [
        ScreenText(
            text=" ".join(text.split()),
            box=_box(corners, width, height),
            start_ms=time_ms,
            end_ms=time_ms,
            probability=round(float(score), 3),
        )
        for corners, text, score in found
        if is_text(text, float(score))
    ]


def is_text(text: str, probability: float) -> bool:
    """Tell whether a reading is text that somebody wrote, rather than texture.

    >>> is_text("Harbor", 0.9), is_text("lI", 0.99), is_text("50%", 0.96), is_text("Harbor", 0.5)
    (True, False, True, False)
    """
    letters = sum(sign.isalnum() for sign in text)
    if letters < FEWEST_LETTERS and not any(sign.isdigit() for sign in text) and text.isascii():
        return False
    least = MIN_PROBABILITY if letters > FEWEST_LETTERS else SURE_PROBABILITY
    return letters > 0 and probability >= least


def _box(corners: Any, width: int, height: int) -> Region:
    across, down = [point[0] / width for point in corners], [point[1] / height for point in corners]
    limited = [
        min(1.0, max(0.0, float(v))) for v in (min(across), min(down), max(across), max(down))
    ]
    return Region(
        **dict(zip(("left", "top", "right", "bottom"), (round(v, 4) for v in limited), strict=True))
    )


@cache
def _engine(threads: int) -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415 - a second nobody else should pay

    _let_threads_rest()
    return RapidOCR(
        params={
            # The classifier turns upside-down lines round, of which video has none.
            "Global.use_cls": False,
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_SIDE,
        }
    )


@cache
def _let_threads_rest() -> None:
    """Let threads that wait for work sleep: by default they spin, a fifth of a frame's CPU seconds
    and more beside an encoder (measured; benchmarks/README.md). Once for every session.
    """
    from rapidocr.inference_engine.onnxruntime import OrtInferSession  # noqa: PLC0415 - see above

    kind: Any = OrtInferSession  # RapidOCR's configuration has no word for it
    options_of = kind._init_sess_opts  # noqa: SLF001 - see above

    def resting(config: Any) -> Any:
        options = options_of(config)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return options

    kind._init_sess_opts = staticmethod(resting)  # noqa: SLF001 - see above
