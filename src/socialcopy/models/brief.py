"""What the customer wants, of the copy and of the picture."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from socialcopy.models.platforms import DEFAULT_PLATFORMS, Platform
from socialcopy.models.value import Value


class HashtagPolicy(StrEnum):
    """Where hashtags come from."""

    CONTENT = "content"
    """From what the video says and shows, besides those the brief gives."""
    GIVEN = "given"
    """Only those the brief gives."""
    NONE = "none"


class Profanity(StrEnum):
    """What becomes of swear words that were said."""

    AVOID = "avoid"
    """A sentence with one is not posted."""
    MASK = "mask"
    """The word keeps its first letter."""
    KEEP = "keep"


class Aspect(StrEnum):
    """The shape of a canvas; `auto` is the network's own."""

    AUTO = "auto"
    VERTICAL = "9:16"
    PORTRAIT = "4:5"
    SQUARE = "1:1"
    LANDSCAPE = "16:9"


YAML_SIXTIES = {556: "9:16", 245: "4:5", 61: "1:1", 969: "16:9"}
"""YAML 1.1 reads `9:16` without quotes as nine minutes and sixteen seconds."""


class SubtitleStyle(StrEnum):
    """How burned-in subtitles look; `auto` is boxed over a picture and plain beside it."""

    AUTO = "auto"
    PLAIN = "plain"
    BOXED = "boxed"
    HIGHLIGHT = "highlight"
    """The word being spoken in the brand's colour."""


class Corner(StrEnum):
    """Where a logo stands; it moves to another corner rather than hide a face or a subtitle."""

    TOP_LEFT = "top left"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_RIGHT = "bottom right"


Words = tuple[Annotated[str, Field(min_length=1, max_length=80)], ...]


AssetKey = Annotated[str, Field(min_length=1, max_length=500)]
"""The key of a file in the bucket that a brief names; `keys.is_asset` says which may be."""


def _unsixtied(value: Any) -> Any:
    return YAML_SIXTIES.get(value, value) if isinstance(value, int) else value


def _encoding(name: str) -> str:
    """The usual name of a text encoding; empty for none."""
    try:
        "".encode(name.strip() or "utf-8")
    except LookupError:
        raise ValueError("no encoding has that name; try utf-8 or windows-1251") from None
    return name.strip()


class Brief(Value):
    """What the customer wants; together with the bytes it identifies a delivery."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    platforms: tuple[Platform, ...] = Field(default=DEFAULT_PLATFORMS, min_length=1)
    """Networks to write for, in the order they are shown."""

    instruction: str = Field(default="", max_length=2_000)
    """A wish in words, for example "keep it short"; at most 2,000 characters."""

    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")
    """Language of the copy as a BCP 47 tag; none means the language spoken in the video."""

    follows: str | None = None
    """The job this one refines, by its oid: the same wish said twice is two rounds."""

    who: str = Field(default="", max_length=500)
    """Who we are, for example "Harbor, a small maker of travel mugs"."""

    audience: str = Field(default="", max_length=500)
    """Who the post is for; a model writes for them, the built-in writer can't."""

    tone: str = Field(default="", max_length=200)
    """How it should sound, for a model."""

    about: str = Field(default="", max_length=1_000)
    """What the video shows, in a sentence to post; asked for when nobody speaks in it."""

    link: str | None = Field(default=None, max_length=500, pattern=r"^https?://[^\s<>\"]+$")
    """The one address posts may link to."""

    call_to_action: str = Field(default="", max_length=200)
    """The sentence that asks viewers to act; the link goes with it."""

    use_words: Words = ()
    """Names and spellings to keep, product names above all; speech recognition listens for them."""

    avoid_words: Words = ()
    """A sentence with one of these is not posted."""

    emoji: bool = False
    """Whether a model may use emoji; the built-in writer adds none."""

    hashtag_policy: HashtagPolicy = HashtagPolicy.CONTENT
    hashtags: Words = ()
    """Hashtags to put first, with or without their `#`."""

    campaign_tag: str = Field(default="", max_length=80, pattern=r"^#?[\w]*$")
    """One more hashtag, which every post carries."""

    handles: Words = ()
    """`@names` a post may mention."""

    accounts: dict[Platform, str] = Field(default_factory=dict)
    """Kinds of account that change a limit, for example `x: premium`."""

    profanity: Profanity = Profanity.AVOID

    variants: int = Field(default=1, ge=1, le=3)
    """How many versions of each caption to offer."""

    aspect: Annotated[Aspect, BeforeValidator(_unsixtied)] | None = None
    """Shape of every MP4; none means what the setting says, which is the network's own."""

    background: str = Field(default="", pattern=r"^(|blurred|plain|#[0-9A-Fa-f]{6})$")
    """What stands behind a picture that does not fill the frame: itself `blurred` (the usual),
    `plain` near-black, or a colour as `#RRGGBB`."""

    subtitles: SubtitleStyle | None = None
    """How burned-in subtitles look; none means what the setting says."""

    subtitles_encoding: Annotated[str, AfterValidator(_encoding)] = Field(default="", max_length=40)
    """The encoding of subtitles beside the video, such as `windows-1251`, where it
    can't be told."""

    brand_color: str = Field(default="", pattern=r"^(|#[0-9A-Fa-f]{6})$")
    """Colour of the highlighted word and of the title card, as `#RRGGBB`."""

    brand_font: str = Field(default="", max_length=80)
    """An installed font family for subtitles and title card."""

    title_card: str = Field(default="", max_length=120)
    """Words of a card shown for two seconds before the video."""

    logo: AssetKey | None = None
    """A PNG or JPEG in the bucket that is laid over the video."""

    logo_corner: Corner = Corner.TOP_RIGHT

    intro: AssetKey | None = None
    """A short clip in the bucket that goes in front."""

    outro: AssetKey | None = None
    """A short clip in the bucket that follows."""

    fault: str = ""
    """Why a written brief could not be read; the video is refused with this sentence."""

    def recipe(self) -> str:
        """The part of a job's identity that comes from the wishes, as a SHA-256 in hex."""
        # Wishes about the picture that nobody has leave the identity of older jobs as it was.
        unsaid = {n for n in PICTURE_WISHES if getattr(self, n) == Brief.model_fields[n].default}
        unsaid |= {"follows"} if self.follows is None else set[str]()
        return hashlib.sha256(self.model_dump_json(exclude=unsaid).encode()).hexdigest()


PICTURE_WISHES = frozenset(
    {
        *("aspect", "background", "subtitles", "subtitles_encoding"),
        *("brand_color", "brand_font"),
        *("title_card", "logo", "logo_corner", "intro", "outro"),
    }
)
"""Fields of a brief that say how the MP4s look; who writes the copy need not know them."""
