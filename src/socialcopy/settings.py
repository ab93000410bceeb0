"""Settings: one small class for each outside thing, read once at the edge and passed down.

Every field can be set by the environment variable named after it (`docs/operating.md` lists
them all). The defaults cost nothing and need nothing but this machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from socialcopy.engine_settings import EngineSettings as EngineSettings  # noqa: PLC0414  (the type checker's sign that it is found here too)
from socialcopy.environment import (
    DAY_SECONDS,
    MEGABYTE,
    BucketName,
    Bytes,
    Count,
    Folder,
    Host,
    Port,
    Region,
    Seconds,
    Settings,
    Share,
    Url,
)
from socialcopy.models import Aspect, Brief, Look, SubtitleStyle
from socialcopy.models.brief import RRGGBB
from socialcopy.models.validation import has_to_be


class DataSettings(Settings, env_prefix="SOCIALCOPY_"):
    """Where this machine keeps what must survive a restart."""

    data_dir: Folder = Path(platformdirs.user_data_dir("socialcopy"))
    """Folder for the embedded store, the Prefect database, the engine's sessions and the token."""

    cache_dir: Folder = Path(platformdirs.user_cache_dir("socialcopy"))
    """Folder for what can be made again: joined speech weights, work in progress."""

    min_free_bytes: Annotated[NonNegativeInt, Field(le=10**15)] = 500 * MEGABYTE
    """Room that is left on the disks of both folders: with less, nothing new is begun."""


class S3Settings(Settings, env_prefix="S3_"):
    """Where the bucket is; credentials come from the usual AWS variables and profiles."""

    endpoint_url: Url | None = Field(
        default=None, validation_alias=AliasChoices("S3_ENDPOINT_URL", "AWS_ENDPOINT_URL")
    )
    """URL of an S3 look-alike; none means AWS (or, under `socialcopy up`, the embedded store)."""

    bucket: BucketName = "socialcopy"
    """The bucket that holds inbox, outbox and everything between."""

    access_key_id: str | None = Field(default=None, min_length=1)
    """Access key for this store alone; none means boto3's own search (variables, profile, role)."""

    secret_access_key: SecretStr | None = None
    """The secret of that key."""

    region: Region = Field(
        default="us-east-1",
        validation_alias=AliasChoices("S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"),
    )
    """Region to sign for."""


class NemoVideoSettings(Settings, env_prefix="NEMO_"):
    """Where the service is and how patient we are with it."""

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

    message_timeout_seconds: Seconds = 900
    """Hard limit for one message and its event stream."""

    idle_timeout_seconds: Seconds = 120
    """Silence on the event stream after which it counts as broken."""

    render_poll_seconds: Seconds = 30
    """Wait between two looks at a render job; grows from a tenth of it to all of it."""

    render_timeout_seconds: Seconds = 1_200
    """How long a render job may take."""

    download_timeout_seconds: Seconds = 1_800
    """How long fetching a finished video may take."""

    max_download_bytes: Bytes = 2_000 * MEGABYTE
    """Largest finished video that is fetched."""

    rate_limit_seconds: Seconds = 30
    """Wait after a 429 that names no time; meanwhile nobody uses the token."""

    credits_pause_seconds: Seconds = 300
    """Wait after credits ran out before one video looks whether somebody topped up."""

    videos_per_token: Count = 0
    """Videos at the service with `NEMO_TOKEN` at the same time, counted by Prefect's server for all
    machines: `socialcopy deploy` makes a global concurrency limit of it; zero for no limit."""

    videos_per_account: Count = 0
    """The same for everybody who uses this server's account at the service, whatever the token."""

    web_url: HttpUrl = HttpUrl("https://nemovideo.com")
    """Where people register, top up and open projects."""


class SpeechSettings(Settings, env_prefix="SPEECH_"):
    """Speech recognition."""

    model: str = Field(default="base", min_length=1)
    """`base` for the packaged weights, else a folder with a CTranslate2 model, or a hub name."""

    threads: Annotated[PositiveInt, Field(le=256)] = 2
    """CPU threads for one recognition."""

    min_language_probability: Share = 0.4
    """Below this the language is a guess, and what was heard is not captioned."""


class ModelSettings(Settings, env_prefix="LLM_"):
    """An optional language model that drafts the copy; without one the built-in writer does."""

    base_url: HttpUrl | None = None
    """Base URL of an OpenAI-compatible endpoint, for example http://127.0.0.1:11434/v1; it goes
    before what `socialcopy model use` chose."""

    model: str = ""
    """The model's name there; both have to be set."""

    api_key: SecretStr | None = None
    """Bearer token for it; a local one needs none."""

    folder: Folder = Path(platformdirs.user_data_dir("socialcopy")) / "models"
    """Folder for fetched models, some GB each, and for what `socialcopy model use` chose."""

    threads: Annotated[PositiveInt, Field(le=256)] | None = None
    """CPU threads of a model on this machine; none means one core is left to everything else."""

    vision: bool = False
    """Whether three frames of the video go along with the question, for models that see."""

    repair_rounds: NonNegativeInt = Field(default=1, le=5)
    """How often a draft with unproven facts is sent back, before they are taken out."""

    timeout_seconds: Seconds = 120
    """How long one answer may take."""

    budget_seconds: Seconds = 300
    """How long a model may take for all posts of a video; then the built-in writer goes on."""

    @model_validator(mode="after")
    def _are_both_set(self) -> Self:
        if (self.base_url is None) == bool(self.model):
            raise PydanticCustomError("llm", "LLM_BASE_URL and LLM_MODEL have to be set together")
        return self


