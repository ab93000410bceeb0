"""What a draft adds to its cuts: the frame, words over the picture, music under the sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from socialcopy.engine.compose.text import words_of
from socialcopy.engine.errors import UnrenderableError
from socialcopy.models import Value
from socialcopy.nemovideo.drafts import PICTURE, SOUND, TEXT
from socialcopy.nemovideo.schemas import JSON

# Name of the words in the folder where ffmpeg runs, so that no path meets filter syntax.
TEXTS = "texts.ass"

LARGEST_SIDE = 4_096
FADE_SECONDS = 1.0
FORM = "aformat=sample_rates=48000:channel_layouts=stereo"
MOST_COMMENT = 300


class Music(Value):
    """A sound file under everything, from its beginning and as often as it takes."""

    source: Path
    volume: float


class Look(Value):
    """Everything about an MP4 that is not in its cuts."""

    size: tuple[int, int] | None = None
    """The frame, where the draft asks for another one than the first cut's."""
    texts: str | None = None
    """An ASS file's content."""
    music: Music | None = None
    comment: str = ""
    """What the file says about itself: the wishes its copy was written by."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is added that would need an encode."""
        return self.size is None and self.texts is None and self.music is None


def look_of(draft: JSON, natural_size: tuple[int, int], sounds: Mapping[str, Path]) -> Look:
    """Read it from a draft. Raises UnrenderableError for what this engine cannot show."""
    for track in draft.get("t") or []:
        if track.get("tt", 0) not in (PICTURE, SOUND, TEXT) and track.get("sg"):
            raise UnrenderableError("this engine renders video, music and text tracks only")
    size = _size(draft, natural_size)
    width, height = size or natural_size
    return Look(
        size=size,
        texts=words_of(draft, width // 2 * 2, height // 2 * 2),
        music=_music(draft, sounds),
        comment=_comment(draft),
    )


def _size(draft: JSON, natural_size: tuple[int, int]) -> tuple[int, int] | None:
    about = draft.get("m") or {}
    if not isinstance(about, dict) or "aspect" not in about:
        return None  # without that edit the size is only a description of the source
    size: Any = (about.get("width"), about.get("height"))
    if not all(isinstance(side, int) and 2 <= side <= LARGEST_SIDE for side in size):  # noqa: PLR2004  (an encoder wants at least two pixels)
        raise UnrenderableError(f"the frame must be 2 to {LARGEST_SIDE} pixels on each side")
    return None if size == natural_size else size


def _music(draft: JSON, sounds: Mapping[str, Path]) -> Music | None:
    tracks = [t for t in draft.get("t") or [] if t.get("tt") == SOUND and t.get("sg")]
    if not tracks:
        return None
    if len(tracks) > 1 or len(tracks[0]["sg"]) > 1:
        raise UnrenderableError("this engine renders one piece of music")
    segment = tracks[0]["sg"][0]
    volume = segment.get("volume", 1)
    if segment.get("asset") not in sounds:
        raise UnrenderableError("the music names no sound file of this session")
    if not isinstance(volume, int | float) or not 0 <= volume <= 10:  # noqa: PLR2004  (louder than ten times is a slip)
        raise UnrenderableError("the volume of the music is no factor between 0 and 10")
    return Music(source=sounds[segment["asset"]], volume=float(volume))


def _comment(draft: JSON) -> str:
    """Write the wishes for the copy, `copy: language=de; tone=punchy`; empty without any."""
    about = draft.get("m")
    wishes = about.get("copy") if isinstance(about, dict) else None
    if not isinstance(wishes, dict) or not wishes:
        return ""
    told = [f"{name}={_told(value)}" for name, value in sorted(wishes.items())]
    text = "".join(c for c in f"copy: {'; '.join(told)}" if c.isprintable())
    return text[:MOST_COMMENT]


def _told(wish: object) -> str:
    match wish:
        case list():
            return ",".join(map(str, wish))
        case dict():
            return ",".join(f"{unit} {most}" for unit, most in wish.items())
        case _:
            return str(wish)


def music_filter(number: int, music: Music, length_ms: int, *, has_sound: bool) -> list[str]:
    """Write the chains that put the music under `[spoken]`, or alone, into `[sound]`."""
    seconds = length_ms / 1000
    fade = max(0.0, seconds - FADE_SECONDS)
    laid = (
        f"[{number}:a:0]aresample=48000,{FORM},volume={music.volume:.3f},"
        f"atrim=duration={seconds:.3f},afade=t=out:st={fade:.3f}:d={FADE_SECONDS}"
    )
    if not has_sound:
        return [f"{laid}[sound]"]
    # Without normalize=0 amix halves the voice as soon as there is music.
    return [f"{laid}[music]", "[spoken][music]amix=inputs=2:duration=first:normalize=0[sound]"]


def blurred_fill(label: str, width: int, height: int) -> str:
    """Fit a picture into a frame of another shape, over a blurred copy of itself."""
    return (
        f"split[{label}a][{label}b];"
        f"[{label}a]scale={width}:{height}:force_original_aspect_ratio=increase,"
        f"crop={width}:{height},boxblur=luma_radius=min(h\\,w)/20:luma_power=2[{label}c];"
        f"[{label}b]scale={width}:{height}:force_original_aspect_ratio=decrease[{label}d];"
        f"[{label}c][{label}d]overlay=(W-w)/2:(H-h)/2"
    )
