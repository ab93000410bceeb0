"""Somebody's logo as a picture of our own, which nothing later has to distrust."""

from __future__ import annotations

import struct
import threading
from pathlib import Path

from socialcopy.media.canvas.branding import Logo
from socialcopy.media.errors import InputRefusedError
from socialcopy.media.ffmpeg.runner import run
from socialcopy.media.ffmpeg.still_commands import normalise_logo
from socialcopy.media.ffmpeg.streams import probe_limits
from socialcopy.models import Corner
from socialcopy.settings import MediaSettings

LOGO = "logo.png"
# Where a PNG's first chunk keeps width and height.
PNG_SIZE = slice(16, 24)


def read_logo(
    source: Path,
    folder: Path,
    *,
    settings: MediaSettings,
    corner: Corner = Corner.TOP_RIGHT,
    name: str = "",
    stop: threading.Event | None = None,
) -> Logo:
    """Decode somebody's PNG or JPEG into a PNG of our own, `logo.png` in that folder.

    Raises InputRefusedError for anything else, and the runner's other errors.
    """
    argv = normalise_logo(source, LOGO, settings)
    run(argv, limits=probe_limits(settings, file_bytes=20_000_000), cwd=folder, stop=stop)
    path = folder / LOGO
    if not path.is_file():
        raise InputRefusedError(argv, 0, f"{name or source.name} holds no picture")
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(PNG_SIZE.stop)[PNG_SIZE])
    return Logo(path=path, width=width, height=height, corner=corner, name=name or source.name)
