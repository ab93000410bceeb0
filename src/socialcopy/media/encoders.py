"""Who may make the picture: x264 anywhere, and the hardware encoders ffmpeg knows."""

from __future__ import annotations

from socialcopy.models import Value

PRESETS = {
    "standard": (
        *("-preset", "veryfast", "-crf", "22"),
        *("-x264-params", "subme=1:trellis=0:ref=1:rc-lookahead=10"),
    ),
    "fast": ("-preset", "ultrafast", "-crf", "23", "-x264-params", "cabac=1:8x8dct=1"),
}
"""Measured on two cores, 1080x1920 (docs/why.md): VMAF 96 at 3.4 Mbit/s, and 98 at 6.3 Mbit/s for
two thirds of the time. Without its parameters ultrafast writes Baseline, whatever the profile."""


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
        """The options for a preset; hardware has one of its own."""
        return (
            PRESETS[preset] if self.codec == SOFTWARE.codec and not self.options else self.options
        )

    @property
    def is_hardware(self) -> bool:
        """Whether drivers are at work, which take address space without using it."""
        return self.codec != SOFTWARE.codec


SOFTWARE = Encoder(name="software", codec="libx264")
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
        name="videotoolbox",
        codec="h264_videotoolbox",
        options=("-b:v", "6M", "-allow_sw", "0"),
    ),
)
"""In the order they are tried. No machine with one was at hand when this was written, so which
options a driver takes is left to the trial, and what comes of them to the certificate."""
