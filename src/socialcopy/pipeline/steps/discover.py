"""Looking for work again and again: by listings, which are the truth, and at once by hints."""

from __future__ import annotations

import contextlib
import itertools
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from socialcopy import keys
from socialcopy.local_files import DiskFullError
from socialcopy.models import Brief, SourceVideo, Value
from socialcopy.models.validation import did_you_mean
from socialcopy.pipeline import disk_space, metrics, quotas
from socialcopy.pipeline.briefs import brief_of, briefs_in
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import OwnOutputError
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import Policies
from socialcopy.storage import capabilities, inbox
from socialcopy.storage.claims import is_open
from socialcopy.storage.errors import ObjectUnreadableError, RecordUnreadableError, SourceGoneError
from socialcopy.storage.inbox import HeldJobs, Listed, Settling, rest_seconds
from socialcopy.storage.records import parse_record


class Found(Value):
    """A video that waits, and what holds for it."""

    source: SourceVideo
    brief: Brief
    """Its wishes as far as they come from parameters."""
    prefix: str = ""
    """The prefix of its policy."""
    most_at_once: int | None = None
    """How many of that prefix may be worked on at the same time."""


class Waiting(Value):
    """The mark of a job that waits for credits, room or another day."""

    key: str
    brief: Brief
    """As the job was claimed under."""
    allowance: str = ""
    """The limit of its prefix's day that it met, in words."""
    until: str = ""
    """When that day ends."""


MOST_FOUND = 1_000
"""Videos that one look returns; whoever has done them looks again."""

MOST_RANKED = 20_000
"""Videos that one look compares."""

SMALLEST_LIKELY_BYTES = 64_000
"""Hardly anything shorter than a second is larger; it is taken up after everything else."""

MOST_OF_ONE_SIZE = 5
"""More videos of exactly one size were made by a script; they come after everything else too."""

Takes = Callable[[Found], bool]


MOST_COMPARED = 10_000
"""Keys of a folder that are looked through for the one that was meant."""


def near_key(context: Context, key: str) -> str:
    """Name the video that was probably meant by a key, as the end of a sentence; or nothing."""
    folder = key[: key.rfind("/") + 1] or keys.INBOX
    listed = list(itertools.islice(context.bucket.list_keys(folder), MOST_COMPARED))
    if key in listed:
        return ""
    return did_you_mean(f"{folder}{key.rpartition('/')[2]}", filter(keys.is_video_key, listed))


class InboxScanner:
    """Looks at one prefix; remembers nothing but what has not come to rest yet.

    Raises OwnOutputError for a prefix that holds what we write ourselves.
    """

    def __init__(self, context: Context, prefix: str, brief: Brief) -> None:
        if keys.holds_own_output(prefix):
            raise OwnOutputError(prefix)
        self._context = context
        self._prefix = prefix
        self._brief = brief
        self._since: dict[tuple[str, str], float] = {}
        self._policies = Policies()
        self._settling = Settling(lambda key: self._policies.of(key).settle_seconds)
        self._held = HeldJobs(context.bucket, context.watch)
        self._marks_due = 0.0
        self._later: set[str] = set()
        self.has_more = False
        """Whether the last look found more than it could return."""
        self._was_full = False
        self.paused_by: type[Exception] | None = None
        """Why the last look found nothing out."""
        self.rest_seconds = context.watch.interval_seconds
        """How long to rest after the last look."""

    def scan(self, takes: Takes, *, is_shared: bool = False) -> list[Found]:
        """List everything, and return what waits: a thousand at most, of those `takes` wants.

        What its prefix has no room for today stays out, and what is hardly a video comes last, by
        the listing alone. `is_shared` says that others work off the same listing: then what is
        alike comes in an order of chance. Raises PolicyError, StorageError, and DiskFullError while
        nothing may be begun here.
        """
        self._require_room()
        began = time.monotonic()
        known, self._policies = self._policies, policies_of(self._context.bucket)
        if known != self._policies:
            self._marks_due = 0.0
        today = quotas.Today(self._context.bucket, self._policies)
        every = itertools.chain(self._new(), self._marked(today))
        found = likely_first(one for one in every if takes(one) and not today.pause_of(one.source))
        if is_shared:
            found = shuffled(found)
        self.has_more = len(found) == MOST_FOUND
        seconds = time.monotonic() - began
        self.rest_seconds = rest_seconds(self._context.watch.interval_seconds, seconds)
        metrics.LISTING.set(seconds)
        metrics.WAITING.set(len(found))
        self._tell_oldest(found)
        return found

    def _require_room(self) -> None:
        """Raise DiskFullError while there is none, and what the store says until it writes again:
        the embedded one notices room within a minute.
        """
        try:
            disk_space.require_room(self._context)
        except DiskFullError:
            self._was_full = True
            raise
        if self._was_full:
            capabilities.require(self._context.bucket)
        self._was_full = False

    def _tell_oldest(self, found: list[Found]) -> None:
        """Tell the metrics how long the oldest has waited, as far as this process saw it."""
        now = time.monotonic()
        versions = [(one.source.key, one.source.etag) for one in found]
        self._since = {version: self._since.get(version, now) for version in versions}
        metrics.OLDEST.set(now - min(self._since.values(), default=now))

    def check_key(self, key: str) -> Found | None:
        """Look at one video that a hint names; the hint may be late, doubled or a lie."""
        if not key.startswith(self._prefix) or not keys.is_video_key(key):
            return None
        bucket = self._context.bucket
        self._policies = policies_of(bucket)
        try:
            source = bucket.head(key)
        except (SourceGoneError, ObjectUnreadableError):  # a listing finds the latter
            return None
        oid = source.oid(brief_of(bucket, key, self._brief))
        if bucket.exists(keys.finished(oid)) or not is_open(bucket, oid, self._context.watch):
            return None
        if not self._settling.is_settled(source):
            return None
        today = quotas.Today(bucket, self._policies)
        return None if today.pause_of(source) else self._found(source, self._brief)

    def _new(self) -> Iterator[Found]:
        context, listed = self._context, inbox.kept(self._context.bucket, self._prefix)
        finder = brief_finder(context, self._prefix, self._brief, listed)
        for source in inbox.waiting(
            context.bucket,
            self._prefix,
            finder,
            context.watch,
            self._settling.is_settled,
            policies=self._policies,
            listed=listed,
            is_open_again=self._held.is_open,
        ):
            if not self._later or source.oid(finder(source.key)) not in self._later:
                yield self._found(source, self._brief)

    def _marked(self, today: quotas.Today) -> Iterator[Found]:
        """Yield jobs of other prefixes that wait for something: a batch leaves them to the watcher.

        Looked for as often as a token without credits is tried again. What waits for another day
        is remembered until then.
        """
        bucket = self._context.bucket
        if time.monotonic() < self._marks_due:
            return
        self._marks_due = time.monotonic() + self._context.nemo.credits_pause_seconds
        self._later = set()
        for mark in bucket.list_keys(keys.WAITING):
            oid, found = mark.removeprefix(keys.WAITING), bucket.read(mark)
            if bucket.exists(keys.finished(oid)):
                bucket.remove(mark)
            elif found is not None:
                yield from self._left(mark, found.data, oid, today)

    def _left(self, mark: str, data: bytes, oid: str, today: quotas.Today) -> Iterator[Found]:
        """Yield what a mark names outside our prefix; `status` tells of one that can't be read."""
        with contextlib.suppress(RecordUnreadableError):
            left = parse_record(Waiting, data, mark)
            if today.holds_back(left.key, left.allowance, left.until):
                self._later.add(oid)
            elif not left.key.startswith(self._prefix):
                yield from self._still_there(left.key, left.brief, oid)

    def _still_there(self, key: str, brief: Brief, oid: str) -> Iterator[Found]:
        """Yield the video of a mark, if it is the same job: not replaced, under the same brief."""
        with contextlib.suppress(SourceGoneError):
            source = self._context.bucket.find(key)
            if source.oid(brief_of(self._context.bucket, key, brief)) == oid:
                yield self._found(source, brief)

    def _found(self, source: SourceVideo, brief: Brief) -> Found:
        return Found(
            source=source,
            brief=brief,
            prefix=self._policies.prefix_of(source.key),
            most_at_once=self._policies.of(source.key).concurrency,
        )


