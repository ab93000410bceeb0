"""Every object gets an outcome: what can't be read is said of that object, and others go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.models import Brief, Rejection, SourceVideo
from socialcopy.pipeline import briefs, outcomes
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import ParkedError
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.pipeline.steps.validate import validate_video
from socialcopy.settings import DataSettings, MediaSettings, S3Settings
from socialcopy.storage import inbox
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import SourceGoneError
from socialcopy.storage.jobs import Standing, open_jobs, reopen
from tests.campaign.worker_pool import tiny_clip
from tests.pipeline.conftest import make_context
from tests.pipeline.refusing_store import (
    ARCHIVED,
    CUSTOMER_KEY,
    DENIED,
    KEY_DISABLED,
    Refusal,
    refusing,
)

SCRIPT_LETTERS = "".join(chr(0x1D4D0 + number % 26) for number in range(61))
MOST_BYTES = 1_000_000

REFUSED = {
    "cold.mp4": ARCHIVED,
    "deep.mov": ARCHIVED,
    "denied.mp4": DENIED,
    "key-disabled.mp4": KEY_DISABLED,
    "customer-key.webm": CUSTOMER_KEY,
    "secret.brief.yaml": DENIED,
}
WORDS = {
    "cold.mp4": "is archived",
    "deep.mov": "is archived",
    "denied.mp4": "may not be read by us",
    "key-disabled.mp4": "is encrypted with a key that can't be used",
    "customer-key.webm": "is encrypted with a key that can't be used",
}
GOOD = (
    "a-good.mp4", "My.Trip.Part.2.mp4", "Scene.temp.mov", "_MG.mp4", "CLIP.MP4", "trailing.mp4 ",
    f"{SCRIPT_LETTERS}.mp4", "multi+part %2B.mp4", "z-good.m4v",
)  # fmt: skip
REJECTED = {
    "empty.mp4": "empty",
    "huge.mp4": "too_large",
    "00001.MTS": "unsupported_container",
    "secret.mp4": "bad_brief",
}
PASSED_OVER = {
    "clip.mp4.part": "ends in .part",
    "movie.mp4.crdownload": "ends in .crdownload",
    ".hidden.mp4": "begins with a dot",
    "no-ending": "has no ending",
    "notes.txt": "ends in .txt",
    "brief.yml": "a brief is called brief.yaml",
    "alone.srt": "no video of the same name",
    "alone.en.vtt": "no video of the same name",
    "a-good.draft.srt": "no video of the same name",
}
SUBTITLES = ("a-good.srt", "a-good.pt-BR.vtt", "a-good.en.forced.ass", "a-good.ttml")
"""They belong to the video beside them."""


@pytest.fixture
def refusals() -> dict[str, Refusal]:
    """What the store keeps from us; a test may change it, as an owner of a bucket does."""
    return dict(REFUSED)


@pytest.fixture(params=["seaweedfs", "moto"])
def context(
    request: pytest.FixtureRequest,
    store: S3Settings,
    moto: S3Settings,
    refusals: dict[str, Refusal],
    tmp_path: Path,
) -> Iterator[Context]:
    """A bucket behind the refusing proxy, on either server."""
    server = store if request.param == "seaweedfs" else moto
    data = DataSettings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    with refusing(str(server.endpoint_url), refusals) as url:
        settings = server.model_copy(update={"endpoint_url": url})
        media = MediaSettings(max_source_bytes=MOST_BYTES)
        own = make_context(data, settings, f"outcomes-{request.param}", media=media)
        own.bucket.ensure()
        yield own
        for key in list(own.bucket.list_keys("")):
            own.bucket.remove(key)


def put(bucket: Bucket, name: str, data: bytes) -> None:
    bucket.write(f"{keys.INBOX}{name}", data, "application/octet-stream")


def fill(bucket: Bucket, clip: bytes) -> None:
    """Everything at once: good ones among all that goes wrong."""
    for number, name in enumerate((*GOOD, *REFUSED, "deleted.mp4", "renamed.mp4", "secret.mp4")):
        put(bucket, name, clip + bytes(number))
    put(bucket, "empty.mp4", b"")
    put(bucket, "huge.mp4", bytes(MOST_BYTES + 1))
    put(bucket, "00001.MTS", b"G" + bytes(187) * 40)
    for name in SUBTITLES:
        put(bucket, name, b"1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    for name in PASSED_OVER:
        put(bucket, name, b"whatever")
    bucket.write(f"{keys.INBOX}folder.mp4/", b"", "application/x-directory")


def work(context: Context, source: SourceVideo) -> None:
    """What a watcher's run does with a video, as far as looking at it."""
    job = claim_module.claim_video(context, source.key, Brief())
    if job is None:
        return
    with claim_module.holding(job):
        verdict = validate_video(job)
        if isinstance(verdict, Rejection):
            outcomes.reject(job, verdict)
        else:
            job.lease.finish()  # rendering is another test's business


