"""What travels over the wire, shared by the client and the engine.

Documents contradict each other in places; every documented spelling is read, one is written.
Unknown keys are kept: a draft goes into a render exactly as it came out of the state.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr

from socialcopy.models import Asset, RenderJob, RenderStatus

APP_NAME = "nemo_agent"
JSON = dict[str, Any]


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

    token: SecretStr
    user_id: str = ""
    """`anon_…`; newer documents leave it out."""
    credits: int = 0
    expires_at: datetime | None = None


class OpenedSession(Wire):
    """The answer to opening a session."""

    session_id: str
    task_id: str = ""
    user_id: str = ""


class ClaimToken(Wire):
    """A link-only token: it opens the project in a browser and nothing else."""

    claim_token: SecretStr
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
        """The part of it that the pipeline uses."""
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
    numbers = [data.get(name) for name in Balance._fields]
    available, frozen, total = (
        max(0, round(n)) if isinstance(n, int | float) else 0 for n in numbers
    )
    return Balance(available, frozen, total or available + frozen)


class Segment(Wire):
    """One piece on a track. Only `d` and `m` are documented; the others are our own."""

    d: int | None = None
    """Duration in milliseconds."""
    m: JSON | None = None
    asset: str | None = None
    """Engine only: `asset_id` of the file in `video_infos` it is cut from."""
    start: int = Field(default=0, alias="in")
    """Engine only: the first millisecond of the source that is used."""
    volume: float | None = None
    """Engine only: loudness as a factor, 1.0 for unchanged."""
    speed: float | None = None
    """Engine only: 2.0 runs twice as fast; `d` is the length that results."""
    at: int = 0
    """Engine only: when a text is shown, in milliseconds of the timeline."""
    text: str | None = None


class Track(Wire):
    """A row of the timeline: 0 picture, 1 sound, 7 text."""

    tt: int = 0
    sg: tuple[Segment, ...] | None = None


class Draft(Wire):
    """The timeline, in the service's short keys."""

    t: tuple[Track, ...] | None = None
    d: int | None = None
    """Duration in milliseconds."""
    m: JSON | None = None


class RunRequest(Wire):
    """A message to the agent; ADK's request, which takes both spellings of every key."""

    app_name: str = Field(validation_alias=AliasChoices("app_name", "appName"))
    session_id: str = Field(validation_alias=AliasChoices("session_id", "sessionId"))
    user_id: str = Field(default="me", validation_alias=AliasChoices("user_id", "userId"))
    new_message: JSON = Field(validation_alias=AliasChoices("new_message", "newMessage"))
    streaming: bool = False
    """Whether replies come in fragments first; ADK's switch, which our client leaves alone."""

    @property
    def text(self) -> str:
        """The words of the message."""
        parts = self.new_message.get("parts") or []
        return "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def run_request(session_id: str, text: str) -> JSON:
    """The body of one message, in the spelling the vendor documents."""
    return {
        "app_name": APP_NAME,
        "user_id": "me",
        "session_id": session_id,
        "new_message": {"parts": [{"text": text}]},
    }


class RenderRequest(Wire):
    """A request for an export; `sessionId` is the one camelCase key of the API."""

    id: str = Field(min_length=1, max_length=128)
    session_id: str = Field(validation_alias="sessionId")
    draft: JSON
    output: JSON | None = None


def render_request(render_id: str, session_id: str, draft: JSON) -> JSON:
    """The body that asks for an MP4 of a draft."""
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
}


def read_render_job(body: JSON, render_id: str) -> RenderJob:
    """Read a render job from any of its three documented shapes.

    R1 has everything at the top level and the link at `output.url`; R2 wraps it in
    `{success, data}` with the link at `outputUrl`; R3 is either of them in `{code, data}`.
    A status no document names counts as still running.
    """
    data = body.get("data")
    job: JSON = {**body, **data} if isinstance(data, dict) else body
    output = job.get("output")
    link = output.get("url") if isinstance(output, dict) else None
    progress = job.get("progress")
    error = job.get("error") or job.get("message")
    status = STATUS_WORDS.get(str(job.get("status")).lower(), RenderStatus.PROCESSING)
    return RenderJob(
        render_id=render_id,
        status=status,
        progress_percent=round(progress) if isinstance(progress, int | float) else 0,
        url=link or job.get("outputUrl") or None,
        error=str(error) if error and status is RenderStatus.FAILED else None,
    )
