"""Following a video: to its outcome, and never for what will not come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.cli import progress
from socialcopy.cli.progress import Ending, follow, upload
from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease

KEY = "inbox/clip.mp4"


TWICE_THE_PATIENCE = 40
"""Looks that take two seconds at least."""


def no_report(_phrase: str, _percent: int) -> None:
    """Report to nobody."""


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch):
    """A watcher would notice within a second here."""
    monkeypatch.setattr(progress, "NOTICE_SECONDS", 1.0)
    monkeypatch.setattr(progress, "POLL_SECONDS", 0.05)


def claimed(bucket: Bucket, key: str) -> Lease:
    bucket.write(key, key.encode(), "video/mp4")
    lease = claims.acquire(
        bucket, bucket.head(key), Brief(), owner=claims.owner_name(), watch=WatchSettings()
    )
    assert lease
    return lease


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("clip.mp4.part", "ends in .part"),
        ("clip", "has no ending"),
        ("notes.txt", "which is no video"),
        (".clip.mp4", "begins with a dot"),
    ],
)
def test_what_is_passed_over_is_said_at_once_and_not_uploaded(
    bucket: Bucket, tmp_path: Path, name: str, why: str
):
    file = tmp_path / name
    file.write_bytes(b"bytes")

    upload(bucket, file, f"inbox/{name}", no_report)
    outcome = follow(bucket, f"inbox/{name}", no_report)

    assert outcome.ending is Ending.PASSED_OVER
    assert why in outcome.document["reason"]
    assert list(bucket.list_keys("")) == []


def test_nobody_waits_for_a_watcher_that_is_not_there(bucket: Bucket):
    bucket.write(KEY, b"bytes", "video/mp4")

    outcome = follow(bucket, KEY, no_report)

    assert outcome.ending is Ending.WAITING
    assert "no watcher" in outcome.document["reason"]
    assert "socialcopy up" in outcome.document["advice"]


def test_a_busy_watcher_is_waited_for(bucket: Bucket):
    other = claimed(bucket, "inbox/other.mp4")
    bucket.write(KEY, b"bytes", "video/mp4")
    phrases: list[str] = []

    def report(phrase: str, _: int) -> None:
        phrases.append(phrase)
        if len(phrases) == TWICE_THE_PATIENCE:
            other.finish()

    outcome = follow(bucket, KEY, report)

    assert outcome.ending is Ending.WAITING  # nobody came for it after that either
    assert len(phrases) > TWICE_THE_PATIENCE


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_video_that_went_away_is_told_as_gone(bucket: Bucket, how: str):
    bucket.write(KEY, b"bytes", "video/mp4")

    def away(_phrase: str, _percent: int) -> None:
        if how == "deleted":
            bucket.remove(KEY)
        else:
            bucket.write(KEY, b"others", "video/mp4")

    assert follow(bucket, KEY, away).ending is Ending.GONE


def test_a_video_that_waits_for_credits_says_so(bucket: Bucket):
    lease = claimed(bucket, KEY)
    mark = {"key": KEY, "brief": {}, "why": "the account is out of credits"}
    bucket.write(keys.waiting(lease.claim.oid), json.dumps(mark).encode(), "application/json")
    lease.release(None)

    outcome = follow(bucket, KEY, no_report)

    assert outcome.ending is Ending.WAITING
    assert "out of credits" in outcome.document["reason"]


def test_what_went_wrong_at_the_last_try_is_shown(bucket: Bucket):
    lease = claimed(bucket, KEY)
    lease.release("the service was rude")

    assert progress.progress(bucket, lease.claim.oid) == (
        "tried again after: the service was rude",
        5,
    )


def test_subtitles_and_a_brief_of_the_same_name_go_along(bucket: Bucket, tmp_path: Path):
    go = ("clip.mp4", "clip.srt", "clip.pt-BR.vtt", "clip.brief.yaml")
    for name in (*go, "brief.yaml", "other.srt"):
        (tmp_path / name).write_bytes(b"bytes")

    upload(bucket, tmp_path / "clip.mp4", KEY, no_report)

    assert set(bucket.list_keys("")) == {f"inbox/{name}" for name in go}
