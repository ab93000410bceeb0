"""What comes in with a request: its user, its body, the place it was sent to."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from socialcopy.engine.errors import (
    NotAttributedError,
    TooLargeError,
    UnknownSessionError,
    UnreadableBodyError,
)
from socialcopy.engine.uploads import CHUNK_BYTES, FileParts
from socialcopy.nemovideo.schemas import APP_NAME, JSON

MAX_JSON_BYTES = 8_000_000
"""A draft is a few kilobytes; this leaves room for one with thousands of segments."""

MULTIPART_SLACK_BYTES = 1_000_000
"""What a multipart body may be longer than the files in it."""

ATTRIBUTION = ("X-Skill-Source", "X-Skill-Version", "X-Skill-Platform")

T = TypeVar("T", bound=BaseModel)


async def read_json(request: Request) -> JSON:
    """The JSON object of a body; an empty body counts as an empty object."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise TooLargeError("The body is too large")
    try:
        document = json.loads(body or b"{}")
    except ValueError as exc:
        raise UnreadableBodyError("The body is no JSON") from exc
    if not isinstance(document, dict):
        raise UnreadableBodyError("The body is no JSON object")
    return document


async def read_shape(request: Request, shape: type[T]) -> T:
    """The body in a documented shape."""
    document = await read_json(request)
    try:
        return shape.model_validate(document)
    except ValidationError as exc:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise UnreadableBodyError(wrong) from exc


async def read_parts(request: Request, parts: FileParts, max_bytes: int) -> None:
    """Feed a multipart body to disk in pieces of a megabyte; memory stays flat.

    A body that is announced as too long is refused before a byte of it is kept, and read to its
    end all the same (or as far as the limit): a client still sending would not hear the answer.
    """
    announced = int(request.headers.get("Content-Length") or 0)
    if announced > max_bytes + MULTIPART_SLACK_BYTES:
        await _drain(request, max_bytes)
        raise TooLargeError(f"The file is larger than {max_bytes} bytes")
    try:
        async for piece in _pieces(request):
            await run_in_threadpool(parts.feed, piece)
    except TooLargeError:
        await _drain(request, max_bytes)
        raise


async def _pieces(request: Request) -> AsyncGenerator[bytes]:
    piece = bytearray()
    async for chunk in request.stream():
        piece += chunk
        if len(piece) >= CHUNK_BYTES:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


async def _drain(request: Request, most_bytes: int) -> None:
    """Read and drop the rest of a body, without Starlette's bookkeeping of streams."""
    dropped = 0
    while dropped <= most_bytes:
        message = await request.receive()
        dropped += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def insist_on_attribution(request: Request) -> None:
    """Raise NotAttributedError unless all three headers say which skill asks."""
    missing = [name for name in ATTRIBUTION if not request.headers.get(name)]
    if missing:
        raise NotAttributedError(f"Export blocked: {', '.join(missing)} missing")


def session_in_path(request: Request, user_id: str) -> str:
    """The session id of a path whose user is `me` or the token's own."""
    named = request.path_params["user"]
    if named not in ("me", user_id) or request.path_params["app"] != APP_NAME:
        raise UnknownSessionError("Session not found")
    return request.path_params["session_id"]


def base_url(request: Request) -> str:
    """Where this engine was reached, with a slash at the end; links are built from it."""
    return str(request.base_url)
