"""Who may make the picture: x264 anywhere, and the hardware encoders ffmpeg knows."""

from __future__ import annotations

import functools
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from socialcopy.media.errors import MediaError, ToolFailedError
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.models import Value

# Measured on two cores, 1080x1920 (docs/why.md): VMAF 96 at 3.4 Mbit/s, and 98 at 6.3 Mbit/s for
# two thirds of the time. Without its parameters ultrafast writes Baseline, whatever the profile.
PRESETS = {
    "standard": (
        *("-preset", "veryfast", "-crf", "22"),
        *("-x264-params", "subme=1:trellis=0:ref=1:rc-lookahead=10"),
    ),
    "fast": ("-preset", "ultrafast", "-crf", "23", "-x264-params", "cabac=1:8x8dct=1"),
}


class Encoder(Value):
    """An H.264 encoder of ffmpeg and how it is asked for what x264's presets mean."""

    name: str
    codec: str
    options: tuple[str, ...] = ()
    """Quality and closed groups; x264's come from `PRESETS`."""
    pixels: tuple[str, ...] = ("-pix_fmt", "yuv420p")
    device: tuple[str, ...] = ()
    """What opens the hardware, in front of the inputs."""
    upload: str = ""
    """Filters that bring a finished frame to the hardware; begins with a comma."""

    def asked(self, preset: str) -> tuple[str, ...]:
        """Return the options for a preset; hardware has one of its own."""
        return (
            PRESETS[preset] if self.codec == SOFTWARE.codec and not self.options else self.options
        )

    @property
    def is_hardware(self) -> bool:
        """Whether drivers are at work, which take address space without using it."""
        return self.codec != SOFTWARE.codec


SOFTWARE = Encoder(name="software", codec="libx264")
# In the order they are tried. No machine with one was at hand when this was written, so which
# options a driver takes is left to the trial, and what comes of them to the certificate.
HARDWARE = (
    Encoder(
        name="nvenc",
        codec="h264_nvenc",
        options=(
            *("-preset", "p4", "-rc", "vbr", "-cq", "24", "-b:v", "0"),
            *("-forced-idr", "1", "-strict_gop", "1"),
        ),
    ),
    Encoder(
        name="qsv",
        codec="h264_qsv",
        options=("-preset", "medium", "-global_quality", "23", "-forced_idr", "1"),
        pixels=("-pix_fmt", "nv12"),
    ),
    Encoder(
        name="vaapi",
        codec="h264_vaapi",
        options=("-rc_mode", "QVBR", "-global_quality", "23", "-b:v", "6M"),
        pixels=(),
        device=("-vaapi_device", "/dev/dri/renderD128"),
        upload=",format=nv12,hwupload",
    ),
    Encoder(
        name="videotoolbox", codec="h264_videotoolbox", options=("-b:v", "6M", "-allow_sw", "0")
    ),
)


TRIAL_SECONDS = 2
# No limit on address space: drivers reserve tens of gigabytes. The input is our own.
LIMITS = Limits(wall_seconds=60, memory_bytes=0, file_bytes=100_000_000)
LISTED = re.compile(r"^ V\S+ (\S+)", re.MULTILINE)


class Chosen(Value):
    """An encoder and why it was taken."""

    encoder: Encoder = SOFTWARE
    reason: str = "x264, as the settings say"


@functools.cache
def chosen(wish: str, preset: str) -> Chosen:
    """Choose the encoder for this machine, tried once a process."""
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
    """Time a short vertical film, in seconds. Raises ToolFailedError where it can't be made."""
    source = f"testsrc2=s=1080x1920:r=30:d={TRIAL_SECONDS}"
    argv = [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", *encoder.device,
        "-filter_complex", f"{source},format=yuv420p{encoder.upload}[v]", "-map", "[v]",
        "-c:v", encoder.codec, *encoder.asked(preset), "-profile:v", "high", *encoder.pixels,
        "-g", "60", "-maxrate", "10M", "-bufsize", "20M", "-f", "mp4", "trial.mp4",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        began = time.monotonic()
        limits = LIMITS.model_copy(update={"is_accelerated": encoder.is_hardware})
        run(argv, limits=limits, cwd=Path(folder))
        return time.monotonic() - began


@functools.cache
def available() -> frozenset[str]:
    """Return the names of the video encoders this ffmpeg was built with."""
    listed = run(["ffmpeg", "-hide_banner", "-v", "error", "-encoders"], limits=LIMITS).stdout
    return frozenset(LISTED.findall(listed.decode(errors="replace")))


def _last_line(error: MediaError) -> str:
    said = error.stderr.strip().splitlines() if isinstance(error, ToolFailedError) else []
    return said[0] if said else str(error)