def look(scanner: InboxScanner, context: Context, *, meanwhile: bool = False) -> dict[str, str]:
    """One look, and what became of each video it found."""
    found = scanner.scan(lambda _: True)
    if meanwhile:  # after the listing, before anything is read
        context.bucket.remove(f"{keys.INBOX}deleted.mp4")
        renamed = context.bucket.head(f"{keys.INBOX}renamed.mp4")
        context.bucket.copy(renamed, f"{keys.INBOX}new-name.mp4")
        context.bucket.remove(f"{keys.INBOX}renamed.mp4")
    ended: dict[str, str] = {}
    for one in found:
        try:
            work(context, one.source)
            ended[one.source.key] = "ended"
        except (ParkedError, SourceGoneError) as error:
            ended[one.source.key] = str(error)
    return ended


def test_each_of_them_has_an_outcome_after_two_looks_and_good_ones_after_one(
    context: Context, tmp_path: Path
):
    fill(context.bucket, tiny_clip(tmp_path))
    scanner = InboxScanner(context, keys.INBOX, Brief())

    first = look(scanner, context, meanwhile=True)
    second = look(scanner, context)
    third = look(scanner, context)

    inboxed = {key.removeprefix(keys.INBOX): told for key, told in first.items()}
    assert {name: told for name, told in inboxed.items() if told == "ended"}.keys() == {
        *GOOD,
        *REJECTED,
    }
    for name, words in WORDS.items():
        assert words in inboxed[name]
        assert "socialcopy retry" in inboxed[name]
    assert "deleted or replaced" in inboxed["deleted.mp4"]
    assert set(second) == {f"{keys.INBOX}new-name.mp4"}
    assert third == {}
    assert parked(context).keys() == WORDS.keys()
    assert all(WORDS[name] in why for name, why in parked(context).items())
    assert refused(context) == REJECTED


def parked(context: Context) -> dict[str, str]:
    """What `status` says of parked videos."""
    return {
        job.key.removeprefix(keys.INBOX): job.detail
        for job in open_jobs(context.bucket, context.watch)
        if job.standing is Standing.PARKED
    }


def refused(context: Context) -> dict[str, str]:
    """The codes of what was rejected."""
    found = (context.bucket.read(key) for key in context.bucket.list_keys(keys.REJECTED))
    reasons = [json.loads(one.data) for one in found if one]
    return {one["source"]["key"].removeprefix(keys.INBOX): one["code"] for one in reasons}


def test_what_is_passed_over_is_listed_with_the_reason(context: Context):
    fill(context.bucket, b"no clip")

    found = {
        one.key.removeprefix(keys.INBOX): one.why
        for one in inbox.passed_over(context.bucket, keys.INBOX)
    }

    assert found.keys() == PASSED_OVER.keys()
    assert all(PASSED_OVER[name] in found[name] for name in PASSED_OVER)


def test_a_restored_object_goes_on_once_a_person_says_so(
    context: Context, refusals: dict[str, Refusal], tmp_path: Path
):
    put(context.bucket, "cold.mp4", tiny_clip(tmp_path))
    scanner = InboxScanner(context, keys.INBOX, Brief())
    look(scanner, context)
    source = context.bucket.find(f"{keys.INBOX}cold.mp4")

    del refusals["cold.mp4"]
    before = look(scanner, context)
    reopen(context.bucket, source.oid(Brief()))
    after = look(scanner, context)

    assert (before, after) == ({}, {source.key: "ended"})


def test_a_brief_that_may_be_read_again_takes_its_video_up_again(
    context: Context, refusals: dict[str, Refusal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    put(context.bucket, "secret.mp4", tiny_clip(tmp_path))
    put(context.bucket, "secret.brief.yaml", b"who: Harbor")
    monkeypatch.setattr(briefs, "REFUSED_SECONDS", 0)
    scanner = InboxScanner(context, keys.INBOX, Brief())

    looks = [look(scanner, context), look(scanner, context)]
    del refusals["secret.brief.yaml"]
    looks.append(look(scanner, context))

    assert [list(found) for found in looks] == [["inbox/secret.mp4"], [], ["inbox/secret.mp4"]]


def test_the_same_bytes_again_under_the_same_key_go_on_where_they_went_away(
    context: Context, tmp_path: Path
):
    clip = tiny_clip(tmp_path)
    put(context.bucket, "back.mp4", clip)
    job = claim_module.claim_video(context, f"{keys.INBOX}back.mp4", Brief())
    assert job is not None
    context.bucket.remove(job.key)
    with pytest.raises(SourceGoneError), claim_module.holding(job):
        validate_video(job)
    [gone] = open_jobs(context.bucket, context.watch)
    put(context.bucket, "back.mp4", clip)

    found = look(InboxScanner(context, keys.INBOX, Brief()), context)

    assert (gone.key, gone.standing) == (job.key, Standing.GONE)
    assert found == {job.key: "ended"}
