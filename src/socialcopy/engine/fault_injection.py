"""What goes wrong on purpose, for tests and for people who build against the API.

A plan is a list of faults (`ENGINE_FAULTS`, as JSON). Each names an endpoint, what it does there,
how often, and after how many calls. Shares are drawn from a seed: one seed, one run.
"""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from socialcopy.engine.errors import SMALLEST_ENVELOPE_CODE
from socialcopy.engine.events import HEARTBEATS
from socialcopy.models.faults import Fault
from socialcopy.settings import EngineSettings

Message = MutableMapping[str, Any]

ENDPOINTS: list[tuple[str, str, str]] = [
    ("POST", r"/api/auth/anonymous-token", "token"),
    ("POST", r"/api/auth/claim-token", "claim"),
    ("POST", r"/api/tasks/me/with-session/\w+", "session"),
    ("POST", r"/run_sse", "message"),
    ("POST", r"/api/upload-video/.+", "upload"),
    ("GET", r"/api/credits/balance/simple", "credits"),
    ("GET", r"/api/state/.+", "state"),
    ("POST", r"/api/render/proxy/lambda", "render"),
    ("GET", r"/api/render/proxy/lambda/[^/]+", "poll"),
    ("GET", r"/api/render/proxy/[^/]+/download", "download"),
    ("POST", r"/api/render/proxy/lambda/[^/]+/cancel", "cancel"),
    ("GET", r"/render-result/.+", "link"),
]
"""Method, path and the name that a fault calls an endpoint by."""

ON_THE_WIRE = ("refuse", "drop_reply", "drop_stream", "hang", "slow", "truncate")


class FaultPlan:
    """Counts the calls and says when a fault is due."""

    def __init__(self, settings: EngineSettings) -> None:
        self._faults = settings.faults
        self._seen = [0] * len(self._faults)
        self._done = [0] * len(self._faults)
        self._random = random.Random(settings.fault_seed)  # noqa: S311  (repeatable, no secret)
        self._silent_share = settings.silent_edit_share
        self._lock = threading.Lock()

    def take(self, at: str, *kinds: str) -> Fault | None:
        """Take the fault that is due for this call, if one is; it counts as done."""
        with self._lock:
            due = [n for n, f in enumerate(self._faults) if f.at == at and f.does in kinds]
            return next((self._faults[n] for n in due if self._is_due(n)), None)

    def _is_due(self, number: int) -> bool:
        fault = self._faults[number]
        self._seen[number] += 1
        is_over = fault.times and self._done[number] >= fault.times
        if self._seen[number] <= fault.after or is_over or self._random.random() >= fault.share:
            return False
        self._done[number] += 1
        return True

    def is_silent(self) -> bool:
        """Tell whether the edit at hand is one that ends without a word."""
        with self._lock:
            return self._random.random() < self._silent_share


class _CutError(Exception):
    """Ends the application's work on a reply that nobody is to hear."""


class FaultMiddleware:
    """Lets the faults happen that show on the wire."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, settings: EngineSettings) -> None:
        self._app = app
        self._plan = plan
        self._heartbeat = HEARTBEATS["empty"].encode()
        self._seconds = settings.heartbeat_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, in the planned way."""
        at = _endpoint(scope) if scope["type"] == "http" else None
        fault = self._plan.take(at, *ON_THE_WIRE) if at else None
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.does == "refuse":
            await _drain(receive)
            await _refusal(fault)(scope, receive, send)
        elif fault.does == "hang":
            await self._hang(scope, receive, send)
        else:
            await self._damage(fault, scope, receive, send)

    async def _damage(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the work, and send its reply cut or slowly; returning early cuts the connection."""
        try:
            await self._app(scope, receive, _damaged(fault, send))
        except _CutError:
            return

    async def _hang(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, then nothing but heartbeats until the client goes; the work is done unheard."""

        async def only_start(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                raise _CutError

        try:
            await self._app(scope, receive, only_start)
        except _CutError:
            while True:
                await send(
                    {"type": "http.response.body", "body": self._heartbeat, "more_body": True}
                )
                try:
                    message = await asyncio.wait_for(receive(), self._seconds)
                except TimeoutError:
                    continue
                if message["type"] == "http.disconnect":
                    return


def _damaged(fault: Fault, send: Send) -> Callable[[Message], Awaitable[None]]:
    async def damaged(message: Message) -> None:
        is_start = message["type"] == "http.response.start"
        if fault.does == "slow" and not is_start:
            await asyncio.sleep(fault.seconds)
        if fault.does in ("drop_stream", "truncate") and not is_start:
            body = message.get("body", b"")
            half = body[: len(body) // 2] if fault.does == "truncate" else body
            await send({"type": "http.response.body", "body": half, "more_body": True})
            raise _CutError
        await send(message)
        if fault.does == "drop_reply":
            raise _CutError

    return damaged


def _endpoint(scope: Scope) -> str | None:
    method, path = scope["method"], scope["path"]
    names = (n for m, pattern, n in ENDPOINTS if m == method and re.fullmatch(pattern, path))
    return next(names, None)


async def _drain(receive: Receive) -> None:
    """Read what is being sent; a client in the middle of an upload hears no answer otherwise."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


def _refusal(fault: Fault) -> JSONResponse:
    """Build a refusal as the real one looks: in the envelope of a 200, or as an HTTP status."""
    status = 200 if fault.code >= SMALLEST_ENVELOPE_CODE else fault.code
    headers = {"Retry-After": str(round(fault.seconds))} if fault.code == 429 else None  # noqa: PLR2004
    body = {"code": fault.code, "message": f"scripted failure {fault.code}"}
    return JSONResponse(body, status_code=status, headers=headers)
