"""Which encoder is fastest here: each that ffmpeg has makes a short film, and is timed.

A hardware encoder is taken when it works and is quicker than x264 on this machine; that ffmpeg
lists one says little, since Debian's lists NVENC on machines without a graphics card.
"""

from __future__ import annotations

import functools
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from socialcopy.media.encoders import HARDWARE, SOFTWARE, Encoder
from socialcopy.media.errors import MediaError, ToolFailedError
from socialcopy.media.runner import Limits, run
from socialcopy.models import Value

TRIAL_SECONDS = 2
LIMITS = Limits(wall_seconds=60, memory_bytes=0, file_bytes=100_000_000)
"""No limit on address space: drivers reserve tens of gigabytes. The input is our own."""
LISTED = re.compile(r"^ V\S+ (\S+)", re.MULTILINE)


class Chosen(Value):
    """An encoder and why it was taken."""

    encoder: Encoder = SOFTWARE
    reason: str = "x264, as the settings say"


@functools.cache
def chosen(wish: str, preset: str) -> Chosen:
    """The encoder for this machine, tried once a process."""
    if wish == "software":
        return Chosen()
    wanted = [encoder for encoder in HARDWARE if wish in ("auto", encoder.name)]
    return fastest(wanted, preset, must_win=wish == "auto")


def fastest(candidates: Sequence[Encoder], preset: str, *, must_win: bool = True) -> Chosen:
    """Try encoders in turn; x264 when none works, or none is faster and `must_win`."""
    known = available()
    said: list[str] = []
    timed: list[tuple[float, Encoder]] = []
    for encoder in candidates:
        if encoder.codec not in known:
            said.append(f"this ffmpeg has no {encoder.codec}")
            continue
        try:
            timed.append((trial(encoder, preset), encoder))
        except MediaError as error:
            said.append(f"{encoder.codec} does not work here ({_last_line(error)})")
    if not timed:
        return Chosen(reason=f"x264: {'; '.join(said) or 'nothing else to try'}")
    seconds, best = min(timed, key=lambda pair: pair[0])
    own_seconds = trial(SOFTWARE, preset)
    figures = f"{best.codec} took {seconds:.1f} s for what takes x264 {own_seconds:.1f} s"
    if must_win and seconds >= own_seconds:
        return Chosen(reason=f"x264: {figures}")
    return Chosen(encoder=best, reason=figures)


def trial(encoder: Encoder, preset: str) -> float:
    """Seconds that a short vertical film takes. Raises ToolFailedError where it can't be made."""
    source = f"testsrc2=s=1080x1920:r=30:d={TRIAL_SECONDS}"
    # fmt: off
    argv = [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", *encoder.device,
        "-filter_complex", f"{source},format=yuv420p{encoder.upload}[v]", "-map", "[v]",
        "-c:v", encoder.codec, *encoder.asked(preset), "-profile:v", "high", *encoder.pixels,
        "-g", "60", "-maxrate", "10M", "-bufsize", "20M", "-f", "mp4", "trial.mp4",
    ]
    # fmt: on
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        began = time.monotonic()
        run(argv, limits=LIMITS, cwd=Path(folder))
        return time.monotonic() - began


@functools.cache
def available() -> frozenset[str]:
    """The names of the video encoders this ffmpeg was built with."""
    listed = run(["ffmpeg", "-hide_banner", "-v", "error", "-encoders"], limits=LIMITS).stdout
    return frozenset(LISTED.findall(listed.decode(errors="replace")))


def _last_line(error: MediaError) -> str:
    said = error.stderr.strip().splitlines() if isinstance(error, ToolFailedError) else []
    return said[0] if said else str(error)
