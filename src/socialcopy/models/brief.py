"""What the customer wants, of the copy and of the picture."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from socialcopy.models.languages import Language
from socialcopy.models.platforms import DEFAULT_PLATFORMS, Platform
from socialcopy.models.validation import (
    CONTROL,
    BlankMeansNone,
    TextShape,
    has_to_be,
    without_default,
)
from socialcopy.models.value import StrictValue


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
    """The shape of an MP4."""

    AUTO = "auto"
    """The video's own where a network shows it well (X, LinkedIn, Bluesky), else 9:16."""
    VERTICAL = "9:16"
    PORTRAIT = "4:5"
    SQUARE = "1:1"
    LANDSCAPE = "16:9"


class SubtitleStyle(StrEnum):
    """How burned-in subtitles look."""

    WORDS = "words"
    """A few large words at a time, the one being spoken in the brand's colour."""
    AUTO = "auto"
    """Whole lines, boxed over a picture and plain beside it."""
    PLAIN = "plain"
    """Whole lines with an outline."""
    BOXED = "boxed"
    """Whole lines on a box."""
    HIGHLIGHT = "highlight"
    """Whole lines, the word being spoken in the brand's colour."""
    NONE = "none"
    """Nothing is burned in; the subtitle files are there all the same."""


class Corner(StrEnum):
    """Where a logo stands; it moves to another corner rather than hide a face or a subtitle."""

    TOP_LEFT = "top left"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_RIGHT = "bottom right"


# Names, hashtags and the like, each of 80 characters at most.
Words = tuple[Annotated[str, Field(min_length=1, max_length=80)], ...]

# The key of a file in the bucket that a brief names; `keys.is_asset` says which may be.
AssetKey = Annotated[str, Field(min_length=1, max_length=500)]

COLOR = TextShape(r"#[0-9A-Fa-f]{6}", "a colour such as #FF6600")
RRGGBB = Annotated[str, COLOR]
# A colour as `#RRGGBB`, or empty.
Color = Annotated[str, COLOR._replace(or_blank=True)]

Link = Annotated[
    str, TextShape(r"https?://[^\s<>\"]+", "an address such as https://example.com/mug")
]
Background = Annotated[
    str,
    TextShape(
        r"blurred|plain|#[0-9A-Fa-f]{6}",
        "blurred, plain, or a colour such as #FF6600",
        or_blank=True,
    ),
]
Hashtag = Annotated[
    str, TextShape(r"#?\w+", "one word of letters and digits such as #HarborMug", or_blank=True)
]
# A wish in words.
Instruction = Annotated[str, Field(max_length=2_000)]

# A wish that somebody has to have.
Wish = Annotated[str, Field(min_length=1, max_length=2_000)]

# The language of the copy; none for the language spoken in the video.
OptionalLanguage = Annotated[Language | None, BlankMeansNone()]

# Networks, in the order they are shown; one at least.
Platforms = Annotated[tuple[Platform, ...], Field(min_length=1)]


def unset(**limits: Any) -> Any:
    """Make an optional field: none by default, and an empty box in a form."""
    return Field(default=None, json_schema_extra=without_default, **limits)


def _unsixtied(value: Any) -> Any:
    """Restore `9:16`, which YAML 1.1 reads without quotes as nine minutes and sixteen seconds."""
    is_time = isinstance(value, int) and not isinstance(value, bool)
    return f"{value // 60}:{value % 60}" if is_time else value


def _encoding(name: str) -> str:
    """Check that a text encoding exists, and return its name; empty for none."""
    try:
        "".encode(name.strip() or "utf-8")
    except (LookupError, ValueError):
        raise has_to_be("an encoding such as utf-8 or windows-1251") from None
    return name.strip()


def _printable(value: Any) -> Any:
    """Refuse control characters: no keyboard makes them, and no program takes them as text."""
    texts = value if isinstance(value, tuple) else (value,)
    for text in texts:
        if isinstance(text, str) and CONTROL.search(text):
            raise has_to_be("text without control characters")
    return value


