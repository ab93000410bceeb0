"""A media file as ffprobe describes it."""

from __future__ import annotations

from socialcopy.models.value import Value


class VideoStream(Value):
    """The picture of a file, as ffprobe describes it; width and height as stored, not displayed."""

    codec: str
    profile: str | None = None
    level: int | None = None
    """H.264's level times ten, for example 41."""
    pixel_format: str | None = None
    width: int
    height: int
    rotation_degrees: int = 0
    """Clockwise turn a player applies, one of 0, 90, 180, 270."""
    sample_aspect: float = 1.0
    """Width of a pixel divided by its height."""
    frame_rate: float = 0.0
    """Average frames per second; 0 when the file does not say."""
    frame_count: int | None = None
    color_transfer: str | None = None
    """ffprobe's word, for example `bt709`; `smpte2084` and `arib-std-b67` are HDR."""
    color_space: str | None = None
    """The YUV matrix in ffprobe's word, for example `bt709` or `smpte170m`; none when untagged."""
    is_interlaced: bool = False

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height in square pixels as a player shows them."""
        width, height = round(self.width * self.sample_aspect), self.height
        return (height, width) if self.rotation_degrees in (90, 270) else (width, height)


class AudioStream(Value):
    """The sound of a file, as ffprobe describes it."""

    codec: str
    profile: str | None = None
    channels: int = 0
    sample_rate_hz: int = 0
    duration_ms: int | None = None
    """Its own length where the container keeps one; it may outlast the picture."""


class MediaInfo(Value):
    """What ffprobe says about a file whose picture we can use."""

    container: str
    """Demuxer name, one of `mp4`, `matroska`, `avi` (by content, never by file name)."""
    duration_ms: int
    size_bytes: int
    video: VideoStream
    audio: AudioStream | None = None
    titles: tuple[str, ...] = ()
    """What its maker wrote into the container: title, comment; at most 200 characters each."""
    subtitle_codec: str | None = None
    """Of the first subtitle track of text inside the file."""

    @property
    def has_audio(self) -> bool:
        """Whether there is any sound stream at all, silent or not."""
        return self.audio is not None
