"""Settings: one small class for each outside thing, read once at the edge and passed down.

Every field can be set by the environment variable named after it (`docs/operating.md` lists
them all). The defaults cost nothing and need nothing but this machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

import platformdirs
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    IPvAnyNetwork,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from socialcopy.models import Aspect, Brief, Look, SubtitleStyle

MEGABYTE = 1_000_000


Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]
"""A folder that stays the same when a child process runs elsewhere."""


def _config(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix, frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class DataSettings(BaseSettings):
    """Where this machine keeps what must survive a restart."""

    model_config: ClassVar[SettingsConfigDict] = _config("SOCIALCOPY_")

    data_dir: Folder = Path(platformdirs.user_data_dir("socialcopy"))
    """Folder for the embedded store, the Prefect database, the engine's sessions and the token."""

    cache_dir: Folder = Path(platformdirs.user_cache_dir("socialcopy"))
    """Folder for what can be made again: joined speech weights, work in progress."""

    min_free_bytes: NonNegativeInt = 500 * MEGABYTE
    """Room that is left on the disks of both folders: with less, nothing new is begun."""


class S3Settings(BaseSettings):
    """Where the bucket is; credentials come from the usual AWS variables and profiles."""

    model_config: ClassVar[SettingsConfigDict] = _config("S3_")

    endpoint_url: str | None = Field(
        default=None, validation_alias=AliasChoices("S3_ENDPOINT_URL", "AWS_ENDPOINT_URL")
    )
    """URL of an S3 look-alike; none means AWS (or, under `socialcopy up`, the embedded store)."""

    bucket: str = "socialcopy"
    """The bucket that holds inbox, outbox and everything between."""

    access_key_id: str | None = None
    """Access key for this store alone; none means boto3's own search (variables, profile, role)."""

    secret_access_key: SecretStr | None = None
    """The secret of that key."""

    region: str = Field(
        default="us-east-1",
        validation_alias=AliasChoices("S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"),
    )
    """Region to sign for."""


class NemoVideoSettings(BaseSettings):
    """Where the service is and how patient we are with it."""

    model_config: ClassVar[SettingsConfigDict] = _config("NEMO_")

    api_url: HttpUrl | None = None
    """Base URL of the service; none means the embedded engine, which costs nothing."""

    token: SecretStr | None = None
    """Bearer token; without one an anonymous token is requested and kept."""

    client_id: str | None = Field(default=None, max_length=64)
    """Stable id sent for anonymous tokens; none means one is made and kept in the data folder."""

    upload_by: Literal["auto", "url", "stream"] = "auto"
    """How videos get there: `url` lets the service fetch them by a presigned URL (a refusal is
    followed by a stream), `stream` sends the bytes, `auto` does the first where service and store
    can both be reached from anywhere. Our engine fetches only from `ENGINE_URL_HOSTS`."""

    message_timeout_seconds: PositiveFloat = 900
    """Hard limit for one message and its event stream."""

    idle_timeout_seconds: PositiveFloat = 120
    """Silence on the event stream after which it counts as broken."""

    render_poll_seconds: PositiveFloat = 30
    """Wait between two looks at a render job; grows from a tenth of it to all of it."""

    render_timeout_seconds: PositiveFloat = 1_200
    """How long a render job may take."""

    download_timeout_seconds: PositiveFloat = 1_800
    """How long fetching a finished video may take."""

    max_download_bytes: PositiveInt = 2_000 * MEGABYTE
    """Largest finished video that is fetched."""

    rate_limit_seconds: PositiveFloat = 30
    """Wait after a 429 that names no time; meanwhile nobody uses the token."""

    credits_pause_seconds: PositiveFloat = 300
    """Wait after credits ran out before one video looks whether somebody topped up."""

    web_url: HttpUrl = HttpUrl("https://nemovideo.com")
    """Where people register, top up and open projects."""


