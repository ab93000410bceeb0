"""Every job of a bucket and where it stands, read from claims, journals and outcomes."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum

from socialcopy import keys
from socialcopy.models import Brief, DeliveredFile, SourceVideo, Value
from socialcopy.models.validation import did_you_mean
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims, journal
from socialcopy.storage.bucket import Blob, Bucket
from socialcopy.storage.claims import ClaimRecord, ClaimState
from socialcopy.storage.content_index import content_hash
from socialcopy.storage.errors import NoSuchJobError, RecordUnreadableError, SourceGoneError
from socialcopy.storage.inbox import BriefOf, waiting
from socialcopy.storage.records import parse_json, parse_record


class Standing(StrEnum):
    """Where a job stands, in the order a person asks about."""

    UNREADABLE = "unreadable"
    """Its record is damaged, so nobody works on it until a person has looked."""
    PARKED = "parked"
    RUNNING = "running"
    RETRYING = "waiting for another try"
    CREDITS = "waiting for credits"
    QUOTA = "waiting for another day"
    SPACE = "waiting for disk space"
    WAITING = "waiting"
    GONE = "gone"
    """Its video was deleted or replaced before it was done."""
    REJECTED = "rejected"
    DELIVERED = "delivered"


class JobStatus(Value):
    """One job, for people."""

    oid: str
    key: str
    standing: Standing
    detail: str = ""
    """The last step of one that runs, the reason of one that does not."""
    age_seconds: float | None = None
    """Since the claim was last written, by the store's clock."""


def open_jobs(
    bucket: Bucket,
    watch: WatchSettings,
    brief_of: BriefOf = lambda _: Brief(),
    held_back: Callable[[SourceVideo], str] = lambda _: "",
) -> Iterator[JobStatus]:
    """Yield what is parked, in hand, or waits: a merge of listings, as they come.

    Claims are read of jobs that were begun and have not ended, reasons of those that are parked;
    what has ended otherwise is never looked at. `held_back` says why a video that nobody has begun
    is not taken up today, if so.
    """
    yield from _parked(bucket)
    begun: set[str] = set()
    for job in itertools.chain(_begun(bucket, watch), _marked(bucket)):
        if job.oid not in begun:
            begun.add(job.oid)
            yield job
    for prefix in (keys.INBOX, keys.NIGHTLY):
        for source in waiting(bucket, prefix, brief_of, watch):
            oid = source.oid(brief_of(source.key))
            if oid not in begun:
                why = held_back(source)
                standing = Standing.QUOTA if why else Standing.WAITING
                yield JobStatus(oid=oid, key=source.key, standing=standing, detail=why)


def ended_jobs(bucket: Bucket, watch: WatchSettings) -> Iterator[JobStatus]:
    """Yield what was rejected or delivered; reads the claim of each."""
    for mark in bucket.list_keys(keys.FINISHED):
        oid = mark.removeprefix(keys.FINISHED)
        job = _job(bucket, oid, watch)
        if job and job.standing is not Standing.PARKED:
            yield job


def tally_ended(bucket: Bucket) -> Counter[Standing]:
    """Count how many jobs ended how, by listings alone."""
    count = Counter[Standing]()
    count[Standing.PARKED] = sum(1 for _ in ended_ids(bucket, keys.PARKED))
    count[Standing.REJECTED] = sum(1 for _ in ended_ids(bucket, keys.REJECTED))
    ended = sum(1 for _ in bucket.list_keys(keys.FINISHED))
    count[Standing.DELIVERED] = max(0, ended - count.total())
    return count


def _parked(bucket: Bucket) -> Iterator[JobStatus]:
    for key in bucket.list_keys(keys.PARKED):
        found = bucket.read(key) if key.endswith("/reason.json") else None
        if found is not None:
            yield _reasoned(bucket, key, found)


def _reasoned(bucket: Bucket, key: str, found: Blob) -> JobStatus:
    oid = key.split("/")[-2]
    try:
        told = parse_json(found.data, key)
        source, why = told.get("source"), str(told.get("reason", ""))
        name = str(source["key"]) if isinstance(source, dict) else _key_of(bucket, oid)
        return JobStatus(oid=oid, key=name, standing=Standing.PARKED, detail=why)
    except RecordUnreadableError as error:
        return _unreadable(oid, key, error)


def _unreadable(oid: str, key: str, error: RecordUnreadableError) -> JobStatus:
    return JobStatus(oid=oid, key=key, standing=Standing.UNREADABLE, detail=str(error))


def _key_of(bucket: Bucket, oid: str) -> str:
    found = bucket.read(keys.claim(oid))
    return claims.read_record(found, oid).claim.source.key if found else ""


NEWS_SECONDS = 86_400.0
"""How long it is worth telling that a video went away."""

SHOWN_WHILE_OPEN = (Standing.RUNNING, Standing.RETRYING, Standing.GONE, Standing.UNREADABLE)


def _begun(bucket: Bucket, watch: WatchSettings) -> Iterator[JobStatus]:
    for mark in bucket.list_keys(keys.HELD):
        job = _job(bucket, mark.removeprefix(keys.HELD), watch)
        is_old = job and job.standing is Standing.GONE and (job.age_seconds or 0) > NEWS_SECONDS
        if job and job.standing in SHOWN_WHILE_OPEN and not is_old:
            yield job


def _marked(bucket: Bucket) -> Iterator[JobStatus]:
    """Yield jobs that wait for something else than a worker."""
    for mark in bucket.list_keys(keys.WAITING):
        oid, found = mark.removeprefix(keys.WAITING), bucket.read(mark)
        if found is None or bucket.exists(keys.finished(oid)):
            continue
        try:
            told = parse_json(found.data, mark)
        except RecordUnreadableError as error:
            yield _unreadable(oid, mark, error)
            continue
        key, why = str(told.get("key", "")), str(told.get("why", ""))
        waits_for = told.get("for")
        standing = Standing(waits_for) if waits_for in set(Standing) else Standing.CREDITS
        yield JobStatus(oid=oid, key=key, standing=standing, detail=why)


