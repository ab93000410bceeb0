"""Put a delivery's files in their place, so that nobody who lost the job can change them later."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from socialcopy.models import Claim, DeliveredFile
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import guard
from socialcopy.storage.errors import LeaseLostError

ATTEMPTS = 3


def place(
    bucket: Bucket, claim: Claim, name: str, data: bytes | Path, content_type: str
) -> DeliveredFile:
    """Write one file of a delivery, over nothing or over exactly what a dead worker left there.

    What is there is looked up first and the claim is checked after that, so a worker that sleeps
    in between and is taken over finds its condition broken: the one who took over has written.
    Raises LeaseLostError when the job is no longer ours.
    """
    key = f"{claim.delivery_prefix}{name}"
    for _ in range(ATTEMPTS):
        there = bucket.etag_of(key)
        guard(bucket, claim)
        if _written(bucket, key, data, content_type, there):
            return _described(name, data)
    raise LeaseLostError(claim.oid, claim.epoch)


def _written(
    bucket: Bucket, key: str, data: bytes | Path, content_type: str, there: str | None
) -> bool:
    if isinstance(data, Path):
        with data.open("rb") as file:
            return _put(bucket, key, file, content_type, there)
    return _put(bucket, key, data, content_type, there)


def _put(bucket: Bucket, key: str, body: Any, content_type: str, there: str | None) -> bool:
    if there is None:
        return bucket.create(key, body, content_type) is not None
    return bucket.replace(key, body, there, content_type) is not None


def _described(name: str, data: bytes | Path) -> DeliveredFile:
    if isinstance(data, bytes):
        digest, size_bytes = hashlib.sha256(data).hexdigest(), len(data)
    else:
        with data.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size_bytes = data.stat().st_size
    return DeliveredFile(name=name, size_bytes=size_bytes, sha256=digest)
