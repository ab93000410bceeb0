"""Who works on a job: a conditional write with a lease.

A claim is one object, created under `If-None-Match: *`, so of any number of workers one wins.
It holds while it is renewed: its age is the store's `Date` minus the store's `LastModified`, so
no worker's clock matters. A claim that has aged past lease and grace is taken over by `If-Match`
with the next epoch; whoever held it before finds out at the next guard and stops.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import socket
import threading
import uuid
from collections.abc import Generator
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from socialcopy import keys
from socialcopy.models import Brief, Claim, SourceVideo
from socialcopy.settings import WatchSettings
from socialcopy.storage.bucket import Blob, Bucket
from socialcopy.storage.errors import LeaseLostError, RecordUnreadableError, StorageError
from socialcopy.storage.records import parse_record

logger = logging.getLogger(__name__)

MAX_FAILURES = 3
"""Workers that may die or fail over one video before a person has to look at it."""

RENEWALS_PER_LEASE = 4.5


class ClaimState(StrEnum):
    """Where a job stands."""

    WORKING = "working"
    RELEASED = "released"
    FINISHED = "finished"
    GONE = "gone"
    """Its video was deleted or replaced before it was done. The same bytes under the same key are
    the same job again, and go on."""


class ClaimRecord(BaseModel):
    """What the claim object holds."""

    claim: Claim
    attempt: str = ""
    """Names the one attempt that took the job: an owner, being a whole process, may make several
    at a time, and each has to know its own again when the store's answer was lost."""
    state: ClaimState = ClaimState.WORKING
    renewals: int = 0
    """Makes every renewal another ETag, so that a stale one can't be written over."""
    failures: tuple[str, ...] = ()
    """What went wrong in the attempts so far, for the person who has to look."""


@functools.cache
def owner_name() -> str:
    """Name this process for people and for other workers: machine, process and its start.

    The machine part holds the boot and the process namespace, so that equal process numbers in
    two containers or after a reboot are not taken for each other.
    """
    return f"{_machine()} pid {os.getpid()} started {_started(os.getpid())}"


def _machine() -> str:
    boot = _text_of("/proc/sys/kernel/random/boot_id")[:8]
    namespace = Path("/proc/self/ns/pid")
    inode = namespace.readlink() if namespace.exists() else ""
    return f"{socket.gethostname()} {boot} {inode}"


