"""What travels over the wire, shared by the client and the engine.

Documents contradict each other in places; every documented spelling is read, one is written.
Unknown keys are kept: a draft goes into a render exactly as it came out of the state.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    SecretStr,
    WithJsonSchema,
)
from pydantic_core import from_json

from socialcopy.models import Asset, RenderJob, RenderStatus

APP_NAME = "nemo_agent"
JSON = dict[str, Any]

# A token as a header can carry it.
SENDABLE = re.compile(r"[!-~]{1,4096}")

LARGEST_COUNT = 10**12


def _sendable(secret: SecretStr) -> SecretStr:
    if not SENDABLE.fullmatch(secret.get_secret_value()):
        raise ValueError("it is no token")
    return secret


Id = Annotated[str, Field(min_length=1, max_length=256)]
Secret = Annotated[
    SecretStr, AfterValidator(_sendable), WithJsonSchema({"type": "string", "format": "password"})
]
# Four months at most, so that sums stay numbers of a machine.
Milliseconds = Annotated[int, Field(ge=0, le=10**10)]


def read_json(text: bytes | str) -> Any:
    """Read JSON from somebody else. Raises ValueError for whatever is not sound.

    Pydantic's reader stops at 200 levels, and takes no NaN, half surrogate or number of thousands
    of digits: each of them passes `json.loads` and breaks something later.
    """
    return from_json(text, allow_inf_nan=False)


def _counted(value: Any) -> int:
    """Read a number as a count, within what is one; 0 for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  (only NaN differs from itself)
        return 0
    return round(min(max(value, 0), LARGEST_COUNT))


class Wire(BaseModel):
    """A JSON object of the service; keys we do not know stay on it."""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        populate_by_name=True,
        coerce_numbers_to_str=True,
        use_attribute_docstrings=True,
    )


class TokenGrant(Wire):
    """An anonymous token and whom it stands for."""

    token: Secret
    user_id: str = Field(default="", max_length=256)
    """`anon_…`; newer documents leave it out."""
    credits: int = 0
    expires_at: datetime | None = None


class ServiceIdentity(Wire):
    """Which of our engines answers; the vendor's service has no such endpoint."""

    service_id: Id


class OpenedSession(Wire):
    """The answer to opening a session."""

    session_id: Id
    task_id: str = Field(default="", max_length=256)
    user_id: str = Field(default="", max_length=256)


class ClaimToken(Wire):
    """A link-only token: it opens the project in a browser and nothing else."""

    claim_token: Secret
    expires_in: int = 604_800
    """Seconds."""


class UploadedFile(Wire):
    """One accepted file; also the best guess for an element of `video_infos`."""

    cdn_url: str = Field(validation_alias=AliasChoices("cdn_url", "url"))
    filename: str = ""
    file_type: str = "video"
    duration: float | None = None
    """Seconds, unlike the draft's milliseconds."""
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    hash: str | None = None

    def as_asset(self) -> Asset:
        """Return the part of it that the pipeline uses."""
        return Asset(filename=self.filename, url=self.cdn_url, duration_seconds=self.duration)


class UploadReply(Wire):
    """The answer to an upload, in either documented spelling."""

    files: tuple[UploadedFile, ...] = Field(
        validation_alias=AliasChoices("files", "uploaded_files"), min_length=1
    )
    session_state_applied: bool | None = None


class Balance(NamedTuple):
    """Credits: free to spend, reserved by running operations, and their sum."""

    available: int
    frozen: int
    total: int


def read_balance(data: JSON) -> Balance:
    """Read a balance; what is missing or negative counts as zero."""
    available, frozen, total = (_counted(data.get(name)) for name in Balance._fields)
    return Balance(available, frozen, total or available + frozen)


class Segment(Wire):
    """One piece on a track. Only `d` and `m` are documented; the others are our own."""

    d: Milliseconds | None = None
    """Duration in milliseconds."""
    m: JSON | None = None
    asset: str | None = None
    """Engine only: `asset_id` of the file in `video_infos` it is cut from."""
    start: Milliseconds = Field(default=0, alias="in")
    """Engine only: the first millisecond of the source that is used."""
    volume: FiniteFloat | None = None
    """Engine only: loudness as a factor, 1.0 for unchanged."""
    speed: FiniteFloat | None = None
    """Engine only: 2.0 runs twice as fast; `d` is the length that results."""
    at: Milliseconds = 0
    """Engine only: when a text is shown, in milliseconds of the timeline."""
    text: str | None = None


