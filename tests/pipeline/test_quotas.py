"""Videos, minutes and bytes of a prefix and day: what exceeds them waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Brief, MediaInfo, Rejection
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import QuotaReachedError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.policies import policies_of
from socialcopy.pipeline.quotas import Today, admit, limits_of
from socialcopy.pipeline.steps.claim import claim_video, holding
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.pipeline.steps.validate import validate_video
from socialcopy.policies import FILE, PolicyError, parse
from socialcopy.settings import DataSettings, MediaSettings, S3Settings
from socialcopy.storage import jobs
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.jobs import Standing
from tests.pipeline.conftest import make_context

Drop = Callable[..., Job]


@pytest.fixture
def context(bucket: Bucket, store: S3Settings, tmp_path: Path) -> Context:
    data = DataSettings(data_dir=tmp_path, cache_dir=tmp_path / "cache")
    return make_context(data, store, bucket.name)


@pytest.fixture
def drop(context: Context, clips: Path) -> Drop:
    """Drops a spoken clip under a name and claims it."""

    def dropped(name: str, clip: str = "spoken.mp4") -> Job:
        key = f"inbox/{name}.mp4"
        context.bucket.upload(clips / clip, key, "video/mp4")
        job = claim_video(context, key, Brief())
        assert job
        return job

    return dropped


@pytest.fixture(scope="module")
def info(clips: Path) -> MediaInfo:
    clip = clips / "spoken.mp4"
    return probe(clip, size_bytes=clip.stat().st_size, settings=MediaSettings())


def allow(context: Context, lines: str) -> None:
    context.bucket.write(FILE, f'[prefix."inbox/"]\n{lines}'.encode(), "application/toml")


def is_admitted(job: Job, info: MediaInfo) -> bool:
    try:
        admit(job, info)
    except QuotaReachedError:
        return False
    return True


def test_a_policy_may_say_them_in_words_and_limits_nothing_by_itself():
    told = b'[defaults]\nvideos_per_day = 3\nminutes_per_day = 1.5\nbytes_per_day = "2 GB"'

    assert [(limit.amount, limit.allowance) for limit in limits_of(parse(told).defaults)] == [
        (3, "3 videos"),
        (90_000, "1.5 minutes"),
        (2_000_000_000, "2.0GB"),
    ]
    assert limits_of(parse(b"").defaults) == []


@pytest.mark.parametrize(
    "line", ["videos_per_day = 0", "minutes_per_day = -1", 'bytes_per_day = "lots"']
)
def test_a_limit_that_can_not_be_is_told(line: str):
    with pytest.raises(PolicyError, match=line.partition(" ")[0]):
        parse(f"[defaults]\n{line}".encode())


def test_of_four_videos_two_are_taken_up_today_and_each_counts_once(
    context: Context, drop: Drop, info: MediaInfo
):
    allow(context, "videos_per_day = 2")
    dropped = [drop(name) for name in "abcd"]

    assert [is_admitted(job, info) for job in dropped] == [True, True, False, False]
    assert [is_admitted(job, info) for job in dropped] == [True, True, False, False]


def test_what_is_refused_uses_nothing_up(context: Context, drop: Drop):
    allow(context, "videos_per_day = 1")
    for name, clip in (("a", "text.mp4"), ("b", "half.mp4"), ("c", "sound-only.mp4")):
        assert isinstance(validate_video(drop(name, clip)), Rejection)

    assert isinstance(validate_video(drop("d")), MediaInfo)
    with pytest.raises(QuotaReachedError):
        validate_video(drop("e"))


def test_minutes_are_counted_as_they_are_and_a_shorter_video_may_still_fit(
    context: Context, drop: Drop, info: MediaInfo
):
    allow(context, "minutes_per_day = 10")
    lasting = [info.model_copy(update={"duration_ms": m * 60_000}) for m in (6, 5, 4, 1)]

    assert [
        is_admitted(drop(f"v{n}"), one) for n, one in enumerate(lasting)
    ] == [True, False, True, False]  # fmt: skip


def test_a_video_larger_than_a_days_bytes_takes_a_day_for_itself(
    context: Context, drop: Drop, info: MediaInfo
):
    allow(context, "bytes_per_day = 1000")
    first, second = drop("a"), drop("b")

    assert is_admitted(first, info)
    assert not is_admitted(second, info)
    assert first.source.size_bytes > 1_000


def test_where_one_limit_is_met_nothing_of_the_others_is_used_up(
    context: Context, drop: Drop, info: MediaInfo
):
    allow(context, "videos_per_day = 5\nminutes_per_day = 10")
    long, short = info.model_copy(update={"duration_ms": 9 * 60_000}), info
    assert is_admitted(drop("a"), long)
    assert not is_admitted(drop("b"), long)
    assert is_admitted(drop("c"), short)

    today = Today(context.bucket, policies_of(context.bucket))
    account = context.bucket.read(keys.quota(today.day, "videos", "inbox/"))
    assert account
    assert b'"spent":2' in account.data


def test_any_number_of_workers_share_a_days_videos(context: Context, drop: Drop, info: MediaInfo):
    allow(context, "videos_per_day = 5")
    dropped = [drop(f"v{n}") for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        admitted = list(pool.map(lambda job: is_admitted(job, info), dropped))

    assert sum(admitted) == 5


def test_a_worker_that_died_between_counting_and_noting_it_counted_once(
    context: Context, drop: Drop, info: MediaInfo
):
    allow(context, "videos_per_day = 2")
    first = drop("a")
    today = Today(context.bucket, policies_of(context.bucket))
    limits = limits_of(policies_of(context.bucket).of("inbox/"))
    today.reserve(first, limits, {"videos": 1})  # and dies

    assert is_admitted(first, info)
    assert is_admitted(drop("b"), info)
    assert not is_admitted(drop("c"), info)


def test_what_waits_for_another_day_says_so_is_left_alone_and_goes_on_the_next_day(
    context: Context, drop: Drop, monkeypatch: pytest.MonkeyPatch
):
    allow(context, "minutes_per_day = 0.2")  # the clip lasts 9 s
    job = drop("a")
    with holding(job):
        assert isinstance(validate_video(job), MediaInfo)
    late = drop("late")
    with pytest.raises(QuotaReachedError) as caught, holding(late):
        validate_video(late)
    midnight = (datetime.now(UTC) + timedelta(days=1)).date()
    listed = {one.key: one for one in jobs.open_jobs(context.bucket, context.watch)}
    scanner = InboxScanner(context, "inbox/", Brief())
    scanner.scan(lambda _: True)

    told = str(caught.value)
    assert "the 0.2 minutes a day of inbox/ are used up; this video is taken up by itself" in told
    assert f"from {midnight} 00:00 UTC on" in told
    assert listed["inbox/late.mp4"].standing is Standing.QUOTA
    assert listed["inbox/late.mp4"].detail == told
    assert Job.resume(context, late.claim).lease.failures == ()
    assert "inbox/late.mp4" not in seen(scanner)

    now = Bucket.now
    monkeypatch.setattr(Bucket, "now", lambda self: now(self) + timedelta(days=1))
    assert "inbox/late.mp4" in seen(InboxScanner(context, "inbox/", Brief()))
    again = claim_video(context, "inbox/late.mp4", Brief())
    assert again
    assert isinstance(validate_video(again), MediaInfo)


def test_a_policy_that_allows_more_holds_at_once(context: Context, drop: Drop, info: MediaInfo):
    allow(context, "videos_per_day = 1")
    admit(drop("a"), info)
    scanner = InboxScanner(context, "inbox/", Brief())
    context.bucket.write("inbox/b.mp4", b"video", "video/mp4")
    before = seen(scanner)
    allow(context, "videos_per_day = 2")

    assert "inbox/b.mp4" not in before
    assert "inbox/b.mp4" in seen(scanner)


def seen(scanner: InboxScanner) -> set[str]:
    return {found.source.key for found in scanner.scan(lambda _: True)}
