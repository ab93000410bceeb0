"""How loud a video is, and how it gets to the loudness networks play at.

Two measured passes (EBU R128, then gain and a limiter) come as close as ffmpeg's loudnorm and
cost half of it; on short clips loudnorm's single pass misses by up to 21 LU (docs/why.md).
"""

from __future__ import annotations

import math
import re
import threading
from pathlib import Path

from socialcopy.media.ffmpeg.inputs import heard_through
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.ffmpeg.sound_commands import encode_sound, measure_loudness
from socialcopy.models import MediaInfo, Value
from socialcopy.settings import MediaSettings

TARGET_LUFS = -14.0
TOLERANCE_LU = 1.0
CLOSE_ENOUGH_LU = 0.4
MAX_TRUE_PEAK_DBTP = -1.0
# At or below this there is nothing to hear, and raising it would only raise noise.
SILENCE_LUFS = -60.0
MOST_GAIN_DB = 30.0
# Highest sample let through (-2.4 dB), which leaves room for what AAC adds.
LIMIT = 0.76
ATTEMPTS = 4
# Gain needed for one more LU once the limiter works, measured on speech and on claps.
LIMITER_TAX = 1.6

INTEGRATED = re.compile(r"^\s+I:\s+(\S+) LUFS", re.MULTILINE)
RANGE = re.compile(r"^\s+LRA:\s+(\S+) LU$", re.MULTILINE)
PEAK = re.compile(r"^\s+Peak:\s+(\S+) dBFS", re.MULTILINE)


class Loudness(Value):
    """What EBU R128 says of the first audio stream, mixed to stereo."""

    integrated_lufs: float
    true_peak_dbtp: float
    """Minus infinity for digital silence."""
    range_lu: float = 0.0
    """How far its soft parts are from its loud ones (EBU Tech 3342)."""

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear, or too little time to tell."""
        return self.integrated_lufs <= SILENCE_LUFS


class Levelling(Value):
    """What is done to the sound."""

    gain_db: float = 0.0
    limit: float = LIMIT

    def corrected(self, heard: Loudness) -> Levelling:
        """Choose the next try: what is missing in gain, what is over in the limiter."""
        missing = LIMITER_TAX * (TARGET_LUFS - heard.integrated_lufs)
        over = max(0.0, heard.true_peak_dbtp - MAX_TRUE_PEAK_DBTP)
        return Levelling(
            gain_db=min(MOST_GAIN_DB, self.gain_db + missing),
            limit=self.limit * 10 ** (-1.5 * over / 20),
        )


def measure(
    source: Path,
    info: MediaInfo | None = None,
    *,
    settings: MediaSettings,
    limits: Limits,
    remedy: str = "",
    stop: threading.Event | None = None,
) -> Loudness:
    """Measure the sound that is used; there must be some. Without `info` the file is our own.

    `remedy` are filters that it is heard through.
    """
    argv = measure_loudness(source, info, settings, remedy)
    summary = run(argv, limits=limits, stop=stop).stderr
    return Loudness(
        integrated_lufs=_last_number(INTEGRATED, summary, default=-70.0),
        true_peak_dbtp=_last_number(PEAK, summary, default=-math.inf),
        range_lu=_last_number(RANGE, summary, default=0.0),
    )


def level(
    master: Path,
    info: MediaInfo | None,
    duration_ms: int,
    output: Path,
    *,
    bitrate_bps: int,
    settings: MediaSettings,
    limits: Limits,
    heard: Loudness | None = None,
    remedy: str = "",
    stop: threading.Event | None = None,
) -> Loudness:
    """Encode the sound at -14 LUFS, so long as asked, and say how loud it came out.

    A limiter that has much to do takes loudness away again, so the encoded sound is measured and
    made anew while it is off, at most three times. Silence is encoded as it is. `heard` is how loud
    the master is through the filters of `remedy`, where that is known.
    """
    if heard is None:
        heard = measure(master, info, settings=settings, limits=limits, remedy=remedy, stop=stop)
    through = heard_through(info, remedy)
    levelling = Levelling(gain_db=min(MOST_GAIN_DB, TARGET_LUFS - heard.integrated_lufs))
    for _ in range(ATTEMPTS):
        filters = through if heard.is_silent else leveller(levelling, through)
        argv = encode_sound(
            master, info, output.name, filters=filters, duration_ms=duration_ms,
            bitrate_bps=bitrate_bps, settings=settings,
        )  # fmt: skip
        run(argv, limits=limits, cwd=output.parent, stop=stop)
        heard = measure(output, settings=settings, limits=limits, stop=stop)
        correction = levelling.corrected(heard)
        if heard.is_silent or not _is_worth_it(levelling, correction):
            break
        levelling = correction
    return heard


def leveller(levelling: Levelling, heard: str) -> str:
    """Give the filters that apply a gain to what was heard through others, and limit the peaks."""
    return (
        f"{heard},volume={levelling.gain_db:.2f}dB,"
        f"alimiter=limit={levelling.limit:.4f}:level=false:attack=3:release=50,"
        "aformat=sample_rates=48000:channel_layouts=stereo"
    )


def _is_worth_it(now: Levelling, then: Levelling) -> bool:
    return abs(then.gain_db - now.gain_db) > CLOSE_ENOUGH_LU or then.limit < now.limit


def _last_number(pattern: re.Pattern[str], text: str, *, default: float) -> float:
    found = pattern.findall(text)
    number = float(found[-1]) if found else default
    return default if math.isnan(number) else number
