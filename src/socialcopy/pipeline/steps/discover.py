"""Looking for work again and again: by listings, which are the truth, and at once by hints."""

from __future__ import annotations

import contextlib
import itertools
import json
import time
from collections.abc import Callable, Iterator

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo, Value
from socialcopy.pipeline import metrics
from socialcopy.pipeline.briefs import brief_of, briefs_under
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import (
    OwnOutputError,
)
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import Policies
from socialcopy.storage import inbox
from socialcopy.storage.claims import is_open
from socialcopy.storage.errors import (
    SourceGoneError,
)
from socialcopy.storage.inbox import IsSettled, Pace, Settling


class Found(Value):
    """A video that waits, and what holds for it."""

    source: SourceVideo
    brief: Brief
    """Its wishes as far as they come from parameters."""
    prefix: str = ""
    """The prefix of its policy."""
    most_at_once: int | None = None
    """How many of that prefix may be worked on at the same time."""


MOST_FOUND = 1_000
"""Videos that one look returns; whoever has done them looks again."""

Takes = Callable[[Found], bool]


class Lookout:
    """Looks at one prefix; remembers nothing but what has not come to rest yet.

    Raises OwnOutputError for a prefix that holds what we write ourselves.
    """

    def __init__(self, context: Context, prefix: str, brief: Brief) -> None:
        if keys.feeds_on_itself(prefix):
            raise OwnOutputError(prefix)
        self._shop = context
        self._prefix = prefix
        self._brief = brief
        self._since: dict[tuple[str, str], float] = {}
        self._pace = Pace(context.watch.interval_seconds)
        self._policies = Policies()
        self._settling = Settling(lambda key: self._policies.of(key).settle_seconds)
        self._marks_due = 0.0
        self.has_more = False
        """Whether the last look found more than it could return."""
        self.rest_seconds = context.watch.interval_seconds
        """How long to rest after the last look."""

    def look(self, takes: Takes) -> list[Found]:
        """List everything, and return what waits: a thousand at most, of those `takes` wants.

        Raises PolicyError and StorageError.
        """
        began = time.monotonic()
        self._policies = policies_of(self._shop.bucket)
        every = itertools.chain(self._new(), self._waiting_for_credits())
        found = list(itertools.islice(filter(takes, every), MOST_FOUND))
        self.has_more = len(found) == MOST_FOUND
        seconds = time.monotonic() - began
        self.rest_seconds = self._pace.rest_seconds(seconds)
        metrics.LISTING.set(seconds)
        metrics.WAITING.set(len(found))
        self._tell_oldest(found)
        return found

    def _tell_oldest(self, found: list[Found]) -> None:
        """For the metrics: how long the oldest has waited, as far as this process saw it."""
        now = time.monotonic()
        versions = [(one.source.key, one.source.etag) for one in found]
        self._since = {version: self._since.get(version, now) for version in versions}
        metrics.OLDEST.set(now - min(self._since.values(), default=now))

    def look_at(self, key: str) -> Found | None:
        """Look at one video that a hint names; the hint may be late, doubled or a lie."""
        if not key.startswith(self._prefix) or not keys.is_video_key(key):
            return None
        bucket = self._shop.bucket
        self._policies = policies_of(bucket)
        try:
            source = bucket.head(key)
        except SourceGoneError:
            return None
        oid = source.oid(brief_of(bucket, key, self._brief))
        if bucket.exists(keys.finished(oid)) or not is_open(bucket, oid, self._shop.watch):
            return None
        return self._found(source, self._brief) if self._settling.is_settled(source) else None

    def _new(self) -> Iterator[Found]:
        settling = self._settling
        for source in find_waiting(self._shop, self._prefix, self._brief, settling.is_settled):
            yield self._found(source, self._brief)

    def _waiting_for_credits(self) -> Iterator[Found]:
        """Jobs of other prefixes that ran out of credits: a batch leaves them to the watcher.

        Looked for as often as a token without credits is tried again.
        """
        bucket = self._shop.bucket
        if time.monotonic() < self._marks_due:
            return
        self._marks_due = time.monotonic() + self._shop.nemo.credits_pause_seconds
        for mark in bucket.list_keys(keys.WAITING):
            found = bucket.read(mark)
            left = json.loads(found.data) if found else {"key": self._prefix}
            oid = mark.removeprefix(keys.WAITING)
            if bucket.exists(keys.finished(oid)):
                bucket.remove(mark)
            elif not left["key"].startswith(self._prefix):
                yield from self._still_there(left["key"], Brief.model_validate(left["brief"]), oid)

    def _still_there(self, key: str, brief: Brief, oid: str) -> Iterator[Found]:
        """The video of a mark, if it is the same job still: not replaced, under the same brief."""
        with contextlib.suppress(SourceGoneError):
            source = self._shop.bucket.head(key)
            if source.oid(brief_of(self._shop.bucket, key, brief)) == oid:
                yield self._found(source, brief)

    def _found(self, source: SourceVideo, brief: Brief) -> Found:
        return Found(
            source=source,
            brief=brief,
            prefix=self._policies.prefix_of(source.key),
            most_at_once=self._policies.of(source.key).concurrency,
        )


def find_waiting(
    context: Context, prefix: str, brief: Brief, is_settled: IsSettled = lambda _: True
) -> Iterator[SourceVideo]:
    """Videos under a prefix that wait for a worker, by a full listing, as they are listed.

    Raises PolicyError when the bucket's policies can't be read.
    """
    yield from inbox.waiting(
        context.bucket, prefix, brief_finder(context, prefix, brief), context.watch, is_settled
    )


def brief_finder(context: Context, prefix: str, brief: Brief) -> Callable[[str], Brief]:
    """How the brief of each key under a prefix is found without asking the bucket for each."""
    policies = policies_of(context.bucket)
    written = briefs_under(context.bucket, prefix)
    if not prefix.endswith("/"):  # a part of a folder, whose brief holds for it too
        written |= briefs_under(context.bucket, f"{prefix[: prefix.rfind('/') + 1]}{keys.BRIEF}")
    return lambda key: brief_of(context.bucket, key, brief, written, policies)
