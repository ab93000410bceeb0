"""The values that walk through the pipeline: frozen, serialisable, without behaviour that does I/O.

Units are in the names: `_ms` integer milliseconds, `_bytes`, `_seconds`. Text that came out of a
video, a file name or a service is data; nothing here escapes it, whoever prints it does.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Value(BaseModel):
    """A frozen value; two with the same fields are equal."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Platform(StrEnum):
    """A social network copy is written for."""

    INSTAGRAM = "instagram"
    X = "x"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    """YouTube Shorts: a title, and a description as the text."""
    THREADS = "threads"
    FACEBOOK = "facebook"
    BLUESKY = "bluesky"


DEFAULT_PLATFORMS = (Platform.INSTAGRAM, Platform.X, Platform.LINKEDIN)


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
        *("aspect", "background", "subtitles", "brand_color", "brand_font"),
        *("title_card", "logo", "logo_corner", "intro", "outro"),
    }
)
"""Fields of a brief that say how the MP4s look; who writes the copy need not know them."""


class SourceVideo(Value):
    """One version of one object that somebody dropped."""

    bucket: str
    key: str
    etag: str
    """The store's ETag without quotes; every read is pinned to it."""
    size_bytes: int

    def oid(self, brief: Brief) -> str:
        """Name this job: 16 hex digits of a SHA-256 over bucket, key, ETag, size and recipe.

        Sixty-four bits: two jobs among a million share a name with a chance below 3e-8.
        """
        return self.oid_with(brief.recipe())

    def oid_with(self, recipe: str) -> str:
        """Name this job by its recipe, where many videos share one."""
        parts = (self.bucket, self.key, self.etag, str(self.size_bytes), recipe)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class Claim(Value):
    """The right to work on one job, while the lease lasts."""

    oid: str
    epoch: int
    """Grows by one with every take-over; every later write carries it."""
    owner: str
    source: SourceVideo
    brief: Brief
    delivery_prefix: str
    """Where this job's delivery goes, for example `outbox/demo/0123456789abcdef/`."""


class VideoStream(Value):
    """The picture of a file, as ffprobe describes it; width and height as stored, not displayed."""

    codec: str
    profile: str | None = None
    level: int | None = None
    """H.264's level times ten, for example 41."""
    pixel_format: str | None = None
    width: int
    height: int
    rotation_degrees: int = 0
    """Clockwise turn a player applies, one of 0, 90, 180, 270."""
    sample_aspect: float = 1.0
    """Width of a pixel divided by its height."""
    frame_rate: float = 0.0
    """Average frames per second; 0 when the file does not say."""
    frame_count: int | None = None
    color_transfer: str | None = None
    """ffprobe's word, for example `bt709`; `smpte2084` and `arib-std-b67` are HDR."""
    color_space: str | None = None
    """The YUV matrix in ffprobe's word, for example `bt709` or `smpte170m`; none when untagged."""
    is_interlaced: bool = False

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height in square pixels as a player shows them."""
        width, height = round(self.width * self.sample_aspect), self.height
        return (height, width) if self.rotation_degrees in (90, 270) else (width, height)


class AudioStream(Value):
    """The sound of a file, as ffprobe describes it."""

    codec: str
    profile: str | None = None
    channels: int = 0
    sample_rate_hz: int = 0
    duration_ms: int | None = None
    """Its own length where the container keeps one; it may outlast the picture."""


class MediaInfo(Value):
    """What ffprobe says about a file whose picture we can use."""

    container: str
    """Demuxer name, one of `mp4`, `matroska`, `avi` (by content, never by file name)."""
    duration_ms: int
    size_bytes: int
    video: VideoStream
    audio: AudioStream | None = None
    titles: tuple[str, ...] = ()
    """What its maker wrote into the container: title, comment; at most 200 characters each."""
    subtitle_codec: str | None = None
    """Of the first subtitle track of text inside the file."""

    @property
    def has_audio(self) -> bool:
        """Whether there is any sound stream at all, silent or not."""
        return self.audio is not None


class Rejection(Value):
    """Input we refuse; an outcome, not an error."""

    code: str
    """A stable word for machines, for example `too_large`."""
    reason: str
    """What is wrong, in a sentence a marketer understands."""
    advice: str
    """What to do next, in a sentence."""


class Word(Value):
    """One spoken word and when it was spoken."""

    start_ms: int
    end_ms: int
    text: str
    """The word with its punctuation, without surrounding spaces."""
    probability: float = 1.0


class Cue(Value):
    """One subtitle: up to two lines, shown from start to end."""

    start_ms: int
    end_ms: int
    text: str
    """Lines are separated by a newline."""


class Transcript(Value):
    """What is said in a video; no words means no speech was found."""

    language: str | None = None
    language_probability: float = 0.0
    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """All words, separated by single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def has_speech(self) -> bool:
        """Whether anybody says anything."""
        return bool(self.words)


