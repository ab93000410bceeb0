"""The social networks, and the MP4 each of them accepts."""

from __future__ import annotations

from enum import StrEnum

from socialcopy.models.value import Value


class Platform(StrEnum):
    """A social network copy is written for."""

    INSTAGRAM = "instagram"
    X = "x"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    """YouTube Shorts: a title, and a description as the text."""
    THREADS = "threads"
    FACEBOOK = "facebook"
    BLUESKY = "bluesky"


DEFAULT_PLATFORMS = (Platform.INSTAGRAM, Platform.X, Platform.LINKEDIN)


class SafeZone(Value):
    """The box no app covers with its buttons, in pixels of the frame; text stays inside."""

    left: int
    top: int
    right: int
    bottom: int
    """Right and bottom are coordinates, not margins."""


class VideoSpec(Value):
    """The MP4 one network accepts; two networks with equal specs share a file."""

    width: int
    height: int
    max_frame_rate: int
    max_duration_seconds: int
    max_size_bytes: int
    max_bitrate_bps: int
    audio_bitrate_bps: int
    safe_zone: SafeZone
    widest_aspect: float = 9 / 16
    """Width over height of the widest picture that is shown well in its own shape; a network of
    upright video has its own here, and wider pictures are fitted into that."""
    min_frame_rate: int = 23
    """Below this networks refuse video (Instagram 23, Facebook 24)."""
    min_duration_ms: int = 0
    """A shorter video is held on its last frame until here."""
    max_level: int = 42
    """H.264's level times ten; what phones decode in hardware."""
    gop_ms: int = 2_000
    """The distance of two key frames we write; YouTube advises half a second."""
    max_gop_ms: int = 5_000
    """The longest distance of two key frames (Facebook: closed groups of 2 to 5 s)."""
