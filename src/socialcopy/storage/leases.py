"""Who of several processes works on what: locks in a bucket that end with their holder.

A process writes one object again and again, its lease; a lock is an object that names the lease of
its holder. So a process that holds a hundred things renews one. A lock whose lease has aged past
its time, by the store's clock, is taken over by `If-Match`.

A lock saves double work and proves nothing: a process that slept through its lease still believes
that it holds one. What it writes then has to be fenced by whoever keeps the results.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid

from socialcopy.storage.bucket import Blob, Bucket
from socialcopy.storage.claims import RENEWALS_PER_LEASE, owner_name
from socialcopy.storage.errors import StorageError
from socialcopy.storage.records import parse_json_if_whole

logger = logging.getLogger(__name__)


class Locks:
    """The locks of one process under a prefix, and the lease that they hang on."""

    def __init__(self, bucket: Bucket, prefix: str, lease_seconds: float) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._lease_seconds = lease_seconds
        self._name = uuid.uuid4().hex
        self._mine: set[str] = set()
        self._mutex = threading.Lock()
        self._stopped = threading.Event()
        self._renewer = threading.Thread(target=self._keep_renewing, daemon=True)

    def start(self) -> None:
        """Begin the lease. Raises StoreUnreachableError."""
        self._renew()
        self._renewer.start()

    def stop(self) -> None:
        """End the lease; whatever is still held is free at once."""
        self._stopped.set()
        self._renewer.join()
        self._bucket.remove(self._lease(self._name))

    def acquire(self, key: str) -> bool:
        """Take a lock unless another process, or another thread of this one, has it."""
        with self._mutex:
            if key in self._mine:
                return False
            self._mine.add(key)
        is_taken = False
        try:
            is_taken = self._is_taken(key)
        finally:
            if not is_taken:
                self._forget(key)
        return is_taken

    def release(self, key: str) -> None:
        """Let a lock go."""
        try:
            self._bucket.remove(key)
        finally:
            self._forget(key)

    def is_free(self, key: str) -> bool:
        """Tell whether nobody who lives has a lock."""
        found = self._bucket.read(key)
        return found is None or self._has_ended(found, key)

    def _forget(self, key: str) -> None:
        with self._mutex:
            self._mine.discard(key)

    def _is_taken(self, key: str) -> bool:
        mine = json.dumps({"lease": self._name, "attempt": uuid.uuid4().hex}).encode()
        if self._bucket.create(key, mine):
            return True
        found = self._bucket.read(key)
        if found is None:
            return False
        if found.data != mine and self._has_ended(found, key):
            self._bucket.replace(key, mine, found.etag)
            found = self._bucket.read(key)
        # Read rather than believed: the answer to a write that went well may be lost.
        return found is not None and found.data == mine

    def _has_ended(self, lock: Blob, key: str) -> bool:
        lease = str(parse_json_if_whole(lock.data, key).get("lease"))
        if lease == self._name:
            return key not in self._mine  # left when the store did not hear of its release
        found = self._bucket.read(self._lease(lease))
        return found is None or found.age_seconds > self._lease_seconds

    def _keep_renewing(self) -> None:
        while not self._stopped.wait(self._lease_seconds / RENEWALS_PER_LEASE):
            try:
                self._renew()
            except StorageError as error:
                logger.debug("could not renew the lease, will try again: %s", error)

    def _renew(self) -> None:
        self._bucket.write(self._lease(self._name), owner_name().encode(), "text/plain")

    def _lease(self, name: str) -> str:
        return f"{self._prefix}leases/{name}"