class Region(Value):
    """A rectangle in shares of the displayed picture, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width as a share of the picture's."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height as a share of the picture's."""
        return self.bottom - self.top


class ScreenText(Value):
    """One line of text that the picture shows."""

    text: str
    box: Region
    start_ms: int
    """The first looked-at frame that shows it."""
    end_ms: int
    """The last one."""
    probability: float = 1.0


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
    """The subtitle track inside the file, for the spelling of names; no evidence either."""
    shots_ms: tuple[int, ...] = ()
    """Where a new shot begins, without the first."""
    most_faces: int = 0
    """The most faces seen in one frame for a fifth of the video."""
    title_hint: str = ""
    """The file's name as words; a hint from the person who named it, not evidence."""


class FactKind(StrEnum):
    """The kinds of fact that a caption may only state with evidence."""

    NUMBER = "number"
    PRICE = "price"
    DATE = "date"
    NAME = "name"
    LINK = "link"
    HANDLE = "handle"
    SUPERLATIVE = "superlative"
    NEGATION = "negation"


class Evidence(Value):
    """What one fact of a caption rests on: spoken words, text in a frame, or the brief."""

    kind: FactKind
    fact: str
    """As the caption writes it."""
    source: str
    """`speech`, `screen`, `brief` or `file`."""
    quote: str
    """As the source has it."""
    start_ms: int | None = None
    end_ms: int | None = None
    box: Region | None = None


class Caption(Value):
    """Ready-to-post text for one network."""

    platform: Platform
    text: str
    """Body and hashtags exactly as they are pasted."""
    hashtags: tuple[str, ...] = ()
    """The hashtags inside the text, with their `#`."""
    length: int
    """Length in the network's own unit."""
    limit: int
    """The most the network accepts, in the same unit."""
    api_text: str = ""
    """As the network's API takes it, where that differs (LinkedIn's reserved signs escaped)."""
    title: str = ""
    """Only where the network has one (YouTube)."""
    alt_text: str = ""
    """What a person who can't see the video should know."""
    first_comment: str = ""
    """What is better said below the post, for example a link that is not clickable in it."""
    thread: tuple[str, ...] = ()
    """The posts of a thread, the text above first, where the content needs several."""
    variants: tuple[str, ...] = ()
    """Other versions of the text, where the brief asks for them."""
    evidence: tuple[Evidence, ...] = ()
    """What each fact in the text rests on."""


class Confidence(StrEnum):
    """How much the video itself supports the copy."""

    SPEECH = "speech"
    """Written from what is said."""
    SCREEN = "screen"
    """Nobody speaks; written from text in the picture. A person should look before posting."""
    LOW = "low"
    """Neither speech nor text to go by; a person should look before posting."""


class CaptionSet(Value):
    """The copy of one video, one caption for each network of the brief."""

    language: str
    confidence: Confidence
    captions: tuple[Caption, ...]
    notes: tuple[str, ...] = ()
    """Sentences for the person who posts, for example why a look is needed."""


class Copy(Value):
    """The captions of a video together with what they were written from."""

    captions: CaptionSet
    understanding: Understanding