class Fault(BaseModel):
    """Something the engine does wrong on purpose; `docs/protocol.md` shows examples."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at: Literal[
        "token",
        "claim",
        "session",
        "message",
        "upload",
        "credits",
        "state",
        "render",
        "poll",
        "download",
        "cancel",
        "link",
    ]
    """Where; `link` is the finished video's own URL."""

    does: Literal["refuse", "drop_reply", "drop_stream", "hang", "lose", "slow", "truncate", "fail"]
    """`refuse` answers with `code` before any work. `drop_reply` does the work and hangs up,
    `drop_stream` after the first piece of the reply. `hang` does the work and sends heartbeats
    only, `lose` takes a message, charges it and never works on it. `slow` waits `seconds` before
    each piece, `truncate` sends half. `fail` lets a message or a render job end in an error."""

    code: int = 500
    """For `refuse`: four digits travel in an envelope, three are the HTTP status."""

    times: NonNegativeInt = 1
    """How often; zero means every time."""

    after: NonNegativeInt = 0
    """How many calls go well before."""

    share: float = Field(default=1, ge=0, le=1)
    """The share of calls that are hit, drawn from `fault_seed`."""

    seconds: float = Field(default=1, ge=0)
    """The pause of `slow`, and the `Retry-After` of a 429."""


Scope = Literal["read", "write", "upload", "*"]


class EngineSettings(BaseSettings):
    """The embedded engine."""

    model_config: ClassVar[SettingsConfigDict] = _config("ENGINE_")

    heartbeat_seconds: PositiveFloat = 5
    """Wait between two heartbeats on the event stream."""

    max_upload_bytes: PositiveInt = 500 * MEGABYTE
    """Largest file accepted; a larger one is answered with code 4002."""

    url_hosts: tuple[str, ...] = ()
    """`host:port` pairs that an upload by URL may fetch from; empty refuses every URL."""

    url_networks: tuple[IPvAnyNetwork, ...] = ()
    """Private networks, such as 10.0.0.0/8, that the names among them may lead into; without one a
    name has to be public, so that nobody can turn it inside."""

    grant_credits: int = 100
    """Credits an anonymous token starts with."""

    message_cost_credits: int = 0
    """Credits one message costs; zero, since the machine is yours."""

    charge_per: Literal["message", "session"] = "message"
    """`session` charges the first message of each session only (NemoVideo: about 50 a session)."""

    token_lifetime_days: PositiveFloat = 7
    """Days a token is valid."""

    token_scopes: tuple[Scope, ...] = ("read", "write", "upload")
    """What an anonymous token may do (NemoVideo's, since its 1.8; before `*`). An export asks for
    `write` like any message: documents name a scope `render`, and let tokens without it export."""

    tokens_per_client: NonNegativeInt = 0
    """Anonymous tokens one client id gets in seven days (NemoVideo: 1); zero means no limit."""

    tokens_per_address: NonNegativeInt = 0
    """Anonymous tokens one IP address gets in seven days (NemoVideo: 10); zero means no limit."""

    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Values of the `Host` header that are answered; others are refused, against DNS rebinding."""

    event_framing: Literal["adk", "typed"] = "adk"
    """How events look on the stream: those of Google's ADK, or typed envelopes."""

    heartbeat_form: Literal["empty", "word", "typed", "object", "event", "comment"] = "empty"
    """How a heartbeat looks; the documents name the first three."""

    render_shape: Literal["R1", "R2"] = "R1"
    """Whether a render job is told at the top level (R1) or in a `data` object (R2)."""

    duplicate_render: Literal["return", "refuse"] = "return"
    """A render id that was used before gets its job back, or an error; documents say both."""

    silent_edit_share: float = Field(default=0, ge=0, le=1)
    """Share of edits that end without a word (NemoVideo: about 0.3); the state shows them."""

    faults: tuple[Fault, ...] = ()
    """What goes wrong on purpose, as a JSON list; nothing by default."""

    fault_seed: int = 0
    """Seed of everything about faults that is drawn by lot."""


class SpeechSettings(BaseSettings):
    """Speech recognition."""

    model_config: ClassVar[SettingsConfigDict] = _config("SPEECH_")

    model: str = "base"
    """`base` for the packaged weights, else a folder with a CTranslate2 model, or a hub name."""

    threads: PositiveInt = 2
    """CPU threads for one recognition."""

    min_language_probability: float = Field(default=0.4, ge=0, le=1)
    """Below this the language is a guess, and what was heard is not captioned."""


class ModelSettings(BaseSettings):
    """An optional language model that drafts the copy; without one the built-in writer does."""

    model_config: ClassVar[SettingsConfigDict] = _config("LLM_")

    base_url: HttpUrl | None = None
    """Base URL of an OpenAI-compatible endpoint, for example http://127.0.0.1:11434/v1."""

    model: str = ""
    """The model's name there; both have to be set."""

    api_key: SecretStr | None = None
    """Bearer token for it; a local one needs none."""

    repair_rounds: NonNegativeInt = Field(default=2, le=5)
    """How often a draft with unproven facts is sent back, before they are taken out."""

    timeout_seconds: PositiveFloat = 120
    """How long one answer may take."""


