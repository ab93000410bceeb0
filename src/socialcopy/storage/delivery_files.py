"""Put a delivery's files where no other worker ever writes.

The first worker that publishes a job writes into the delivery's folder itself; one that takes over
after that writes into a folder named by its epoch. So a worker that slept past its lease can
neither change a file that somebody else's manifest names, nor publish a manifest over files that
somebody else has replaced: there is one manifest, and all it names was written by its author
(`tests/simulation` found what happens otherwise).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from socialcopy.models import DeliveredFile
from socialcopy.storage.claims import Lease
from socialcopy.storage.journal import Journal

STEP = "folder"

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mp4": "video/mp4",
    ".srt": "application/x-subrip; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
}


class DeliveryFolder:
    """A worker's own part of a delivery's folder, and what it has put there."""

    def __init__(self, lease: Lease, journal: Journal) -> None:
        self._lease = lease
        self._journal = journal
        self._placed: dict[str, DeliveredFile] = {}

    def prefix(self) -> str:
        """Return what our files' names begin with: nothing, or `<epoch>/` after a take-over.

        Raises LeaseLostError when the job is no longer ours.
        """
        # Whoever writes this entry first owns the plain folder, for good; a later epoch its own.
        if self._journal.epoch_of(STEP) is None:
            self._journal.begin(STEP, {})
        epoch = self._lease.claim.epoch
        return "" if self._journal.epoch_of(STEP) == epoch else f"{epoch}/"

    def place(self, name: str, data: bytes | Path, content_type: str) -> DeliveredFile:
        """Write one file, unless we have written the very same before.

        Raises LeaseLostError when the job is no longer ours.
        """
        file = _described(f"{self.prefix()}{name}", data)
        if self._placed.get(name) == file:
            return file
        self._lease.guard()
        self._placed.pop(name, None)
        key, bucket = f"{self._lease.claim.delivery_prefix}{file.name}", self._lease.bucket
        if isinstance(data, Path):
            bucket.upload(data, key, content_type)
        else:
            bucket.write(key, data, content_type)
        self._placed[name] = file
        return file


def _described(name: str, data: bytes | Path) -> DeliveredFile:
    if isinstance(data, bytes):
        return DeliveredFile(
            name=name, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest()
        )
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DeliveredFile(name=name, size_bytes=data.stat().st_size, sha256=digest)
