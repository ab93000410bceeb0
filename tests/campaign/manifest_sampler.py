"""Reads the manifests every 50 ms while workers die, as somebody who trusts them would."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from socialcopy import keys
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StorageError
from tests.campaign.auditor import broken_files

LOOK_SECONDS = 0.05


class ManifestSampler:
    """Samples the manifests of the jobs in hand; what it saw broken stays on record."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._watched: dict[str, str] = {}
        self._lock = threading.Lock()
        self.broken: set[str] = set()
        self.looks = 0

    def follow(self, oid: str, key: str) -> None:
        """Keep an eye on a job."""
        with self._lock:
            self._watched[oid] = key

    def leave(self, oid: str) -> None:
        """The job has ended; the auditor looks at it once more."""
        with self._lock:
            self._watched.pop(oid, None)

    def look(self) -> None:
        """One sample."""
        with self._lock:
            watched = dict(self._watched)
        for oid, key in watched.items():
            self.looks += 1
            found = self._bucket.read(keys.manifest(keys.delivery_prefix(key, oid)))
            if found is not None:
                self.broken.update(broken_files(self._bucket, json.loads(found.data)))


@contextmanager
def sampling(bucket: Bucket) -> Iterator[ManifestSampler]:
    """Look every 50 ms for as long as the block lasts."""
    sampler, done = ManifestSampler(bucket), threading.Event()

    def keep_looking() -> None:
        while not done.wait(LOOK_SECONDS):
            try:
                sampler.look()
            except StorageError as error:
                sampler.broken.add(f"the sampler could not look: {error}")

    thread = threading.Thread(target=keep_looking, daemon=True)
    thread.start()
    try:
        yield sampler
    finally:
        done.set()
        thread.join()
