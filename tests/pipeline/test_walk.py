"""The data walk without Prefect: a real store, the real engine on a socket, real ffmpeg."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialcopy import keys
from socialcopy.cli.local import LocalPipeline, caption_file
from socialcopy.cli.progress import Ending, Outcome, outcome_of, progress
from socialcopy.local_files import DiskFullError
from socialcopy.media.errors import ToolFailedError
from socialcopy.models import Brief, Copy, MediaInfo, Session
from socialcopy.nemovideo.errors import APIConnectionError
from socialcopy.pipeline.errors import NeverArrivedError, ParkedError, StageError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption as caption_module
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import conform, publish, render, upload, validate
from socialcopy.settings import (
    MediaSettings,
    S3Settings,
)
from socialcopy.storage import claims
from tests.conftest import own_folders
from tests.pipeline.conftest import make_context, served


@pytest.fixture(scope="module")
def pipeline(
    store: S3Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalPipeline]:
    """A bucket, an engine and folders of their own for this module."""
    data = own_folders(tmp_path_factory.mktemp("walk"))
    with served(make_context(data, store, "walk", media=MediaSettings(preset="fast"))) as pipeline:
        yield pipeline


@pytest.fixture(scope="module")
def spoken(pipeline: LocalPipeline, clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the spoken clip's delivery."""
    out = tmp_path_factory.mktemp("out")

    def watch(phrase: str, percent: int) -> None:
        if "encoding" in phrase:
            WATCHED.append((percent, {path.name for path in (out / "spoken").iterdir()}))

    outcome = caption_file(pipeline, clips / "spoken.mp4", Brief(), out, watch)
    assert outcome.ending is Ending.DELIVERED
    return out / "spoken"


WATCHED: list[tuple[int, set[str]]] = []
"""What lies in the folder of the spoken clip at each sign of life of its encoders."""


def test_captions_and_subtitles_are_there_to_read_before_the_first_mp4(spoken: Path):
    first = WATCHED[0][1]

    assert {"instagram.txt", "x.txt", "linkedin.txt", "subtitles.srt", "captions.md"} <= first
    assert not any(name.endswith(".mp4") for _, names in WATCHED for name in names)
    assert "manifest.json" not in set().union(*(names for _, names in WATCHED))


def test_the_percent_rises_while_the_mp4s_are_made(spoken: Path):
    percents = [percent for percent, _ in WATCHED]

    assert percents == sorted(percents)
    assert len(set(percents)) >= 4


def test_whoever_follows_a_video_sees_the_percent_of_its_encoders(
    pipeline: LocalPipeline, clips: Path, spoken: Path
):
    bucket = pipeline.context.bucket
    source = bucket.head("inbox/spoken.mp4")
    oid = source.oid(Brief())
    bucket.remove(keys.journal_entry(oid, "publish"))

    assert progress(bucket, oid) == ("captions and subtitles are in the outbox; encoding", 95)
    bucket.write(keys.progress(oid), b'{"percent": 50}', "application/json")
    assert progress(bucket, oid)[1] == 80


def test_a_delivery_has_every_file_its_manifest_names_and_nothing_else(spoken: Path):
    manifest = json.loads((spoken / "manifest.json").read_text())
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in spoken.iterdir()
        if path.name != "manifest.json"
    }

    assert hashes == {file["name"]: file["sha256"] for file in manifest["files"]}
    assert {"index.html", "subtitles.srt", "thumbnail.jpg", "certificate.json"} <= hashes.keys()


def test_there_is_a_caption_for_each_network_within_its_limit(spoken: Path):
    captions = json.loads((spoken / "captions.json").read_text())["captions"]

    assert [c["platform"] for c in captions] == ["instagram", "x", "linkedin"]
    assert all(0 < c["length"] <= c["limit"] for c in captions)
    assert (spoken / "x.txt").read_text().strip() == captions[1]["text"]


def test_the_subtitles_say_the_words_that_were_spoken(spoken: Path):
    said = set(re.findall(r"[a-z]+", (spoken / "subtitles.srt").read_text().lower()))

    assert {"meet", "harbor", "mug", "coffee", "hot", "hours"} <= said


def test_the_certificate_passes_every_mp4(spoken: Path):
    certificate = json.loads((spoken / "certificate.json").read_text())

    assert certificate["passed"], certificate
    assert {p for f in certificate["files"] for p in f["platforms"]} == {
        "instagram", "x", "linkedin",
    }  # fmt: skip


def caption(pipeline: LocalPipeline, path: Path, out: Path) -> Outcome:
    return caption_file(pipeline, path, Brief(), out, lambda *_: None)


