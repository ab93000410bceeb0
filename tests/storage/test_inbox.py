"""What waits, by merged listings: any order, flat memory, few claims read."""

from __future__ import annotations

import random
from array import array

import pytest

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.policies import Policies, Policy
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims, inbox
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.inbox import Settling, rest_seconds, waiting

WATCH = WatchSettings()


def drop(bucket: Bucket, name: str) -> SourceVideo:
    bucket.write(f"inbox/{name}", name.encode(), "video/mp4")
    return bucket.head(f"inbox/{name}")


def found(bucket: Bucket) -> set[str]:
    return {s.key for s in waiting(bucket, "inbox/", lambda _: Brief(), WATCH)}


def acquire(bucket: Bucket, source: SourceVideo):
    lease = claims.acquire(bucket, source, Brief(), owner=claims.owner_name(), watch=WATCH)
    assert lease
    return lease


@pytest.mark.parametrize("most", [4_000_000, 3])
def test_what_is_done_or_in_hand_is_not_found_however_little_fits_into_memory(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, most: int
):
    monkeypatch.setattr(inbox, "MOST_IN_MEMORY", most)
    sources = [drop(bucket, f"{number}.mp4") for number in range(20)]
    for source in sources[:12]:
        acquire(bucket, source).finish()
    acquire(bucket, sources[12])
    acquire(bucket, sources[13]).release(None)
    acquire(bucket, sources[14]).release("failed")

    assert found(bucket) == {source.key for source in sources[13:]}


def test_many_videos_in_one_folder_keep_none_of_another_waiting(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(inbox, "PAGE_KEYS", 10)
    policies = Policies(prefix={"inbox/all/": Policy(), "inbox/now/": Policy()})
    for number in range(30):
        drop(bucket, f"all/{number:02}.mp4")
    late = {drop(bucket, "now/z.mp4").key, drop(bucket, "z.mp4").key}
    listed = waiting(bucket, "inbox/", lambda _: Brief(), WATCH, policies=policies)
    in_order = [source.key for source in listed]

    assert late < set(in_order[:3])
    assert sorted(in_order) == sorted(found(bucket))


def test_claims_are_read_of_begun_videos_only(bucket: Bucket, monkeypatch: pytest.MonkeyPatch):
    for number in range(10):
        drop(bucket, f"{number}.mp4")
    acquire(bucket, drop(bucket, "begun.mp4"))
    read: list[str] = []
    real = Bucket.read
    monkeypatch.setattr(Bucket, "read", lambda self, key: read.append(key) or real(self, key))

    assert len(found(bucket)) == 10
    assert len(read) == 1


def test_a_lost_mark_costs_a_look_and_no_second_claim(bucket: Bucket):
    source = drop(bucket, "a.mp4")
    lease = acquire(bucket, source)
    bucket.remove(keys.held(lease.claim.oid))

    assert found(bucket) == {source.key}  # offered to somebody, who then does not get it:
    assert claims.acquire(bucket, source, Brief(), owner="other", watch=WATCH) is None


@pytest.mark.parametrize(
    "name",
    ["clip.mp4.partial", "clip.mp4.part", "clip.mp4~", ".clip.mp4", "clip.mp4.1a2b.partial",
     "clip.mp4.crdownload", "clip.mov.FILEPART", "clip.mp4.part-Frag12", "clip.webm.!qB"],
)  # fmt: skip
def test_uploads_in_progress_are_known_by_their_names(name: str):
    assert not keys.is_video_key(f"inbox/{name}")


@pytest.mark.parametrize(
    "name",
    ["part.mp4", "my-tmp.mp4", "the.partner.mp4", "tmp/clip.mp4", "My.Trip.Part.2.mp4",
     "Scene.temp.mov", "clip.tmp.mp4", "00001.MTS", "_MG.mp4", "CLIP.MP4", "clip.mp4 "],
)  # fmt: skip
def test_names_that_only_look_like_that_are_videos(name: str):
    assert keys.is_video_key(f"inbox/{name}")


def source(etag: str = "e", size_bytes: int = 1) -> SourceVideo:
    return SourceVideo(bucket="b", key="inbox/a.mp4", etag=etag, size_bytes=size_bytes)


def test_an_upload_has_settled_when_the_same_version_is_seen_twice_far_enough_apart():
    clock = [0.0]
    settling = Settling(lambda _: 30, now=lambda: clock[0])
    looks = [(0, "e", 1), (20, "e", 2), (49, "e", 2), (50, "e", 2), (51, "f", 2), (81, "f", 2)]
    seen = []
    for now, etag, size_bytes in looks:
        clock[0] = now
        seen.append(settling.is_settled(source(etag, size_bytes)))

    assert seen == [False, False, False, True, False, True]


def test_where_objects_appear_whole_nothing_has_to_settle():
    assert Settling(lambda _: 0).is_settled(source())


def test_settling_forgets_what_never_came_to_rest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "MOST_UNSETTLED", 10)
    clock = [0.0]
    settling = Settling(lambda _: 1, now=lambda: clock[0])
    for number in range(1_000):
        clock[0] += 100
        settling.is_settled(source().model_copy(update={"key": f"inbox/{number}.mp4"}))

    assert len(settling._seen) <= 10
    assert "inbox/999.mp4" in settling._seen


@pytest.mark.parametrize(("listing", "rest"), [(0.01, 2), (0.2, 2), (1.0, 9), (60.0, 540)])
def test_listing_takes_a_tenth_of_the_time_at_most(listing: float, rest: float):
    assert rest_seconds(2, listing) == pytest.approx(rest)


def test_ids_are_found_among_many(bucket: Bucket):
    numbers = sorted(random.Random(1).getrandbits(64) for _ in range(10_000))
    ended = array("Q", numbers)

    assert all(inbox._contains(ended, f"{number:016x}") for number in numbers[::97])
    assert not inbox._contains(ended, "0" * 16)
    assert not inbox._contains(ended, "f" * 16)


@pytest.mark.parametrize("prefix", ["", "o", "outbox/"])
def test_what_we_delivered_is_never_taken_for_a_new_video(bucket: Bucket, prefix: str):
    bucket.write("inbox/clip.mp4", b"dropped", "video/mp4")
    bucket.write("outbox/clip/0123456789abcdef/clip.x.mp4", b"delivered", "video/mp4")

    found = [s.key for s in inbox.waiting(bucket, prefix, lambda _: Brief(), WatchSettings())]

    assert found == (["inbox/clip.mp4"] if not prefix else [])


def test_the_claim_of_a_job_in_hand_is_not_read_at_every_look(bucket: Bucket):
    now = 0.0
    held = inbox.HeldJobs(bucket, WATCH, lambda: now)
    lease = acquire(bucket, drop(bucket, "a.mp4"))
    looks = [held.is_open(lease.claim.oid)]
    lease.release("failed")
    looks.append(held.is_open(lease.claim.oid))
    now += WATCH.lease_seconds / inbox.LOOKS_PER_LEASE

    assert [*looks, held.is_open(lease.claim.oid)] == [False, False, True]
