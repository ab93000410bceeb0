"""How a job ends: refused with a reason, or parked for a person. The video stays where it is."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from socialcopy import keys
from socialcopy.models import Claim, Rejection, SourceVideo, Value
from socialcopy.pipeline import metrics
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import sentence
from socialcopy.pipeline.notifications import tell
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import LeaseLostError, ObjectUnreadableError
from socialcopy.storage.records import parse_json

logger = logging.getLogger(__name__)


def reject(context: Context, claim: Claim, rejection: Rejection) -> str:
    """Publish why a video is refused; the key of the reason."""
    key = keys.rejection(claim.source.key, claim.oid)
    _explain(context, claim, key, rejection)
    claims.finish(context.bucket, claim)
    _tell(context, claim, "rejected", f"{rejection.reason} {rejection.advice}")
    return key


def park(context: Context, claim: Claim, failure: Exception | str) -> str:
    """Put a job aside that can't be finished, with what went wrong each time; the key of it."""
    key = keys.parking(claim.source.key, claim.oid)
    earlier = claims.failures(context.bucket, claim.oid)
    rejection = why_parked(claim, failure)
    _explain(context, claim, key, rejection, attempts=(*earlier, said(failure)))
    claims.finish(context.bucket, claim)
    _tell(context, claim, "parked", f"{rejection.reason} {rejection.advice}")
    return key


def why_parked(claim: Claim, failure: Exception | str) -> Rejection:
    """Say why a job waits for a person, and how it goes on."""
    return Rejection(
        code="unreadable" if isinstance(failure, ObjectUnreadableError) else "needs_review",
        reason=f"We could not finish this video: {said(failure)}.",
        advice=(
            "Somebody has to look. Once the cause is mended, run "
            f"`socialcopy retry {claim.oid}`, and it is tried again."
        ),
    )


def said(failure: Exception | str) -> str:
    """Put a failure into a sentence for people."""
    return failure if isinstance(failure, str) else sentence(failure)


def lose(context: Context, claim: Claim) -> None:
    """Close a job whose video was deleted or replaced; a newer version is a job of its own."""
    claims.lose(context.bucket, claim)
    metrics.OUTCOMES.labels("gone").inc()
    logger.info("%s is gone: it was deleted or replaced before it was done", claim.source.key)


def _tell(context: Context, claim: Claim, outcome: str, why: str) -> None:
    metrics.OUTCOMES.labels(outcome).inc()
    logger.info("%s is %s: %s", claim.source.key, outcome, why)
    tell(context.operations, f"A video is {outcome}", f"{claim.source.key}: {why}")


def take_back(context: Context, claim: Claim) -> None:
    """Take a "no" back that was said while the worker slept past its lease: a delivery counts."""
    for key in (
        keys.rejection(claim.source.key, claim.oid),
        keys.parking(claim.source.key, claim.oid),
    ):
        if context.bucket.exists(key):
            context.bucket.remove(key)


def _explain(
    context: Context, claim: Claim, key: str, rejection: Rejection, attempts: tuple[str, ...] = ()
) -> None:
    claims.guard(context.bucket, claim)
    explained = {
        **rejection.model_dump(),
        "oid": claim.oid,
        "source": claim.source.model_dump(),
        "attempts": list(attempts),
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    document = json.dumps(explained, ensure_ascii=False, indent=2)
    context.bucket.write(key, document.encode(), "application/json")
    named = (claim.source.key, claim.oid)
    others = {keys.manifest(claim.delivery_prefix), keys.rejection(*named), keys.parking(*named)}
    if any(context.bucket.exists(other) for other in others - {key}):
        context.bucket.remove(key)  # we slept past our lease, and what stands since then counts
        raise LeaseLostError(claim.oid, claim.epoch)


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


def outcome_of(bucket: Bucket, source: SourceVideo, oid: str) -> Outcome | None:
    """Tell how a job ended; none while it goes on."""
    return outcome_at(bucket, source.key, oid)


def outcome_at(bucket: Bucket, key: str, oid: str) -> Outcome | None:
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