class Track(Wire):
    """A row of the timeline: 0 picture, 1 sound, 7 text."""

    tt: int = 0
    sg: tuple[Segment, ...] | None = Field(default=None, max_length=20_000, fail_fast=True)


class Draft(Wire):
    """The timeline, in the service's short keys."""

    t: tuple[Track, ...] | None = Field(default=None, max_length=200, fail_fast=True)
    d: Milliseconds | None = None
    """Duration in milliseconds."""
    m: JSON | None = None


class Part(Wire):
    """A part of a message; only its text is read, files and the rest are left alone."""

    text: str | None = None


class Content(Wire):
    """What is said, in ADK's shape."""

    parts: tuple[Part, ...] | None = Field(default=None, max_length=1_000, fail_fast=True)
    role: str | None = None


class RunRequest(Wire):
    """A message to the agent; ADK's request, which takes both spellings of every key."""

    app_name: str = Field(validation_alias=AliasChoices("app_name", "appName"))
    session_id: Id = Field(validation_alias=AliasChoices("session_id", "sessionId"))
    user_id: str = Field(default="me", validation_alias=AliasChoices("user_id", "userId"))
    new_message: Content = Field(validation_alias=AliasChoices("new_message", "newMessage"))
    streaming: bool = False
    """Whether replies come in fragments first; ADK's switch, which our client leaves alone."""

    @property
    def text(self) -> str:
        """The words of the message."""
        return "\n".join(
            part.text for part in self.new_message.parts or () if part.text is not None
        )


def run_request(session_id: str, text: str) -> JSON:
    """Write the body of one message, in the spelling the vendor documents."""
    return {
        "app_name": APP_NAME,
        "user_id": "me",
        "session_id": session_id,
        "new_message": {"parts": [{"text": text}]},
    }


class RenderRequest(Wire):
    """A request for an export; `sessionId` is the one camelCase key of the API."""

    id: str = Field(min_length=1, max_length=128)
    session_id: Id = Field(validation_alias="sessionId")
    draft: JSON
    output: JSON | None = None


def render_request(render_id: str, session_id: str, draft: JSON) -> JSON:
    """Write the body that asks for an MP4 of a draft."""
    return {
        "id": render_id,
        "sessionId": session_id,
        "draft": draft,
        "output": {"format": "mp4", "quality": "high"},
    }


STATUS_WORDS = {
    "pending": RenderStatus.PENDING,
    "queued": RenderStatus.PENDING,
    "processing": RenderStatus.PROCESSING,
    "completed": RenderStatus.COMPLETED,
    "failed": RenderStatus.FAILED,
    "error": RenderStatus.FAILED,
    "cancelled": RenderStatus.FAILED,
    "canceled": RenderStatus.FAILED,
    "rejected": RenderStatus.FAILED,
    "expired": RenderStatus.FAILED,
    "timeout": RenderStatus.FAILED,
    "aborted": RenderStatus.FAILED,
}

# Characters of a reason that people read.
LONGEST_ERROR = 500


def read_render_job(body: JSON, render_id: str) -> RenderJob:
    """Read a render job from any of its three documented shapes.

    R1 has everything at the top level and the link at `output.url`; R2 wraps it in
    `{success, data}` with the link at `outputUrl`; R3 is either of them in `{code, data}`.
    A status no document names counts as still running, unless an error stands beside it.
    """
    data = body.get("data")
    job: JSON = {**body, **data} if isinstance(data, dict) else body
    output = job.get("output")
    link = output.get("url") if isinstance(output, dict) else None
    error = job.get("error") or job.get("message")
    known = STATUS_WORDS.get(str(job.get("status")).lower())
    status = known or (RenderStatus.FAILED if job.get("error") else RenderStatus.PROCESSING)
    links = (found for found in (link, job.get("outputUrl")) if found and isinstance(found, str))
    return RenderJob(
        render_id=render_id,
        status=status,
        progress_percent=min(100, _counted(job.get("progress"))),
        url=next(links, None),
        error=str(error)[:LONGEST_ERROR] if error and status is RenderStatus.FAILED else None,
    )
