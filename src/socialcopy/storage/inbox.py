"""What waits under a prefix: a full listing, merged with what is done. No timestamp decides.

Stores list in different orders, so nothing here compares one listing's place with another's. What
has ended is listed first and kept as sorted 64-bit numbers (a job's id is one): 8 bytes a job,
32 MB at most. Where more has ended than fits, the ids are split by their first digits and the
prefix is listed once for each part, so memory is bounded for any number of objects. A claim is
read only where the small index of held jobs names it.
"""

from __future__ import annotations

import functools
import itertools
import time
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from socialcopy import keys, subtitle_keys
from socialcopy.models import Brief, SourceVideo, Value
from socialcopy.policies import Policies
from socialcopy.settings import WatchSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import is_open

# Ended jobs that are kept at once: 32 MB.
MOST_IN_MEMORY = 4_000_000

# Versions whose settling is remembered; more of them wait for their turn.
MOST_UNSETTLED = 10_000

STALE_SECONDS = 600.0

# Of the time that listings may take: a slow one is followed by nine times its length of rest.
LONGEST_SHARE = 0.1

# What one answer of a store holds; up to there a listing is as good as many.
PAGE_KEYS = 1_000

# Objects of a prefix that a look keeps, so that it lists them once; 14 MB.
MOST_KEPT = 20_000

HEX = "0123456789abcdef"
ID_DIGITS = 16

NO_POLICIES = Policies()

BriefOf = Callable[[str], Brief]
IsOpen = Callable[[str], bool]
IsSettled = Callable[[SourceVideo], bool]
Listed = Callable[[str], Iterable[SourceVideo]]


def waiting(
    bucket: Bucket,
    prefix: str,
    brief_of: BriefOf,
    watch: WatchSettings,
    is_settled: IsSettled = lambda _: True,
    *,
    policies: Policies = NO_POLICIES,
    listed: Listed | None = None,
    is_open_again: IsOpen | None = None,
) -> Iterator[SourceVideo]:
    """Yield videos under a prefix that are neither done nor in hand, as they are listed.

    `brief_of` gives the brief of a key, since it is a part of a job's identity; `is_settled` says
    whether an upload that is written in place has come to rest. Folders with policies of their own
    take turns. `listed` is what `kept` made of the same prefix. `is_open_again` tells it of a held
    job by its id; without it each one's claim is read.
    """
    is_open_again = is_open_again or functools.partial(is_open, bucket, watch=watch)
    for digits, ended in _ended_parts(bucket):
        # A hint: a job that ends between the two listings is in neither, and its claim says so.
        held = {key.removeprefix(keys.HELD) for key in bucket.list_keys(keys.HELD)}
        for oid, source in _identified(
            _listed(listed or bucket.list_videos, prefix, policies), brief_of
        ):
            if not oid.startswith(digits) or _contains(ended, oid):
                continue
            if is_settled(source) and (oid not in held or is_open_again(oid)):
                yield source


def kept(bucket: Bucket, prefix: str) -> Listed:
    """List a prefix, and give out of memory what is below it; from the store where it is large."""
    first = list(itertools.islice(bucket.list_videos(prefix), MOST_KEPT + 1))
    if len(first) > MOST_KEPT:
        return bucket.list_videos
    return lambda folder: (one for one in first if one.key.startswith(folder))


def _listed(list_videos: Listed, prefix: str, policies: Policies) -> Iterator[SourceVideo]:
    """Yield what lies under a prefix. In a large one folders with a policy are listed apart, and
    take turns: ten thousand videos in one don't keep those of another waiting.
    """
    folders = [p for p in policies.prefix if p.startswith(prefix) and p != prefix]
    listed = iter(list_videos(prefix))
    first = list(itertools.islice(listed, PAGE_KEYS)) if folders else []
    if len(first) < PAGE_KEYS:
        yield from itertools.chain(first, listed)
        return
    own = [_of_folder(list_videos(folder), folder, policies) for folder in folders]
    every = itertools.chain(first, listed)
    rest = (one for one in every if policies.prefix_of(one.key) not in folders)
    yield from _in_turn([rest, *own])


def _of_folder(
    listed: Iterable[SourceVideo], folder: str, policies: Policies
) -> Iterator[SourceVideo]:
    return (one for one in listed if policies.prefix_of(one.key) == folder)


def _in_turn(listings: Iterable[Iterator[SourceVideo]]) -> Iterator[SourceVideo]:
    turns = deque(listings)
    while turns:
        source = next(turns[0], None)
        if source is None:
            turns.popleft()
        else:
            yield source
            turns.rotate(-1)


def _identified(
    listed: Iterable[SourceVideo], brief_of: BriefOf
) -> Iterator[tuple[str, SourceVideo]]:
    """Yield videos with their jobs' ids; wishes are mostly the same for all, and hashed once."""
    brief, recipe = None, ""
    for source in listed:
        if not keys.is_video_key(source.key):
            continue
        own = brief_of(source.key)
        if own is not brief:
            brief, recipe = own, own.recipe()
        yield source.oid_with(recipe), source


