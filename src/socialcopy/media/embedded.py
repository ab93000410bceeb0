"""Subtitles inside the file, as whoever made it wrote them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from socialcopy.media.errors import MediaError
from socialcopy.media.ffmpeg import copy_subtitles
from socialcopy.media.runner import Limits, run
from socialcopy.media.sidecars import MOST_BYTES, read
from socialcopy.models import Cue, MediaInfo
from socialcopy.settings import MediaSettings

READ_SECONDS = 120.0
"""The track lies all over the file, so all of it is read."""


def subtitles(source: str | Path, info: MediaInfo, settings: MediaSettings) -> tuple[Cue, ...]:
    """The first subtitle track of text; none when there is none or it can't be read."""
    if info.subtitle_codec is None:
        return ()
    limits = Limits(
        wall_seconds=READ_SECONDS, memory_bytes=settings.max_memory_bytes, file_bytes=MOST_BYTES
    )
    with tempfile.TemporaryDirectory(prefix="subtitles-") as folder:
        try:
            run(copy_subtitles(source, "track.srt", settings), limits=limits, cwd=Path(folder))
        except MediaError:  # a hint is not worth a video
            return ()
        return read((Path(folder) / "track.srt").read_bytes(), duration_ms=info.duration_ms)
