"""Work that is finished whatever happens: one file an item, locked while it is worked on.

An item's file is written before the work and removed after it. So a killed engine leaves it
behind, unlocked, and the next one (or another on the same data folder) takes it up. An item that
was begun three times and never ended is given up: it may be what kills the engine. While the disk
is full nothing is begun, and what met it half-way begins anew once there is room.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

import filelock

from socialcopy import json_files, local_files
from socialcopy.engine.errors import EngineStoppingError
from socialcopy.json_files import Shape
from socialcopy.local_files import DiskFullError, LocalFileError, free_bytes, is_disk_full
from socialcopy.nemovideo.schemas import JSON

log = logging.getLogger(__name__)

RESCAN_SECONDS = 15.0
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
    """A queue on disk and the threads that work it off."""

    def __init__(
        self,
        folder: Path,
        *,
        work: Callable[[JSON], None],
        give_up: Callable[[JSON], None],
        gone: Callable[[str], None],
        workers: int,
        reserve_bytes: int = 0,
    ) -> None:
        """Set up; below `reserve_bytes` of free disk nothing is begun.

        `gone` hears the name of an item that another engine has done.
        """
        self._reserve_bytes = reserve_bytes
        self._folder = folder
        self._work = work
        self._give_up = give_up
        self._gone = gone
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._mine: set[str] = set()
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        names = [self._serve] * workers + [self._rescan_often]
        self._threads = [threading.Thread(target=target, daemon=True) for target in names]

    def start(self) -> None:
        """Take up what is there, then wait for more."""
        local_files.private_folder(self._folder)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Break off; whatever is unfinished stays on disk."""
        self.stopping.set()
        for _ in self._threads:
            # One for each thread: it wakes whoever waits for an item.
            self._queue.put(None)
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def add(self, name: str, item: JSON) -> None:
        """Accept an item; from here on it will be finished."""
        with self._lock:
            self._mine.add(name)
        json_files.write(self._path(name), {**item, "name": name, "attempts": 0})
        self._queue.put(name)

    @property
    def in_hand(self) -> int:
        """How many items wait here or are worked on."""
        with self._lock:
            return len(self._mine)

    def has(self, name: str) -> bool:
        """Tell whether an item is still to be done."""
        return self._path(name).exists()

    def take_back(self, name: str) -> bool:
        """Remove an item nobody has begun; says whether that was still possible."""
        try:
            with json_files.lock(self._path(name), timeout_seconds=0):
                item = json_files.read(self._path(name), ITEM)
                self._path(name).unlink(missing_ok=True)
                return item is not None
        except filelock.Timeout:
            return False

    def _rescan_often(self) -> None:
        self._rescan()
        while not self.stopping.wait(RESCAN_SECONDS):
            self._rescan()

    def _rescan(self) -> None:
        """Find items that a killed engine has left."""
        for path in sorted(self._folder.glob("*.json")):
            with self._lock:
                is_new = path.stem not in self._mine
            if is_new and self._is_free(path):
                with self._lock:
                    self._mine.add(path.stem)
                self._queue.put(path.stem)

    def _is_free(self, path: Path) -> bool:
        try:
            with json_files.lock(path, timeout_seconds=0):
                return path.exists()
        except (filelock.Timeout, OSError):  # held, or the disk has no room for a lock
            return False

    def _serve(self) -> None:
        while True:
            name = self._queue.get()
            if name is None or self.stopping.is_set():
                return
            # A thread of its own: an error nobody expected ends the item, not the worker.
            worker = threading.Thread(target=self._do, args=(name,), daemon=True)
            worker.start()
            worker.join()
            with self._lock:
                self._mine.discard(name)

    def _do(self, name: str) -> None:
        path = self._path(name)
        try:
            # The lock is held for the whole of the work: that is how another engine knows it is
            # in hand.
            with json_files.lock(path, timeout_seconds=-1):
                item = json_files.read(path, ITEM)
                if item is None:
                    self._gone(name)
                    return
                # Counted before the work: an item that kills the engine must be seen to have been
                # begun.
                self._with_room(name, lambda: self._count(path, item))
                self._with_room(name, lambda: self._attempt(item))
                path.unlink(missing_ok=True)
            # After the lock is let go; whoever waits for it finds no item and stops.
            path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
        except EngineStoppingError:
            log.debug("%s is left for the next start", name)
        except LocalFileError as error:
            log.error("%s is left as it is: %s", name, error)  # noqa: TRY400  (a sentence)
        except FileNotFoundError as error:
            log.warning("%s is dropped: somebody removed %s", name, error.filename)
            path.unlink(missing_ok=True)

    def _count(self, path: Path, item: JSON) -> None:
        json_files.write(path, {**item, "attempts": item["attempts"] + 1})
        item["attempts"] += 1

    def _attempt(self, item: JSON) -> None:
        if item["attempts"] > MAX_ATTEMPTS:
            self._give_up(item)
        else:
            self._work(item)

    def _with_room(self, name: str, work: Callable[[], None]) -> None:
        """Do it once there is room on the disk, and again when it filled up meanwhile."""
        pause_seconds = ROOM_POLL_SECONDS
        while True:
            self._await_room(name)
            try:
                work()
            except Exception as error:
                if not is_disk_full(error):
                    raise
                log.warning("%s: %s", name, self._full())
            else:
                return
            if self.stopping.wait(pause_seconds):
                raise EngineStoppingError
            pause_seconds = min(2 * pause_seconds, LONGEST_ROOM_PAUSE_SECONDS)

    def _await_room(self, name: str) -> None:
        is_told = False
        while free_bytes(self._folder) < self._reserve_bytes:
            if not is_told:
                log.warning("%s waits: %s", name, self._full())
            is_told = True
            if self.stopping.wait(ROOM_POLL_SECONDS):
                raise EngineStoppingError

    def _full(self) -> DiskFullError:
        return DiskFullError(str(self._folder), free_bytes(self._folder), self._reserve_bytes)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