class MediaSettings(Settings, env_prefix="MEDIA_"):
    """Limits for every ffprobe and ffmpeg run, and how MP4s are made."""

    max_source_bytes: Bytes = 500 * MEGABYTE
    """Largest video accepted; a larger one is refused without reading a byte of it."""

    max_duration_seconds: Annotated[PositiveInt, Field(le=7 * DAY_SECONDS)] = 7_200
    """Longest video accepted."""

    max_pixels: Bytes = 35_389_440
    """Largest frame decoded, in pixels: 8K (7680x4320) with its padding."""

    max_memory_bytes: Bytes = 4_000 * MEGABYTE
    """Address space one ffmpeg may take; a probe gets half of it."""

    probe_timeout_seconds: Seconds = 30
    """How long one probe may take."""

    screen_frames: Annotated[NonNegativeInt, Field(le=1_000)] = 10
    """Frames read for text in the picture, at most; zero reads none and saves 470 MB."""

    preset: Literal["standard", "fast"] = "standard"
    """`standard` makes smaller files, `fast` costs about a third less time."""

    encoder: Literal["auto", "software", "nvenc", "qsv", "vaapi", "videotoolbox"] = "auto"
    """Who encodes: `auto` is a hardware encoder that works here and is faster than x264, if any."""

    aspect: Aspect = Aspect.AUTO
    """Shape of every MP4, where a brief does not say."""

    subtitle_style: SubtitleStyle = SubtitleStyle.WORDS
    """How burned-in subtitles look, where a brief does not say."""

    brand_color: RRGGBB = "#FFD400"
    """Colour of the highlighted word."""

    brand_font: str = ""
    """Font family of burned-in subtitles; empty for the one that suits the script."""

    def look(self, brief: Brief | None = None) -> Look:
        """Choose how a video should look: as its brief says, and else as these settings do."""
        brief = brief or Brief()
        return Look(
            style=brief.subtitles or self.subtitle_style,
            color=brief.brand_color or self.brand_color,
            font=brief.brand_font or self.brand_font,
            aspect=brief.aspect or self.aspect,
            background=brief.background or "blurred",
            card=brief.brand_color,
        )


class WatchSettings(Settings, env_prefix="WATCH_"):
    """How the bucket is watched and jobs are held."""

    interval_seconds: Seconds = 2
    """Wait between two listings of the inbox."""

    concurrency: Annotated[PositiveInt, Field(le=256)] = 2
    """Videos worked on at the same time, in the watcher's or the batch's own process."""

    dispatch: Literal["process", "deployment"] = "process"
    """`deployment` works on no video in that process: each becomes a run of its own of the
    deployment `caption-video`, for the workers of its pool; the pool's limits count then."""

    lease_seconds: Annotated[PositiveInt, Field(le=DAY_SECONDS)] = 90
    """How long a claim holds without renewal; renewed at less than a quarter of it."""

    lease_grace_seconds: Annotated[PositiveInt, Field(le=DAY_SECONDS)] = 30
    """Extra wait, by the store's clock, before a dead worker's job is taken over."""

    drain_seconds: Seconds = 30
    """After SIGTERM: how long videos in hand may finish, before they are given back."""


class HintSettings(Settings, env_prefix="HINTS_"):
    """What makes the watcher look at once; the listing stays the truth."""

    queue_url: Url | None = None
    """URL of an SQS queue that gets the bucket's notifications, directly, by SNS or EventBridge."""

    queue_endpoint_url: Url | None = None
    """URL of an SQS look-alike; none means AWS."""

    port: Port | None = None
    """Port on which webhooks of MinIO, SeaweedFS and others are received; none receives none."""

    host: Host = "127.0.0.1"
    """Address to receive them on; another one than this needs a token."""

    token: SecretStr | None = None
    """What a webhook has to show as `Authorization: Bearer …`."""


class ReviewSettings(Settings, env_prefix="REVIEW_"):
    """Where deliveries are looked at."""

    url: Url | None = None
    """Address of the server that shows review pages, for the links in Prefect's artifacts;
    `socialcopy up` runs one and sets this. Without it they name the command that opens a page."""


class OperationsSettings(Settings):
    """What is told about the work."""

    log_format: Literal["text", "json"] = "text"
    """`json` writes one object a line, each with the video's id."""

    metrics_port: Port | None = None
    """Port on which the watcher serves Prometheus metrics, on 127.0.0.1; none serves none."""

    metrics_host: Host = "127.0.0.1"
    """Address of the metrics; they name no video."""

    notify_urls: SecretStr | None = None
    """Where rejected and parked videos and finished batches are told: apprise URLs, separated by
    blanks, for Slack, e-mail, a webhook and many others."""

    @field_validator("notify_urls")
    @classmethod
    def _are_addresses(cls, urls: SecretStr | None) -> SecretStr | None:
        """Look at their schemes only: Apprise logs an address that it does not like."""
        if urls is not None:
            from apprise.manager_plugins import NotificationManager  # noqa: PLC0415  (it is slow)

            known = set(NotificationManager().schemas())
            if not all(url.partition("://")[0] in known for url in urls.get_secret_value().split()):
                raise has_to_be("addresses that Apprise knows, such as mailto://… or slack://…")
        return urls
