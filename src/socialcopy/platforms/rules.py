"""The shape of a network's rules: every number with its unit, source, verdict and date."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from socialcopy.models import Platform, StrictValue, VideoSpec


class Unit(StrEnum):
    """What a limit counts."""

    CHARACTERS = "characters"
    """Unicode code points after NFC."""
    WEIGHTED = "weighted characters"
    """X's count: one or two a character, two an emoji, 23 a link."""
    GRAPHEMES = "graphemes"
    """What a reader sees as one character (Unicode's extended grapheme clusters)."""
    UTF16 = "UTF-16 units"
    """Two for a character beyond U+FFFF, one for any other."""
    EMOJI_BYTES = "characters with emoji in bytes"
    """Code points, but an emoji counts the bytes of its UTF-8 form, as on Threads."""
    HASHTAGS = "hashtags"
    MENTIONS = "mentions"
    LINKS = "links"
    SECONDS = "seconds"
    BYTES = "bytes"
    PIXELS = "pixels"
    THOUSANDTHS = "thousandths of the height"
    """A picture's width: 1778 is 16:9."""
    FRAMES_PER_SECOND = "frames per second"
    BITS_PER_SECOND = "bits per second"


class Verdict(StrEnum):
    """How a number came to us."""

    OFFICIAL = "official"
    """The network's own page says so."""
    REPORTED = "reported"
    """Third parties say so."""
    SOURCE_CODE = "source code"
    """Read in public source code."""
    CHOSEN = "chosen"
    """Our own choice inside the network's limits."""


class ApiFormat(StrEnum):
    """How a network's API wants a text written, where that is not how it is shown."""

    LITTLE = "little text"
    """LinkedIn's: reserved signs are escaped."""


class Fact(StrictValue):
    """One number a network sets, and why we believe it."""

    value: int
    unit: Unit
    source: str
    verdict: Verdict
    checked: date


class PostStyle(StrictValue):
    """What a good post of a network is like; chosen by us, no limit of the network's."""

    sentences: dict[str, int]
    """Sentences besides the opening one, by size: `short`, `usual`, `long`."""
    formats: tuple[str, ...] = ()
    """Lists that suit the network, the best first: `steps`, `glossary`."""
    layout: str
    """`block` (one run of text), `lines` or `paragraphs`."""
    close: str = ""
    """What the last line does: `question`, `action`, `short` (in few words), `comment` (it asks for
    one), or nothing."""
    opens_with_number: bool = False
    """Whether a story opens with what it counts, and its matter comes below; else the other way."""
    is_threaded: bool = False
    """Whether what has no room is told in further posts."""
    has_links: bool = True
    """Whether a link in the text can be tapped."""
    is_video_first: bool = False
    """Whether the app shows the video above the text."""
    refused_signs: str = ""
    """Signs the network does not take in a text."""


# The frame that phones show whole, at a rate that every network takes.
UPRIGHT = {"width": 1_080, "height": 1_920, "max_frame_rate": 30}


class PlatformRules(StrictValue):
    """What one network accepts, and what reads well there."""

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
    byte_limit: Fact | None = None
    """A second limit on the same text, in bytes of UTF-8."""
    mention_limit: Fact | None = None
    link_limit: Fact | None = None
    """The most different links; more are an error."""
    title_limit: Fact | None = None
    """None means the network has no title beside the text."""
    alt_text_limit: Fact | None = None
    comment_limit: Fact | None = None
    """The longest comment; none means we write no first comment for it."""
    api_format: ApiFormat | None = None
    """What its API makes of a text; none means it takes the text as it is shown."""
    accounts: dict[str, dict[str, Fact]] = Field(default_factory=dict)
    """What differs for a kind of account, for example `premium`, by the name of the field."""
    post: PostStyle
    video: VideoSpec
    """The MP4 we build: as `video_facts` allow, where the network's file does not say less."""
    video_facts: dict[str, Fact]
    """What the network says about video, by the name of what is limited; `built_…` is our choice
    inside of it, shared where networks agree."""

    @model_validator(mode="before")
    @classmethod
    def _video_from_its_facts(cls, data: dict[str, Any]) -> dict[str, Any]:
        facts = {name: fact["value"] for name, fact in data["video_facts"].items()}
        spec = {
            **UPRIGHT,
            "max_duration_seconds": facts["duration"],
            "max_size_bytes": facts.get("built_size", facts["size"]),
            "max_bitrate_bps": facts["built_bitrate"],
            "audio_bitrate_bps": facts["audio_bitrate"],
        }
        return {**data, "video": {**spec, **data["video"]}}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, its own first."""
        return (self.name, *self.aliases)

    @property
    def facts(self) -> dict[str, Fact]:
        """Every number by where it stands, those of video and of accounts included."""
        found = {name: fact for name, fact in self if isinstance(fact, Fact)}
        found |= {f"video.{name}": fact for name, fact in self.video_facts.items()}
        for account, overrides in self.accounts.items():
            found |= {f"{account}.{name}": fact for name, fact in overrides.items()}
        return found