def _ended_parts(bucket: Bucket, digits: str = "") -> Iterator[tuple[str, array[int]]]:
    """Yield what has ended, in parts that fit into memory: the first digits of ids, and the ids."""
    ended = _ended(bucket, digits)
    if ended is not None:
        yield digits, ended
        return
    for digit in HEX:
        yield from _ended_parts(bucket, digits + digit)


def _ended(bucket: Bucket, digits: str) -> array[int] | None:
    """Return the sorted ids of ended jobs that begin so; none when there are too many."""
    found: array[int] = array("Q")
    for key in bucket.list_keys(f"{keys.FINISHED}{digits}"):
        found.append(int(key[-ID_DIGITS:], 16))
        if len(found) > MOST_IN_MEMORY:
            return None
    # Sorted in place, in the array's own memory: `sorted` would make an object of each number.
    np.frombuffer(found, dtype=np.uint64).sort() if found else None
    return found


def _contains(ended: array[int], oid: str) -> bool:
    number = int(oid, 16)
    place = bisect_left(ended, number)
    return place < len(ended) and ended[place] == number


class PassedOver(Value):
    """An object under a watched prefix that is never captioned, and why."""

    key: str
    why: str


def passed_over(bucket: Bucket, prefix: str) -> Iterator[PassedOver]:
    """Yield what lies under a prefix and is neither a video nor of use to one, as it is listed."""
    for key in bucket.list_keys(prefix):
        why = keys.why_passed_over(key) or _why_alone(bucket, key)
        if why:
            yield PassedOver(key=key, why=why)


def _why_alone(bucket: Bucket, key: str) -> str:
    """Say that subtitles have no video beside them; a short listing for each tells."""
    stems = subtitle_keys.stems_of_subtitles(key)
    if not stems or any(_has_video(bucket, stem) for stem in stems):
        return ""
    return "no video of the same name is beside it, such as clip.mp4 beside clip.srt or clip.en.srt"


def _has_video(bucket: Bucket, stem: str) -> bool:
    beside = itertools.islice(bucket.list_keys(stem), MOST_BESIDE)
    return any(keys.is_video_key(other) and keys.stem(other) == stem for other in beside)


# Objects of one name that are looked at; a video is among the first.
MOST_BESIDE = 100


# Between two looks at a claim that was in somebody's hands: 10 s of a lease of 90.
LOOKS_PER_LEASE = 9

# Jobs in hand that are remembered; beyond that all are looked up once more.
MOST_HELD = 10_000


class HeldJobs:
    """Tells of held jobs whether they are open again, and reads no claim at every look.

    Else eight watchers, each of which lists every two seconds, read each other's claims all the
    time: a fifth of their CPU (benchmarks/README.md). What failed elsewhere is found so much later.
    """

    def __init__(
        self, bucket: Bucket, watch: WatchSettings, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._bucket = bucket
        self._watch = watch
        self._now = now
        self._due: dict[str, float] = {}

    def is_open(self, oid: str) -> bool:
        """Tell whether a job waits for a worker. Raises StorageError."""
        if self._now() < self._due.get(oid, 0.0):
            return False
        if is_open(self._bucket, oid, self._watch):
            self._due.pop(oid, None)
            return True
        if len(self._due) >= MOST_HELD:
            self._due.clear()
        self._due[oid] = self._now() + self._watch.lease_seconds / LOOKS_PER_LEASE
        return False


class Settling:
    """Which uploads have come to rest: the same version seen twice, far enough apart.

    For stores and gateways where an object can be seen while it is written. Only this process's
    own clock counts, and only what is not at rest yet is remembered.
    """

    def __init__(
        self, seconds_for: Callable[[str], float], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds_for = seconds_for
        self._now = now
        self._seen: dict[str, tuple[str, int, float]] = {}

    def is_settled(self, source: SourceVideo) -> bool:
        """Tell whether a version was here long enough ago; a first look remembers it."""
        seconds = self._seconds_for(source.key)
        if not seconds:
            return True
        version = (source.etag, source.size_bytes)
        *known, since = self._seen.get(source.key, ("", 0, 0.0))
        if tuple(known) == version:
            return self._now() - since >= seconds
        if len(self._seen) >= MOST_UNSETTLED:
            self._forget_old(self._now() - seconds - STALE_SECONDS)
        if len(self._seen) < MOST_UNSETTLED or source.key in self._seen:
            self._seen[source.key] = (*version, self._now())
        return False

    def _forget_old(self, before: float) -> None:
        """Drop what came to rest long ago and was never taken: deleted, or renamed by its tool."""
        self._seen = {key: seen for key, seen in self._seen.items() if seen[2] > before}


def rest_seconds(interval_seconds: float, listing_seconds: float) -> float:
    """Say how long to rest after a listing that took so long: listings take a tenth at most.

    >>> rest_seconds(2, 0.1), rest_seconds(2, 10)
    (2, 90.0)
    """
    return max(interval_seconds, listing_seconds * (1 / LONGEST_SHARE - 1))
