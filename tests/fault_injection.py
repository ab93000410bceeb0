"""An engine that does things wrong on purpose, for tests and for people who build against its API.

A plan is a list of faults. Each names an endpoint, what it does there, how often, and after how
many calls. Shares are drawn from a seed: one seed, one run. What shows on the wire is done by
middleware; what goes wrong in the middle of a message's work, by an agent in the place of the real
one. `python -m tests.fault_injection DATA_FOLDER FAULTS` serves such an engine until it is ended;
`docs/protocol.md` has examples.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Generator, MutableMapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, TypeAdapter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from socialcopy.engine.agent import Agent, Project
from socialcopy.engine.agent import Message as AgentMessage
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import run
from socialcopy.engine.errors import SMALLEST_ENVELOPE_CODE
from socialcopy.engine.events import HEARTBEAT, Step
from socialcopy.settings import DataSettings, EngineSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.errors import UnderstandingError

Message = MutableMapping[str, Any]

FAILURE = "scripted failure"

EDIT_TOOL = "edit_multitrack"
"""The tool call after which the words of a silent edit are left out."""

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


class Fault(BaseModel):
    """Something the engine does wrong on purpose."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at: Literal[
        "token",
        "claim",
        "session",
        "message",
        "upload",
        "credits",
        "state",
        "render",
        "poll",
        "download",
        "cancel",
        "link",
    ]
    """Where; `link` is the finished video's own URL."""

    does: Literal["refuse", "drop_reply", "drop_stream", "hang", "lose", "slow", "truncate", "fail"]
    """`refuse` answers with `code` before any work. `drop_reply` does the work and hangs up,
    `drop_stream` after the first piece of the reply. `hang` does the work and sends heartbeats
    only, `lose` takes a message, charges it and never works on it. `slow` waits `seconds` before
    each piece, `truncate` sends half. `fail` lets a message or a render job end in an error."""

    code: int = 500
    """For `refuse`: four digits travel in an envelope, three are the HTTP status."""

    times: NonNegativeInt = 1
    """How often; zero means every time."""

    after: NonNegativeInt = 0
    """How many calls go well before."""

    share: float = Field(default=1, ge=0, le=1)
    """The share of calls that are hit, drawn from the seed of the plan."""

    seconds: float = Field(default=1, ge=0)
    """The pause of `slow`, and the `Retry-After` of a 429."""


class FaultPlan:
    """Counts the calls and says when a fault is due."""

    def __init__(self, faults: Sequence[Fault], seed: int = 0, silent_edits: float = 0) -> None:
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)
        self._done = [0] * len(self._faults)
        self._random = random.Random(seed)
        self._silent_edits = silent_edits
        self._lock = threading.Lock()
        self._lost = 0

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

    def lose_next(self) -> None:
        """Have the agent pass over the message that the middleware lets in now."""
        with self._lock:
            self._lost += 1

    def is_lost(self) -> bool:
        with self._lock:
            self._lost, was = max(0, self._lost - 1), self._lost
        return was > 0

    def is_silent(self) -> bool:
        """Whether the edit at hand is one that ends without a word."""
        with self._lock:
            return self._random.random() < self._silent_edits


class FaultyAgent(Agent):
    """The real agent, but for messages that are lost or fail."""

    def __init__(self, plan: FaultPlan, *settings: Any) -> None:
        super().__init__(*settings)
        self._plan = plan

    def answer(
        self, message: AgentMessage, project: Project, stopping: threading.Event
    ) -> Generator[Step]:
        if self._plan.is_lost():
            return
        if self._plan.take("message", "fail"):
            raise UnderstandingError(FAILURE)
        yield from super().answer(message, project, stopping)


class _CutError(Exception):
    """Ends the application's work on a reply that nobody is to hear."""


class FaultMiddleware:
    """Lets the faults happen that show on the wire."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, settings: EngineSettings) -> None:
        self._app = app
        self._plan = plan
        self._heartbeat = HEARTBEAT.encode()
        self._seconds = settings.heartbeat_seconds
        self._failing_renders: dict[str, bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, in the planned way."""
        at = _endpoint(scope) if scope["type"] == "http" else None
        fault = self._plan.take(at, *ON_THE_WIRE) if at else None
        if fault is None:
            await self._with_hidden_faults(at, scope, receive, send)
        elif fault.does == "refuse":
            await _drain(receive)
            await _refusal(fault)(scope, receive, send)
        elif fault.does == "lose":
            self._plan.lose_next()
            await self._hang(scope, receive, send)
        elif fault.does == "hang":
            await self._hang(scope, receive, send)
        else:
            await self._damage(fault, scope, receive, send)

    async def _with_hidden_faults(
        self, at: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Fail a render job by what is said of it, and leave the last words of silent edits out."""
        if at == "poll" and self._fails(scope["path"].rpartition("/")[2]):
            failed = {"status": "failed", "progress": 5, "error": FAILURE}
            await JSONResponse(failed)(scope, receive, send)
        else:
            speak = _without_words_after_edits(self._plan, send) if at == "message" else send
            await self._app(scope, receive, speak)

    def _fails(self, render_id: str) -> bool:
        if render_id not in self._failing_renders:
            self._failing_renders[render_id] = self._plan.take("render", "fail") is not None
        return self._failing_renders[render_id]

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


ON_THE_WIRE = ("refuse", "drop_reply", "drop_stream", "hang", "lose", "slow", "truncate")


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


def _without_words_after_edits(plan: FaultPlan, send: Send) -> Callable[[Message], Awaitable[None]]:
    """Leave out what is said after an edit; the engine sends each event in a piece of its own."""
    last_tool = ""

    async def speak(message: Message) -> None:
        nonlocal last_tool
        body = message.get("body", b"").decode()
        tools = re.findall(rf'"name":"({EDIT_TOOL}|write_social_copy)"', body)
        last_tool = tools[-1] if tools else last_tool
        is_words = '"text":' in body or '"type":"text"' in body
        if is_words and not tools and last_tool == EDIT_TOOL and plan.is_silent():
            message = {**message, "body": b""}
        await send(message)

    return speak


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
    headers = {"Retry-After": str(round(fault.seconds))} if fault.code == 429 else None
    body = {"code": fault.code, "message": f"{FAILURE} {fault.code}"}
    return JSONResponse(body, status_code=status, headers=headers)


def create_faulty_app(
    engine: EngineSettings,
    speech: SpeechSettings,
    media: MediaSettings,
    data: DataSettings,
    *faults: Fault,
    seed: int = 0,
    silent_edits: float = 0,
    forms: Sequence[Middleware] = (),
) -> Starlette:
    """The engine with a plan of faults; `silent_edits` is the share that ends without a word.

    `forms` are those of `tests.wire_forms`.
    """
    plan = FaultPlan(faults, seed, silent_edits)
    return create_app(
        engine,
        speech,
        media,
        data,
        agent=FaultyAgent(plan, speech, media, data.cache_dir),
        middleware=[Middleware(FaultMiddleware, plan=plan, settings=engine), *forms],
    )


def main(folder: str, faults: str = "[]", silent_edits: str = "0") -> None:
    """Serve an engine over a data folder with the faults of a JSON list; prints its URL."""
    plan = TypeAdapter(list[Fault]).validate_python(json.loads(faults))
    data = DataSettings(data_dir=Path(folder))
    settings = EngineSettings(), SpeechSettings(), MediaSettings(), data
    run(create_faulty_app(*settings, *plan, silent_edits=float(silent_edits)))


if __name__ == "__main__":
    main(*sys.argv[1:])