def _job(bucket: Bucket, oid: str, watch: WatchSettings) -> JobStatus | None:
    found = bucket.read(keys.claim(oid))
    if found is None:
        return None
    try:
        record = claims.read_record(found, oid)
        standing, detail = _standing(bucket, record, found.age_seconds, watch)
    except RecordUnreadableError as error:
        return _unreadable(oid, error.key, error)
    return JobStatus(
        oid=record.claim.oid,
        key=record.claim.source.key,
        standing=standing,
        detail=detail,
        age_seconds=found.age_seconds,
    )


def _standing(
    bucket: Bucket, record: ClaimRecord, age_seconds: float, watch: WatchSettings
) -> tuple[Standing, str]:
    if record.state is ClaimState.FINISHED:
        return _outcome(bucket, record)
    if record.state is ClaimState.GONE:
        return Standing.GONE, "deleted or replaced before it was done"
    if claims.is_free(record, age_seconds, watch):
        return Standing.RETRYING, record.failures[-1] if record.failures else ""
    done = journal.steps(bucket, record.claim.oid)
    return Standing.RUNNING, f"{len(done)} steps done, by {record.claim.owner}"


def _outcome(bucket: Bucket, record: ClaimRecord) -> tuple[Standing, str]:
    for standing, key in _reasons(record):
        found = bucket.read(key)
        if found is not None:
            try:
                return standing, str(parse_json(found.data, key).get("reason", ""))
            except RecordUnreadableError as error:
                return standing, str(error)
    return Standing.DELIVERED, record.claim.delivery_prefix


def _reasons(record: ClaimRecord) -> tuple[tuple[Standing, str], ...]:
    named = (record.claim.source.key, record.claim.oid)
    return (
        (Standing.PARKED, keys.parking(*named)),
        (Standing.REJECTED, keys.rejection(*named)),
    )


MOST_COMPARED = 10_000
"""Ids looked through for the one that was meant."""


def reopen(bucket: Bucket, oid: str, *, send_again: bool = False) -> SourceVideo | None:
    """Let a parked or rejected job be tried anew, its failures forgotten; its video.

    None where the job's record can't be read: the record goes, and a listing finds the video.

    `send_again` allows a paid step that failed or whose outcome is unknown to be sent once more;
    it may charge twice, so only a person asks for it. Raises NoSuchJobError.
    """
    found = bucket.read(keys.claim(oid))
    if found is None:
        raise NoSuchJobError(oid, _near(bucket, oid))
    try:
        record = claims.read_record(found, oid)
    except RecordUnreadableError:
        _start_anew(bucket, oid)
        return None
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


def _start_anew(bucket: Bucket, oid: str) -> None:
    """Drop a claim that can't be read. The journal stays, so nothing is paid for again."""
    for key in (keys.claim(oid), keys.held(oid), keys.finished(oid)):
        bucket.remove(key)


def ended_ids(bucket: Bucket, prefix: str) -> Iterator[str]:
    """Yield the ids of jobs that ended with a reason, parked or rejected."""
    for key in bucket.list_keys(prefix):
        if key.endswith("/reason.json"):
            yield key.split("/")[-2]


def _near(bucket: Bucket, oid: str) -> str:
    """Suggest the id that was probably meant, as the end of a sentence."""
    ended = itertools.chain(ended_ids(bucket, keys.PARKED), ended_ids(bucket, keys.REJECTED))
    return did_you_mean(oid, itertools.islice(ended, MOST_COMPARED))


def _forget_intents(bucket: Bucket, oid: str) -> None:
    """Note beside each open intent that a person takes the risk of sending again."""
    for step in journal.steps(bucket, oid):
        if step.endswith("-receipt"):
            _forget_failure(bucket, keys.journal_entry(oid, step))
        name, _, number = step.rpartition("-intent-")
        if name:
            entry = {"value": {"answer": "a person decided to send again"}}
            bucket.create(
                keys.journal_entry(oid, f"{name}-refused-{number}"), json.dumps(entry).encode()
            )


def _forget_failure(bucket: Bucket, key: str) -> None:
    """Drop the receipt of a step that the service called failed; any other is paid for."""
    found = bucket.read(key)
    receipt = parse_json(found.data, key).get("value") if found else None
    if isinstance(receipt, dict) and "failed" in receipt:
        bucket.remove(key)


class Manifest(Value):
    """What is needed of a manifest to find what it names."""

    files: tuple[DeliveredFile, ...]


def damage(bucket: Bucket) -> Iterator[str]:
    """Compare every manifest with the files it names; a sentence for each difference."""
    for key in bucket.list_keys(keys.OUTBOX):
        if key.endswith("/manifest.json") and (found := bucket.read(key)) is not None:
            folder = key.rpartition("/")[0]
            try:
                files = parse_record(Manifest, found.data, key).files
            except RecordUnreadableError as error:
                yield str(error)
                continue
            for file in files:
                yield from _difference(bucket, f"{folder}/{file.name}", file)


def _difference(bucket: Bucket, key: str, file: DeliveredFile) -> Iterator[str]:
    try:
        source = bucket.head(key)
        sha256 = content_hash(bucket, source)
    except SourceGoneError:
        yield f"{key} is missing"
        return
    if (source.size_bytes, sha256) != (file.size_bytes, file.sha256):
        yield f"{key} is not the file that was delivered"
