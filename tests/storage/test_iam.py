"""The shipped IAM policies suffice for everything a worker does, and allow nothing it doesn't."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.cli.local import LocalPipeline, walk
from socialcopy.models import Brief, Rejection
from socialcopy.pipeline.outcomes import Ending, outcome_of, park
from socialcopy.pipeline.retention import apply_due_policies, collect
from socialcopy.pipeline.steps import batch, refine
from socialcopy.pipeline.steps.claim import claim_video, holding
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.pipeline.steps.earlier import earlier_delivery
from socialcopy.policies import FILE
from socialcopy.settings import MediaSettings, S3Settings
from socialcopy.storage import capabilities, jobs
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StoreUnreachableError
from tests.conftest import ROOT, ffmpeg, own_folders
from tests.pipeline.conftest import make_context, served
from tests.storage.conftest import every_job
from tests.storage.iam import Guard, Permission, Policy, guarded, permissions

IAM = ROOT / "deployments" / "iam"
SUFFICES, AFTER = IAM / "socialcopy.json", IAM / "after-delivery.json"
BUCKET = "iam-test"


@pytest.fixture(scope="module")
def owner(store: S3Settings) -> Bucket:
    """Whoever drops videos and writes the policies; the worker has less to say."""
    bucket = Bucket(store.model_copy(update={"bucket": BUCKET}))
    bucket.ensure()
    return bucket


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("iam") / "tiny.mp4"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=3")
    ffmpeg(*picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))
    return path


@pytest.fixture(scope="module")
def worked(
    owner: Bucket, store: S3Settings, clip: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Guard, LocalPipeline]]:
    """A worker that may do what the policy says has delivered, refused, parked and looked after."""
    own = store.model_copy(update={"bucket": BUCKET})
    data = own_folders(tmp_path_factory.mktemp("iam-data"))
    owner.write(FILE, b"[defaults]\nvideos_per_day = 9\nsame_bytes = 'skip'", "application/toml")
    owner.upload(clip, "inbox/clip.mp4", "video/mp4")
    owner.write("inbox/clip.brief.yaml", b"platforms: [x]\n", "application/yaml")
    owner.write("inbox/clip.srt", b"1\n00:00:00,000 --> 00:00:02,000\nHello\n", "text/plain")
    owner.write("inbox/text.mp4", b"no video" * 9_000, "video/mp4")
    with guarded(own, SUFFICES) as (s3, guard):
        media = MediaSettings(preset="fast", screen_frames=0)
        with served(make_context(data, s3, BUCKET, media=media)) as pipeline:
            work(pipeline)
            yield guard, pipeline


def work(pipeline: LocalPipeline) -> None:
    """What a watcher, a batch and the commands do."""
    context = pipeline.context
    capabilities.require(context.bucket)
    found = InboxScanner(context, "inbox/", Brief()).scan(lambda _: True)
    for one in found:
        job = claim_video(context, one.source.key, Brief())
        assert job
        with holding(job):
            walk(job, pipeline.api_url, lambda _phrase, _percent: None)
    refined(pipeline)
    parked_and_tried_again(pipeline)
    batch.publish(context, batch.begin(context, "nightly/", 50))
    every_job(context.bucket, context.watch)
    assert list(jobs.damage(context.bucket)) == []
    list(collect(context, is_dry=False))


def refined(pipeline: LocalPipeline) -> None:
    context, key = pipeline.context, "inbox/clip.mp4"
    earlier = earlier_delivery(context, key)
    job = claim_video(context, key, refine.brief_for(earlier, "cut the first 1 second"))
    assert job
    with holding(job):
        session = refine.resume_session(job, pipeline.api_url, earlier)
        assert refine.ensure_video(job, session, pipeline.api_url) is None
        done = refine.request_edit(job, session, pipeline.api_url, earlier)
        assert not isinstance(done, Rejection)
        refine.deliver(job, session, done, pipeline.api_url)
    outcome = outcome_of(context.bucket, job.key, job.oid)
    assert outcome
    assert outcome.ending is Ending.DELIVERED


def parked_and_tried_again(pipeline: LocalPipeline) -> None:
    context = pipeline.context
    job = claim_video(context, "inbox/clip.mp4", Brief(instruction="Short."))
    assert job
    park(job, "it broke")
    jobs.reopen(context.bucket, job.oid)


def test_a_worker_gets_by_with_the_shipped_policy(
    worked: tuple[Guard, LocalPipeline], owner: Bucket
):
    guard, _ = worked
    outcomes = {key.partition("/")[0] for key in owner.list_keys("") if key.endswith(".json")}

    assert guard.denied == []
    assert {"outbox", "rejected", "_socialcopy", "reports"} <= outcomes


def test_every_statement_of_the_policy_is_needed(worked: tuple[Guard, LocalPipeline]):
    guard, _ = worked
    needless = [
        (statement["Sid"], action, resource)
        for statement in guard.policy.statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if not any(
            Policy.applies({**statement, "Action": action, "Resource": resource}, used)
            for used in guard.used
        )
        and not is_spare(action, resource)
    ]

    assert needless == []


def is_spare(action: str, resource: str) -> bool:
    """What happens only now and then: parts of an upload that broke off, and places that a worker
    writes to and seldom takes something back from.
    """
    rare = {"s3:AbortMultipartUpload"}
    seldom_removed = ("outbox/*", "reports/*", "rejected/*")
    return action in rare or (action == "s3:DeleteObject" and resource.endswith(seldom_removed))


def listed(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else told


@pytest.mark.parametrize(
    "key", ["inbox/clip.mp4", "nightly/a.mp4", FILE, "done/a.mp4", "brand/logo.png", "other.txt"]
)
def test_a_worker_can_write_delete_and_tag_nothing_of_others(
    worked: tuple[Guard, LocalPipeline], key: str
):
    guard, pipeline = worked
    bucket, before = pipeline.context.bucket, list(guard.denied)
    with pytest.raises(StoreUnreachableError, match="AccessDenied"):
        bucket.write(key, b"mine now", "text/plain")
    with pytest.raises(StoreUnreachableError, match="AccessDenied"):
        bucket.remove(key)
    with pytest.raises(StoreUnreachableError, match="AccessDenied"):
        bucket.tags(key)

    tried = {permission.action for permission in guard.denied[len(before) :]}
    guard.denied = before
    assert tried == {"s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging"}


@pytest.mark.parametrize("after", ["tag", "move", "delete"])
def test_what_happens_after_a_delivery_needs_the_second_policy_and_no_more(
    worked: tuple[Guard, LocalPipeline], owner: Bucket, store: S3Settings, clip: Path, after: str
):
    _, pipeline = worked
    own = store.model_copy(update={"bucket": BUCKET})
    owner.upload(clip, "inbox/clip.mp4", "video/mp4")
    told = f"[defaults]\nafter = '{after}'\ndelete_after_days = 0\n"
    owner.write(FILE, told.encode(), "application/toml")
    capabilities.has_safe_tags.cache_clear()
    capabilities.deletes_under_conditions.cache_clear()
    with guarded(own, SUFFICES, AFTER) as (s3, guard):
        context = pipeline.context.model_copy(update={"s3": s3})
        assert apply_due_policies(context, "inbox/") == ["inbox/clip.mp4"]

    assert guard.denied == []


def test_both_files_are_policies_that_aws_takes():
    for path in (SUFFICES, AFTER):
        document = json.loads(path.read_text())
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert document["Version"] == "2012-10-17"
        assert len(set(sids)) == len(sids)
        assert all(sid.isalnum() for sid in sids)
        assert "*" not in {a for s in document["Statement"] for a in listed(s["Action"])}


def test_what_a_request_needs_is_read_off_its_first_line_and_headers():
    copied = b"PUT /b/done/a.mp4 HTTP/1.1\r\nx-amz-copy-source: b/inbox/a%20b.mp4\r\n\r\n"

    assert permissions(copied) == [
        Permission("s3:PutObject", "arn:aws:s3:::b/done/a.mp4"),
        Permission("s3:GetObject", "arn:aws:s3:::b/inbox/a b.mp4"),
    ]
    assert permissions(b"GET /b?list-type=2&prefix=inbox%2F HTTP/1.1\r\n\r\n") == [
        Permission("s3:ListBucket", "arn:aws:s3:::b")
    ]


def test_keys_that_are_written_are_those_of_the_policy():
    document = json.loads(SUFFICES.read_text())
    written = document["Statement"][-1]["Resource"]

    assert {resource.partition("BUCKET/")[2] for resource in written} == {
        f"{prefix}*" for prefix in (*keys.WRITTEN, keys.REPORTS)
    }
