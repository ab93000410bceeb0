"""What can be done to a project by a message: one value for each kind of edit, units in the names.

The `parser` makes these from a person's words, `apply` brings them into a draft, `engine.compose`
shows them in an MP4.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from socialcopy.copywriting.briefs.ceilings import Ceiling
from socialcopy.copywriting.briefs.wishes import Manner
from socialcopy.models import Platform, Value


class AddTitle(Value):
    """Words over the picture."""

    text: str
    start_ms: int = 0
    duration_ms: int = 3_000
    at_end: bool = False
    """Whether it is shown over the last seconds instead."""


class RemoveTitles(Value):
    """No words over the picture any more; subtitles stay."""


class Span(Value):
    """A stretch of the timeline; what counts from the end is negative, none is the end itself."""

    start_ms: int = 0
    end_ms: int | None = None

    def within(self, length_ms: int) -> tuple[int, int]:
        """Return the stretch's start and end, in milliseconds, on a timeline of this length."""
        start = self.start_ms + length_ms if self.start_ms < 0 else self.start_ms
        end = length_ms if self.end_ms is None else self.end_ms
        end = end + length_ms if end < 0 else end
        return max(0, start), min(end, length_ms)


class Keep(Value):
    """Leave only a stretch."""

    span: Span


class Remove(Value):
    """Take a stretch out."""

    span: Span


class SetVolume(Value):
    """Loudness of the clips, or of the music under them; 0 is mute."""

    factor: float
    is_relative: bool = False
    of: Literal["clips", "music"] = "clips"


class SetSpeed(Value):
    """How fast the clips run; 2 is twice as fast."""

    factor: float


class SetAspect(Value):
    """The shape of the frame."""

    width: int
    height: int


class Position(StrEnum):
    """Where subtitles stand."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


Size = Literal["small", "medium", "large"]


class ShowSubtitles(Value):
    """Subtitles in the picture; what is not named stays as it is."""

    position: Position | None = None
    colour: str | None = None
    """A name of `compose.text.COLOURS`."""
    size: Size | None = None


class HideSubtitles(Value):
    """No subtitles in the picture."""


class AddMusic(Value):
    """A supplied sound file under the clips."""

    filename: str | None = None
    """None means the one that was uploaded last."""
    volume: float | None = None


class RemoveMusic(Value):
    """No music any more."""


How = Literal["list", "first", "last", "before", "swap", "reverse", "all"]
"""`list` shows these clips only; `first` and `last` move one; `before` moves the first of two in
front of the second; `swap` exchanges two."""


class Arrange(Value):
    """Which clips, in which order; a clip is its number from 1, or its file's name."""

    how: How
    clips: tuple[int | str, ...] = ()


Length = Literal["short", "usual", "long"]


class ChangeCopy(Value):
    """Other words for the networks; what is not named stays as it is."""

    language: str | None = None
    tone: str | None = None
    length: Length | None = None
    ceiling: Ceiling = Ceiling()
    platforms: tuple[Platform, ...] = ()
    platforms_are: Manner = "only"
    said: str = ""
    """A wish in the customer's words, for the writer to follow."""

    @property
    def is_wish(self) -> bool:
        """Whether it asks for more than a choice of networks."""
        return bool(
            self.language or self.tone or self.length or self.said or self.ceiling != Ceiling()
        )


Edit = (
    AddTitle
    | RemoveTitles
    | Keep
    | Remove
    | SetVolume
    | SetSpeed
    | SetAspect
    | ShowSubtitles
    | HideSubtitles
    | AddMusic
    | RemoveMusic
    | Arrange
    | ChangeCopy
)
