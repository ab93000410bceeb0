"""Is this store fit for us? Asked once at start; a store that lies about conditions is refused.

Of nine S3 look-alikes tried, five answered 200 to every one of sixteen racing conditional writers.
"""

from __future__ import annotations

import functools
import urllib.request
import uuid

from socialcopy import keys
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import SourceGoneError, StoreUnfitError, StoreUnreachableError

HTTP_PARTIAL = 206


def require(bucket: Bucket) -> None:
    """Raise StoreUnfitError unless the store keeps the promises we rely on (about 0.1 s)."""
    key = f"{keys.PRIVATE}probe/{uuid.uuid4().hex}"
    try:
        _require_conditional_writes(bucket, key)
        _require_ranges(bucket, key)
    finally:
        bucket.remove(key)


def _require_conditional_writes(bucket: Bucket, key: str) -> None:
    etag = bucket.create(key, b"first")
    if etag is None:
        raise StoreUnfitError(bucket.endpoint, "a new object can't be created conditionally")
    if bucket.create(key, b"second") is not None:
        raise StoreUnfitError(bucket.endpoint, "it ignores If-None-Match")
    # An ETag that no object of ours can have.
    if bucket.replace(key, b"third", "0" * 32) is not None:
        raise StoreUnfitError(bucket.endpoint, "it ignores If-Match")
    if bucket.replace(key, b"0123456789", etag) is None:
        raise StoreUnfitError(bucket.endpoint, "it refuses a write whose If-Match is right")


def _require_ranges(bucket: Bucket, key: str) -> None:
    request = urllib.request.Request(  # noqa: S310 (a URL of our own making)
        bucket.presign(key), headers={"Range": "bytes=2-4"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  (the store's own URL)
        if (answer.status, answer.read()) != (HTTP_PARTIAL, b"234"):
            raise StoreUnfitError(bucket.endpoint, "presigned URLs don't serve byte ranges")


@functools.cache
def has_safe_tags(bucket: Bucket) -> bool:
    """Tell whether an object's bytes survive a tag; some look-alikes put tags in their place."""
    key = f"{keys.PRIVATE}probe/{uuid.uuid4().hex}"
    try:
        bucket.write(key, b"0123456789", "application/octet-stream")
        # Two look-alikes answer 200 and put the tags in the place of the object's bytes.
        bucket.tag(bucket.head(key), "socialcopy", "probe")
        found = bucket.read(key)
        tags = bucket.tags(key)
    except StoreUnreachableError:  # "not implemented" is an answer too
        return False
    else:
        return found is not None and (found.data, tags) == (b"0123456789", {"socialcopy": "probe"})
    finally:
        bucket.remove(key)


@functools.cache
def deletes_under_conditions(bucket: Bucket) -> bool:
    """Tell whether `If-Match` holds for deleting, so that no newer video is deleted instead."""
    key = f"{keys.PRIVATE}probe/{uuid.uuid4().hex}"
    try:
        bucket.write(key, b"first", "application/octet-stream")
        old = bucket.head(key)
        bucket.write(key, b"second", "application/octet-stream")
        kept = not bucket.remove_version(old) and bucket.exists(key)
        return kept and bucket.remove_version(bucket.head(key)) and not bucket.exists(key)
    except (StoreUnreachableError, SourceGoneError):
        return False
    finally:
        bucket.remove(key)
