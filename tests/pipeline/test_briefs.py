"""Briefs in the bucket: found, merged, refused; the store is real."""

from __future__ import annotations

import pytest

from socialcopy import keys
from socialcopy.models import Brief, Rejection
from socialcopy.settings import (
    DataSettings,
    S3Settings,
)
from socialcopy.stages import intake
from socialcopy.stages.briefs import brief_of
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from tests.pipeline.conftest import workshop

KEY = "inbox/shop/launch.mp4"
YAML = "application/yaml"


@pytest.fixture
def shop(bucket: Bucket, store: S3Settings) -> Workshop:
    return workshop(DataSettings(), store, bucket.name)


def test_a_videos_own_brief_goes_over_its_folders_over_the_parameters(bucket: Bucket):
    bucket.write("inbox/shop/brief.yaml", b"who: Shop\nlanguage: de", YAML)
    bucket.write("inbox/shop/launch.brief.yaml", b"language: fr", YAML)

    brief = brief_of(bucket, KEY, Brief(instruction="short", language="en"))

    assert (brief.instruction, brief.who, brief.language) == ("short", "Shop", "fr")


def test_what_the_upload_says_of_itself_is_a_brief_below_the_written_ones(shop: Workshop):
    shop.bucket._s3.put_object(  # pyright: ignore[reportPrivateUsage]
        Bucket=shop.bucket.name,
        Key=KEY,
        Body=b"video",
        Metadata={"brief-use-words": "Harbor Mug, Ghent", "brief-who": "caf%C3%A9", "other": "x"},
    )
    shop.bucket.write("inbox/shop/brief.yaml", b"who: Shop", YAML)

    waiting = list(intake.find_waiting(shop, keys.INBOX, Brief()))
    claim = intake.claim_video(shop, KEY, Brief(language="en"))

    assert claim is not None
    assert claim.brief.use_words == ("Harbor Mug", "Ghent")
    assert (claim.brief.who, claim.brief.language) == ("Shop", "en")
    assert [source.key for source in waiting] == [KEY]


def test_metadata_that_is_no_brief_refuses_the_video(shop: Workshop):
    shop.bucket._s3.put_object(  # pyright: ignore[reportPrivateUsage]
        Bucket=shop.bucket.name, Key=KEY, Body=b"video", Metadata={"brief-colour": "red"}
    )

    claim = intake.claim_video(shop, KEY, Brief())

    assert claim is not None
    assert "in the metadata of inbox/shop/launch.mp4" in claim.brief.fault


def test_a_listing_finds_the_same_job_as_the_claim(shop: Workshop):
    shop.bucket.write(KEY, b"video", "video/mp4")
    shop.bucket.write("inbox/shop/brief.yaml", b"who: Shop", YAML)

    waiting = list(intake.find_waiting(shop, keys.INBOX, Brief()))
    claim = intake.claim_video(shop, KEY, Brief())

    assert [source.key for source in waiting] == [KEY]
    assert claim is not None
    assert claim.brief.who == "Shop"
    claims.finish(shop.bucket, claim)
    assert list(intake.find_waiting(shop, keys.INBOX, Brief())) == []


def test_a_bad_brief_refuses_the_video_and_a_mended_one_takes_it_up_again(shop: Workshop):
    shop.bucket.write(KEY, b"video", "video/mp4")
    shop.bucket.write("inbox/shop/launch.brief.yaml", b"colour: red", YAML)
    claim = intake.claim_video(shop, KEY, Brief())
    assert claim is not None

    verdict = intake.validate_video(shop, claim)
    claims.finish(shop.bucket, claim)

    assert isinstance(verdict, Rejection)
    assert verdict.code == "bad_brief"
    assert "launch.brief.yaml can't be used: it has no field “colour”" in verdict.reason
    assert list(intake.find_waiting(shop, keys.INBOX, Brief())) == []
    shop.bucket.write("inbox/shop/launch.brief.yaml", b"who: Shop", YAML)
    assert [source.key for source in intake.find_waiting(shop, keys.INBOX, Brief())] == [KEY]
