"""How a job ends: refused with a reason, or parked for a person. The video stays where it is."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from socialcopy import keys
from socialcopy.models import Claim, Rejection
from socialcopy.stages import metrics
from socialcopy.stages.notices import tell
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import claims
from socialcopy.storage.errors import LeaseLostError

logger = logging.getLogger(__name__)


def reject(shop: Workshop, claim: Claim, rejection: Rejection) -> str:
    """Publish why a video is refused; the key of the reason."""
    key = keys.rejection(claim.source.key, claim.oid)
    _explain(shop, claim, key, rejection)
    claims.finish(shop.bucket, claim)
    _tell(shop, claim, "rejected", f"{rejection.reason} {rejection.advice}")
    return key


def park(shop: Workshop, claim: Claim, failure: str) -> str:
    """Put a job aside that can't be finished, with what went wrong each time; the key of it."""
    key = keys.parking(claim.source.key, claim.oid)
    earlier = claims.failures(shop.bucket, claim.oid)
    rejection = Rejection(
        code="needs_review",
        reason=f"We could not finish this video: {failure}.",
        advice=(
            "Somebody has to look. Once the cause is mended, run "
            f"`socialcopy retry {claim.oid}`, and it is tried again."
        ),
    )
    _explain(shop, claim, key, rejection, attempts=(*earlier, failure))
    claims.finish(shop.bucket, claim)
    _tell(shop, claim, "parked", f"{rejection.reason} {rejection.advice}")
    return key


def _tell(shop: Workshop, claim: Claim, outcome: str, why: str) -> None:
    metrics.OUTCOMES.labels(outcome).inc()
    logger.info("%s is %s: %s", claim.source.key, outcome, why)
    tell(shop.operations, f"A video is {outcome}", f"{claim.source.key}: {why}")


def take_back(shop: Workshop, claim: Claim) -> None:
    """A delivery counts over a "no" that somebody said while its worker slept past its lease."""
    for key in (
        keys.rejection(claim.source.key, claim.oid),
        keys.parking(claim.source.key, claim.oid),
    ):
        if shop.bucket.exists(key):
            shop.bucket.remove(key)


def _explain(
    shop: Workshop, claim: Claim, key: str, rejection: Rejection, attempts: tuple[str, ...] = ()
) -> None:
    claims.guard(shop.bucket, claim)
    explained = {
        **rejection.model_dump(),
        "oid": claim.oid,
        "source": claim.source.model_dump(),
        "attempts": list(attempts),
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    document = json.dumps(explained, ensure_ascii=False, indent=2)
    shop.bucket.write(key, document.encode(), "application/json")
    if shop.bucket.exists(keys.manifest(claim.delivery_prefix)):
        shop.bucket.remove(key)  # we slept past our lease, and it was delivered: that counts
        raise LeaseLostError(claim.oid, claim.epoch)
