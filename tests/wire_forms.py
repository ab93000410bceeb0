"""An engine that writes as the vendor's other documents say: they contradict each other.

The engine itself writes one form of everything. A middleware puts what it sends into another
documented form, for the tests of the client that has to read them all.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from socialcopy.engine.events import HEARTBEAT

Message = MutableMapping[str, Any]
JSON = dict[str, Any]

HEARTBEATS = {
    "empty": HEARTBEAT,
    "word": "data: heartbeat\n\n",
    "typed": 'data: {"type":"heartbeat"}\n\n',
    "object": "data: {}\n\n",
    "event": "event: heartbeat\n\n",
    "comment": ": ping\n\n",
}
RENDERS = "/api/render/proxy/lambda"


def wire_forms(**chosen: Any) -> list[Middleware]:
    """`framing`: `adk` or `typed`; `heartbeat`: a name of HEARTBEATS; `render_shape`: `R1`, with a
    job at the top level, or `R2`, with it in `data`; `refuses_duplicates`: of render ids."""
    return [Middleware(WireForms, **chosen)]


class WireForms:
    """Puts what the engine sends into the chosen forms."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        framing: str = "adk",
        heartbeat: str = "empty",
        render_shape: str = "R1",
        refuses_duplicates: bool = False,
    ) -> None:
        self._app = app
        self._is_typed = framing == "typed"
        self._heartbeat = HEARTBEATS[heartbeat].encode()
        self._is_enveloped = render_shape == "R2"
        self._seen: set[str] | None = set() if refuses_duplicates else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path == "/run_sse":
            await self._app(scope, receive, self._framed(send))
            return
        is_render = path.startswith(RENDERS)
        if is_render and scope["method"] == "POST" and self._seen is not None:
            body = await _body(receive)
            render_id = json.loads(body)["id"]
            if render_id in self._seen:
                refusal = JSONResponse({"code": 409, "message": "duplicate id"}, 409)
                await refusal(scope, receive, send)
                return
            self._seen.add(render_id)
            receive = _replayed(body, receive)
        is_shaped = is_render and self._is_enveloped
        await self._app(scope, receive, _enveloped(send) if is_shaped else send)

    def _framed(self, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def framed(message: Message) -> None:
            body = message.get("body", b"")
            if body == HEARTBEAT.encode():
                message = {**message, "body": self._heartbeat}
            elif self._is_typed and body.startswith(b"data: "):
                events = (json.loads(line[6:]) for line in body.decode().split("\n\n") if line)
                frames = (_frame(one) for event in events for one in _typed(event))
                message = {**message, "body": "".join(frames).encode()}
            await send(message)

        return framed


def _frame(body: JSON) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _typed(event: JSON) -> list[JSON]:
    """An ADK event as typed envelopes, which know no fragments."""
    if "errorCode" in event:
        return [{"type": "error", "message": event["errorMessage"]}]
    parts = () if event.get("partial") else event["content"]["parts"]
    return [_typed_part(part) for part in parts]


def _typed_part(part: JSON) -> JSON:
    match part:
        case {"functionCall": {"name": name, "args": arguments}}:
            return {"type": "tool_call", "name": name, "args": arguments}
        case {"functionResponse": {"name": name, "response": result}}:
            return {"type": "tool_result", "name": name, "result": result}
        case _:
            return {"type": "text", "content": part["text"]}


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
    return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, then whatever comes."""
    waiting = [body]

    async def replaying() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replaying


def _enveloped(send: Send) -> Callable[[Message], Awaitable[None]]:
    """Move a render job into a `data` object, its link to `outputUrl`."""
    start: Message = {}

    async def enveloped(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        body = json.dumps(_in_data(json.loads(message["body"]))).encode()
        headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start, "headers": headers})
        await send({**message, "body": body})

    return enveloped


def _in_data(job: JSON) -> JSON:
    if "id" not in job:  # a refusal
        return job
    output = job.pop("output", None)
    done = {"outputUrl": output["url"], "createdAt": 1, "completedAt": 2} if output else {}
    return {"success": True, "data": {**job, **done}}
