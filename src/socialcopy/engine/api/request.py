"""What comes in with a request: its user, its body, the place it was sent to."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from socialcopy.engine.api.uploads import CHUNK_BYTES, FileParts
from socialcopy.engine.errors import (
    NotAttributedError,
    TooLargeError,
    UnknownSessionError,
    UnreadableBodyError,
)
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


class Body:
    """A long body, read piece by piece; what a refusal leaves unread is read and dropped.

    A client that is still sending would not hear the answer otherwise.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._is_complete = False

    async def read_into(self, parts: FileParts, max_bytes: int) -> None:
        """Feed a multipart body to disk in pieces of a megabyte; memory stays flat.

        A body announced as too long is refused before a byte of it is kept.
        """
        announced = int(self._request.headers.get("Content-Length") or 0)
        if announced > max_bytes + MULTIPART_SLACK_BYTES:
            raise TooLargeError(f"The file is larger than {max_bytes} bytes")
        piece = bytearray()
        async for chunk in self._chunks():
            piece += chunk
            if len(piece) >= CHUNK_BYTES:
                await run_in_threadpool(parts.feed, bytes(piece))
                piece.clear()
        await run_in_threadpool(parts.feed, bytes(piece))

    async def drain(self, most_bytes: int) -> None:
        """Drop the rest, or as much of it as is worth waiting for."""
        dropped = 0
        async for chunk in self._chunks():
            dropped += len(chunk)
            if dropped > most_bytes:
                return

    async def _chunks(self) -> AsyncGenerator[bytes]:
        while not self._is_complete:
            message = await self._request.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._is_complete = not message.get("more_body", False)
            yield message.get("body", b"")


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