def _started(pid: int) -> str:
    """Return the kernel ticks at which a process started; empty when there is no such process."""
    after_name = _text_of(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return after_name[19] if after_name else ""


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def is_dead(owner: str) -> bool:
    """Tell whether an owner was a process of this very machine that no longer runs."""
    machine, _, process = owner.rpartition(" pid ")
    pid, _, started = process.partition(" started ")
    return machine == _machine() and bool(started) and _started(int(pid)) != started


def acquire(
    bucket: Bucket, source: SourceVideo, brief: Brief, *, owner: str, watch: WatchSettings
) -> Lease | None:
    """Claim a job; none when it is done, parked, or somebody else is at it.

    None too when its record can't be read, which a person has to look at.
    """
    oid = source.oid(brief)
    claim = Claim(
        oid=oid,
        epoch=1,
        owner=owner,
        source=source,
        brief=brief,
        delivery_prefix=keys.delivery_prefix(source.key, oid),
    )
    key, record = keys.claim(oid), ClaimRecord(claim=claim, attempt=uuid.uuid4().hex)
    data = _dump(record)
    parse_record(ClaimRecord, data, key)  # nobody may be left with one that can't be read
    etag = bucket.create(key, data)
    found = None if etag else bucket.read(key)
    if etag or _is_from(found, record):
        return _taken(bucket, record, etag)
    try:
        return _take_over(bucket, found, claim, watch) if found else None
    except RecordUnreadableError:
        _mark_held(bucket, oid)  # a listing then knows to look, and `status` tells of it
        return None


def _take_over(bucket: Bucket, found: Blob, claim: Claim, watch: WatchSettings) -> Lease | None:
    record = read_record(found, claim.oid)
    if not is_free(record, found.age_seconds, watch):
        return None
    taken = claim.model_copy(update={"epoch": record.claim.epoch + 1})
    failures = record.failures
    if record.state is ClaimState.WORKING and record.claim.owner != claim.owner:
        # Our own is no death: we could not give it back, since the store took no writes.
        failures = (*failures, f"the worker {record.claim.owner} stopped without a word")
    key = keys.claim(claim.oid)
    successor = ClaimRecord(claim=taken, failures=failures, attempt=uuid.uuid4().hex)
    etag = bucket.replace(key, _dump(successor), found.etag)
    if not etag and not _is_from(bucket.read(key), successor):
        return None
    return _taken(bucket, successor, etag)


def _taken(bucket: Bucket, record: ClaimRecord, etag: str | None) -> Lease:
    _mark_held(bucket, record.claim.oid)
    return Lease(bucket, record.claim, Seen(record, etag) if etag else None)


def read_record(found: Blob, oid: str) -> ClaimRecord:
    """Read what a claim's object holds. Raises RecordUnreadableError."""
    return parse_record(ClaimRecord, found.data, keys.claim(oid))


def _is_from(found: Blob | None, record: ClaimRecord) -> bool:
    """Tell whether what was found was written by this very attempt, whose answer was lost."""
    return found is not None and f'"{record.attempt}"'.encode() in found.data


def _mark_held(bucket: Bucket, oid: str) -> None:
    """Let scans know that there is a claim worth reading; without the mark they only ask more."""
    with contextlib.suppress(StorageError):
        bucket.write(keys.held(oid), b"", "application/octet-stream")


def _unmark_held(bucket: Bucket, oid: str) -> None:
    with contextlib.suppress(StorageError):
        bucket.remove(keys.held(oid))


def is_free(record: ClaimRecord, age_seconds: float, watch: WatchSettings) -> bool:
    """Tell whether a job may be taken over: it was given back, or its worker is gone.

    The only rule about it. `age_seconds` is how long ago the claim was written, by the store's
    clock.
    """
    if record.state is ClaimState.FINISHED:
        return False
    is_given_back = record.state in (ClaimState.RELEASED, ClaimState.GONE)
    if is_given_back or is_dead(record.claim.owner):
        return True
    return age_seconds > watch.lease_seconds + watch.lease_grace_seconds


def is_open(bucket: Bucket, oid: str, watch: WatchSettings) -> bool:
    """Tell whether a job waits for a worker: unclaimed, given back, or its worker is gone."""
    return open_epoch(bucket, oid, watch) is not None


def open_epoch(bucket: Bucket, oid: str, watch: WatchSettings) -> int | None:
    """Return the epoch of an open job's last claim, 0 before the first; none for any other job.

    One whose claim can't be read waits for a person; `status` names it.
    """
    found = bucket.read(keys.claim(oid))
    if found is None:
        return 0
    with contextlib.suppress(RecordUnreadableError):
        record = read_record(found, oid)
        return record.claim.epoch if is_free(record, found.age_seconds, watch) else None
    return None


def is_gone(bucket: Bucket, oid: str) -> bool:
    """Tell whether a job's video went away before it was done."""
    known = _known(bucket, oid)
    return known is not None and known[0].state is ClaimState.GONE


def is_in_hand(bucket: Bucket, oid: str, watch: WatchSettings) -> bool:
    """Tell whether a worker that seems to live has the job."""
    known = _known(bucket, oid)
    return known is not None and known[0].state is ClaimState.WORKING and not is_free(*known, watch)


def _known(bucket: Bucket, oid: str) -> tuple[ClaimRecord, float] | None:
    """Read a claim and its age; none where there is none, or it can't be read."""
    found = bucket.read(keys.claim(oid))
    with contextlib.suppress(RecordUnreadableError):
        return (read_record(found, oid), found.age_seconds) if found else None
    return None


class Seen(NamedTuple):
    """A claim's record as we last saw or wrote it."""

    record: ClaimRecord
    etag: str


class Lease:
    """A worker's hold on a job.

    Shared by the thread that renews it: what either of them saw last makes a guard one conditional
    request.
    """

    def __init__(self, bucket: Bucket, claim: Claim, seen: Seen | None = None) -> None:
        self.bucket = bucket
        self.claim = claim
        self._key = keys.claim(claim.oid)
        self._seen = seen

    @property
    def failures(self) -> tuple[str, ...]:
        """What went wrong in earlier attempts at the job."""
        return (self._seen or self._read()).record.failures

    def guard(self) -> ClaimRecord:
        """Make sure the job is still ours. Raises LeaseLostError when it is not."""
        seen = self._seen
        if seen is None or not self.bucket.is_unchanged(self._key, seen.etag):
            seen = self._read()
        if not _holds(seen.record, self.claim):
            raise self._lost()
        return seen.record

    def renew(self) -> None:
        """Make the lease last from now. Raises LeaseLostError when it is no longer ours."""
        if self._seen is None or not self._is_renewed(self._seen):
            self.guard()
            if not self._is_renewed(self._seen or self._read()):
                self.guard()  # another thread of ours renewed first, or the job is lost

    @contextlib.contextmanager
    def renewing(self, watch: WatchSettings) -> Generator[None]:
        """Renew the lease on a thread for as long as the block lasts."""
        done = threading.Event()
        pause_seconds = watch.lease_seconds / RENEWALS_PER_LEASE
        renewer = threading.Thread(
            target=self._keep_renewing, args=(pause_seconds, done), daemon=True
        )
        renewer.start()
        try:
            yield
        finally:
            done.set()
            renewer.join()

    def release(self, failure: str | None) -> None:
        """Give the job back, so that it is tried again without waiting.

        A failure is remembered and counts; without one (the service was away, we were asked to
        stop) the video has done nothing wrong.
        """
        with contextlib.suppress(LeaseLostError):
            self._end(ClaimState.RELEASED, (failure,) if failure else ())
            if not failure:  # one that failed stays in the index, so that `status` can say why
                _unmark_held(self.bucket, self.claim.oid)

    def close_as_gone(self) -> None:
        """Close a job whose video went away; nothing is left to do, and nobody did wrong."""
        with contextlib.suppress(LeaseLostError):
            self._end(ClaimState.GONE)

    def finish(self) -> None:
        """Close a job whose outcome is published; the index entry comes first."""
        self.bucket.create(keys.finished(self.claim.oid), b"{}")
        self._end(ClaimState.FINISHED)
        _unmark_held(self.bucket, self.claim.oid)

    def _end(self, state: ClaimState, more: tuple[str, ...] = ()) -> None:
        """Write the last word on a claim; our own renewal may come between, so until it stands.

        Raises LeaseLostError when the job is no longer ours.
        """
        seen = self._seen or self._read()
        while True:
            if not _is_of(seen.record, self.claim):
                raise self._lost()
            if seen.record.state is not ClaimState.WORKING:
                return  # ours, and written: only the answer had been lost
            if self._is_written(seen, state=state, failures=(*seen.record.failures, *more)):
                return
            seen = self._read()

    def _keep_renewing(self, pause_seconds: float, done: threading.Event) -> None:
        while not done.wait(pause_seconds):
            try:
                self.renew()
            except LeaseLostError:
                return  # the next guard in the work itself stops it
            except StorageError as error:
                logger.debug("could not renew %s, will try again: %s", self.claim.oid, error)

    def _is_renewed(self, seen: Seen) -> bool:
        if not _holds(seen.record, self.claim):
            return False
        return self._is_written(seen, renewals=seen.record.renewals + 1)

    def _is_written(self, seen: Seen, **update: Any) -> bool:
        """Write over the record that was seen; whether it was still that one."""
        record = seen.record.model_copy(update=update)
        etag = self.bucket.replace(self._key, _dump(record), seen.etag)
        if etag:
            self._seen = Seen(record, etag)
        return etag is not None

    def _read(self) -> Seen:
        found = self.bucket.read(self._key)
        if found is None:
            raise self._lost()
        self._seen = seen = Seen(read_record(found, self.claim.oid), found.etag)
        return seen

    def _lost(self) -> LeaseLostError:
        return LeaseLostError(self.claim.oid, self.claim.epoch)


def _holds(record: ClaimRecord, claim: Claim) -> bool:
    return _is_of(record, claim) and record.state is ClaimState.WORKING


def _is_of(record: ClaimRecord, claim: Claim) -> bool:
    return (record.claim.epoch, record.claim.owner) == (claim.epoch, claim.owner)


def reopen(bucket: Bucket, record: ClaimRecord, etag: str) -> None:
    """Free an ended job for another try, unless somebody just has; its failures are forgotten."""
    update = {"state": ClaimState.RELEASED, "failures": ()}
    bucket.replace(keys.claim(record.claim.oid), _dump(record.model_copy(update=update)), etag)


def _dump(record: ClaimRecord) -> bytes:
    return record.model_dump_json().encode()
