"""What any number of engines keep together: a bucket, with the files in use cached on each machine.

A document is one object, changed under `If-Match`. Each carries the mark of its last write: a
write whose answer was lost is known again by it, and not made twice.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from socialcopy import json_files
from socialcopy.engine_settings import EngineSettings
from socialcopy.json_files import JSON, Shape
from socialcopy.local_files import private_folder
from socialcopy.settings import S3Settings
from socialcopy.storage import capabilities
from socialcopy.storage.bucket import Blob, Bucket
from socialcopy.storage.errors import SourceGoneError, StorageError
from socialcopy.storage.leases import Locks
from socialcopy.storage.swaps import Written, until_written

# Longer than any message or render job needs its files.
CACHE_SECONDS = 86_400.0
WRITE = "write"


class SharedDocuments:
    """A prefix of a bucket, for the engines of many machines."""

    def __init__(self, bucket: Bucket, prefix: str, cache: Path, lease_seconds: float) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._cache = private_folder(cache)
        self._locks = Locks(bucket, prefix, lease_seconds)

    def start(self) -> None:
        """Begin the lease that all holds of this engine hang on."""
        self._drop_old_files()
        self._locks.start()

    def stop(self) -> None:
        """End the lease."""
        self._locks.stop()

    def read(self, name: str, shape: Shape) -> JSON | None:
        """Read a document; none if there is none."""
        found = self._bucket.read(self._key(name))
        return self._parsed(found, name, shape) if found else None

    def create(self, name: str, document: JSON, shape: Shape) -> JSON:
        """Write a document where there is none; whichever there is then."""
        if self._bucket.create(self._key(name), json_files.dumped(document)):
            return document
        return self.read(name, shape) or document

    def update(self, name: str, shape: Shape, change: Callable[[JSON], object]) -> JSON:
        """Change a document that nobody changes meanwhile."""
        mark = secrets.token_hex(8)
        return self._until_written(name, lambda: self._updated(name, shape, change, mark))

    def _updated(
        self, name: str, shape: Shape, change: Callable[[JSON], object], mark: str
    ) -> JSON | None:
        found = self._bucket.read(self._key(name))
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        document = self._parsed(found, name, shape)
        if document.get(WRITE) == mark:
            return document  # ours, and written: only the answer had been lost
        change(document)
        document[WRITE] = mark
        data = json_files.dumped(document)
        return document if self._bucket.replace(self._key(name), data, found.etag) else None

    def remove(self, name: str) -> None:
        """Remove a document, if there is one."""
        self._bucket.remove(self._key(name))

    def names(self, folder: str) -> Iterator[str]:
        """Yield the documents right in a folder."""
        for key in self._bucket.list_keys(self._key(f"{folder}/")):
            path = PurePosixPath(key)
            if path.suffix == ".json":
                yield path.stem

    def ages(self, folder: str) -> Iterator[tuple[str, float]]:
        """Yield the folders right in a folder; how many seconds ago something in it was written."""
        start, now = self._key(f"{folder}/"), self._bucket.now()
        newest: dict[str, float] = {}
        for key, written_at in self._bucket.list_ages(start):
            name = key.removeprefix(start).partition("/")[0]
            age_seconds = (now - written_at).total_seconds()
            newest[name] = min(age_seconds, newest.get(name, age_seconds))
        yield from newest.items()

    def remove_all(self, folder: str) -> None:
        """Remove all that is in a folder, here too."""
        for key in list(self._bucket.list_keys(self._key(f"{folder}/"))):
            self._bucket.remove(key)
        shutil.rmtree(self.path(folder), ignore_errors=True)

    def log_of(self, name: str, user_id: str) -> str:
        """Name a log of the user's own: adding a line writes it whole, and one at a time."""
        return f"{name}/{user_id}.jsonl"

    def entries(self, log: str, shape: Shape) -> list[JSON]:
        """Read a log."""
        return self._lines(self._bucket.read(self._key(log)), log, shape)

    def append(self, log: str, shape: Shape, choose: Callable[[list[JSON]], JSON | None]) -> None:
        """Add what is chosen on seeing entries to which nobody adds meanwhile."""
        mark = secrets.token_hex(8)
        self._until_written(log, lambda: self._appended(log, shape, choose, mark))

    def _appended(
        self, log: str, shape: Shape, choose: Callable[[list[JSON]], JSON | None], mark: str
    ) -> str | None:
        found = self._bucket.read(self._key(log))
        entries = self._lines(found, log, shape)
        if any(entry.get(WRITE) == mark for entry in entries):
            return mark  # only the answer had been lost
        entry = choose(entries)
        if entry is None:
            return mark
        before = found.data if found else b""
        line = json_files.dumped({**entry, WRITE: mark}) + b"\n"
        return self._bucket.write_over(found, self._key(log), before + line)

    @contextmanager
    def hold(self, name: str) -> Generator[bool]:
        """Hold a name for as long as this engine's lease lasts."""
        lock = self._key(f"{name}.held")
        is_ours = self._locks.acquire(lock)
        try:
            yield is_ours
        finally:
            if is_ours:
                with suppress(StorageError):  # it is ours to take again, and others' in a while
                    self._locks.release(lock)

    def is_free(self, name: str) -> bool:
        """Tell whether nobody who lives holds a name."""
        return self._locks.is_free(self._key(f"{name}.held"))

    def path(self, name: str) -> Path:
        """Return where this machine's copy of a file lies, or would."""
        return self._cache / name

    def keep(self, path: Path, name: str) -> None:
        """Upload a file, and make it this machine's copy."""
        self._bucket.upload(path, self._key(name), "application/octet-stream")
        private_folder(self.path(name).parent)
        path.replace(self.path(name))

    def fetch(self, name: str) -> Path:
        """Return this machine's copy of a file; a file never changes, so one will do.

        None is there of a file that is gone, as in a folder.
        """
        path = self.path(name)
        if path.exists():
            path.touch()
            return path
        draft = private_folder(path.parent) / f".{path.name}.{secrets.token_hex(4)}"
        try:
            with suppress(SourceGoneError):
                self._bucket.download(self._bucket.head(self._key(name)), draft)
                draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return path

    def _until_written(self, name: str, write: Callable[[], Written | None]) -> Written:
        return until_written(self._bucket, self._key(name), write)

    def _drop_old_files(self) -> None:
        for path in self._cache.rglob("*"):
            if path.is_file() and path.stat().st_mtime < time.time() - CACHE_SECONDS:
                path.unlink(missing_ok=True)

    def _parsed(self, found: Blob, name: str, shape: Shape) -> JSON:
        return json_files.parsed(found.data, self._key(name), shape)

    def _lines(self, found: Blob | None, log: str, shape: Shape) -> list[JSON]:
        return json_files.parsed_lines(found.data if found else b"", self._key(log), shape)

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"


def shared_documents(engine: EngineSettings, s3: S3Settings, cache: Path) -> SharedDocuments | None:
    """Open the store that the settings name, if they name one.

    Raises StoreUnreachableError, and StoreUnfitError for one without conditional writes.
    """
    if engine.state_url is None:
        return None
    name, _, prefix = engine.state_url.removeprefix("s3://").rstrip("/").partition("/")
    bucket = Bucket(s3.model_copy(update={"bucket": name}))
    capabilities.require(bucket)
    prefix = f"{prefix}/" if prefix else ""
    return SharedDocuments(bucket, prefix, cache, engine.lease_seconds)
