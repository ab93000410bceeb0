"""What comes in with a request is counted, whatever its framing and whoever reads it.

Every byte of a body passes here: multipart or JSON, announced or in chunks, asked for or sent
along with a GET. So no endpoint has to think of it, and none can forget.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socialcopy.engine.errors import Refusal, RefusalError

# A draft is a few kilobytes; this leaves room for one with thousands of segments.
MAX_JSON_BYTES = 8_000_000

# What a multipart body may be longer than the files in it.
MULTIPART_SLACK_BYTES = 1_000_000

# Silence in the middle of a body after which it is given up.
IDLE_SECONDS = 60.0

# How long a body nobody wants is read and dropped, so that its sender hears the answer.
DRAIN_SECONDS = 30.0

UPLOADS = "/api/upload-video/"


class BodyLimits:
    """Hands an application no more of a body than the endpoint may get."""

    def __init__(self, app: ASGIApp, max_upload_bytes: int) -> None:
        self._app = app
        self._max_upload_bytes = max_upload_bytes + MULTIPART_SLACK_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"].startswith(UPLOADS)
        body = _Body(scope, receive, send, self._max_upload_bytes if is_upload else MAX_JSON_BYTES)
        try:
            body.require_headers()
        except RefusalError as refusal:
            await refused(refusal)(scope, body.receive, body.send)
        else:
            await self._app(scope, body.receive, body.send)


class _Body:
    """The body of one request on its way to the application."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, max_bytes: int) -> None:
        self._headers = Headers(scope=scope)
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._is_complete = False

    def require_headers(self) -> None:
        """Refuse what the headers say already, before a byte of the body is read."""
        encoding = self._headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            raise Refusal.ENCODED_BODY.error("Send the body as it is, without a Content-Encoding")
        if int(self._headers.get("Content-Length") or 0) > self._max_bytes:
            raise Refusal.TOO_LARGE.error(f"The body is larger than {self._max_bytes} bytes")

    async def receive(self) -> Message:
        """Hand on the next piece. Raises RefusalError."""
        if self._is_complete:
            return await self._receive()  # what comes now is that the client has gone
        try:
            message = await asyncio.wait_for(self._receive(), IDLE_SECONDS)
        except TimeoutError:
            self._is_complete = True
            raise Refusal.SLOW_BODY.error("The body did not go on") from None
        self._note(message)
        if self._size_bytes > self._max_bytes:
            raise Refusal.TOO_LARGE.error(f"The body is larger than {self._max_bytes} bytes")
        return message

    def _note(self, message: Message) -> None:
        self._size_bytes += len(message.get("body", b""))
        is_last = message["type"] == "http.disconnect" or not message.get("more_body", False)
        # Once a body has ended it stays so, whatever a second call is told.
        self._is_complete = self._is_complete or is_last

    async def send(self, message: Message) -> None:
        """Pass an answer on, once its reader has said everything and listens."""
        # A client that is still sending reads nothing; closing now would reset the connection
        # under it.
        if message["type"] == "http.response.start" and not self._is_complete:
            await self._drain()
        await self._send(message)

    async def _drain(self) -> None:
        """Drop what is left of the body, for as long as is worth waiting for it."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self._is_complete:
                    self._note(await self._receive())
        except TimeoutError:
            return


def refused(refusal: RefusalError) -> JSONResponse:
    """Put a refusal in its envelope."""
    wait = refusal.retry_after_seconds
    return JSONResponse(
        {"code": refusal.code, "message": refusal.message},
        status_code=refusal.status,
        headers={"Retry-After": str(wait)} if wait else None,
    )
