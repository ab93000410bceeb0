"""What a video says and shows, taken together."""

from __future__ import annotations

from socialcopy.models.picture import ScreenText
from socialcopy.models.speech import Cue, Transcript
from socialcopy.models.value import Value


class Understanding(Value):
    """What a video says and shows; computed once and reused by every later step."""

    duration_ms: int
    has_audio: bool
    transcript: Transcript = Transcript()
    screen: tuple[ScreenText, ...] = ()
    """What the picture shows in letters, in the order it appears."""
    hints: tuple[str, ...] = ()
    """The container's title and the like: from whoever made the file, no evidence; one may name a
    silent video."""
    track: tuple[Cue, ...] = ()
    """Somebody's subtitles, from beside the video or inside the file: how names are spelled,
    evidence, and what is said where nothing is heard."""
    most_faces: int = 0
    """The most faces seen in one frame for a fifth of the video."""
    notes: tuple[str, ...] = ()
    """What was decided about the file itself, in sentences: which of its sound tracks was used."""
