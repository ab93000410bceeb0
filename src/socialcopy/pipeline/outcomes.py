"""How a job ends: refused with a reason, or parked for a person. The video stays where it is."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from socialcopy import keys
from socialcopy.models import Rejection, Value
from socialcopy.pipeline import metrics
from socialcopy.pipeline.errors import sentence
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.notifications import notify
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import LeaseLostError, ObjectUnreadableError
from socialcopy.storage.records import parse_json

logger = logging.getLogger(__name__)


def reject(job: Job, rejection: Rejection) -> str:
    """Publish why a video is refused; the key of the reason."""
    return _end(job, "rejected", keys.rejection(job.key, job.oid), rejection)


def park(job: Job, failure: Exception | str) -> str:
    """Put a job aside that can't be finished, with what went wrong each time; the key of it."""
    attempts = (*job.lease.failures, said(failure))
    key, rejection = keys.parking(job.key, job.oid), why_parked(job.oid, failure)
    return _end(job, "parked", key, rejection, attempts)


def _end(
    job: Job, outcome: str, key: str, rejection: Rejection, attempts: tuple[str, ...] = ()
) -> str:
    _explain(job, key, rejection, attempts)
    job.lease.finish()
    metrics.OUTCOMES.labels(outcome).inc()
    why = f"{rejection.reason} {rejection.advice}"
    logger.info("%s is %s: %s", job.key, outcome, why)
    notify(job.context.operations, f"A video is {outcome}", f"{job.key}: {why}")
    return key


def why_parked(oid: str, failure: Exception | str) -> Rejection:
    """Say why a job waits for a person, and how it goes on."""
    return Rejection(
        code="unreadable" if isinstance(failure, ObjectUnreadableError) else "needs_review",
        reason=f"We could not finish this video: {said(failure)}.",
        advice=(
            "Somebody has to look. Once the cause is mended, run "
            f"`socialcopy retry {oid}`, and it is tried again."
        ),
    )


def said(failure: Exception | str) -> str:
    """Put a failure into a sentence for people."""
    return failure if isinstance(failure, str) else sentence(failure)


def close_as_gone(job: Job) -> None:
    """Close a job whose video was deleted or replaced; a newer version is a job of its own."""
    job.lease.close_as_gone()
    metrics.OUTCOMES.labels("gone").inc()
    logger.info("%s is gone: it was deleted or replaced before it was done", job.key)


def withdraw_refusals(job: Job) -> None:
    """Take a "no" back that was said while the worker slept past its lease: a delivery counts."""
    for key in job.outcome_keys[1:]:
        if job.bucket.exists(key):
            job.bucket.remove(key)


def _explain(job: Job, key: str, rejection: Rejection, attempts: tuple[str, ...]) -> None:
    job.lease.guard()
    explained = {
        **rejection.model_dump(),
        "oid": job.oid,
        "source": job.source.model_dump(),
        "attempts": list(attempts),
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    document = json.dumps(explained, ensure_ascii=False, indent=2)
    job.bucket.write(key, document.encode(), "application/json")
    if any(job.bucket.exists(other) for other in job.outcome_keys if other != key):
        job.bucket.remove(key)  # we slept past our lease, and what stands since then counts
        raise LeaseLostError(job.oid, job.claim.epoch)


class Ending(StrEnum):
    """How a video ended."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    PARKED = "parked"
    GONE = "gone"
    """It was deleted or replaced before it was done."""
    WAITING = "waiting"
    """Nobody takes it up for now; it stays where it is, and whoever does goes on."""
    PASSED_OVER = "passed over"
    """Its name says that it is no video, or not whole."""
    FAILED = "failed"
    """A local file that could not be finished."""


class Outcome(Value):
    """What became of one video."""

    key: str
    ending: Ending
    prefix: str
    """Where the outcome is in the bucket."""
    document: dict[str, Any]
    """The manifest of a delivery, or the reason of a refusal."""
    folder: str = ""
    """Where it was copied to on this machine."""


def without_delivery(key: str, ending: Ending, reason: str, advice: str) -> Outcome:
    """Return an outcome that has nothing in the bucket."""
    return Outcome(key=key, ending=ending, prefix="", document={"reason": reason, "advice": advice})


def outcome_of(bucket: Bucket, key: str, oid: str) -> Outcome | None:
    """Tell how a job ended, known by its video's key and its id; none while it goes on."""
    places = {
        Ending.DELIVERED: keys.manifest(keys.delivery_prefix(key, oid)),
        Ending.REJECTED: keys.rejection(key, oid),
        Ending.PARKED: keys.parking(key, oid),
    }
    for ending, place in places.items():
        found = bucket.read(place)
        if found is not None:
            prefix = place.rpartition("/")[0] + "/"
            document = parse_json(found.data, place)
            return Outcome(key=key, ending=ending, prefix=prefix, document=document)
    return None
