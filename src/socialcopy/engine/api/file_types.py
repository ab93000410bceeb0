"""Which files are taken: by the name's ending first, then by what is really inside."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from socialcopy.engine.errors import Refusal
from socialcopy.media.errors import (
    NoPictureError,
    ToolFailedError,
    ToolTimeoutError,
    UnreadableStreamError,
)
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import MediaInfo
from socialcopy.settings import MediaSettings
from socialcopy.understanding.sound_tracks import choose_sound

VIDEO = frozenset({".mp4", ".mov", ".avi", ".webm", ".mkv"})
ACCEPTED = "mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a, aac"

# Kind, and what bytes stand at which offset, for files that ffprobe is not asked about.
SIGNATURES: dict[str, tuple[str, int, tuple[bytes, ...]]] = {
    ".jpg": ("image", 0, (b"\xff\xd8\xff",)),
    ".jpeg": ("image", 0, (b"\xff\xd8\xff",)),
    ".png": ("image", 0, (b"\x89PNG\r\n\x1a\n",)),
    ".gif": ("image", 0, (b"GIF87a", b"GIF89a")),
    ".webp": ("image", 8, (b"WEBP",)),
    ".mp3": ("audio", 0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    ".wav": ("audio", 8, (b"WAVE",)),
    ".m4a": ("audio", 4, (b"ftyp",)),
    ".aac": ("audio", 0, (b"\xff\xf1", b"\xff\xf9", b"ADIF")),
}


def refuse_name(filename: str) -> None:
    """Raise RefusalError for an ending that is not taken."""
    ending = _ending(filename)
    if ending not in VIDEO and ending not in SIGNATURES:
        raise Refusal.UNSUPPORTED_KIND.error(
            f"Unsupported file type {ending or '(none)'}; use {ACCEPTED}"
        )


def inspect(
    path: Path, filename: str, size_bytes: int, media: MediaSettings, language: str | None = None
) -> tuple[str, MediaInfo | None]:
    """Find out a file's kind and, for a video, what is in it and which of its sounds is meant.

    Raises RefusalError for content that does not keep what the name promises.
    """
    refuse_name(filename)
    ending = _ending(filename)
    if ending in SIGNATURES:
        return _inspect_signature(path, ending), None
    try:
        info = probe(path, size_bytes=size_bytes, settings=media)
        return "video", choose_sound(path, info, media, language)
    except UnreadableStreamError as exc:
        said = str(exc)
        raise Refusal.UNSUPPORTED_KIND.error(said[0].upper() + said[1:]) from exc
    except (NoPictureError, ToolFailedError, ToolTimeoutError) as exc:
        raise Refusal.UNSUPPORTED_KIND.error(
            f"This is no video we can read; use {ACCEPTED}"
        ) from exc


def _inspect_signature(path: Path, ending: str) -> str:
    kind, offset, signs = SIGNATURES[ending]
    with path.open("rb") as file:
        start = file.read(16)
    if not any(start[offset:].startswith(sign) for sign in signs):
        raise Refusal.UNSUPPORTED_KIND.error(f"The content is not {ending.removeprefix('.')}")
    return kind


def _ending(filename: str) -> str:
    return PurePosixPath(filename.replace("\\", "/")).suffix.lower()
