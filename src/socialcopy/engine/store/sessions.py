"""Editing sessions: one folder each, with the state the API shows and the files it is about."""

from __future__ import annotations

import re
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import ValidationError

from socialcopy import json_files
from socialcopy.engine.errors import Refusal
from socialcopy.json_files import Shape
from socialcopy.local_files import CorruptFileError, LocalFileError
from socialcopy.models import MediaInfo, Value
from socialcopy.nemovideo.schemas import JSON

# 19 digits, as the vendor's are; so no id is ever a path.
SESSION_ID = re.compile(r"[1-9][0-9]{18}")
WORKING = "working"
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
    """All sessions of one data folder, read from disk each time: another engine may write too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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
        json_files.write(self._path(session_id), session)
        return session

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
        return json_files.read(self._path(session_id), SESSION)

    def messages_at_work(self) -> Iterator[tuple[JSON, str]]:
        """Yield each message that is listed as being worked on, with its session."""
        for path in self._folder.glob("*/session.json"):
            with suppress(LocalFileError):  # a damaged session is its user's error, not everybody's
                session = json_files.read(path, SESSION) or {"state": {}}
                for message_id, mark in session["state"].get("messages", {}).items():
                    if mark.get("status") == WORKING:
                        yield session, message_id

    @contextmanager
    def changing_state(self, session_id: str) -> Generator[JSON]:
        """Let the block change a session's state; one at a time."""
        with json_files.changing(self._path(session_id), SESSION) as session:
            yield session["state"]

    def add_file(self, session_id: str, file: StoredFile) -> None:
        """Keep an uploaded file; the first video is laid on the timeline."""
        with json_files.changing(self._path(session_id), SESSION) as session:
            session["files"][file.asset_id] = file.model_dump()
            state = session["state"]
            if file.info is not None and not state.get("draft"):
                state["draft"] = first_draft(file, file.info)
                width, height = file.info.video.display_size
                state["canvas_config"] = {"width": width, "height": height}

    def begin(self, session_id: str, message_id: str) -> None:
        """Say in the state that a message is being worked on, unless it has ended already."""
        with self.changing_state(session_id) as state:
            state.setdefault("messages", {}).setdefault(message_id, {"status": WORKING})

    def withdraw(self, session_id: str, message_id: str) -> None:
        """Take back that a message is being worked on: it was refused."""
        with self.changing_state(session_id) as state:
            state["messages"].pop(message_id, None)

    def mark(self, session_id: str, message_id: str, mark: JSON) -> None:
        """Say in the state how far a message is."""
        with self.changing_state(session_id) as state:
            state.setdefault("messages", {}).setdefault(message_id, {}).update(mark)

    def files(self, session: JSON) -> dict[str, StoredFile]:
        """Return a session's files by asset id."""
        try:
            return {key: StoredFile.model_validate(f) for key, f in session["files"].items()}
        except ValidationError as error:
            path = str(self._path(session["session_id"]))
            fault = ".".join(map(str, error.errors()[0]["loc"]))
            raise CorruptFileError(path, f"files: {fault} is wrong", SESSION.remedy) from None

    def files_on_disk(self, session: JSON) -> dict[str, tuple[StoredFile, Path]]:
        """Return a session's files by asset id, each with where it lies."""
        files = self.files(session).items()
        return {key: (file, self.path_of(session["session_id"], file)) for key, file in files}

    def path_of(self, session_id: str, file: StoredFile) -> Path:
        """Return where a file lies."""
        return self._folder / session_id / "files" / file.asset_id

    def at_work(self, session_id: str) -> FileLock:
        """Lock a session while a message is worked on: its messages run one after another."""
        return json_files.lock(self._folder / session_id / "work", timeout_seconds=-1)

    def _path(self, session_id: str) -> Path:
        return self._folder / session_id / "session.json"


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
