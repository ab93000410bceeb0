"""ffmpeg's argument lists for single pictures: frames of a video, thumbnails, logos."""

from __future__ import annotations

from pathlib import Path

from socialcopy.media.canvas.layout import Box
from socialcopy.media.canvas.shapes import within
from socialcopy.media.ffmpeg.commands import QUIET, START
from socialcopy.media.ffmpeg.filters import prepared, scaled_still
from socialcopy.media.ffmpeg.inputs import picture, picture_input, source_input
from socialcopy.models import MediaInfo, Region
from socialcopy.settings import MediaSettings

# Text recognition found 10 of 11 strings at this width and 9 at half of it, for 1.3 CPU s.
FRAME_SIDE = 1_280

# The frame shown at a moment may have begun long before it, on a slide or a resting screen: so
# decoding begins at the key frame before, and the last frame up to the moment is taken.
SHOWN_THEN = ("-noaccurate_seek",)

THUMBNAIL_SECONDS = 60
# Frames compared, spread over that minute; the filter holds all of them (3 MB each).
THUMBNAIL_CANDIDATES = 40


def _held(from_ms: int, *, frames: int = 1, rate: int = 25) -> str:
    """Show what is on screen from the moment of `source_input` on, at a steady rate.

    The last frame stays, however long before that moment it began.
    """
    seconds = from_ms / 1000 + frames / rate + 1
    return f"tpad=stop_mode=clone:stop_duration={seconds:.3f},fps={rate}:start_time=0"


def grab_frame(
    source: str | Path, info: MediaInfo, time_ms: int, settings: MediaSettings
) -> list[str]:
    """Write the frame that is shown at a time in blue, green and red, for `raw_frames`."""
    width, height = within(info.video.display_size, FRAME_SIDE)
    filters = [*prepared(info.video), f"scale={width}:{height}:flags=bicubic", "setsar=1"]
    return [
        *START, *QUIET,
        *SHOWN_THEN, *source_input(source, info, settings, from_ms=time_ms),
        "-map", picture(info), "-frames:v", "1",
        "-vf", ",".join([*filters, _held(time_ms)]), "-pix_fmt", "bgr24",
    ]  # fmt: skip


def watch_stretch(
    source: Path, info: MediaInfo, settings: MediaSettings, *, part: Region,
    size: tuple[int, int], from_ms: int, frames: int, rate: int,
) -> list[str]:  # fmt: skip
    """Write a stretch of a part of the upright picture as small grey frames at a steady rate."""
    width, height = size
    crop = f"crop=iw*{part.width:.5f}:ih*{part.height:.5f}:iw*{part.left:.5f}:ih*{part.top:.5f}"
    return [
        *START, *QUIET, "-noaccurate_seek", "-skip_loop_filter", "all",
        *source_input(source, info, settings, from_ms=from_ms),
        "-map", picture(info),
        "-vf", (
            f"{crop},scale={width}:{height}:flags=area,format=gray,"
            f"{_held(from_ms, frames=frames, rate=rate)}"
        ),
        "-frames:v", str(frames),
    ]  # fmt: skip


def grab_part(source: Path, box: Box, at_ms: int, settings: MediaSettings) -> list[str]:
    """Write a rectangle of a finished MP4's frame in red, green and blue."""
    return [
        *START, *QUIET, *source_input(source, None, settings, from_ms=at_ms),
        "-map", "0:V:0", "-frames:v", "1",
        "-vf", f"crop={box.width}:{box.height}:{box.left}:{box.top}", "-pix_fmt", "rgb24",
    ]  # fmt: skip


def grab_thumbnail(
    master: Path, info: MediaInfo, output: str, *, at_ms: int | None, settings: MediaSettings
) -> list[str]:
    """Write the frame at that moment as JPEG, or else the most typical one of the first minute."""
    seconds = min(THUMBNAIL_SECONDS, max(1, info.duration_ms / 1000))
    spread = f"fps={THUMBNAIL_CANDIDATES / seconds:.3f}:eof_action=pass,"
    typical = f",thumbnail={THUMBNAIL_CANDIDATES}"
    still = scaled_still(info.video)
    return [
        *START, *QUIET,
        *(
            source_input(master, info, settings, length_ms=THUMBNAIL_SECONDS * 1000)
            if at_ms is None
            else (*SHOWN_THEN, *source_input(master, info, settings, from_ms=at_ms))
        ),
        "-map", picture(info),
        "-vf", f"{spread}{still}{typical}" if at_ms is None else f"{still},{_held(at_ms)}",
        # Without -update image2 wants a number in the file's name.
        "-frames:v", "1", "-update", "1", "-q:v", "3", "-map_metadata", "-1",
        "-f", "image2", output,
    ]  # fmt: skip


def normalise_logo(source: Path, output: str, settings: MediaSettings) -> list[str]:
    """Write one picture as PNG with its transparency, at most 1024 pixels on a side."""
    return [
        *START, *QUIET, *picture_input(source, settings),
        "-map", "0:v:0", "-frames:v", "1",
        "-vf", (
            "scale=w='min(1024,iw)':h='min(1024,ih)':force_original_aspect_ratio=decrease,"
            "format=rgba"
        ),
        "-c:v", "png", "-update", "1", "-f", "image2", output,
    ]  # fmt: skip


def scaled_picture(source: Path, box: Box, settings: MediaSettings) -> list[str]:
    """Write a picture, scaled to a box, in red, green, blue and alpha."""
    return [
        *START, *QUIET, *picture_input(source, settings),
        "-map", "0:v:0", "-frames:v", "1",
        "-vf", f"scale={box.width}:{box.height}:flags=bicubic,format=rgba",
    ]  # fmt: skip
