"""What an engine keeps: JSON documents, logs and files by name, in a folder or in a bucket.

All that survives a kill goes through `Documents`. In a folder (the default) the kernel's locks
serialise changes; in a bucket, which any number of engines share, conditional writes do, and a
change that lost is made again on what won: it must depend on nothing but the document.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from socialcopy import json_files
from socialcopy.engine.store.shared_documents import SharedDocuments
from socialcopy.json_files import JSON, Shape
from socialcopy.local_files import private_folder

# Another engine holds an item for a moment only to see whether it is free.
HOLD_SECONDS = 0.5


class LocalDocuments:
    """A folder, for the engines of one machine; names are relative paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)

    def start(self) -> None:
        """Begin to hold things: the kernel's locks need no lease."""

    def stop(self) -> None:
        """Let go whatever is still held: the kernel does."""

    def read(self, name: str, shape: Shape) -> JSON | None:
        """Read a document; none if there is none. Raises CorruptFileError."""
        return json_files.read(self.path(name), shape)

    def create(self, name: str, document: JSON, shape: Shape) -> JSON:
        """Write a document where there is none; whichever there is then."""
        return json_files.create(self.path(name), document, shape)

    def update(self, name: str, shape: Shape, change: Callable[[JSON], object]) -> JSON:
        """Change a document under its lock, one at a time; what it is then.

        What `change` raises leaves it as it is. Raises FileNotFoundError when there is none.
        """
        with json_files.changing(self.path(name), shape) as document:
            change(document)
        return document

    def remove(self, name: str) -> None:
        """Remove a document, if there is one."""
        self.path(name).unlink(missing_ok=True)

    def names(self, folder: str) -> Iterator[str]:
        """Yield the documents right in a folder, without it and their ending."""
        yield from sorted(path.stem for path in self.path(folder).glob("*.json"))

    def ages(self, folder: str) -> Iterator[tuple[str, float]]:
        """Yield the folders right in a folder; how many seconds ago something in it was written."""
        now = time.time()
        for place in sorted(self.path(folder).glob("*/")):
            times = (path.stat().st_mtime for path in (place, *place.rglob("*")))
            yield place.name, now - max(times)

    def remove_all(self, folder: str) -> None:
        """Remove a folder with all that is in it."""
        shutil.rmtree(self.path(folder), ignore_errors=True)

    def log_of(self, name: str, user_id: str) -> str:
        """Name the log of everybody: a line is added to a file in no time."""
        del user_id
        return f"{name}.jsonl"

    def entries(self, log: str, shape: Shape) -> list[JSON]:
        """Read a log. Raises CorruptFileError, which names the line."""
        return json_files.entries(self.path(log), shape)

    def append(self, log: str, shape: Shape, choose: Callable[[list[JSON]], JSON | None]) -> None:
        """Add what is chosen on seeing all entries, under the log's lock; perhaps nothing."""
        with json_files.lock(self.path(log)):
            entry = choose(self.entries(log, shape))
            if entry is not None:
                json_files.append(self.path(log), entry)

    @contextmanager
    def hold(self, name: str) -> Generator[bool]:
        """Hold a name by a lock that ends with this process; the block gets False if it is held."""
        lock = json_files.lock(self.path(f"{name}.held"), timeout_seconds=HOLD_SECONDS)
        try:
            lock.acquire()
        except filelock.Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
        if not self.path(name).exists():  # whoever waits for the lock finds no document, and stops
            Path(lock.lock_file).unlink(missing_ok=True)

    def is_free(self, name: str) -> bool:
        """Tell whether nobody holds a name."""
        try:
            with json_files.lock(self.path(f"{name}.held"), timeout_seconds=0):
                return True
        except (filelock.Timeout, OSError):  # held, or the disk has no room for a lock
            return False

    def path(self, name: str) -> Path:
        """Return where a file lies."""
        return self._folder / name

    def keep(self, path: Path, name: str) -> None:
        """Move a file of this machine into the folder."""
        private_folder(self.path(name).parent)
        path.replace(self.path(name))

    def fetch(self, name: str) -> Path:
        """Return where a file lies."""
        return self.path(name)


Documents = LocalDocuments | SharedDocuments
