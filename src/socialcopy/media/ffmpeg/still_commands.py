"""ffmpeg's argument lists for single pictures: frames of a video, thumbnails, logos."""

from __future__ import annotations

from pathlib import Path

from socialcopy.media.canvas.layout import Box
from socialcopy.media.ffmpeg.commands import QUIET, START, picture_input, source_input
from socialcopy.media.ffmpeg.filters import prepared, scaled_still
from socialcopy.models import MediaInfo, VideoStream
from socialcopy.settings import MediaSettings

FRAME_SIDE = 1_280
"""Text recognition found 10 of 11 strings at this width and 9 at half of it, for 1.3 CPU s."""

THUMBNAIL_SECONDS = 60
THUMBNAIL_CANDIDATES = 40
"""Frames compared, spread over that minute; the filter holds all of them (3 MB each)."""


def frame_size(video: VideoStream) -> tuple[int, int]:
    """The displayed size, at most 1280 pixels on its longer side: enough to read by (OCR)."""
    width, height = video.display_size
    scale = min(1.0, FRAME_SIDE / max(width, height, 1))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def grab_frame(
    source: str | Path, info: MediaInfo, time_ms: int, output: str, settings: MediaSettings
) -> list[str]:
    """Write the frame at a time as raw BGR pixels."""
    width, height = frame_size(info.video)
    filters = [*prepared(info.video), f"scale={width}:{height}:flags=bicubic", "setsar=1"]
    # fmt: off
    return [
        *START, *QUIET,
        "-ss", f"{time_ms / 1000:.3f}", *source_input(source, settings),
        "-map", "0:V:0", "-frames:v", "1",
        "-vf", ",".join(filters), "-pix_fmt", "bgr24",
        "-f", "rawvideo", output,
    ]
    # fmt: on


def grab_part(
    source: Path, box: Box, at_ms: int, output: str, settings: MediaSettings
) -> list[str]:
    """Write a rectangle of a finished MP4's frame as raw red, green and blue."""
    # fmt: off
    return [
        *START, *QUIET, "-ss", f"{at_ms / 1000:.3f}", *source_input(source, settings),
        "-map", "0:V:0", "-frames:v", "1",
        "-vf", f"crop={box.width}:{box.height}:{box.left}:{box.top}", "-pix_fmt", "rgb24",
        "-f", "rawvideo", output,
    ]
    # fmt: on


def grab_thumbnail(
    master: Path, info: MediaInfo, output: str, *, at_ms: int | None, settings: MediaSettings
) -> list[str]:
    """Write the frame at that moment as JPEG, or else the most typical one of the first minute."""
    seconds = min(THUMBNAIL_SECONDS, max(1, info.duration_ms / 1000))
    spread = f"fps={THUMBNAIL_CANDIDATES / seconds:.3f},"
    typical = f",thumbnail={THUMBNAIL_CANDIDATES}"
    still = scaled_still(info.video)
    # fmt: off
    return [
        *START, *QUIET,
        *(("-t", str(THUMBNAIL_SECONDS)) if at_ms is None else ("-ss", f"{at_ms / 1000:.3f}")),
        *source_input(master, settings),
        "-map", "0:V:0",
        "-vf", f"{spread}{still}{typical}" if at_ms is None else still,
        "-frames:v", "1", "-update", "1", "-q:v", "3", "-map_metadata", "-1",
        "-f", "image2", output,
    ]
    # fmt: on


def normalise_logo(source: Path, output: str, settings: MediaSettings) -> list[str]:
    """Write one picture as PNG with its transparency, at most 1024 pixels on a side."""
    # fmt: off
    return [
        *START, *QUIET, *picture_input(source, settings),
        "-map", "0:v:0", "-frames:v", "1",
        "-vf", (
            "scale=w='min(1024,iw)':h='min(1024,ih)':force_original_aspect_ratio=decrease,"
            "format=rgba"
        ),
        "-c:v", "png", "-update", "1", "-f", "image2", output,
    ]
    # fmt: on


def scaled_picture(source: Path, box: Box, output: str, settings: MediaSettings) -> list[str]:
    """Write a picture, scaled to a box, as raw red, green, blue and alpha."""
    # fmt: off
    return [
        *START, *QUIET, *picture_input(source, settings),
        "-map", "0:v:0", "-frames:v", "1",
        "-vf", f"scale={box.width}:{box.height}:flags=bicubic,format=rgba",
        "-f", "rawvideo", output,
    ]
    # fmt: on
