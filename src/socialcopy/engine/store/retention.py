"""What an engine forgets: sessions and render jobs that nothing has been written to for long.

Both hold videos, and nobody asks for them again: their token has ended, and a delivery holds its
own files. Whoever does ask is told what NemoVideo says of a session that has ended (code 1002).
"""

from __future__ import annotations

import logging
import threading

from socialcopy.engine.store.documents import Documents
from socialcopy.engine.store.queue import ITEM
from socialcopy.environment import DAY_SECONDS
from socialcopy.json_files import ANY_OBJECT
from socialcopy.local_files import LocalFileError
from socialcopy.storage.errors import StorageError

log = logging.getLogger(__name__)

# After the start, when unfinished work has been taken up; and between two looks.
FIRST_LOOK_SECONDS, LOOK_SECONDS = 60.0, 6 * 3_600.0
# For a look in hand when the engine ends.
STOP_SECONDS = 10.0
# Folders of things to forget, each with the document without which a thing is not there.
KEPT = {"sessions": "session.json", "renders": "job.json"}


class Retention:
    """A thread that forgets what is older than so many days; none of it if that is zero."""

    def __init__(self, documents: Documents, keep_days: float) -> None:
        self._documents = documents
        self._keep_seconds = keep_days * DAY_SECONDS
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_often, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._keep_seconds:
            self._thread.start()

    def stop(self) -> None:
        """Look no more, once the look in hand has ended: nothing is removed behind an engine."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _look_often(self) -> None:
        pause_seconds = FIRST_LOOK_SECONDS
        while not self._stopping.wait(pause_seconds):
            pause_seconds = LOOK_SECONDS
            try:
                forgotten = forget(self._documents, self._keep_seconds)
            except (StorageError, LocalFileError, OSError) as error:
                log.warning("can't forget old sessions yet: %s", error)
            else:
                if forgotten:
                    log.info("forgot %d old sessions and render jobs", forgotten)


def forget(documents: Documents, keep_seconds: float) -> int:
    """Remove what was last written so long ago, and that no work needs; how many.

    Raises what the store raises.
    """
    forgotten = 0
    needed = set(_needed(documents))
    for folder, document in KEPT.items():
        for name, age_seconds in documents.ages(folder):
            path = f"{folder}/{name}"
            if age_seconds < keep_seconds or name in needed:
                continue
            with documents.hold(f"{path}/{document}") as is_ours:
                if is_ours:
                    documents.remove(f"{path}/{document}")  # first: no half of it is ever found
                    documents.remove_all(path)
                    forgotten += 1
    return forgotten


def _needed(documents: Documents) -> list[str]:
    """Name the sessions and render jobs that unfinished work is about."""
    found: list[str] = []
    for name in documents.names("unfinished/messages"):
        item = documents.read(f"unfinished/messages/{name}.json", ITEM) or {}
        found.append(item.get("session_id", ""))
    for name in documents.names("unfinished/renders"):
        job = documents.read(f"renders/{name}/job.json", ANY_OBJECT) or {}
        found += [name, job.get("session_id", "")]
    return found
