"""Briefs in the bucket: found, merged, refused; the store is real."""

from __future__ import annotations

import pytest

from socialcopy import keys
from socialcopy.copywriting.errors import BriefError
from socialcopy.models import Brief, Rejection
from socialcopy.pipeline import briefs
from socialcopy.pipeline.briefs import brief_of, plain
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import discover, validate
from socialcopy.sandbox.functions import CallLimits
from socialcopy.settings import (
    DataSettings,
    S3Settings,
)
from socialcopy.storage.bucket import Bucket
from tests.pipeline.conftest import make_context

KEY = "inbox/shop/launch.mp4"
YAML = "application/yaml"


@pytest.fixture
def context(bucket: Bucket, store: S3Settings) -> Context:
    return make_context(DataSettings(), store, bucket.name)


def test_a_videos_own_brief_goes_over_its_folders_over_the_parameters(bucket: Bucket):
    bucket.write("inbox/shop/brief.yaml", b"who: Shop\nlanguage: de", YAML)
    bucket.write("inbox/shop/launch.brief.yaml", b"language: fr", YAML)

    brief = brief_of(bucket, KEY, Brief(instruction="short", language="en"))

    assert (brief.instruction, brief.who, brief.language) == ("short", "Shop", "fr")


def test_what_the_upload_says_of_itself_is_a_brief_below_the_written_ones(context: Context):
    context.bucket._s3.put_object(  # pyright: ignore[reportPrivateUsage]
        Bucket=context.bucket.name,
        Key=KEY,
        Body=b"video",
        Metadata={"brief-use-words": "Harbor Mug, Ghent", "brief-who": "caf%C3%A9", "other": "x"},
    )
    context.bucket.write("inbox/shop/brief.yaml", b"who: Shop", YAML)

    waiting = list(discover.find_waiting(context, keys.INBOX, Brief()))
    job = claim_module.claim_video(context, KEY, Brief(language="en"))

    assert job is not None
    assert job.claim.brief.use_words == ("Harbor Mug", "Ghent")
    assert (job.claim.brief.who, job.claim.brief.language) == ("Shop", "en")
    assert [source.key for source in waiting] == [KEY]


def test_metadata_that_is_no_brief_refuses_the_video(context: Context):
    context.bucket._s3.put_object(  # pyright: ignore[reportPrivateUsage]
        Bucket=context.bucket.name, Key=KEY, Body=b"video", Metadata={"brief-colour": "red"}
    )

    job = claim_module.claim_video(context, KEY, Brief())

    assert job is not None
    assert "in the metadata of inbox/shop/launch.mp4" in job.claim.brief.fault


def test_a_listing_finds_the_same_job_as_the_claim(context: Context):
    context.bucket.write(KEY, b"video", "video/mp4")
    context.bucket.write("inbox/shop/brief.yaml", b"who: Shop", YAML)

    waiting = list(discover.find_waiting(context, keys.INBOX, Brief()))
    job = claim_module.claim_video(context, KEY, Brief())

    assert [source.key for source in waiting] == [KEY]
    assert job is not None
    assert job.claim.brief.who == "Shop"
    job.lease.finish()
    assert list(discover.find_waiting(context, keys.INBOX, Brief())) == []


def test_a_bad_brief_refuses_the_video_and_a_mended_one_takes_it_up_again(context: Context):
    context.bucket.write(KEY, b"video", "video/mp4")
    context.bucket.write("inbox/shop/launch.brief.yaml", b"colour: red", YAML)
    job = claim_module.claim_video(context, KEY, Brief())
    assert job is not None

    verdict = validate.validate_video(job)
    job.lease.finish()

    assert isinstance(verdict, Rejection)
    assert verdict.code == "bad_brief"
    assert "launch.brief.yaml can't be used: it has no field “colour”" in verdict.reason
    assert list(discover.find_waiting(context, keys.INBOX, Brief())) == []
    context.bucket.write("inbox/shop/launch.brief.yaml", b"who: Shop", YAML)
    assert [source.key for source in discover.find_waiting(context, keys.INBOX, Brief())] == [KEY]


@pytest.mark.parametrize("written", [b'tone: "a\\0b"', b'"a\\x1bb": x', b'link: "\\x07"'])
def test_a_brief_of_control_characters_refuses_its_video_and_no_more(
    context: Context, written: bytes
):
    """Its sentence quotes them, and a claim with one in it could not be read back."""
    context.bucket.write(KEY, b"video", "video/mp4")
    context.bucket.write("inbox/shop/launch.brief.yaml", written, YAML)
    job = claim_module.claim_video(context, KEY, Brief())
    assert job is not None

    verdict = validate.validate_video(job)

    assert isinstance(verdict, Rejection)
    assert verdict.code == "bad_brief"


@pytest.mark.parametrize(
    "written",
    [b"tone: !!timestamp x", b"variants: " + b"1:" * 15_000 + b"1", b"[" * 30_000, b"\0\xff"],
)
def test_a_brief_made_to_break_its_reader_is_refused_in_a_sentence(written: bytes):
    with pytest.raises(BriefError, match="it is not YAML"):
        plain(written, "clip.brief.yaml")


def test_a_brief_that_stalls_its_reader_is_refused_once(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
):
    """And not anew at every look at the inbox."""
    monkeypatch.setattr(briefs, "LIMITS", CallLimits(wall_seconds=0.001))
    bucket.write("inbox/brief.yaml", b"tone: warm", "text/yaml")
    bucket.write("inbox/clip.mp4", b"x", "video/mp4")

    faults = [brief_of(bucket, "inbox/clip.mp4", Brief()).fault for _ in range(2)]
    monkeypatch.undo()
    assert "it is not YAML" in str(faults[0])
    assert faults == [faults[0], brief_of(bucket, "inbox/clip.mp4", Brief()).fault]
