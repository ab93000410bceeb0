"""From a key to a claimed video, and what becomes of the claim when its work ends."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Generator

from socialcopy import keys
from socialcopy.local_files import DiskFullError, LocalFileError, free_bytes, is_disk_full
from socialcopy.media.errors import ToolTimeoutError
from socialcopy.models import Brief, MediaInfo
from socialcopy.nemovideo.errors import NemoVideoError, ServerError
from socialcopy.pipeline import disk_space
from socialcopy.pipeline.briefs import brief_of, from_metadata
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import (
    CeilingReachedError,
    FinalError,
    OutOfCreditsError,
    ParkedError,
    QuotaReachedError,
    RefusedInputError,
    WaitingError,
)
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.outcomes import close_as_gone, park, reject, said, why_parked
from socialcopy.pipeline.policies import policies_of
from socialcopy.pipeline.understanding import understand_ourselves
from socialcopy.policies import PolicyError
from socialcopy.storage import claims
from socialcopy.storage.errors import (
    LeaseLostError,
    ObjectUnreadableError,
    RecordUnreadableError,
    SourceGoneError,
    StorageError,
    StoreUnreachableError,
)
from socialcopy.storage.jobs import Standing

logger = logging.getLogger(__name__)


def claim_video(context: Context, key: str, brief: Brief) -> Job | None:
    """Claim the current version of a video; none when it is done or somebody is at it.

    `brief` comes from parameters; one written beside the video or for its folder goes over it,
    but not over a refinement's, which holds the delivered one and the wish.
    A video over which three workers died or failed is parked instead.
    Raises SourceGoneError when there is no such object, and DiskFullError when this machine has
    no room for its copies.
    """
    source, metadata = context.bucket.find_described(key)
    disk_space.require_room_for_video(context, source.size_bytes)
    policies = policies_of(context.bucket)
    own = brief if brief.follows else brief_of(context.bucket, key, brief, policies=policies)
    lease = claims.acquire(
        context.bucket, source, own, owner=claims.owner_name(), watch=context.watch
    )
    if lease is None:
        return None
    job = Job(context, lease, policies)
    told = brief if brief.follows else from_metadata(metadata, key, brief)
    is_replaced = bool(told.fault) and own != brief  # a written brief mends it
    if told != brief and not is_replaced:
        job = job.with_brief(brief_of(context.bucket, key, told, policies=policies))
    return None if lease.claim.epoch > 1 and _is_over(job) else job


def _is_over(job: Job) -> bool:
    """End a job that was taken over, where an earlier worker ended it or three have failed."""
    if any(job.bucket.exists(key) for key in job.outcome_keys):
        job.lease.finish()  # the worker before us died between manifest and mark
        return True
    if len(job.lease.failures) >= claims.MAX_FAILURES:
        park(job, "it stopped every worker that tried")
        return True
    return False


@contextlib.contextmanager
def holding(job: Job) -> Generator[None]:
    """Keep a claim for as long as the work lasts; give it back, or park it, when the work fails.

    Raises what the work raised, or ParkedError from it.
    """
    try:
        with job.lease.renewing(job.context.watch):
            yield
    except LeaseLostError:
        raise
    except BaseException as failure:
        worded = _in_words(job.context, failure)
        _give_back(job, worded)
        if worded is failure:
            raise
        raise worded from failure
    finally:
        job.context.clear(job.claim)


OUT_OF_CREDITS = (OutOfCreditsError, CeilingReachedError)
"""What is free goes on meanwhile, and the job goes on by itself."""


FINAL = (FinalError, ObjectUnreadableError, RecordUnreadableError, ToolTimeoutError)
"""What another attempt meets again; a tool would take as long."""

INSUFFICIENT_STORAGE = 507
"""How our engine says that its disk is full."""

MARKED = {
    OutOfCreditsError: Standing.CREDITS,
    CeilingReachedError: Standing.CREDITS,
    QuotaReachedError: Standing.QUOTA,
    DiskFullError: Standing.SPACE,
}
"""What a job waits for that other watchers are told of, and `status` says."""


def prepare(job: Job) -> None:
    """Do what is free while a job waits for credits: find out what the video says and shows."""
    media = job.journal.read("media")
    if media is not None:
        understand_ourselves(job, MediaInfo.model_validate(media))


def _mark_waiting(job: Job, failure: BaseException) -> None:
    """Leave word for every watcher; only a hint, since a listing finds the video too.

    With the brief the job was claimed under, which is a part of its identity; what the upload's
    metadata says is not.
    """
    kind = next((told for error, told in MARKED.items() if isinstance(failure, error)), None)
    if isinstance(failure, ServerError) and failure.code == INSUFFICIENT_STORAGE:
        kind = Standing.SPACE
    if kind is not None and job.claim.brief.follows is None:
        with contextlib.suppress(StorageError):
            brief = job.lease.guard().claim.brief.model_dump(mode="json")
            mark = {"key": job.key, "brief": brief, "why": str(failure), "for": kind}
            if isinstance(failure, QuotaReachedError):
                mark |= {"until": failure.until, "allowance": failure.allowance}
            data = json.dumps(mark, ensure_ascii=False).encode()
            job.bucket.write(keys.waiting(job.oid), data, "application/json")


def _in_words(context: Context, failure: BaseException) -> BaseException:
    """Return a failure, or the full disk that it came of: the store says only it went wrong."""
    if isinstance(failure, DiskFullError):
        return failure
    if is_disk_full(failure):
        folder = context.data.cache_dir
        return DiskFullError(str(folder), free_bytes(folder), 0)
    is_outage = isinstance(failure, StoreUnreachableError | ServerError)
    return (disk_space.pause_of(context) if is_outage else None) or failure


def _give_back(job: Job, failure: BaseException) -> None:
    _mark_waiting(job, failure)
    if not isinstance(failure, Exception) or _is_passing(failure):
        job.lease.release(None)
        return
    if isinstance(failure, RefusedInputError):
        reject(job, failure.rejection)
        return
    if isinstance(failure, SourceGoneError) and failure.key == job.key:
        close_as_gone(job)
        return
    logger.warning("%s failed", job.key, exc_info=failure)
    tried = len(job.lease.failures) + 1
    if tried >= claims.MAX_FAILURES or isinstance(failure, FINAL):
        park(job, failure)
        told = why_parked(job.oid, failure)
        raise ParkedError(job.key, job.oid, told.reason, told.advice) from failure
    job.lease.release(said(failure))


def _is_passing(failure: Exception) -> bool:
    """Tell whether a failure passes: the video did nothing wrong.

    The service or the store was away, or asks to wait, or this machine has no room (another one,
    or a cleaner one, may have) or a damaged file.
    """
    if isinstance(failure, NemoVideoError):
        return failure.retryable
    if isinstance(failure, RecordUnreadableError):  # a budget's: it belongs to no video
        return failure.key.startswith(keys.BUDGETS)
    return isinstance(failure, WaitingError | StoreUnreachableError | PolicyError | LocalFileError)
