"""The shape of a network's rules: every number with its unit, source, verdict and date."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import ConfigDict

from socialcopy.models import Platform, Value, VideoSpec


class Unit(StrEnum):
    """What a limit counts."""

    CHARACTERS = "characters"
    """Unicode code points after NFC."""
    WEIGHTED = "weighted characters"
    """X's count: one or two a character, two an emoji, 23 a link."""
    HASHTAGS = "hashtags"
    SECONDS = "seconds"
    BYTES = "bytes"
    PIXELS = "pixels"
    FRAMES_PER_SECOND = "frames per second"
    BITS_PER_SECOND = "bits per second"


class Verdict(StrEnum):
    """How a number came to us."""

    OFFICIAL = "official"
    """The network's own page says so."""
    REPORTED = "reported"
    """Third parties say so."""
    CHOSEN = "chosen"
    """Our own choice inside the network's limits."""


class Fact(Value):
    """One number a network sets, and why we believe it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    value: int
    unit: Unit
    source: str
    verdict: Verdict
    checked: date


class PlatformRules(Value):
    """What one network accepts, and what reads well there."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    platform: Platform
    name: str
    """As the network writes itself."""
    aliases: tuple[str, ...]
    """Other names that people and chat agents use for it."""
    text_limit: Fact
    fold: Fact | None
    """Where the app hides the rest behind "more"; none means it shows everything."""
    hashtag_limit: Fact | None
    """The most hashtags a post may have; none means the network publishes no limit."""
    usual_hashtags: Fact
    """How many a good post has at most."""
    video: VideoSpec
    """The MP4 we build: the strictest reading of `video_facts`, shared where networks agree."""
    video_facts: dict[str, Fact]
    """What the network says about video, by the name of what is limited."""
