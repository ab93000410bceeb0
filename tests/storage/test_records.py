"""A record that can't be read costs its own line in a listing, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.pipeline import retention
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.pipeline.steps.earlier import earlier_delivery
from socialcopy.settings import DataSettings, S3Settings, WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.errors import RecordUnreadableError
from socialcopy.storage.jobs import Standing, damage, ended_jobs, open_jobs, reopen
from socialcopy.storage.journal import Journal
from tests.pipeline.conftest import make_context
from tests.storage.conftest import every_job
from tests.storage.test_jobs import claimed, deliver, park

WATCH = WatchSettings()

BROKEN = {
    "cut short": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "no table": lambda _: b'["a"]',
    "no text": lambda _: b"\xff\xfe\x00",
    "of another version": lambda data: data.replace(b"}", b"").replace(b'"', b"'"),
    "deep": lambda _: b"[" * 100_000,
}
Breaking = Callable[[bytes], bytes]


def one_of_each(bucket: Bucket, name: str) -> dict[str, str]:
    """The keys of one record of each kind, each of a job of its own."""
    parked, delivered, running = (claimed(bucket, f"{name}-{n}") for n in ("p", "d", "r"))
    park(bucket, parked)
    deliver(bucket, delivered)
    mark = json.dumps({"key": "nightly/x.mp4", "brief": {}, "why": "no credits"}).encode()
    waiting = keys.waiting(f"{name:0<16}")
    bucket.write(waiting, mark, "application/json")
    return {
        "claim of a running job": keys.claim(running.claim.oid),
        "claim of an ended job": keys.claim(delivered.claim.oid),
        "reason": keys.parking(parked.claim.source.key, parked.claim.oid),
        "mark of a job without credits": waiting,
        "manifest": keys.manifest(delivered.claim.delivery_prefix),
    }


@pytest.fixture
def context(bucket: Bucket, store: S3Settings, tmp_path: Path) -> Context:
    data = DataSettings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    return make_context(data, store, bucket.name)


def break_it(bucket: Bucket, key: str, how: Breaking) -> None:
    found = bucket.read(key)
    assert found
    bucket.write(key, how(found.data), "application/json")


def test_every_listing_goes_on_past_a_broken_record_of_each_kind(context: Context):
    bucket = context.bucket
    one_of_each(bucket, "whole")
    kinds = one_of_each(bucket, "broken")
    before = len(every_job(bucket, WATCH))

    for number, (key, how) in enumerate(
        zip(kinds.values(), BROKEN.values(), strict=False), start=1
    ):
        break_it(bucket, key, how)
        listed = every_job(bucket, WATCH)
        unreadable = [job for job in listed if job.standing is Standing.UNREADABLE]

        assert len(listed) == before
        assert len(unreadable) == min(number, len(kinds) - 1)  # a manifest is `verify`'s business
        assert all(job.detail and job.key for job in unreadable)
        assert len(list(damage(bucket))) == (number == len(kinds))
        assert list(retention.collect(context, is_dry=True)) == []
        assert InboxScanner(context, keys.INBOX, Brief()).scan(lambda _: True) == []


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
def test_however_a_claim_is_broken_nobody_works_on_it_until_a_person_has_looked(
    bucket: Bucket, how: Breaking
):
    lease = claimed(bucket, "broken")
    break_it(bucket, keys.claim(lease.claim.oid), how)

    taken = claims.acquire(bucket, lease.claim.source, Brief(), owner="other", watch=WATCH)
    [listed] = open_jobs(bucket, WATCH)
    reopen(bucket, lease.claim.oid)
    again = claims.acquire(bucket, lease.claim.source, Brief(), owner="other", watch=WATCH)

    assert taken is None
    assert listed.standing is Standing.UNREADABLE
    assert keys.claim(lease.claim.oid) in listed.detail
    assert again is not None


def test_what_was_paid_for_is_still_known_when_a_claim_was_started_anew(bucket: Bucket):
    lease = claimed(bucket, "paid")
    Journal(lease).record("caption-receipt", {"text": "paid"})
    break_it(bucket, keys.claim(lease.claim.oid), BROKEN["emptied"])
    reopen(bucket, lease.claim.oid)
    again = claims.acquire(bucket, lease.claim.source, Brief(), owner="other", watch=WATCH)
    assert again

    assert Journal(again).read("caption-receipt") == {"text": "paid"}


def test_a_broken_step_of_a_journal_is_named(bucket: Bucket, lease: Lease):
    Journal(lease).record("media", {})
    break_it(bucket, keys.journal_entry(lease.claim.oid, "media"), BROKEN["cut short"])

    with pytest.raises(RecordUnreadableError) as raised:
        Journal(lease).read("media")

    assert keys.journal_entry(lease.claim.oid, "media") in str(raised.value)


def test_a_claim_that_could_not_be_read_again_is_never_written(bucket: Bucket):
    bucket.write("inbox/clip.mp4", b"bytes", "video/mp4")
    source = bucket.head("inbox/clip.mp4")
    klingon = Brief().model_copy(update={"language": "klingon"})  # past every check

    with pytest.raises(RecordUnreadableError):
        claims.acquire(bucket, source, klingon, owner="me", watch=WATCH)

    assert list(bucket.list_keys(keys.PRIVATE)) == []
    assert list(ended_jobs(bucket, WATCH)) == []


def test_the_newest_delivery_that_can_be_read_is_the_one_that_is_refined(context: Context):
    bucket = context.bucket
    captions = {"language": "en", "confidence": "speech", "captions": []}
    for oid, data in (("a" * 16, captions), ("b" * 16, None)):
        manifest = {"oid": oid, "source": {"key": "inbox/clip.mp4"}, "published_at": "2026"}
        whole = json.dumps({**manifest, "captions": data}).encode()
        bucket.write(f"outbox/clip/{oid}/manifest.json", whole if data else whole[:30], "x/y")

    assert earlier_delivery(context, "inbox/clip.mp4").oid == "a" * 16
