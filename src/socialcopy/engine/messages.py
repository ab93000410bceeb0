"""Messages in progress: each is finished once, whoever is still listening."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

from socialcopy import json_files
from socialcopy.engine.agent import Agent, Message, Project
from socialcopy.engine.errors import Refusal, RefusalError
from socialcopy.engine.events import HEARTBEAT, Failed, Returned, Said, Step, frame
from socialcopy.engine.store.credits import Ledger, Move
from socialcopy.engine.store.queue import Backlog
from socialcopy.engine.store.sessions import Sessions, merge
from socialcopy.local_files import is_disk_full
from socialcopy.media.errors import MediaError, ToolFailedError, ToolTimeoutError
from socialcopy.nemovideo.schemas import JSON
from socialcopy.settings import EngineSettings
from socialcopy.understanding.errors import UnderstandingError

log = logging.getLogger(__name__)

# What a client waits before it sends a refused message again.
BUSY_SECONDS = 15
BROKEN_OFF = "the engine broke off; it will take this message up again"
GIVEN_UP = "the work on this message broke off three times"


UNREADABLE = "the picture or the sound of this video can't be read; it may be damaged"


def _blames_the_file(error: Exception) -> bool:
    """Tell whether a tool could not read the video, rather than this machine being the problem."""
    if isinstance(error, ToolFailedError):
        return not error.is_ours
    return isinstance(error, ToolTimeoutError)


class Listener:
    """The connection a message came over, as seen from the worker's thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.steps: asyncio.Queue[Step | None] = asyncio.Queue()

    def tell(self, step: Step | None) -> None:
        """Pass a step on; none says that the stream ends."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self.steps.put_nowait, step)


class Messages:
    """Takes messages, has the agent answer them, and tells whoever listens."""

    def __init__(
        self,
        folder: Path,
        settings: EngineSettings,
        sessions: Sessions,
        ledger: Ledger,
        agent: Agent,
        *,
        reserve_bytes: int = 0,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._ledger = ledger
        self._agent = agent
        self._listeners: dict[str, Listener] = {}
        self._accepting = folder.parent / "accepting"
        self.backlog = Backlog(
            folder,
            work=self._work,
            give_up=self._give_up,
            gone=self._end,
            workers=settings.concurrency,
            reserve_bytes=reserve_bytes,
        )

    def accept(self, session_id: str, user_id: str, text: str, listener: Listener) -> str:
        """Charge a message and take it on; raises RefusalError before anything is done."""
        message_id = uuid.uuid4().hex
        with json_files.lock(self._accepting):
            self._require_place()
            self._charge(session_id, user_id, message_id)
            self._listeners[message_id] = listener
            item = {"session_id": session_id, "user_id": user_id, "text": text}
            self.backlog.add(message_id, item)
        return message_id

    def _require_place(self) -> None:
        if self.backlog.in_hand >= self._settings.concurrency + self._settings.max_waiting:
            words = "As many messages wait as may; send this one again later"
            raise RefusalError(Refusal.TOO_MANY, words, BUSY_SECONDS)

    def _charge(self, session_id: str, user_id: str, message_id: str) -> None:
        # Listed before it is charged: a client that does not find it may then send it anew.
        self._sessions.begin(session_id, message_id)
        paid = session_id if self._settings.charge_per == "session" else ""
        try:
            self._ledger.freeze(user_id, message_id, self._settings.message_cost_credits, paid)
        except RefusalError:
            self._sessions.withdraw(session_id, message_id)
            raise

    def withdraw_half_accepted(self) -> None:
        """Take back what an engine listed and was killed before it had accepted it.

        Nobody would ever work on it, and its sender would wait for it; not listed, it is sent anew.
        """
        with json_files.lock(self._accepting):  # another engine may be about to accept one
            for session, message_id in self._sessions.messages_at_work():
                if not self.backlog.has(message_id):
                    self._ledger.end(session["user_id"], message_id, Move.RELEASE)
                    self._sessions.withdraw(session["session_id"], message_id)

    async def stream(
        self, message_id: str, listener: Listener, *, streaming: bool = False
    ) -> AsyncGenerator[str]:
        """Yield what the agent does, with heartbeats while it says nothing."""
        invocation_id = f"e-{uuid.uuid4()}"
        try:
            while True:
                try:
                    waiting = listener.steps.get()
                    step = await asyncio.wait_for(waiting, self._settings.heartbeat_seconds)
                except TimeoutError:
                    yield HEARTBEAT
                    continue
                if step is None:
                    return
                yield frame(step, invocation_id, streaming=streaming)
        finally:
            self._listeners.pop(message_id, None)

    def _work(self, item: JSON) -> None:
        has_ended = waits = False
        try:
            with self._sessions.at_work(item["session_id"]):
                self._answer(item)
            has_ended = True
        except Exception as error:
            waits = is_disk_full(error)  # it goes on by itself, and whoever listens hears it
            raise
        finally:
            if not (has_ended or waits):  # whoever listens must not take it for an end in silence
                self._tell(item["name"], Failed(BROKEN_OFF))
            if not waits:
                self._end(item["name"])

    def _answer(self, item: JSON) -> None:
        message = Message(message_id=item["name"], text=item["text"])
        session = self._sessions.find(item["session_id"])
        if session is None:  # somebody removed its folder
            return
        files = self._sessions.files_on_disk(session)
        project = Project(state=session["state"], files=files)
        try:
            for step in self._agent.answer(message, project, self.backlog.stopping):
                self._take(item, step)
        except (MediaError, UnderstandingError) as exc:
            if is_disk_full(exc):
                raise
            log.warning("message %s failed: %s", item["name"], exc)
            is_unreadable = _blames_the_file(exc)
            reason = UNREADABLE if is_unreadable else str(exc)
            self._fail(item, reason, Refusal.UNSUPPORTED_KIND if is_unreadable else 0)

    def _take(self, item: JSON, step: Step) -> None:
        """Write down what a step changes before anybody hears of it."""
        if isinstance(step, Returned):
            with self._sessions.changing_state(item["session_id"]) as state:
                merge(state, step.delta)
        if isinstance(step, Said):
            self._ledger.end(item["user_id"], item["name"], Move.SETTLE)
            done = {"status": "completed", "text": step.text}
            self._sessions.mark(item["session_id"], item["name"], done)
        self._tell(item["name"], step)

    def _fail(self, item: JSON, reason: str, code: int = 0) -> None:
        """Say in the state that nothing came of a message; a code says that its file is why."""
        self._ledger.end(item["user_id"], item["name"], Move.RELEASE)
        failed = {"status": "failed", "error": reason} | ({"code": code} if code else {})
        self._sessions.mark(item["session_id"], item["name"], failed)
        self._tell(item["name"], Failed(reason))

    def _give_up(self, item: JSON) -> None:
        self._fail(item, GIVEN_UP)
        self._end(item["name"])

    def _tell(self, message_id: str, step: Step) -> None:
        listener = self._listeners.get(message_id)
        if listener is not None:
            listener.tell(step)

    def _end(self, message_id: str) -> None:
        listener = self._listeners.pop(message_id, None)
        if listener is not None:
            listener.tell(None)
