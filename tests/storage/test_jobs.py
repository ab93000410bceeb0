"""Where jobs stand, whether deliveries are whole, and another try."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest

from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.errors import NoSuchJobError
from socialcopy.storage.jobs import Standing, damage, reopen
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import charge_once
from tests.storage.conftest import every_job

WATCH = WatchSettings()


def claimed(bucket: Bucket, name: str, owner: str = "") -> Lease:
    bucket.write(f"inbox/{name}.mp4", name.encode(), "video/mp4")
    source = bucket.head(f"inbox/{name}.mp4")
    owner = owner or claims.owner_name()
    lease = claims.acquire(bucket, source, Brief(), owner=owner, watch=WATCH)
    assert lease
    return lease


def park(bucket: Bucket, lease: Lease) -> None:
    claim = lease.claim
    reason = json.dumps({"reason": "it broke"}).encode()
    bucket.write(keys.parking(claim.source.key, claim.oid), reason, "application/json")
    lease.finish()


def deliver(bucket: Bucket, lease: Lease) -> None:
    claim = lease.claim
    bucket.write(f"{claim.delivery_prefix}x.txt", b"words", "text/plain")
    file = {"name": "x.txt", "size_bytes": 5, "sha256": hashlib.sha256(b"words").hexdigest()}
    manifest = json.dumps({"files": [file]}).encode()
    bucket.create(keys.manifest(claim.delivery_prefix), manifest)
    lease.finish()


def test_every_job_is_told_with_its_standing(bucket: Bucket):
    deliver(bucket, claimed(bucket, "delivered"))
    park(bucket, claimed(bucket, "parked"))
    claimed(bucket, "running")
    claimed(bucket, "failed").release("no luck")
    bucket.write("inbox/new.mp4", b"new", "video/mp4")

    standings = {job.key.removeprefix("inbox/"): job.standing for job in every_job(bucket, WATCH)}

    assert standings == {
        "delivered.mp4": Standing.DELIVERED,
        "parked.mp4": Standing.PARKED,
        "running.mp4": Standing.RUNNING,
        "failed.mp4": Standing.RETRYING,
        "new.mp4": Standing.WAITING,
    }


def test_what_may_be_taken_over_is_not_told_as_running(bucket: Bucket):
    ask_name = "from socialcopy.storage.claims import owner_name; print(owner_name())"
    dead = subprocess.run(
        [sys.executable, "-c", ask_name], capture_output=True, text=True, check=True
    )
    owners = {"dead": dead.stdout.strip(), "alive": claims.owner_name(), "elsewhere": "another"}
    jobs = {name: claimed(bucket, name, owner) for name, owner in owners.items()}

    standings = {job.oid: job.standing for job in every_job(bucket, WATCH)}
    is_taken = {
        name: claims.acquire(bucket, job.claim.source, Brief(), owner="successor", watch=WATCH)
        is not None
        for name, job in jobs.items()
    }

    assert is_taken == {"dead": True, "alive": False, "elsewhere": False}
    assert {
        name: standings[job.claim.oid] is Standing.RETRYING for name, job in jobs.items()
    } == is_taken


def test_a_parked_job_that_is_reopened_can_be_claimed_again(bucket: Bucket):
    lease = claimed(bucket, "parked")
    park(bucket, lease)

    reopen(bucket, lease.claim.oid)

    again = claims.acquire(bucket, lease.claim.source, Brief(), owner="other", watch=WATCH)
    assert again is not None
    assert not bucket.exists(keys.parking(lease.claim.source.key, lease.claim.oid))


def test_a_delivered_job_is_not_reopened(bucket: Bucket):
    lease = claimed(bucket, "delivered")
    deliver(bucket, lease)

    with pytest.raises(NoSuchJobError):
        reopen(bucket, lease.claim.oid)


def test_a_paid_step_is_sent_again_only_when_a_person_says_so(bucket: Bucket):
    lease = claimed(bucket, "unknown")
    Journal(lease).begin("caption-intent-1", {})
    park(bucket, lease)
    reopen(bucket, lease.claim.oid, send_again=True)
    again = claims.acquire(bucket, lease.claim.source, Brief(), owner="other", watch=WATCH)
    assert again

    receipt = charge_once(
        Journal(again), "caption", intent=dict, send=lambda _: {"sent": True}, recover=dict
    )

    assert receipt == {"sent": True}


def test_a_file_that_changed_or_went_is_found(bucket: Bucket):
    whole, changed, gone = (claimed(bucket, name) for name in ("whole", "changed", "gone"))
    for lease in (whole, changed, gone):
        deliver(bucket, lease)
    bucket.write(f"{changed.claim.delivery_prefix}x.txt", b"other", "text/plain")
    bucket.remove(f"{gone.claim.delivery_prefix}x.txt")

    found = sorted(damage(bucket))

    assert [sentence.rpartition(" is ")[2] for sentence in found] == [
        "not the file that was delivered",
        "missing",
    ]
