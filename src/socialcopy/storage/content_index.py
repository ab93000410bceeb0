"""Which bytes were delivered, under which wishes; to know a video again under another name.

A video is only read for this when one of the same size was delivered under the same wishes, so
the index costs nothing for videos that are new.
"""

from __future__ import annotations

import hashlib
import json
from typing import IO, Any

from socialcopy import keys
from socialcopy.models import Claim, SourceVideo
from socialcopy.storage.bucket import CHUNK_BYTES, Bucket
from socialcopy.storage.records import parse_json


def delivered_before(bucket: Bucket, claim: Claim) -> dict[str, Any] | None:
    """Find the earlier delivery of these bytes under another name: its `oid`, `key`, `prefix`.

    Raises SourceGoneError when the video was replaced meanwhile.
    """
    recipe = claim.brief.recipe()
    alike = keys.contents(claim.source.size_bytes, recipe)
    # Size and wishes are in the key, so one listing of a few keys saves reading the video.
    if next(bucket.list_keys(alike), None) is None:
        return None
    key = alike + content_hash(bucket, claim.source)
    found = bucket.read(key)
    earlier = parse_json(found.data, key) if found else None
    return earlier if earlier and earlier.get("oid") != claim.oid else None


def note(bucket: Bucket, claim: Claim, sha256: str) -> None:
    """Note that these bytes are delivered; the first delivery stays the one that is named."""
    where = keys.contents(claim.source.size_bytes, claim.brief.recipe(), sha256)
    entry = {"oid": claim.oid, "key": claim.source.key, "prefix": claim.delivery_prefix}
    bucket.create(where, json.dumps(entry, ensure_ascii=False).encode())


def content_hash(bucket: Bucket, source: SourceVideo) -> str:
    """Return the SHA-256 of a version, in hex. Raises SourceGoneError."""
    with bucket.open(source) as body:
        hashed = HashedBody(body)
        while hashed.read(CHUNK_BYTES):
            pass
    return hashed.sha256


class HashedBody:
    """A stream that is hashed while somebody else reads it."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self._digest = hashlib.sha256()

    def read(self, size_bytes: int = -1) -> bytes:
        """Read on."""
        chunk = self._body.read(size_bytes)
        self._digest.update(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        """In hex, of what was read so far."""
        return self._digest.hexdigest()
