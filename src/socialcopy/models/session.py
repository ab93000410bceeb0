"""What the service answers: sessions, uploads, render jobs."""

from __future__ import annotations

from enum import StrEnum

from socialcopy.models.value import Value


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
