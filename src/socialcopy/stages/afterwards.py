"""What happens to a video once its delivery is complete, by the policy of its prefix.

Deleting and moving are conditional on the very version that was delivered, so a video that was
replaced meanwhile stays. On a store that can't promise that, or where a tag could replace a
video's bytes, the video stays as it is.
"""

from __future__ import annotations

import logging

from socialcopy import keys
from socialcopy.models import Brief, Claim, SourceVideo
from socialcopy.policies import After, Policy
from socialcopy.stages.briefs import brief_of, briefs_under
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
        if claim.brief.follows is None:  # a refinement is no news about the video
            apply(shop, policy, claim.source, claim.oid)
    except StorageError as error:
        logger.warning("%s stays for now: %s", claim.source.key, error)


def apply(shop: Workshop, policy: Policy, source: SourceVideo, oid: str) -> bool:
    """Apply a policy to one delivered video; whether anything was done."""
    if policy.after is After.STAY or not _is_possible(shop, policy.after):
        return False
    if policy.after is After.DELETE and _age_seconds(shop, source, oid) < (
        policy.delete_after_days * DAY_SECONDS
    ):
        return False
    try:
        return _do(shop, policy.after, source, oid)
    except SourceGoneError:
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


def _age_seconds(shop: Workshop, source: SourceVideo, oid: str) -> float:
    """Since the delivery was complete, by the store's clock; 0 when there is none."""
    manifest = shop.bucket.read(keys.manifest(keys.delivery_prefix(source.key, oid)))
    return (manifest.read_at - manifest.modified_at).total_seconds() if manifest else 0.0


def catch_up(shop: Workshop, prefix: str) -> list[str]:
    """Apply the policies to what was delivered under a prefix before; the keys that were changed.

    For videos whose days have passed, and those whose worker died before it came to this.
    """
    policies = policies_of(shop.bucket)
    written = briefs_under(shop.bucket, prefix)
    changed: list[str] = []
    for source in shop.bucket.list_videos(prefix):
        policy = policies.of(source.key)
        if policy.after is After.STAY or not keys.is_video_key(source.key):
            continue
        oid = source.oid(brief_of(shop.bucket, source.key, Brief(), written, policies))
        delivered = keys.manifest(keys.delivery_prefix(source.key, oid))
        if shop.bucket.exists(delivered) and apply(shop, policy, source, oid):
            changed.append(source.key)
    return changed
