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

from socialcopy.models import Claim, DeliveredFile
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import guard
from socialcopy.storage.journal import Journal

STEP = "folder"


def own_folder(bucket: Bucket, claim: Claim) -> str:
    """Name this worker's part of the delivery's folder: empty, or `<epoch>/` after a take-over.

    Raises LeaseLostError when the job is no longer ours.
    """
    journal = Journal(bucket, claim)
    # Whoever writes this entry first owns the plain folder, for good; a later epoch gets its own.
    is_first = journal.begin(STEP, {}) or journal.epoch_of(STEP) == claim.epoch
    return "" if is_first else f"{claim.epoch}/"


def place(
    bucket: Bucket, claim: Claim, name: str, data: bytes | Path, content_type: str
) -> DeliveredFile:
    """Write one file of a delivery; its name begins with `own_folder`.

    Raises LeaseLostError when the job is no longer ours.
    """
    guard(bucket, claim)
    key = f"{claim.delivery_prefix}{name}"
    if isinstance(data, Path):
        bucket.upload(data, key, content_type)
        with data.open("rb") as file:
            digest, size_bytes = hashlib.file_digest(file, "sha256"), data.stat().st_size
    else:
        bucket.write(key, data, content_type)
        digest, size_bytes = hashlib.sha256(data), len(data)
    return DeliveredFile(name=name, size_bytes=size_bytes, sha256=digest.hexdigest())
