"""What happens to a video once its delivery is complete, by the policy of its prefix.

Deleting and moving are conditional on the very version that was delivered, so a video that was
replaced meanwhile stays. On a store that can't promise that, or where a tag could replace a
video's bytes, the video stays as it is.
"""

from __future__ import annotations

import contextlib
import json
import logging
from typing import Any

from socialcopy import keys
from socialcopy.models import Claim, SourceVideo
from socialcopy.policies import After, Policy, PolicyError
from socialcopy.stages.rulebook import policies_of
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import fitness
from socialcopy.storage.errors import SourceGoneError, StorageError

logger = logging.getLogger(__name__)

DAY_SECONDS = 86_400.0
TAG = ("socialcopy", "delivered")


def acknowledge(shop: Workshop, claim: Claim) -> None:
    """Do with a delivered video what its policy says; `catch_up` does what fails here."""
    try:
        policy = policies_of(shop.bucket).of(claim.source.key)
        is_due = policy.after is not After.DELETE or not policy.delete_after_days
        if is_due and claim.brief.follows is None:  # a refinement is no news about the video
            _apply(shop, policy.after, claim.source, claim.oid)
    except (StorageError, PolicyError) as error:
        logger.warning("%s stays for now: %s", claim.source.key, error)


def catch_up(shop: Workshop, prefix: str) -> list[str]:
    """Apply the policies to what was delivered under a prefix before; the keys that were changed.

    For videos whose days have passed, and those whose worker died before it came to this.
    """
    policies = policies_of(shop.bucket)
    changed: list[str] = []
    for source in shop.bucket.list_videos(prefix):
        policy = policies.of(source.key)
        if policy.after is After.STAY or not keys.is_video_key(source.key):
            continue
        oid = _delivered(shop, policy, source)
        if oid and _apply(shop, policy.after, source, oid):
            changed.append(source.key)
    return changed


def _delivered(shop: Workshop, policy: Policy, source: SourceVideo) -> str | None:
    """The job that delivered this version, whatever its brief was, once its days have passed."""
    days = policy.delete_after_days if policy.after is After.DELETE else 0
    for key in shop.bucket.list_keys(f"{keys.OUTBOX}{keys.delivery_name(source.key)}/"):
        found = shop.bucket.read(key) if key.endswith("/manifest.json") else None
        manifest: dict[str, Any] = json.loads(found.data) if found else {}
        if found is None or manifest.get("source") != source.model_dump():
            continue
        if (found.read_at - found.modified_at).total_seconds() >= days * DAY_SECONDS:
            return str(manifest["oid"])
    return None


def _apply(shop: Workshop, after: After, source: SourceVideo, oid: str) -> bool:
    """Do it to the very version that was delivered; whether anything was done."""
    if after is After.STAY or not _is_possible(shop, after):
        return False
    with contextlib.suppress(SourceGoneError):
        return _do(shop, after, source, oid)
    return False


def _do(shop: Workshop, after: After, source: SourceVideo, oid: str) -> bool:
    bucket = shop.bucket
    if after is After.TAG:
        bucket.insist_unchanged(source)
        if bucket.tags(source.key).get(TAG[0]) == TAG[1]:
            return False
        bucket.tag(source, *TAG)
        return True
    if after is After.MOVE:
        bucket.copy(source, keys.done(source.key, oid))
    return bucket.remove_version(source)


def _is_possible(shop: Workshop, after: After) -> bool:
    probe = fitness.has_safe_tags if after is After.TAG else fitness.deletes_under_conditions
    if probe(shop.bucket):
        return True
    logger.warning("this store can't %s safely, so delivered videos stay as they are", after)
    return False
