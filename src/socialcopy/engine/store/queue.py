"""Work that is finished whatever happens: one document an item, held while it is worked on.

An item is written before the work and removed after it. So a killed engine leaves it behind, held
by nobody, and the next one (or another on the same store) takes it up. An item that was begun three
times and never ended is given up: it may be what kills the engine. While the disk is full nothing
is begun, and what met it half-way begins anew once there is room.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TypeVar

from socialcopy.engine.errors import EngineStoppingError
from socialcopy.engine.store.documents import Documents
from socialcopy.json_files import Shape
from socialcopy.local_files import DiskFullError, LocalFileError, free_bytes, is_disk_full
from socialcopy.nemovideo.schemas import JSON
from socialcopy.storage.errors import StorageError

Done = TypeVar("Done")
log = logging.getLogger(__name__)

# Between two looks for what other engines have left, and for what they have not begun.
RESCAN_SECONDS = 5.0
MAX_ATTEMPTS = 3
ROOM_POLL_SECONDS = 2.0
# Between two tries where some room is free, and each time it was too little.
LONGEST_ROOM_PAUSE_SECONDS = 60.0

ITEM = Shape(
    {"name": str, "attempts": int},
    "Delete it; the message or render job it is about is then asked for again",
)
# How long a clean end waits for work in progress; what remains is taken up at the next start.
STOP_SECONDS = 5.0


class Backlog:
    """A queue in the store and the threads that work it off."""

    def __init__(
        self,
        documents: Documents,
        folder: str,
        *,
        work: Callable[[JSON], None],
        give_up: Callable[[JSON], None],
        withdraw: Callable[[JSON], None],
        workers: int,
        reserve_bytes: int = 0,
    ) -> None:
        """Set up; below `reserve_bytes` of free disk nothing is begun.

        `withdraw` gets an item that an engine was killed over before it had accepted it.
        """
        self._reserve_bytes = reserve_bytes
        self._documents = documents
        self._folder = folder
        self._disk = documents.path(folder)
        self._work = work
        self._give_up = give_up
        self._withdraw = withdraw
        self._workers = workers
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._mine: set[str] = set()
        self._begun: set[str] = set()
        self._lock = threading.Lock()
        self._looks = threading.Event()
        self._draining = threading.Event()
        self.stopping = threading.Event()
        names = [self._serve] * workers + [self._rescan_often]
        self._threads = [threading.Thread(target=target, daemon=True) for target in names]

    def start(self) -> None:
        """Take up what is there, then wait for more."""
        for thread in self._threads:
            thread.start()

    def drain(self) -> None:
        """Begin nothing more; what waits is left to other engines."""
        self._draining.set()
        with suppress(queue.Empty):
            while True:
                self._leave(str(self._queue.get_nowait()))
        self._wake()

    def stop(self) -> None:
        """Break off; whatever is unfinished stays in the store."""
        self.stopping.set()
        self._wake()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _wake(self) -> None:
        self._looks.set()
        for _ in self._threads:
            # One for each thread: it wakes whoever waits for an item.
            self._queue.put(None)

    def add(self, name: str, item: JSON) -> None:
        """Accept an item; from here on it will be finished."""
        self._documents.create(self._path(name), {**item, "name": name, "attempts": 0}, ITEM)
        self._take_on(name)

    def reserve(self, name: str, places: int) -> bool:
        """Take a place for an item that will be added; says whether there was one."""
        with self._lock:
            is_room = len(self._mine) < places
            if is_room:
                self._mine.add(name)
        return is_room

    @contextmanager
    def adding(self, name: str, item: JSON) -> Generator[None]:
        """Accept an item by what the block does, all or nothing.

        Whatever ends the block half-way, even a kill, has it withdrawn.
        """
        item, path = {**item, "name": name, "attempts": 0, "is_accepted": False}, self._path(name)
        with self._documents.hold(path):
            try:
                self._documents.create(path, item, ITEM)
                yield
                self._documents.update(path, ITEM, _accept)
            except BaseException:
                self._leave(name)
                self._withdraw(item)
                self._documents.remove(path)
                raise
        self._take_on(name)

    @property
    def in_hand(self) -> int:
        """How many items wait here or are worked on."""
        with self._lock:
            return len(self._mine)

    def is_begun(self, name: str) -> bool:
        """Tell whether an item is worked on here; one that waits here may be, elsewhere."""
        with self._lock:
            return name in self._begun

    def has(self, name: str) -> bool:
        """Tell whether an item is still to be done."""
        return self._documents.read(self._path(name), ITEM) is not None

    def take_back(self, name: str) -> bool:
        """Remove an item nobody has begun; says whether that was still possible."""
        with self._documents.hold(self._path(name)) as is_ours:
            was_there = is_ours and self.has(name)
            if was_there:
                self._documents.remove(self._path(name))
            return was_there

    def _rescan_often(self) -> None:
        while not (self.stopping.is_set() or self._draining.is_set()):
            try:
                self._rescan()
            except StorageError as error:
                log.warning("can't look for work that was left: %s", error)
            self._looks.wait(RESCAN_SECONDS)
            self._looks.clear()

    def _rescan(self) -> None:
        """Find items that a killed engine has left, or a busy one has not begun.

        No more than are begun here next: other engines look too.
        """
        for name in self._documents.names(self._folder):
            if self._queue.qsize() >= self._workers:
                return
            with self._lock:
                is_known = name in self._mine
            if not is_known and self._documents.is_free(self._path(name)):
                self._take_on(name)

    def _take_on(self, name: str) -> None:
        if self._draining.is_set():
            self._leave(name)
        else:
            with self._lock:
                self._mine.add(name)
            self._queue.put(name)

    def _leave(self, name: str) -> None:
        with self._lock:
            self._mine.discard(name)
            self._begun.discard(name)

    def _serve(self) -> None:
        while True:
            name = self._queue.get()
            if name is None or self.stopping.is_set():
                return
            # A thread of its own: an error nobody expected ends the item, not the worker.
            worker = threading.Thread(target=self._do, args=(name,), daemon=True)
            worker.start()
            worker.join()
            self._leave(name)

    def _do(self, name: str) -> None:
        path = self._path(name)
        try:
            # Held for the whole of the work: that is how another engine knows it is in hand.
            with self._documents.hold(path) as is_ours:
                if is_ours and self.has(name):
                    self._finish(name, path)
        except EngineStoppingError:
            log.debug("%s is left for another engine, or the next start", name)
        except StorageError as error:
            log.warning("%s is left for later: %s", name, error)
        except LocalFileError as error:
            log.error("%s is left as it is: %s", name, error)  # noqa: TRY400  (a sentence)
        except FileNotFoundError as error:
            log.warning("%s is dropped: somebody removed %s", name, error.filename)
            self._documents.remove(path)

    def _finish(self, name: str, path: str) -> None:
        with self._lock:
            self._begun.add(name)
        # Counted before the work: an item that kills the engine must be seen to have been begun.
        item = self._with_room(name, lambda: self._documents.update(path, ITEM, _count))
        if item.get("is_accepted", True):
            self._with_room(name, lambda: self._attempt(item))
        else:
            self._withdraw(item)
        self._documents.remove(path)
        if self._queue.empty():
            self._looks.set()

    def _attempt(self, item: JSON) -> None:
        if item["attempts"] > MAX_ATTEMPTS:
            self._give_up(item)
        else:
            self._work(item)

    def _with_room(self, name: str, work: Callable[[], Done]) -> Done:
        """Do it once there is room on the disk, and again when it filled up meanwhile."""
        pause_seconds = ROOM_POLL_SECONDS
        while True:
            self._await_room(name)
            try:
                return work()
            except Exception as error:
                if not is_disk_full(error):
                    raise
                log.warning("%s: %s", name, self._full())
            if self.stopping.wait(pause_seconds):
                raise EngineStoppingError
            pause_seconds = min(2 * pause_seconds, LONGEST_ROOM_PAUSE_SECONDS)

    def _await_room(self, name: str) -> None:
        is_told = False
        while free_bytes(self._disk) < self._reserve_bytes:
            if not is_told:
                log.warning("%s waits: %s", name, self._full())
            is_told = True
            if self.stopping.wait(ROOM_POLL_SECONDS):
                raise EngineStoppingError

    def _full(self) -> DiskFullError:
        return DiskFullError(str(self._disk), free_bytes(self._disk), self._reserve_bytes)

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}.json"


def _count(item: JSON) -> None:
    item["attempts"] += 1


def _accept(item: JSON) -> None:
    """Accept an item, unless another engine took it for one that nobody will accept."""
    if item["attempts"]:
        raise EngineStoppingError
    item["is_accepted"] = True
