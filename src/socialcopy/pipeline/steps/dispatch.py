"""Attempts at a video's job, for whoever has videos worked on elsewhere: which comes next, and how
far it is, as the bucket says.
"""

from __future__ import annotations

from enum import StrEnum, auto

from socialcopy import keys
from socialcopy.models import Value
from socialcopy.pipeline.briefs import brief_of
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.policies import policies_of
from socialcopy.pipeline.steps.discover import Found
from socialcopy.storage.claims import open_epoch


class Attempt(Value):
    """An attempt at a job, for one worker to claim."""

    oid: str
    epoch: int
    """Of the claim before it; 0 before the first."""
    queue: str = ""
    """The work queue that the policy of its prefix names."""

    @property
    def name(self) -> str:
        """The same for everybody who sees the video, until somebody has claimed it."""
        return f"{self.oid}-{self.epoch}"


class Progress(StrEnum):
    """How far an attempt is."""

    UNCLAIMED = auto()
    CLAIMED = auto()
    BROKEN_OFF = auto()
    """Given back, or its worker is gone: another attempt may begin."""
    DONE = auto()


def next_attempt(context: Context, found: Found) -> Attempt | None:
    """Ask the bucket which attempt comes next; none for a job that is done or in hand.

    Raises PolicyError and StorageError.
    """
    bucket, key = context.bucket, found.source.key
    policies = policies_of(bucket)
    oid = found.source.oid(brief_of(bucket, key, found.brief, policies=policies))
    epoch = open_epoch(bucket, oid, context.watch)
    if epoch is None or bucket.exists(keys.finished(oid)):
        return None
    return Attempt(oid=oid, epoch=epoch, queue=policies.of(key).queue)


def progress_of(context: Context, attempt: Attempt) -> Progress:
    """Ask the bucket how far an attempt is. Raises StorageError."""
    epoch = open_epoch(context.bucket, attempt.oid, context.watch)
    if context.bucket.exists(keys.finished(attempt.oid)):
        return Progress.DONE
    if epoch is None:
        return Progress.CLAIMED
    return Progress.UNCLAIMED if epoch == attempt.epoch else Progress.BROKEN_OFF
