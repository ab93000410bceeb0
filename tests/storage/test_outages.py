"""A store whose answers break off: an outage, never a verdict on a video, never a lost word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.models import Brief, MediaInfo
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import validate
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import ClaimRecord, ClaimState, Lease
from socialcopy.storage.errors import StoreUnreachableError
from tests.campaign.proxy import Fault, FaultyProxy, serving
from tests.campaign.worker_pool import make_context, tiny_clip


@contextmanager
def through(s3: S3Settings, *faults: Fault) -> Iterator[S3Settings]:
    """The same store behind a wire on which these faults happen to requests for `clip`."""
    host, _, port = str(s3.endpoint_url).removeprefix("http://").partition(":")
    wire = FaultyProxy(
        "s3",
        (host, int(port)),
        {"clip": faults},
        lambda head, _: "clip" if b"clip" in head else None,
    )
    with serving(wire) as url:
        yield s3.model_copy(update={"endpoint_url": url})


def test_a_reply_that_breaks_off_is_an_outage(store: S3Settings, bucket: Bucket):
    bucket.write("clip.json", b"x" * 100_000, "application/json")
    s3 = store.model_copy(update={"bucket": bucket.name})
    with through(s3, Fault(1, "cut_reply")) as faulty, pytest.raises(StoreUnreachableError):
        Bucket(faulty).read("clip.json")


@pytest.mark.parametrize("does", ["500", "cut", "cut_reply"])
def test_a_good_video_is_not_refused_because_the_store_broke_off(
    store: S3Settings, tmp_path: Path, does: str
):
    context = make_context(
        tmp_path, store.model_copy(update={"bucket": f"broke-off-{does.replace('_', '-')}"})
    )
    context.bucket.ensure()
    context.bucket.write("inbox/clip.mp4", tiny_clip(tmp_path), "video/mp4")
    job = claim_module.claim_video(context, "inbox/clip.mp4", Brief())
    assert job
    with through(context.s3, Fault(1, does), Fault(2, does)) as faulty:
        verdict = validate.validate_video(
            Job.resume(context.model_copy(update={"s3": faulty}), job.claim)
        )

    assert isinstance(verdict, MediaInfo)


class Renewing(Bucket):
    """A bucket in which our own renewal always comes between reading a claim and writing it."""

    between = 2

    def replace(self, key: str, data: bytes, etag: str) -> str | None:
        if self.between:
            self.between -= 1
            found = self.read(key)
            assert found
            record = ClaimRecord.model_validate_json(found.data)
            renewed = record.model_copy(update={"renewals": record.renewals + 1})
            super().replace(key, renewed.model_dump_json().encode(), found.etag)
        return super().replace(key, data, etag)


def state(bucket: Bucket, lease: Lease) -> ClaimRecord:
    found = bucket.read(keys.claim(lease.claim.oid))
    assert found
    return ClaimRecord.model_validate_json(found.data)


def test_a_claim_is_closed_even_if_its_renewal_comes_between(
    store: S3Settings, bucket: Bucket, lease: Lease
):
    Lease(Renewing(store.model_copy(update={"bucket": bucket.name})), lease.claim).finish()

    assert state(bucket, lease).state is ClaimState.FINISHED


def test_a_failure_is_remembered_even_if_a_renewal_comes_between(
    store: S3Settings, bucket: Bucket, lease: Lease
):
    renewing = Renewing(store.model_copy(update={"bucket": bucket.name}))
    Lease(renewing, lease.claim).release("the reason")

    assert state(bucket, lease).failures == ("the reason",)


def test_a_conditional_write_that_met_another_one_is_lost(store: S3Settings, bucket: Bucket):
    """409: the store could not decide, so nothing was written; whoever looks again finds out."""
    s3 = store.model_copy(update={"bucket": bucket.name})
    with through(s3, *(Fault(n, "409") for n in range(1, 7))) as faulty:
        assert Bucket(faulty).create("clip.json", b"{}") is None
        assert Bucket(faulty).replace("clip.json", b"{}", "0" * 32) is None

    assert not bucket.exists("clip.json")
