"""The MP4s made for the networks: how they should look, and what came out."""

from __future__ import annotations

from pydantic import Field

from socialcopy.models.brief import Aspect, SubtitleStyle
from socialcopy.models.platforms import Platform
from socialcopy.models.value import Value
from socialcopy.models.video import MediaInfo


class Look(Value):
    """What a brand asks of its videos."""

    style: SubtitleStyle = SubtitleStyle.AUTO
    color: str = "#FFD400"
    """The highlighted word's colour as `#RRGGBB`."""
    font: str = ""
    """A font family installed on this machine; empty for the one that suits the script."""
    aspect: Aspect = Aspect.AUTO
    background: str = "blurred"
    """`blurred`, `plain`, or a colour as `#RRGGBB`."""
    card: str = ""
    """The brand's colour for a title card; empty for a blurred frame with white letters."""


class Part(Value):
    """Something a brief added to a video."""

    kind: str
    """`title card`, `logo`, `intro` or `outro`."""
    what: str
    """The words, or the key or name of the file."""
    from_ms: int
    until_ms: int
    box: tuple[int, int, int, int] | None = None
    """Left, top, right and bottom in pixels, for what does not fill the frame."""


class ShotFraming(Value):
    """How one shot is shown."""

    from_ms: int
    layout: str
    """`whole`, `follow`, `two`, `screen` or `blur`."""
    picture_share: float
    """Share of the frame that shows picture; the rest is background."""
    why: str


class SpeechClarity(Value):
    """How clear the speech is, in the video and in the file made of it."""

    remedies: tuple[str, ...] = ()
    """`gate` and `levelling`, where they were measured to help."""
    loudness_range_before_lu: float
    loudness_range_lu: float
    """How far soft parts are from loud ones (EBU Tech 3342)."""
    speech_to_noise_before_db: float
    speech_to_noise_db: float
    """How much louder words are than the pauses between them."""


class Rendition(Value):
    """One MP4 as one or more networks accept it, measured after it was written."""

    platforms: tuple[Platform, ...]
    path: str
    """Where the file is on this machine."""
    info: MediaInfo
    framing: str
    """How the picture was fitted, and why."""
    shots: tuple[ShotFraming, ...] = ()
    """The same for each shot; neighbours that are shown alike may be one."""
    subtitles_burned_in: bool
    encoder: str = "libx264"
    """Who made the picture; `copy` when it is the master's own."""
    parts: tuple[Part, ...] = ()
    """What was added to the video, where and when."""
    loudness_lufs: float | None = None
    """Integrated loudness after encoding (EBU R128); none without sound."""
    true_peak_dbtp: float | None = None
    sound_lag_ms: int | None = None
    """How much later its sound is heard than in the master; none where it can't be told."""
    picture_lag_ms: int | None = None
    """How much later its picture is seen, to a hundredth of a second."""
    speech: SpeechClarity | None = None
    """None where nobody speaks, or too little to tell."""
    faults: tuple[str, ...] = ()
    """What the certificate found wrong; empty means every check passed."""
    notes: tuple[str, ...] = ()
    """What was decided or could not be judged, in sentences."""

    @property
    def has_passed(self) -> bool:
        """Whether it may be delivered."""
        return not self.faults


class Targets(Value):
    """What every file's sound is held to."""

    loudness_lufs: float
    loudness_tolerance_lu: float
    max_true_peak_dbtp: float
    max_lag_ms: int
    """How far sound and picture may be from where the master has them."""


class CertifiedFile(Value):
    """What was found of one file, as certificate.json lists it."""

    file: str | None
    """None when nothing was made, since no network takes a video so long."""
    platforms: tuple[Platform, ...]
    passed: bool
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    framing: str
    shots: tuple[ShotFraming, ...] = Field(default=(), exclude_if=lambda shots: not shots)
    """Certificates of earlier versions have none."""
    encoder: str
    subtitles_burned_in: bool
    parts: tuple[Part, ...]
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    sound_lag_ms: int | None
    picture_lag_ms: int | None
    speech: SpeechClarity | None = Field(default=None, exclude_if=lambda speech: speech is None)
    media: MediaInfo


class Certificate(Value):
    """The content of certificate.json: figures, targets and faults of every file."""

    passed: bool
    targets: Targets
    files: tuple[CertifiedFile, ...]
