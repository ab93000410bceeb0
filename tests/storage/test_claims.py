"""One job, one worker: claims, leases, take-over."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, tzinfo
from functools import partial

import pytest

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.settings import S3Settings, WatchSettings
from socialcopy.storage import bucket as bucket_module
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.errors import LeaseLostError
from tests.conftest import until

WATCH = WatchSettings()
IMPATIENT = WatchSettings(lease_seconds=1, lease_grace_seconds=1)


@pytest.fixture
def source(bucket: Bucket) -> SourceVideo:
    bucket.write("inbox/clip.mp4", b"bytes", "video/mp4")
    return bucket.head("inbox/clip.mp4")


def modified_at(bucket: Bucket, lease: Lease) -> datetime:
    lease.guard()
    found = bucket.read(keys.claim(lease.claim.oid))
    assert found
    return found.modified_at


def test_of_sixteen_racing_workers_one_wins(bucket: Bucket, source: SourceVideo):
    won: list[str] = []
    start = threading.Barrier(16)

    def race(name: str) -> None:
        start.wait()
        if claims.acquire(bucket, source, Brief(), owner=name, watch=WATCH):
            won.append(name)

    racers = [threading.Thread(target=race, args=(f"elsewhere {n}",)) for n in range(16)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert len(won) == 1


def test_a_lease_that_is_renewed_is_not_taken_over(
    bucket: Bucket, source: SourceVideo, monkeypatch: pytest.MonkeyPatch
):
    first = claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=IMPATIENT)
    assert first
    written_at = partial(modified_at, bucket, first)
    begun = written_at()

    def renewed_after_its_end() -> datetime | None:
        at = written_at()
        return at if at - begun > timedelta(seconds=3) else None

    with first.renewing(IMPATIENT):
        now = until(renewed_after_its_end)
        # The store's clock stands at that renewal: however late the next one comes on a busy
        # machine, only a lease that was never renewed has run out.
        monkeypatch.setattr(bucket_module, "_store_time", lambda _: now)
        second = claims.acquire(bucket, source, Brief(), owner="other", watch=IMPATIENT)

    assert second is None


def test_a_lease_that_ran_out_is_taken_over_with_the_next_epoch(
    bucket: Bucket, source: SourceVideo
):
    claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=IMPATIENT)
    time.sleep(3.5)
    second = claims.acquire(bucket, source, Brief(), owner="other", watch=IMPATIENT)

    assert second is not None
    assert second.claim.epoch == 2


def test_the_worker_that_was_taken_over_finds_out_at_the_next_guard(
    bucket: Bucket, source: SourceVideo
):
    first = claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=IMPATIENT)
    time.sleep(3.5)
    claims.acquire(bucket, source, Brief(), owner="other", watch=IMPATIENT)
    assert first

    with pytest.raises(LeaseLostError):
        first.guard()
    with pytest.raises(LeaseLostError):
        first.finish()


def test_a_dead_process_of_this_machine_is_taken_over_at_once(bucket: Bucket, source: SourceVideo):
    name = "from socialcopy.storage.claims import owner_name; print(owner_name())"
    dead = subprocess.run([sys.executable, "-c", name], capture_output=True, text=True, check=True)
    claims.acquire(bucket, source, Brief(), owner=dead.stdout.strip(), watch=WATCH)

    second = claims.acquire(bucket, source, Brief(), owner="other", watch=WATCH)

    assert second is not None


def test_a_living_process_of_this_machine_is_not_dead():
    assert not claims.is_dead(claims.owner_name())


def test_a_job_given_back_is_free_and_remembers_why(bucket: Bucket, source: SourceVideo):
    first = claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=WATCH)
    assert first
    first.release("the engine was down")

    assert claims.is_open(bucket, first.claim.oid, WATCH)
    assert Lease(bucket, first.claim).failures == ("the engine was down",)


def test_a_job_given_back_because_the_service_was_away_has_no_failure(
    bucket: Bucket, source: SourceVideo
):
    first = claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=WATCH)
    assert first
    first.release(None)

    assert claims.is_open(bucket, first.claim.oid, WATCH)
    assert Lease(bucket, first.claim).failures == ()


class AnswerLosingBucket(Bucket):
    """Its writes arrive and their answers don't: a second try is told that something is there."""

    def _write_if(self, key: str, data: bytes, condition: dict[str, str]) -> str | None:
        super()._write_if(key, data, condition)
        return super()._write_if(key, data, condition)


def test_a_worker_that_lost_the_answer_to_its_claim_has_it_all_the_same(
    bucket: Bucket, store: S3Settings, source: SourceVideo
):
    lossy = AnswerLosingBucket(store.model_copy(update={"bucket": bucket.name}))
    first = claims.acquire(lossy, source, Brief(), owner="elsewhere", watch=WATCH)
    assert first
    first.release(None)

    second = claims.acquire(lossy, source, Brief(), owner="elsewhere", watch=WATCH)

    assert second
    assert second.claim.epoch == 2
    assert second.guard()
    # The same owner again is another attempt, which finds the job in hand.
    assert claims.acquire(lossy, source, Brief(), owner="elsewhere", watch=WATCH) is None


def test_a_finished_job_stays_finished(bucket: Bucket, source: SourceVideo):
    first = claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=WATCH)
    assert first
    first.finish()

    assert claims.acquire(bucket, source, Brief(), owner="other", watch=WATCH) is None
    assert bucket.exists(keys.finished(first.claim.oid))


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_worker_whose_clock_is_wrong_takes_nothing_over(
    bucket: Bucket, source: SourceVideo, monkeypatch: pytest.MonkeyPatch, hours: int
):
    first = claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=WATCH)

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(hours=hours)

    monkeypatch.setattr(bucket_module, "datetime", Skewed)

    assert claims.acquire(bucket, source, Brief(), owner="other", watch=WATCH) is None
    assert first
    first.renew()


def test_a_dead_workers_job_is_taken_over_whatever_the_clock_says(
    bucket: Bucket, source: SourceVideo, monkeypatch: pytest.MonkeyPatch
):
    claims.acquire(bucket, source, Brief(), owner="elsewhere", watch=IMPATIENT)
    time.sleep(3.5)

    class Behind(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - timedelta(hours=1)

    monkeypatch.setattr(bucket_module, "datetime", Behind)

    assert claims.acquire(bucket, source, Brief(), owner="other", watch=IMPATIENT)