def test_a_clip_without_sound_is_delivered_and_claims_nothing(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    outcome = caption(pipeline, clips / "silent.mp4", tmp_path)
    captions = outcome.document["captions"]

    assert outcome.ending is Ending.DELIVERED
    assert captions["confidence"] == "low"
    assert captions["notes"]
    assert not (tmp_path / "silent" / "subtitles.srt").exists()


OWN_SRT = "1\n00:00:00,200 --> 00:00:02,000\n{}\n"


def test_a_persons_own_subtitles_win_over_ours(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    srt = OWN_SRT.format("My own words.")
    pipeline.context.bucket.write("inbox/mine.srt", srt.encode(), "application/x-subrip")
    mine = tmp_path / "mine.mp4"
    mine.write_bytes((clips / "silent.mp4").read_bytes())

    outcome = caption(pipeline, mine, tmp_path / "out")

    assert "My own words." in (tmp_path / "out/mine/subtitles.srt").read_text()
    certificate = json.loads((tmp_path / "out/mine/certificate.json").read_text())
    assert all(file["subtitles_burned_in"] for file in certificate["files"])
    assert outcome.document["failed"] == {}


def test_an_mp4_that_fails_its_certificate_is_kept_back_and_the_rest_delivered(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    srt = OWN_SRT.format("\ue321\ue322\ue323")  # no font draws these
    pipeline.context.bucket.write("inbox/boxes.srt", srt.encode(), "application/x-subrip")
    boxes = tmp_path / "boxes.mp4"
    boxes.write_bytes((clips / "silent.mp4").read_bytes())

    outcome = caption(pipeline, boxes, tmp_path / "out")
    delivered = {path.name for path in (tmp_path / "out/boxes").iterdir()}

    assert outcome.ending is Ending.DELIVERED
    assert outcome.document["failed"].keys() == {"instagram", "x", "linkedin"}
    assert "no installed font" in outcome.document["failed"]["x"][0]
    assert {name for name in delivered if name.endswith(".mp4")} == {"boxes.master.mp4"}
    assert "There is no MP4 for LinkedIn" in (tmp_path / "out/boxes/index.html").read_text()


def test_captions_are_there_before_the_first_mp4(pipeline: LocalPipeline, clips: Path):
    context, key = pipeline.context, "inbox/early.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
    job = claim_module.claim_video(context, key, Brief(about="Our mugs are blue."))
    assert job
    walk_until(pipeline, job, "conform")

    there = {
        name.rpartition("/")[2] for name in context.bucket.list_keys(job.claim.delivery_prefix)
    }

    assert {"instagram.txt", "captions.json"} <= there
    assert not {name for name in there if name.endswith((".mp4", "manifest.json"))}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.mp4", "empty"),
        ("text.mp4", "not_a_video"),
        ("sound-only.mp4", "no_picture"),
        ("half.mp4", "truncated"),
    ],
)
def test_what_is_no_whole_video_is_refused_with_a_reason(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path, name: str, code: str
):
    outcome = caption(pipeline, clips / name, tmp_path)
    source = pipeline.context.bucket.head(f"inbox/{name}")

    assert (outcome.ending, outcome.document["code"]) == (Ending.REJECTED, code)
    assert outcome.document["reason"]
    assert outcome.document["advice"]
    assert source.size_bytes == (clips / name).stat().st_size  # still there, untouched


def test_a_file_over_the_limit_is_refused_with_no_byte_of_it_read(
    pipeline: LocalPipeline, clips: Path
):
    context = pipeline.context.model_copy(update={"media": MediaSettings(max_source_bytes=1_000)})
    context.bucket.upload(clips / "spoken.mp4", "inbox/large.mp4", "video/mp4")
    job = claim_module.claim_video(context, "inbox/large.mp4", Brief())
    assert job
    # A store that is gone answers no read, so a verdict shows that none was asked for.
    gone = context.model_copy(
        update={"s3": context.s3.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})}
    )

    refused = validate.validate_video(Job.resume(gone, job.claim))

    assert getattr(refused, "code", "") == "too_large"


def walk_until(pipeline: LocalPipeline, job: Job, last_step: str) -> None:
    """Do the stages up to one, as a worker that dies after it."""
    api_url = pipeline.api_url
    media = validate.validate_video(job)
    assert isinstance(media, MediaInfo)
    steps = {
        "session": lambda: upload.open_session(job, api_url),
        "upload": lambda: upload.upload_video(job, session(), api_url),
        "caption": lambda: caption_module.request_captions(job, session(), media, api_url),
        "render": lambda: render.render_master(job, session(), api_url),
        "conform": lambda: conform.conform(job, master(), copy()),
        "publish": lambda: publish.publish(job, master(), copy(), renditions()),
    }
    done: dict[str, Any] = {}

    def session() -> Session:
        return done["session"]  # type: ignore[return-value]

    def copy() -> Copy:
        return done["caption"]  # type: ignore[return-value]

    def master() -> Path:
        return done["render"]  # type: ignore[return-value]

    def renditions():
        return done["conform"]

    for name, step in steps.items():
        done[name] = step()
        if name == last_step:
            return


