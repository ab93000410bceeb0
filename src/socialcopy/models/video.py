"""A media file as ffprobe describes it, on its own timeline.

Time zero is where the first of the streams we use begins: a clock that starts at 30 s, as live
captures have, is put back. All times of a `MediaInfo` count from there.
"""

from __future__ import annotations

from typing import Literal

from socialcopy.models.value import Value

# What a stereo track needs: its right channel is the left one upside down, or one is empty.
Repair = Literal["", "invert_right", "left_to_both", "right_to_both", "bass_to_both"]


class Stream(Value):
    """What all streams have in common."""

    codec: str
    index: int | None = None
    """Its number in the file; none in records of earlier versions, which mean the first."""
    start_ms: int = 0
    """When its first frame is shown or heard."""
    end_ms: int | None = None
    """When its last packet is over; none where nobody measured."""
    skipped_ms: int = 0
    """How much of its beginning an edit list hides."""
    language: str = ""
    """As the container says it, for example `eng`."""
    title: str = ""
    disposition: tuple[str, ...] = ()
    """ffprobe's words, for example `default`, `comment`."""
    is_readable: bool = True
    """Whether we open its decoder."""

    @property
    def is_default(self) -> bool:
        """Whether players take it unless told otherwise."""
        return "default" in self.disposition


class VideoStream(Stream):
    """The picture of a file, as ffprobe describes it; width and height as stored, not displayed."""

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
    delay_ms: int = 0
    """How much later than the file means its frames are decoded: AVI has no times for frames that
    are stored in another order than they are shown."""

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height in square pixels as a player shows them."""
        width, height = round(self.width * self.sample_aspect), self.height
        return (height, width) if self.rotation_degrees in (90, 270) else (width, height)


class AudioStream(Stream):
    """One sound track of a file, as ffprobe describes it."""

    profile: str | None = None
    channels: int = 0
    sample_rate_hz: int = 0
    repair: Repair = ""
    """Found by listening (`understanding.sound_tracks`)."""


class OtherStream(Stream):
    """Subtitles, data, attachments, cover art, and pictures beside the one that is used."""

    kind: str
    """`subtitle`, `data`, `attachment` or `video`."""


class MediaInfo(Value):
    """What ffprobe says about a file whose picture we can use."""

    container: str
    """Demuxer name, one of `mp4`, `matroska`, `avi` (by content, never by file name)."""
    duration_ms: int
    """From zero to the end of the picture, or of the sound where that goes on."""
    size_bytes: int
    video: VideoStream
    """The picture that is used."""
    audio: AudioStream | None = None
    """The sound that is used."""
    sounds: tuple[AudioStream, ...] = ()
    """All sound tracks, the used one among them."""
    others: tuple[OtherStream, ...] = ()
    offset_ms: int = 0
    """How much later time zero is than where ffmpeg puts it: at the first of *all* streams."""
    stated_ms: int | None = None
    """How long the container says that it is; none where it doesn't say."""
    sound_choice: str | None = None
    """What was chosen or repaired about the sound, in a sentence; empty when there was nothing to
    say, none as long as nobody has listened."""
    titles: tuple[str, ...] = ()
    """What its maker wrote into the container: title, comment; at most 200 characters each."""
    subtitle_codec: str | None = None
    """Of the first subtitle track of text inside the file."""
    subtitle_index: int | None = None

    @property
    def has_audio(self) -> bool:
        """Whether there is a sound stream that can be used, silent or not."""
        return self.audio is not None