class Likelihood:
    """What may well be a video, by what a listing says of it and of the others."""

    def __init__(self) -> None:
        self._sizes: Counter[int] = Counter()

    def count(self, source: SourceVideo) -> None:
        """Note one more object."""
        self._sizes[source.size_bytes] += 1

    def is_likely(self, source: SourceVideo) -> bool:
        """Tell whether a video is likely one: not tiny, nor one of many of exactly its size."""
        size = source.size_bytes
        return size >= SMALLEST_LIKELY_BYTES and self._sizes[size] <= MOST_OF_ONE_SIZE


def shuffled(found: Sequence[Found]) -> list[Found]:
    """Order by chance what is alike: watchers of one listing then begin with different videos.

    What is hardly a video stays last, and folders with policies of their own take turns as before.
    """
    known = Likelihood()
    for one in found:
        known.count(one.source)
    kinds = [(one.prefix, known.is_likely(one.source)) for one in found]
    alike: defaultdict[tuple[str, bool], list[Found]] = defaultdict(list)
    for kind, one in zip(kinds, found, strict=True):
        alike[kind].append(one)
    for group in alike.values():
        random.shuffle(group)
    return [alike[kind].pop() for kind in kinds]


def likely_first(found: Iterable[Found]) -> list[Found]:
    """Put first what may well be a video, judged by what a listing says; up to a thousand.

    Ten thousand scraps in an inbox hold up nothing: they wait until nothing else does.
    """
    likely: list[Found] = []
    others: list[Found] = []
    known = Likelihood()
    for one in itertools.islice(found, MOST_RANKED):
        known.count(one.source)
        if known.is_likely(one.source):
            likely.append(one)
        elif len(others) < MOST_FOUND:
            others.append(one)
        if len(likely) >= MOST_FOUND:
            break
    # The first few of a size looked likely until more of them came.
    both = [*likely, *others]
    return sorted(both, key=lambda one: not known.is_likely(one.source))[:MOST_FOUND]


def find_waiting(context: Context, prefix: str, brief: Brief) -> Iterator[SourceVideo]:
    """Yield videos under a prefix that wait for a worker, by a full listing, as they are listed.

    Raises PolicyError when the bucket's policies can't be read.
    """
    listed = inbox.kept(context.bucket, prefix)
    finder = brief_finder(context, prefix, brief, listed)
    yield from inbox.waiting(context.bucket, prefix, finder, context.watch, listed=listed)


def brief_finder(
    context: Context, prefix: str, brief: Brief, listed: Listed | None = None
) -> Callable[[str], Brief]:
    """Return a way to find the brief of each key under a prefix without asking for each."""
    policies, from_store = policies_of(context.bucket), context.bucket.list_videos
    written = briefs_in((listed or from_store)(prefix))
    if not prefix.endswith("/"):  # a part of a folder, whose brief holds for it too
        written |= briefs_in(from_store(f"{prefix[: prefix.rfind('/') + 1]}{keys.BRIEF}"))
    return lambda key: brief_of(context.bucket, key, brief, written, policies)
