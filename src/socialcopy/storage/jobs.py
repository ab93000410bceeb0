"""Every job of a bucket and where it stands, read from claims, journals and outcomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo, Value
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims, journal
from socialcopy.storage.bucket import CHUNK_BYTES, Bucket
from socialcopy.storage.claims import ClaimRecord, ClaimState
from socialcopy.storage.errors import NoSuchJobError, SourceGoneError


class Standing(StrEnum):
    """Where a job stands, in the order a person asks about."""

    PARKED = "parked"
    RUNNING = "running"
    RETRYING = "waiting for another try"
    WAITING = "waiting"
    REJECTED = "rejected"
    DELIVERED = "delivered"


class Job(Value):
    """One job, for people."""

    oid: str
    key: str
    standing: Standing
    detail: str = ""
    """The last step of one that runs, the reason of one that does not."""
    age_seconds: float | None = None
    """Since the claim was last written, by the store's clock."""


def every_job(bucket: Bucket, watch: WatchSettings) -> Iterator[Job]:
    """All jobs that were ever claimed, and the videos of the inbox that nobody has claimed yet."""
    claimed: set[tuple[str, str]] = set()  # by version: the brief beside a video is not known here
    for key in bucket.list_keys(keys.JOBS):
        if key.endswith("/claim.json") and (found := bucket.read(key)) is not None:
            record = ClaimRecord.model_validate_json(found.data)
            claimed.add((record.claim.source.key, record.claim.source.etag))
            age_seconds = (found.read_at - found.modified_at).total_seconds()
            yield _job(bucket, record, age_seconds, watch)
    for source in bucket.list_videos(keys.INBOX):
        oid = source.oid(Brief())
        if keys.is_video_key(source.key) and (source.key, source.etag) not in claimed:
            yield Job(oid=oid, key=source.key, standing=Standing.WAITING)


def _job(bucket: Bucket, record: ClaimRecord, age_seconds: float, watch: WatchSettings) -> Job:
    standing, detail = _standing(bucket, record, age_seconds, watch)
    return Job(
        oid=record.claim.oid,
        key=record.claim.source.key,
        standing=standing,
        detail=detail,
        age_seconds=age_seconds,
    )


def _standing(
    bucket: Bucket, record: ClaimRecord, age_seconds: float, watch: WatchSettings
) -> tuple[Standing, str]:
    if record.state is ClaimState.FINISHED:
        return _outcome(bucket, record)
    lasts_seconds = watch.lease_seconds + watch.lease_grace_seconds
    if record.state is ClaimState.RELEASED or age_seconds > lasts_seconds:
        return Standing.RETRYING, record.failures[-1] if record.failures else ""
    done = journal.steps(bucket, record.claim.oid)
    return Standing.RUNNING, f"{len(done)} steps done, by {record.claim.owner}"


def _outcome(bucket: Bucket, record: ClaimRecord) -> tuple[Standing, str]:
    for standing, key in _reasons(record):
        found = bucket.read(key)
        if found is not None:
            return standing, str(json.loads(found.data).get("reason", ""))
    return Standing.DELIVERED, record.claim.delivery_prefix


def _reasons(record: ClaimRecord) -> tuple[tuple[Standing, str], ...]:
    named = (record.claim.source.key, record.claim.oid)
    return (
        (Standing.PARKED, keys.parking(*named)),
        (Standing.REJECTED, keys.rejection(*named)),
    )


def reopen(bucket: Bucket, oid: str, *, send_again: bool = False) -> SourceVideo:
    """Let a parked or rejected job be tried anew, its failures forgotten.

    `send_again` allows a paid step whose outcome is unknown to be sent once more; it may charge
    twice, so only a person asks for it. Raises NoSuchJobError.
    """
    key = keys.claim(oid)
    found = bucket.read(key)
    if found is None:
        raise NoSuchJobError(oid)
    record = ClaimRecord.model_validate_json(found.data)
    if record.state is not ClaimState.FINISHED or bucket.exists(
        keys.manifest(record.claim.delivery_prefix)
    ):
        raise NoSuchJobError(oid)
    if send_again:
        _forget_intents(bucket, oid)
    for _, reason in _reasons(record):
        bucket.remove(reason)
    claims.reopen(bucket, record, found.etag)
    bucket.remove(keys.finished(oid))
    return record.claim.source


def _forget_intents(bucket: Bucket, oid: str) -> None:
    """Note beside each open intent that a person takes the risk of sending again."""
    for step in journal.steps(bucket, oid):
        name, _, number = step.rpartition("-intent-")
        if name:
            entry = {"value": {"answer": "a person decided to send again"}}
            bucket.create(
                keys.journal_entry(oid, f"{name}-refused-{number}"), json.dumps(entry).encode()
            )


def damage(bucket: Bucket) -> Iterator[str]:
    """Compare every manifest with the files it names; a sentence for each difference."""
    for key in bucket.list_keys(keys.OUTBOX):
        if key.endswith("/manifest.json") and (found := bucket.read(key)) is not None:
            folder = key.rpartition("/")[0]
            for file in json.loads(found.data)["files"]:
                yield from _difference(bucket, f"{folder}/{file['name']}", file)


def _difference(bucket: Bucket, key: str, file: dict[str, Any]) -> Iterator[str]:
    try:
        source = bucket.head(key)
        digest = hashlib.sha256()
        with bucket.open(source) as body:
            while chunk := body.read(CHUNK_BYTES):
                digest.update(chunk)
    except SourceGoneError:
        yield f"{key} is missing"
        return
    if (source.size_bytes, digest.hexdigest()) != (file["size_bytes"], file["sha256"]):
        yield f"{key} is not the file that was delivered"