@pytest.mark.parametrize("last_step", ["session", "upload", "caption", "render", "publish"])
def test_a_job_whose_worker_died_is_taken_over_and_delivered_once(
    pipeline: LocalPipeline, clips: Path, last_step: str
):
    context, key = pipeline.context, f"inbox/killed-after-{last_step}.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
    source = context.bucket.head(key)
    dead = claims.owner_name().replace("started ", "started 0")  # a process of the past
    lease = claims.acquire(context.bucket, source, Brief(), owner=dead, watch=context.watch)
    assert lease
    first = Job(context, lease)
    walk_until(pipeline, first, last_step)

    second = claim_module.claim_video(context, key, Brief())
    if second:
        walk_until(pipeline, second, "publish")

    outcome = outcome_of(context.bucket, source.key, first.oid)
    assert outcome is not None
    assert outcome.ending is Ending.DELIVERED
    assert claim_module.claim_video(context, key, Brief()) is None
    intents = [k for k in context.bucket.list_keys(keys.journal(first.oid)) if "intent" in k]
    assert len(intents) == 1


def test_the_same_bytes_again_are_no_new_job_and_other_bytes_are(
    pipeline: LocalPipeline, clips: Path
):
    context, key = pipeline.context, "inbox/again.mp4"
    context.bucket.upload(clips / "text.mp4", key, "video/mp4")
    first = context.bucket.head(key).oid(Brief())
    context.bucket.upload(clips / "text.mp4", key, "video/mp4")
    same = context.bucket.head(key).oid(Brief())
    context.bucket.upload(clips / "half.mp4", key, "video/mp4")
    other = context.bucket.head(key).oid(Brief())

    assert first == same
    assert other != first


def attempt(pipeline: LocalPipeline, key: str, failure: BaseException) -> bool:
    """Claim a video and fail over it; whether there was anything to claim."""
    job = claim_module.claim_video(pipeline.context, key, Brief())
    if job is None:
        return False
    ends = (type(failure), ParkedError, DiskFullError)
    with pytest.raises(ends), claim_module.holding(job):
        raise failure
    return True


def test_a_video_that_fails_three_times_is_parked_with_each_reason(
    pipeline: LocalPipeline, clips: Path
):
    context, key = pipeline.context, "inbox/poison.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
    tried = [attempt(pipeline, key, StageError(f"reason {n}")) for n in range(1, 5)]
    source = context.bucket.head(key)
    outcome = outcome_of(context.bucket, source.key, source.oid(Brief()))

    assert tried == [True, True, True, False]
    assert outcome is not None
    assert outcome.ending is Ending.PARKED
    assert outcome.document["attempts"] == ["reason 1", "reason 2", "reason 3"]


def test_what_nobody_expected_is_told_in_our_own_words(pipeline: LocalPipeline, clips: Path):
    context, key = pipeline.context, "inbox/unexpected.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
    for _ in range(3):
        attempt(pipeline, key, ValueError("'int' object is not iterable"))
    source = context.bucket.head(key)
    outcome = outcome_of(context.bucket, source.key, source.oid(Brief()))

    assert outcome is not None
    assert "int" not in outcome.document["reason"]
    assert "unexpected" in outcome.document["reason"]


def test_a_video_that_kills_three_workers_is_parked(pipeline: LocalPipeline, clips: Path):
    context, key = pipeline.context, "inbox/killer.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
    source = context.bucket.head(key)
    for zeros in ("0", "00", "000"):
        dead = claims.owner_name().replace("started ", f"started {zeros}")
        assert claims.acquire(context.bucket, source, Brief(), owner=dead, watch=context.watch)

    assert claim_module.claim_video(context, key, Brief()) is None
    outcome = outcome_of(context.bucket, source.key, source.oid(Brief()))
    assert outcome is not None
    assert outcome.ending is Ending.PARKED


FULL = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    "failure",
    [OSError(errno.ENOSPC, FULL), ToolFailedError(["ffmpeg"], 1, f"out.mp4: {FULL}")],
    ids=["writing", "encoding"],
)
def test_a_full_disk_never_parks_a_video(pipeline: LocalPipeline, clips: Path, failure: Exception):
    context, key = pipeline.context, f"inbox/full-{type(failure).__name__}.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")

    assert all(attempt(pipeline, key, failure) for _ in range(5))


def test_a_message_that_never_arrived_counts_against_no_video(pipeline: LocalPipeline, clips: Path):
    context, key = pipeline.context, "inbox/swallowed.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")

    assert all(attempt(pipeline, key, NeverArrivedError("write captions")) for _ in range(5))


def test_an_outage_of_the_service_never_parks_a_video(pipeline: LocalPipeline, clips: Path):
    context, key = pipeline.context, "inbox/outage.mp4"
    context.bucket.upload(clips / "silent.mp4", key, "video/mp4")

    assert all(attempt(pipeline, key, APIConnectionError("away")) for _ in range(5))
