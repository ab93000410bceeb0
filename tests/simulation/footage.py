"""The videos of the simulation, and what ffprobe, ffmpeg and a recogniser make of them.

A video's bytes begin with a word that says what is wrong with it; a good one's is `video`.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from socialcopy import keys
from socialcopy.copywriting.writers.checks import check
from socialcopy.media.errors import InputRefusedError, ToolFailedError, ToolTimeoutError
from socialcopy.models import (
    Brief,
    CaptionSet,
    Confidence,
    MediaInfo,
    Platform,
    Rendition,
    Transcript,
    Understanding,
    VideoStream,
)
from socialcopy.understanding import speech
from tests.simulation.disk import MemoryPath

if TYPE_CHECKING:
    from tests.simulation.walk import World

URL = "sim://"
LARGE_BYTES = 5_000_000_000

BAD = {
    "cut": ("F6", "truncated"),
    "headless": ("F6", "truncated"),
    "empty": ("F12", "empty"),
    "large": ("F13", "too_large"),
    "slow": ("F41", "unreadable"),
}
"""The row of the failure model, and the code of the refusal it has to end with."""

INVENTED = "Thanks for watching! Get 70 % off at https://invented.example, the best shop ever."
"""What a recogniser and a writer make of silence when nobody stops them."""

CAFE = "caf\u00e9"
ODD = (
    "my  own clip ",
    "take#2",
    "a%2Bb",
    "a+b",
    unicodedata.normalize("NFC", CAFE),
    unicodedata.normalize("NFD", CAFE),
    "-rf",
    "two\nlines",
    "../escaped",
    "a/../../../../etc/passwd",
    "".ljust(1_024 - len(keys.INBOX) - len(".mp4"), "x"),
)
"""Names without their suffix, which people and machines give."""

CAPTIONS = CaptionSet(language="en", confidence=Confidence.SPEECH, captions=())
INFO = MediaInfo(
    container="mp4", duration_ms=1_000, size_bytes=1,
    video=VideoStream(codec="h264", width=64, height=64),
)  # fmt: skip
CUT = INFO.model_copy(
    update={
        "container": "matroska",
        "duration_ms": 60_000,
        "stated_ms": 60_000,
        "video": INFO.video.model_copy(update={"end_ms": 20_000}),
    }
)
UNDERSTANDING = Understanding(duration_ms=1_000, has_audio=False)


def kind(data: bytes) -> str:
    """What is wrong with a video, in a word."""
    return data.split(b" ", 1)[0].decode() or "empty"


def understanding(data: bytes) -> Understanding:
    """What the service hears in a video: where nobody speaks, what the real gates leave of it."""
    if kind(data) != "silent":
        return UNDERSTANDING
    words = speech._words([_hallucination()], "en")
    return UNDERSTANDING.model_copy(
        update={"has_audio": True, "transcript": Transcript(words=words)}
    )


def _hallucination() -> Any:
    """What Whisper says about silence, with its own doubts about it (measured values)."""
    words = [
        SimpleNamespace(start=n, end=n + 1, word=f" {word}", probability=0.7)
        for n, word in enumerate(INVENTED.split())
    ]
    return SimpleNamespace(words=words, compression_ratio=1.0, no_speech_prob=0.8, avg_logprob=-1.1)


def checked(
    drafts: dict[Platform, str], found: Understanding, brief: Brief, **told: Any
) -> CaptionSet:
    """The real check for what nobody says; it takes too long to be done for every video."""
    return check(drafts, found, brief, **told) if found.has_audio else CAPTIONS


class Tools:
    """ffprobe and ffmpeg, which go by a video's first word."""

    def __init__(self, world: World) -> None:
        self._world = world

    def probe(self, source: str | Path, *, size_bytes: int, settings: Any) -> MediaInfo:
        data = self._bytes_of(source)
        self._world.faults.at_tool("ffprobe")
        match kind(data):
            case "slow":
                raise ToolTimeoutError(["ffprobe"], 30)
            case "headless":
                raise InputRefusedError(["ffprobe"], 1, "moov atom not found")
            case "torn":
                raise ToolFailedError(["ffprobe"], 1, "master.mp4: End of file")
            case "cut":
                return CUT
        return INFO

    def _bytes_of(self, source: str | Path) -> bytes:
        if isinstance(source, Path):
            return MemoryPath(source).read_bytes()
        found = self._world.store.objects.get(source.removeprefix(URL))
        if found is None:
            raise ToolFailedError(["ffprobe"], 1, "Server returned 404 Not Found")
        return found[0]

    def render_all(
        self, master: Path, info: MediaInfo, *_: Any, name: str, folder: Path, **more: Any
    ) -> tuple[Rendition, ...]:
        """One MP4 for every network; now and then it fails its certificate."""
        self._world.faults.at_tool("ffmpeg")
        more["on_progress"](50)
        faults = self._world.faults.in_rendition()
        path = MemoryPath(folder / f"{name}.all.mp4")
        path.write_bytes(
            (b"failed " if faults else b"rendered ")
            + MemoryPath(master).read_bytes()
            + self._mark()
        )
        return (
            Rendition(
                platforms=tuple(self._world.brief.platforms), path=str(path), info=info,
                framing="whole", subtitles_burned_in=False, faults=faults,
            ),
        )  # fmt: skip

    def thumbnail(self, master: Path, info: MediaInfo, folder: Path, *_: Any) -> None:
        MemoryPath(folder / "thumbnail.jpg").write_bytes(b"picture" + self._mark())

    def cover(self, rendition: Rendition, *_: Any) -> None:
        MemoryPath(rendition.path).with_suffix(".jpg").write_bytes(b"cover" + self._mark())

    def _mark(self) -> bytes:
        """No two encoders write the same bytes, so that a replaced file shows."""
        return f" by {self._world.owner}".encode()
