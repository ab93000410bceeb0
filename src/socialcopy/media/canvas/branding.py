"""What a brand puts around and over its videos: a title card, a logo, an intro and an outro."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from socialcopy.models import Corner, MediaInfo, Value

T = TypeVar("T")

# Seven words are read in two seconds; the card is no longer than that.
CARD_MS = 2_000
DARK_CARD = "#14171A"
# Below this sRGB is linear.
SRGB_TOE = 0.04045
# Relative luminance (WCAG) from which white letters on a colour can't be read.
BRIGHT = 0.35


class Clip(Value):
    """A short film that goes before or after the video."""

    path: Path
    info: MediaInfo
    name: str = ""
    """What the certificate calls it: its key in the bucket."""


class Logo(Value):
    """A picture laid over the video, as a PNG of our own making."""

    path: Path
    width: int
    height: int
    corner: Corner = Corner.TOP_RIGHT
    name: str = ""


class Dressing(Value):
    """What is added to one video; the same for all its versions."""

    title: str = ""
    logo: Logo | None = None
    intro: Clip | None = None
    outro: Clip | None = None

    @property
    def card_ms(self) -> int:
        """How long the title card is shown."""
        return CARD_MS if self.title else 0

    @property
    def intro_ms(self) -> int:
        """How long the intro is."""
        return self.intro.info.duration_ms if self.intro else 0

    @property
    def outro_ms(self) -> int:
        """How long the outro is."""
        return self.outro.info.duration_ms if self.outro else 0

    @property
    def head_ms(self) -> int:
        """How much later the video itself begins."""
        return self.intro_ms + self.card_ms

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Intro and outro, as far as there are any."""
        return tuple(clip for clip in (self.intro, self.outro) if clip)

    def in_order(self, clips: Sequence[T], card: T, main: T) -> list[T]:
        """Put what stands for clips, title card and video in the order in which they are shown."""
        intro, outro = clips[: bool(self.intro)], clips[bool(self.intro) :]
        return [*intro, *([card] if self.title else []), main, *outro]

    @property
    def lengthens(self) -> bool:
        """Whether the video gets longer."""
        return self.head_ms + self.outro_ms > 0

    @property
    def has_any(self) -> bool:
        """Whether there is anything to add."""
        return self.lengthens or self.logo is not None


NOTHING_ADDED = Dressing()


def frames_in(length_ms: int, rate: Fraction) -> int:
    """Return the number of frames nearest to a length; at least one.

    >>> frames_in(2_000, Fraction(30_000, 1_001)), frames_in(1, Fraction(30))
    (60, 1)
    """
    return max(1, round(length_ms * rate / 1000))


def card_colors(brand: str) -> tuple[str, str]:
    """Choose background and letters of a title card by one brand colour, or dark and white.

    A colour too bright for white letters becomes the letters' own.

    >>> card_colors("#003366"), card_colors("#FFD400"), card_colors("")
    (('#003366', '#FFFFFF'), ('#14171A', '#FFD400'), ('#14171A', '#FFFFFF'))
    """
    if not brand:
        return DARK_CARD, "#FFFFFF"
    return (DARK_CARD, brand) if luminance(brand) > BRIGHT else (brand, "#FFFFFF")


def luminance(color: str) -> float:
    """Return the relative luminance of `#RRGGBB` as WCAG 2 defines it, 0 to 1."""
    red, green, blue = (linear(int(color[n : n + 2], 16)) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(level: float) -> float:
    """Return the light, 0 to 1, of a level of sRGB from 0 to 255."""
    share = level / 255
    return share / 12.92 if share <= SRGB_TOE else ((share + 0.055) / 1.055) ** 2.4
