"""A few frames of a video as small JPEGs, for a model that sees."""

from __future__ import annotations

from pathlib import Path

import cv2

from socialcopy.media.ffmpeg.frames import frames
from socialcopy.models import MediaInfo
from socialcopy.settings import MediaSettings

SHARES = (0.15, 0.5, 0.85)
"""Where the frames are taken; the very first and last are often black."""

LONGEST_SIDE = 512
"""Pixels; models see in tiles of about this size."""

QUALITY = 80


def stills(source: str | Path, info: MediaInfo, settings: MediaSettings) -> tuple[bytes, ...]:
    """Take frames at even distances. Raises MediaError."""
    times_ms = [round(info.duration_ms * share) for share in SHARES]
    return tuple(_jpeg(frame) for _, frame in frames(source, info, times_ms, settings))


def _jpeg(frame: cv2.typing.MatLike) -> bytes:
    height, width = frame.shape[:2]
    share = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