class MediaSettings(BaseSettings):
    """Limits for every ffprobe and ffmpeg run, and how MP4s are made."""

    model_config: ClassVar[SettingsConfigDict] = _config("MEDIA_")

    max_source_bytes: PositiveInt = 500 * MEGABYTE
    """Largest video accepted; a larger one is refused without reading a byte of it."""

    max_duration_seconds: PositiveInt = 7_200
    """Longest video accepted."""

    max_pixels: PositiveInt = 35_389_440
    """Largest frame decoded, in pixels: 8K (7680x4320) with its padding."""

    max_memory_bytes: PositiveInt = 4_000 * MEGABYTE
    """Address space one ffmpeg may take; a probe gets half of it."""

    probe_timeout_seconds: PositiveFloat = 30
    """How long one probe may take."""

    screen_frames: NonNegativeInt = 10
    """Frames read for text in the picture, at most; zero reads none and saves 470 MB."""

    preset: Literal["standard", "fast"] = "standard"
    """`standard` makes smaller files, `fast` costs about a third less time."""

    encoder: Literal["auto", "software", "nvenc", "qsv", "vaapi", "videotoolbox"] = "auto"
    """Who encodes: `auto` is a hardware encoder that works here and is faster than x264, if any."""

    aspect: Aspect = Aspect.AUTO
    """Shape of every MP4: `auto` is the network's own, else `9:16`, `4:5`, `1:1` or `16:9`."""

    subtitle_style: SubtitleStyle = SubtitleStyle.AUTO
    """`plain`, `boxed`, `highlight` (the spoken word in colour), or `auto`."""

    brand_color: str = Field(default="#FFD400", pattern=r"^#[0-9A-Fa-f]{6}$")
    """Colour of the highlighted word."""

    brand_font: str = ""
    """Font family of burned-in subtitles; empty for the one that suits the script."""

    def look(self, brief: Brief | None = None) -> Look:
        """How a video should look: what its brief says, and else these settings."""
        brief = brief or Brief()
        return Look(
            style=brief.subtitles or self.subtitle_style,
            color=brief.brand_color or self.brand_color,
            font=brief.brand_font or self.brand_font,
            aspect=brief.aspect or self.aspect,
            background=brief.background or "blurred",
            card=brief.brand_color,
        )


class WatchSettings(BaseSettings):
    """How the bucket is watched and jobs are held."""

    model_config: ClassVar[SettingsConfigDict] = _config("WATCH_")

    interval_seconds: PositiveFloat = 2
    """Wait between two listings of the inbox."""

    concurrency: PositiveInt = 2
    """Videos worked on at the same time."""

    lease_seconds: PositiveInt = 90
    """How long a claim holds without renewal; renewed at less than a quarter of it."""

    lease_grace_seconds: PositiveInt = 30
    """Extra wait, by the store's clock, before a dead worker's job is taken over."""

    drain_seconds: PositiveFloat = 30
    """After SIGTERM: how long videos in hand may finish, before they are given back."""


class HintSettings(BaseSettings):
    """What makes the watcher look at once; the listing stays the truth."""

    model_config: ClassVar[SettingsConfigDict] = _config("HINTS_")

    queue_url: str | None = None
    """URL of an SQS queue that gets the bucket's notifications, directly, by SNS or EventBridge."""

    queue_endpoint_url: str | None = None
    """URL of an SQS look-alike; none means AWS."""

    port: int | None = Field(default=None, ge=0, le=65_535)
    """Port on which webhooks of MinIO, SeaweedFS and others are received; none receives none."""

    host: str = "127.0.0.1"
    """Address to receive them on; another one than this needs a token."""

    token: SecretStr | None = None
    """What a webhook has to show as `Authorization: Bearer …`."""


class OperationsSettings(BaseSettings):
    """What is told about the work."""

    model_config: ClassVar[SettingsConfigDict] = _config("")

    log_format: Literal["text", "json"] = "text"
    """`json` writes one object a line, each with the video's id."""

    metrics_port: int | None = Field(default=None, ge=0, le=65_535)
    """Port on which the watcher serves Prometheus metrics, on 127.0.0.1; none serves none."""

    metrics_host: str = "127.0.0.1"
    """Address of the metrics; they name no video."""

    notify_urls: SecretStr | None = None
    """Where rejected and parked videos and finished batches are told: apprise URLs, separated by
    blanks, for Slack, e-mail, a webhook and many others."""
