"""Editing sessions: each a document with the state the API shows, and the files it is about.

A message is worked on by one attempt at a time, and attempts are numbered by its item in the queue.
What an attempt wants to change is taken only while no later one has begun and the message has not
ended: so an engine that slept, and whose work another one has taken over, can't spoil it.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from socialcopy.engine.errors import EngineStoppingError, Refusal
from socialcopy.engine.store.documents import Documents
from socialcopy.json_files import Shape
from socialcopy.local_files import CorruptFileError
from socialcopy.models import MediaInfo, Value
from socialcopy.nemovideo.schemas import JSON

# 19 digits, as the vendor's are; so no id is ever a path.
SESSION_ID = re.compile(r"[1-9][0-9]{18}")
WORKING, COMPLETED, FAILED = "working", "completed", "failed"
# Between two looks whether another message of a session has ended.
TURN_SECONDS = 0.2
SMALLEST_ID, IDS = 10**18, 9 * 10**18
SESSION = Shape(
    {"session_id": str, "user_id": str, "files": dict, "state": dict},
    "Move its folder away; the video it was about gets a new session",
)


class StoredFile(Value):
    """An uploaded file, as the engine keeps it."""

    asset_id: str
    filename: str
    """The name it was uploaded under; never part of a path."""
    file_type: str
    sha256: str
    size_bytes: int
    info: MediaInfo | None = None
    """What the probe said; none for pictures and sound."""


class Sessions:
    """All sessions of one store, read from it each time: another engine may write too."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def create(self, user_id: str, name: str, language: str | None) -> JSON:
        """Open a session."""
        session_id = str(SMALLEST_ID + secrets.randbelow(IDS))
        session = {
            "session_id": session_id,
            "task_id": f"task_{secrets.token_hex(8)}",
            "task_name": name,
            "language": language,
            "user_id": user_id,
            "files": {},
            "state": {"messages": {}},  # empty says "none yet", which a recovering client relies on
        }
        return self._documents.create(_document(session_id), session, SESSION)

    def get(self, session_id: str, user_id: str) -> JSON:
        """Return a user's session; raises RefusalError for all others."""
        session = self.find(session_id)
        if session is None or session["user_id"] != user_id:
            raise Refusal.UNKNOWN_SESSION.error("Session not found")
        return session

    def find(self, session_id: str) -> JSON | None:
        """Return a session whoever it belongs to; for the engine's own work."""
        if not SESSION_ID.fullmatch(session_id):
            return None
        return self._documents.read(_document(session_id), SESSION)

    def add_file(self, session_id: str, path: Path, file: StoredFile) -> None:
        """Keep an uploaded file; the first video is laid on the timeline."""

        def add(session: JSON) -> None:
            session["files"][file.asset_id] = file.model_dump()
            state = session["state"]
            if file.info is not None and not state.get("draft"):
                state["draft"] = first_draft(file, file.info)
                width, height = file.info.video.display_size
                state["canvas_config"] = {"width": width, "height": height}

        self._documents.keep(path, _file(session_id, file))
        self._documents.update(_document(session_id), SESSION, add)

    def begin(self, session_id: str, message_id: str) -> None:
        """Say in the state that a message is being worked on."""
        self._change(session_id, lambda marks: marks.setdefault(message_id, {"status": WORKING}))

    def withdraw(self, session_id: str, message_id: str) -> None:
        """Take back that a message is being worked on: it was refused."""
        self._change(session_id, lambda marks: marks.pop(message_id, None))

    def begin_again(self, session_id: str, message_id: str, attempt: int) -> str:
        """Let a later attempt at a message begin, unless it has ended; how far the message is."""

        def begin(marks: JSON) -> None:
            mark = marks.setdefault(message_id, {"status": WORKING})
            if mark["status"] == WORKING:
                mark["attempt"] = attempt

        session = self._change(session_id, begin)
        return session["state"]["messages"][message_id]["status"]

    def advance(
        self, session_id: str, message_id: str, attempt: int, *, delta: JSON, mark: JSON
    ) -> None:
        """Bring in what an attempt at a message has come to, and how far the message is now.

        Raises EngineStoppingError when the message is another attempt's, or has ended.
        """

        def change(session: JSON) -> None:
            state = session["state"]
            known = state.setdefault("messages", {}).setdefault(message_id, {"status": WORKING})
            if known["status"] != WORKING or known.get("attempt", attempt) > attempt:
                raise EngineStoppingError
            merge(state, delta)
            known.update(mark)

        self._documents.update(_document(session_id), SESSION, change)

    def mark_of(self, session_id: str, message_id: str) -> JSON | None:
        """Return how far a message is; none of one that is not listed."""
        session = self.find(session_id)
        return session["state"].get("messages", {}).get(message_id) if session else None

    def _change(self, session_id: str, change: Callable[[JSON], object]) -> JSON:
        """Change what a session says of its messages."""
        return self._documents.update(
            _document(session_id),
            SESSION,
            lambda session: change(session["state"].setdefault("messages", {})),
        )

    def files(self, session: JSON) -> dict[str, StoredFile]:
        """Return a session's files by asset id."""
        try:
            return {key: StoredFile.model_validate(f) for key, f in session["files"].items()}
        except ValidationError as error:
            path = str(self._documents.path(_document(session["session_id"])))
            fault = ".".join(map(str, error.errors()[0]["loc"]))
            raise CorruptFileError(path, f"files: {fault} is wrong", SESSION.remedy) from None

    def fetch(self, session_id: str, file: StoredFile) -> Path:
        """Return where a file lies on this machine, once it does."""
        return self._documents.fetch(_file(session_id, file))

    @contextmanager
    def at_work(self, session_id: str, stopping: threading.Event) -> Generator[None]:
        """Hold a session while a message is worked on: its messages run one after another.

        Raises EngineStoppingError when the engine ends before it is this one's turn.
        """
        while True:
            with self._documents.hold(_document(session_id)) as is_ours:
                if is_ours:
                    yield
                    return
            if stopping.wait(TURN_SECONDS):
                raise EngineStoppingError


def _document(session_id: str) -> str:
    return f"sessions/{session_id}/session.json"


def _file(session_id: str, file: StoredFile) -> str:
    return f"sessions/{session_id}/files/{file.asset_id}"


def first_draft(file: StoredFile, info: MediaInfo) -> JSON:
    """Make a timeline with one whole video on it."""
    width, height = info.video.display_size
    segment = {
        "d": info.duration_ms,
        "m": {"title": file.filename},
        "asset": file.asset_id,
        "in": 0,
    }
    return {
        "d": info.duration_ms,
        "m": {"title": file.filename, "width": width, "height": height},
        "t": [{"tt": 0, "sg": [segment]}],
    }


def merge(state: JSON, delta: JSON) -> None:
    """Bring a change into a state; bringing in the same change twice is as good as once."""
    for name, change in delta.items():
        if isinstance(change, list) and isinstance(state.get(name), list):
            # What is there already is taken out first: a step that is repeated after a kill adds
            # nothing twice.
            state[name] = [item for item in state[name] if item not in change] + change
        elif isinstance(change, dict) and isinstance(state.get(name), dict) and name != "draft":
            known: dict[str, Any] = state[name]
            known.update(change)
        else:
            state[name] = change
