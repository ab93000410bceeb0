"""Messages in progress: each is finished once, whoever is still listening."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import uuid
from collections.abc import AsyncGenerator

from starlette.concurrency import run_in_threadpool

from socialcopy.engine.agent import Agent, Message, Project
from socialcopy.engine.capacity import messages_at_once
from socialcopy.engine.errors import EngineStoppingError, Refusal, RefusalError
from socialcopy.engine.events import HEARTBEAT, Failed, Returned, Said, Step, frame
from socialcopy.engine.store.credits import Ledger, Move
from socialcopy.engine.store.documents import Documents
from socialcopy.engine.store.queue import Backlog
from socialcopy.engine.store.sessions import COMPLETED, FAILED, WORKING, Sessions
from socialcopy.local_files import is_disk_full
from socialcopy.media.errors import MediaError, ToolFailedError, ToolTimeoutError
from socialcopy.nemovideo.schemas import JSON
from socialcopy.settings import EngineSettings
from socialcopy.understanding.errors import UnderstandingError

log = logging.getLogger(__name__)

# What a client waits before it sends a refused message again.
BUSY_SECONDS = 15
NOT_TAKEN = "This message was not taken on, and costs nothing; send it again later"
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
        documents: Documents,
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
        self.backlog = Backlog(
            documents,
            "unfinished/messages",
            work=self._work,
            give_up=self._give_up,
            withdraw=self._withdraw,
            workers=messages_at_once(settings),
            reserve_bytes=reserve_bytes,
        )

    def accept(self, session_id: str, user_id: str, text: str, listener: Listener) -> str:
        """Charge a message and take it on; raises RefusalError before anything is done."""
        message_id = uuid.uuid4().hex
        places = messages_at_once(self._settings) + self._settings.max_waiting
        if not self.backlog.reserve(message_id, places):
            words = "As many messages wait as may; send this one again later"
            raise RefusalError(Refusal.TOO_MANY, words, BUSY_SECONDS)
        item = {"session_id": session_id, "user_id": user_id, "text": text}
        self._listeners[message_id] = listener
        try:
            with self.backlog.adding(message_id, item):
                self._charge(session_id, user_id, message_id)
        except EngineStoppingError as error:
            raise RefusalError(Refusal.TOO_MANY, NOT_TAKEN, BUSY_SECONDS) from error
        return message_id

    def _charge(self, session_id: str, user_id: str, message_id: str) -> None:
        # Listed before it is charged: a client that does not find it may then send it anew.
        self._sessions.begin(session_id, message_id)
        paid = session_id if self._settings.charge_per == "session" else ""
        self._ledger.freeze(user_id, message_id, self._settings.message_cost_credits, paid)

    def _withdraw(self, item: JSON) -> None:
        """Take back a message that was never accepted, whether or not it was listed and charged.

        Nobody would ever work on it, and its sender would wait for it; not listed, it is sent anew.
        """
        self._ledger.end(item["user_id"], item["name"], Move.RELEASE)
        with contextlib.suppress(FileNotFoundError):  # the session was removed
            self._sessions.withdraw(item["session_id"], item["name"])

    async def stream(
        self, session_id: str, message_id: str, listener: Listener, *, streaming: bool = False
    ) -> AsyncGenerator[str]:
        """Yield what the agent does, with heartbeats while it says nothing.

        Of a message that another engine has taken up, only its end is told.
        """
        invocation_id = f"e-{uuid.uuid4()}"
        try:
            while True:
                try:
                    waiting = listener.steps.get()
                    step = await asyncio.wait_for(waiting, self._settings.heartbeat_seconds)
                except TimeoutError:
                    yield HEARTBEAT
                    if self.backlog.is_begun(message_id):
                        continue
                    step = await run_in_threadpool(self._outcome, session_id, message_id)
                    if step is None or not listener.steps.empty():
                        continue
                    listener.tell(None)
                if step is None:
                    return
                yield frame(step, invocation_id, streaming=streaming)
        finally:
            self._listeners.pop(message_id, None)

    def _outcome(self, session_id: str, message_id: str) -> Step | None:
        """Look up how a message has ended at another engine; none while it has not."""
        mark = self._sessions.mark_of(session_id, message_id) or {"status": FAILED}
        match mark["status"]:
            case status if status == WORKING:
                return None
            case status if status == COMPLETED:
                return Said(mark["text"])
            case _:
                return Failed(mark.get("error", BROKEN_OFF))

    def _work(self, item: JSON) -> None:
        has_ended = waits = False
        try:
            with self._sessions.at_work(item["session_id"], self.backlog.stopping):
                if self._begins(item):
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

    def _begins(self, item: JSON) -> bool:
        """Tell whether there is still something to do, and end what an earlier attempt has not."""
        if item["attempts"] == 1:
            return True
        status = self._sessions.begin_again(item["session_id"], item["name"], item["attempts"])
        if status != WORKING:
            move = Move.SETTLE if status == COMPLETED else Move.RELEASE
            self._ledger.end(item["user_id"], item["name"], move)
        return status == WORKING

    def _answer(self, item: JSON) -> None:
        message = Message(message_id=item["name"], text=item["text"])
        session = self._sessions.find(item["session_id"])
        if session is None:  # somebody removed its folder
            return
        project = Project(
            state=session["state"],
            files=self._sessions.files(session),
            path_of=functools.partial(self._sessions.fetch, item["session_id"]),
        )
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
            self._advance(item, step.delta, {})
        if isinstance(step, Said):
            # Charged first: nobody may see that it is done and find its credits still reserved.
            self._ledger.end(item["user_id"], item["name"], Move.SETTLE)
            self._advance(item, {}, {"status": COMPLETED, "text": step.text})
        self._tell(item["name"], step)

    def _fail(self, item: JSON, reason: str, code: int = 0) -> None:
        """Say in the state that nothing came of a message; a code says that its file is why."""
        self._ledger.end(item["user_id"], item["name"], Move.RELEASE)
        coded = {"code": code} if code else {}
        self._advance(item, {}, {"status": FAILED, "error": reason, **coded})
        self._tell(item["name"], Failed(reason))

    def _advance(self, item: JSON, delta: JSON, mark: JSON) -> None:
        session_id, attempt = item["session_id"], item["attempts"]
        self._sessions.advance(session_id, item["name"], attempt, delta=delta, mark=mark)

    def _give_up(self, item: JSON) -> None:
        if self._begins(item):
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
