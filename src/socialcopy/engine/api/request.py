"""What comes in with a request, in a documented shape or not at all."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from socialcopy.engine.api.uploads import CHUNK_BYTES, FileParts
from socialcopy.engine.errors import Refusal
from socialcopy.nemovideo.schemas import APP_NAME, Id, Wire, read_json

ATTRIBUTION = ("X-Skill-Source", "X-Skill-Version", "X-Skill-Platform")
MOST_PROBLEMS = 3

T = TypeVar("T", bound=BaseModel)


class OpenSession(Wire):
    """What a new session is called, and which language it is about."""

    task_name: str | None = Field(default=None, max_length=2_000)
    language: str | None = Field(default=None, max_length=64)


class ClaimRequest(Wire):
    """Which project a link is to open."""

    session_id: Id
    task_id: str = Field(default="", max_length=256)


class UrlUpload(Wire):
    """Files that the engine is to fetch itself."""

    urls: tuple[str, ...] = Field(min_length=1, max_length=16, fail_fast=True)
    source_type: str = Field(default="url", pattern=r"^url$")


async def read_shape(request: Request, shape: type[T]) -> T:
    """Read the body as JSON of a documented shape; an empty body counts as an empty object.

    Raises RefusalError, with the places that are wrong.
    """
    try:
        document = read_json(await request.body() or b"{}")
    except ValueError as exc:
        raise Refusal.UNREADABLE_BODY.error("The body is no JSON") from exc
    return shaped(document, shape)


def shaped(document: object, shape: type[T]) -> T:
    """Read a document as one of a documented shape. Raises RefusalError."""
    try:
        return shape.model_validate(document)
    except ValidationError as exc:
        raise Refusal.UNREADABLE_BODY.error(_problems(exc)) from exc


async def read_files(request: Request, parts: FileParts) -> None:
    """Feed a multipart body to disk in pieces of a megabyte; memory stays flat."""
    piece = bytearray()
    async for chunk in request.stream():
        piece += chunk
        # In pieces of a megabyte, since each hand-over to a thread costs more than the write
        # itself.
        if len(piece) >= CHUNK_BYTES:
            await run_in_threadpool(parts.feed, bytes(piece))
            piece.clear()
    await run_in_threadpool(parts.feed, bytes(piece))


def _problems(error: ValidationError) -> str:
    """Say what is wrong with a body, without what was sent."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    told = (f"{'.'.join(map(str, one['loc']))[:100]}: {one['msg']}" for one in problems)
    return "; ".join(list(told)[:MOST_PROBLEMS])


def require_attribution(request: Request) -> None:
    """Raise RefusalError unless all three headers say which skill asks."""
    missing = [name for name in ATTRIBUTION if not request.headers.get(name)]
    if missing:
        raise Refusal.NOT_ATTRIBUTED.error(f"Export blocked: {', '.join(missing)} missing")


def session_in_path(request: Request, user_id: str) -> str:
    """Return the session id of a path whose user is `me` or the token's own."""
    named = request.path_params["user"]
    if named not in ("me", user_id) or request.path_params["app"] != APP_NAME:
        raise Refusal.UNKNOWN_SESSION.error("Session not found")
    return request.path_params["session_id"]


def base_url(request: Request) -> str:
    """Return where this engine was reached, with a slash at the end; links are built from it."""
    return str(request.base_url)
