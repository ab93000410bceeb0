"""Specs, clips and words that the tests of `media` share."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import MediaInfo, SafeZone, VideoSpec, Word
from socialcopy.settings import MediaSettings

VERTICAL = VideoSpec(
    width=1080,
    height=1920,
    max_frame_rate=30,
    max_duration_seconds=900,
    max_size_bytes=250_000_000,
    max_bitrate_bps=10_000_000,
    audio_bitrate_bps=128_000,
    safe_zone=SafeZone(left=65, top=269, right=830, bottom=1248),
)
SMALL = VERTICAL.model_copy(
    update={
        "width": 360,
        "height": 640,
        "safe_zone": SafeZone(left=21, top=89, right=276, bottom=416),
    }
)


def fills_canvas(layout: Layout) -> bool:
    """Tell whether no background ever shows."""
    return all(shot.fills(layout.size) for shot in layout.shots)


PICTURE = "testsrc2=s={size}:r={rate}:d={seconds}"
VOICE = "anoisesrc=c=pink:a=0.05:d={seconds}:seed=1"


def make_clip(
    path: Path,
    *,
    size: str = "640x360",
    rate: float | str = 30,
    seconds: float = 2.0,
    sound: str | None = VOICE,
    options: Sequence[str] = (),
) -> Path:
    """A moving test picture, and pink noise at about -33 LUFS unless told otherwise."""
    picture = PICTURE.format(size=size, rate=rate, seconds=seconds)
    inputs = ["-f", "lavfi", "-i", picture]
    if sound:
        inputs += ["-f", "lavfi", "-i", sound.format(seconds=seconds)]
    encoding = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-t", str(seconds)]
    run_ffmpeg(*inputs, *encoding, *options, str(path))
    return path


def run_ffmpeg(*arguments: str, cwd: Path | None = None) -> bytes:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True, cwd=cwd).stdout


def look(path: Path, settings: MediaSettings) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=settings)


def say(text: str, *, start_ms: int = 0, word_ms: int = 240, gap_ms: int = 40) -> list[Word]:
    """Spread the words of a text evenly."""
    step = word_ms + gap_ms
    return [
        Word(start_ms=start_ms + n * step, end_ms=start_ms + n * step + word_ms, text=word)
        for n, word in enumerate(text.split())
    ]