class BriefDetails(StrictValue):
    """What a brief says beside the networks, the instruction and the language.

    Those three are parameters of their own wherever somebody is asked; these follow in one block.
    """

    who: str = Field(default="", max_length=500)
    """Who we are, for example "Harbor, a small maker of travel mugs"."""

    audience: str = Field(default="", max_length=500)
    """Who the post is for; a model writes for them, the built-in writer can't."""

    tone: str = Field(default="", max_length=200)
    """How it should sound, for a model."""

    about: str = Field(default="", max_length=1_000)
    """What the video shows, in a sentence to post; asked for when nobody speaks in it."""

    link: Annotated[Annotated[Link, Field(max_length=500)] | None, BlankMeansNone()] = unset()
    """The one address posts may link to, such as https://example.com/mug."""

    call_to_action: str = Field(default="", max_length=200)
    """The sentence that asks viewers to act; the link goes with it."""

    use_words: Words = ()
    """Names and spellings to keep, product names above all; speech recognition listens for them."""

    avoid_words: Words = ()
    """A sentence with one of these is not posted."""

    emoji: bool = False
    """Whether a model may use emoji; the built-in writer adds none."""

    hashtag_policy: HashtagPolicy = Field(default=HashtagPolicy.CONTENT, title="Hashtag Policy")
    """Where hashtags come from: `content` (what the video says and shows), `given`, or `none`."""

    hashtags: Words = ()
    """Hashtags to put first, with or without their `#`."""

    campaign_tag: Annotated[Hashtag, Field(max_length=80)] = ""
    """One more hashtag, which every post carries."""

    handles: Words = ()
    """`@names` a post may mention."""

    accounts: dict[Platform, str] = Field(default_factory=dict)
    """Kinds of account that change a limit, for example `x: premium`."""

    profanity: Profanity = Field(default=Profanity.AVOID, title="Profanity")
    """What becomes of swear words: `avoid` the sentence, `mask` the word, or `keep` it."""

    variants: int = Field(default=1, ge=1, le=3)
    """How many versions of each caption to offer, three at most."""

    aspect: Annotated[Annotated[Aspect, BeforeValidator(_unsixtied)] | None, BlankMeansNone()] = (
        unset()
    )
    """Shape of every MP4; none means what the setting says: the video's own on X, LinkedIn and
    Bluesky, upright elsewhere."""

    background: Background = ""
    """What stands behind a picture that does not fill the frame: itself `blurred` (the usual),
    `plain` near-black, or a colour such as #FF6600."""

    subtitles: Annotated[SubtitleStyle | None, BlankMeansNone()] = unset(title="Subtitles")
    """How burned-in subtitles look; none means what the setting says."""

    subtitles_encoding: Annotated[str, AfterValidator(_encoding)] = Field(default="", max_length=40)
    """The encoding of subtitles beside the video, such as `windows-1251`, where it
    can't be told."""

    brand_color: Color = ""
    """Colour of the highlighted word and of the title card, such as #FF6600."""

    brand_font: str = Field(default="", max_length=80)
    """An installed font family for subtitles and title card."""

    title_card: str = Field(default="", max_length=120)
    """Words of a card shown for two seconds before the video."""

    logo: Annotated[AssetKey | None, BlankMeansNone()] = unset()
    """A PNG or JPEG in the bucket that is laid over the video, such as brand/logo.png."""

    logo_corner: Corner = Field(default=Corner.TOP_RIGHT, title="Logo Corner")
    """Where the logo stands."""

    intro: Annotated[AssetKey | None, BlankMeansNone()] = unset()
    """A short clip in the bucket that goes in front, such as brand/intro.mp4."""

    outro: Annotated[AssetKey | None, BlankMeansNone()] = unset()
    """A short clip in the bucket that follows."""

    def with_wishes(self, **wishes: Any) -> Brief:
        """Make a whole brief: these details, and the wishes that are asked for apart.

        Raises pydantic's ValidationError.
        """
        return Brief.model_validate({**self._said(), **wishes})

    def _said(self) -> dict[str, Any]:
        return {
            name: getattr(self, name)
            for name in BriefDetails.model_fields
            if name in self.model_fields_set
        }

    _are_printable = field_validator("*")(_printable)


NO_DETAILS = BriefDetails()

# A block of a form, its boxes as they are usually.
Details = Annotated[BriefDetails, Field(json_schema_extra={"default": {}})]


class Brief(BriefDetails):
    """What the customer wants; together with the bytes it identifies a delivery."""

    platforms: Platforms = DEFAULT_PLATFORMS
    """Networks to write for, in the order they are shown."""

    instruction: Instruction = ""
    """A wish in words, for example "keep it short"; at most 2,000 characters."""

    language: OptionalLanguage = unset()
    """Language of the copy, such as en or pt-BR; none means the language spoken in the video."""

    follows: str | None = None
    """The job this one refines, by its oid: the same wish said twice is two rounds."""

    fault: str = ""
    """Why a written brief could not be read; the video is refused with this sentence."""

    def saying(self, **wishes: Any) -> Self:
        """Return the same brief with other wishes, checked as if it had been written so.

        Raises pydantic's ValidationError; `model_copy` would let anything in.
        """
        said = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate({**said, **wishes})

    @property
    def details(self) -> BriefDetails:
        """What it says beside networks, instruction and language."""
        return BriefDetails.model_validate(self._said())

    def recipe(self) -> str:
        """Hash the wishes, as their part of a job's identity: a SHA-256 in hex."""
        # Wishes about the picture that nobody has leave the identity of older jobs as it was.
        unsaid = {n for n in PICTURE_WISHES if getattr(self, n) == Brief.model_fields[n].default}
        unsaid |= {"follows"} if self.follows is None else set[str]()
        wishes = self.model_dump(mode="json", exclude=unsaid)
        ordered = {name: wishes[name] for name in RECIPE_ORDER if name in wishes}
        text = json.dumps(ordered | wishes, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


# Fields that a recipe begins with: in this order the jobs of all buckets have been named.
RECIPE_ORDER = ("platforms", "instruction", "language", "follows")


# Fields that we say to ourselves in a brief, and nobody writes.
PRIVATE_FIELDS = frozenset({"fault", "follows"})

# Fields of a brief that say how the MP4s look; who writes the copy need not know them.
PICTURE_WISHES = frozenset(
    {
        *("aspect", "background", "subtitles", "subtitles_encoding"),
        *("brand_color", "brand_font"),
        *("title_card", "logo", "logo_corner", "intro", "outro"),
    }
)