class Session(Value):
    """An editing session on the service; journaled before anything is paid for."""

    session_id: str
    """Nineteen digits or more: text, never a number (it exceeds 2^53)."""
    task_id: str = ""
    user_id: str = ""
    """Whose token opened it, where the service says so; a session is lost to any other token."""
    seat: str = ""
    """The key of the seat by which several videos share it; empty for a session of its own."""


class Asset(Value):
    """A file the service has accepted."""

    filename: str
    url: str
    duration_seconds: float | None = None
    """Seconds, unlike the draft's milliseconds."""


class RenderStatus(StrEnum):
    """The stages a render job goes through."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class RenderJob(Value):
    """A server-side export of a draft into one MP4."""

    render_id: str
    status: RenderStatus
    progress_percent: int = 0
    url: str | None = None
    error: str | None = None


class Reply(Value):
    """What came back for one paid message: the words, and the state afterwards."""

    text: str
    state: dict[str, Any]
    """The session's state as the service returned it, unknown keys included."""


class SafeZone(Value):
    """The box no app covers with its buttons, in pixels of the frame; text stays inside."""

    left: int
    top: int
    right: int
    bottom: int
    """Right and bottom are coordinates, not margins."""


class VideoSpec(Value):
    """The MP4 one network accepts; two networks with equal specs share a file."""

    width: int
    height: int
    max_frame_rate: int
    max_duration_seconds: int
    max_size_bytes: int
    max_bitrate_bps: int
    audio_bitrate_bps: int
    safe_zone: SafeZone
    min_frame_rate: int = 23
    """Below this networks refuse video (Instagram 23, Facebook 24)."""
    min_duration_ms: int = 0
    """A shorter video is held on its last frame until here."""
    max_level: int = 42
    """H.264's level times ten; what phones decode in hardware."""
    gop_ms: int = 2_000
    """The distance of two key frames we write; YouTube advises half a second."""
    max_gop_ms: int = 5_000
    """The longest distance of two key frames (Facebook: closed groups of 2 to 5 s)."""


class Sighting(Value):
    """The faces seen in one sampled frame."""

    at_ms: int
    faces: tuple[Region, ...] = ()
    sharpness: float = 0.0
    """Variance of the Laplacian; compares frames of one video, nothing else."""


class Focus(Value):
    """What a picture must not lose when it is cropped."""

    sightings: tuple[Sighting, ...] = ()
    """None means that nobody looked, and nothing is cropped."""
    texts: tuple[Region, ...] = ()
    """On-screen text that should stay readable."""
    cuts_ms: tuple[int, ...] = ()
    """Where a new shot begins, without the first."""


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
    """The brand's colour for a title card; empty for a dark one with white letters."""


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


class Rendition(Value):
    """One MP4 as one or more networks accept it, measured after it was written."""

    platforms: tuple[Platform, ...]
    path: str
    """Where the file is on this machine."""
    info: MediaInfo
    framing: str
    """How the picture was fitted, and why."""
    subtitles_burned_in: bool
    encoder: str = "libx264"
    """Who made the picture; `copy` when it is the master's own."""
    parts: tuple[Part, ...] = ()
    """What was added to the video, where and when."""
    loudness_lufs: float | None = None
    """Integrated loudness after encoding (EBU R128); none without sound."""
    true_peak_dbtp: float | None = None
    faults: tuple[str, ...] = ()
    """What the certificate found wrong; empty means every check passed."""
    notes: tuple[str, ...] = ()
    """What was decided or could not be judged, in sentences."""

    @property
    def has_passed(self) -> bool:
        """Whether it may be delivered."""
        return not self.faults


class DeliveredFile(Value):
    """One file of a delivery, as the manifest lists it."""

    name: str
    size_bytes: int
    sha256: str


class Delivery(Value):
    """What a job ended with: a folder in the outbox whose manifest was written last."""

    oid: str
    source: SourceVideo
    prefix: str
    files: tuple[DeliveredFile, ...]
    captions: CaptionSet
    has_subtitles: bool = False
