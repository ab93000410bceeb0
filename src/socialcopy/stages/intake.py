"""From a key to a claimed, validated video."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable, Generator, Iterator

from socialcopy import keys
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.validation import refuse_unread, validate
from socialcopy.models import Brief, Claim, MediaInfo, Rejection, SourceVideo
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.policies import PolicyError, SameBytes
from socialcopy.stages import metrics
from socialcopy.stages.branding import refuse_assets
from socialcopy.stages.briefs import brief_of, briefs_under, from_metadata
from socialcopy.stages.errors import (
    CeilingReachedError,
    OutOfCreditsError,
    RefusedInputError,
    StageError,
)
from socialcopy.stages.outcomes import park, reject
from socialcopy.stages.requests import understand_ourselves
from socialcopy.stages.rulebook import policies_of
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import claims, contents, inbox
from socialcopy.storage.errors import LeaseLostError, StorageError, StoreUnreachableError
from socialcopy.storage.inbox import IsSettled
from socialcopy.storage.journal import Journal


def find_waiting(
    shop: Workshop, prefix: str, brief: Brief, is_settled: IsSettled = lambda _: True
) -> Iterator[SourceVideo]:
    """Videos under a prefix that wait for a worker, by a full listing, as they are listed.

    Raises PolicyError when the bucket's policies can't be read.
    """
    yield from inbox.waiting(
        shop.bucket, prefix, brief_finder(shop, prefix, brief), shop.watch, is_settled
    )


def brief_finder(shop: Workshop, prefix: str, brief: Brief) -> Callable[[str], Brief]:
    """How the brief of each key under a prefix is found without asking the bucket for each."""
    policies = policies_of(shop.bucket)
    written = briefs_under(shop.bucket, prefix)
    if not prefix.endswith("/"):  # a part of a folder, whose brief holds for it too
        written |= briefs_under(shop.bucket, f"{prefix[: prefix.rfind('/') + 1]}{keys.BRIEF}")
    return lambda key: brief_of(shop.bucket, key, brief, written, policies)


def claim_video(shop: Workshop, key: str, brief: Brief) -> Claim | None:
    """Claim the current version of a video; none when it is done or somebody is at it.

    `brief` comes from parameters; one written beside the video or for its folder goes over it,
    but not over a refinement's, which holds the delivered one and the wish.
    A video over which three workers died or failed is parked instead.
    Raises SourceGoneError when there is no such object.
    """
    source = shop.bucket.head(key)
    own = brief if brief.follows else brief_of(shop.bucket, key, brief)
    claim = claims.acquire(shop.bucket, source, own, owner=claims.owner_name(), watch=shop.watch)
    if claim is not None and brief.follows is None:
        told = from_metadata(shop.bucket, key, brief)
        is_replaced = bool(told.fault) and own != brief  # a written brief mends it
        if told != brief and not is_replaced:
            claim = claim.model_copy(update={"brief": brief_of(shop.bucket, key, told)})
    if claim is None or claim.epoch == 1:
        return claim
    if _is_published(shop, claim):  # the worker before us died between manifest and mark
        claims.finish(shop.bucket, claim)
        return None
    if len(claims.failures(shop.bucket, claim.oid)) >= claims.MAX_FAILURES:
        park(shop, claim, "it stopped every worker that tried")
        return None
    return claim


def _is_published(shop: Workshop, claim: Claim) -> bool:
    """Whether an earlier worker got as far as the outcome."""
    named = (claim.source.key, claim.oid)
    outcomes = (
        keys.manifest(claim.delivery_prefix),
        keys.rejection(*named),
        keys.parking(*named),
    )
    return any(shop.bucket.exists(key) for key in outcomes)


@contextlib.contextmanager
def holding(shop: Workshop, claim: Claim) -> Generator[None]:
    """Keep a claim for as long as the work lasts; give it back, or park it, when the work fails."""
    try:
        with claims.kept(shop.bucket, claim, shop.watch):
            yield
    except LeaseLostError:
        raise
    except BaseException as failure:
        _give_back(shop, claim, failure)
        raise
    finally:
        shop.clear(claim)


OUT_OF_CREDITS = (OutOfCreditsError, CeilingReachedError)
"""What is free goes on meanwhile, and the job goes on by itself."""


def prepare(shop: Workshop, claim: Claim) -> None:
    """Do what is free while a job waits for credits: find out what the video says and shows."""
    media = Journal(shop.bucket, claim).read("media")
    if media is not None:
        understand_ourselves(shop, claim, MediaInfo.model_validate(media))


def _mark_waiting(shop: Workshop, claim: Claim, failure: BaseException) -> None:
    """Leave word for every watcher; only a hint, since a listing finds the video too.

    With the brief the job was claimed under, which is a part of its identity; what the upload's
    metadata says is not.
    """
    if isinstance(failure, OUT_OF_CREDITS) and claim.brief.follows is None:
        with contextlib.suppress(StorageError):
            brief = claims.brief_of(shop.bucket, claim)
            mark = {"key": claim.source.key, "brief": brief, "why": str(failure)}
            data = json.dumps(mark, ensure_ascii=False).encode()
            shop.bucket.write(keys.waiting(claim.oid), data, "application/json")


def _give_back(shop: Workshop, claim: Claim, failure: BaseException) -> None:
    _mark_waiting(shop, claim, failure)
    if not isinstance(failure, Exception) or _is_passing(failure):
        claims.release(shop.bucket, claim, None)
        return
    sentence = str(failure) or type(failure).__name__
    if isinstance(failure, RefusedInputError):
        reject(shop, claim, failure.rejection)
        return
    tried = len(claims.failures(shop.bucket, claim.oid)) + 1
    if tried >= claims.MAX_FAILURES or getattr(failure, "final", False):
        park(shop, claim, sentence)
    else:
        claims.release(shop.bucket, claim, sentence)


def _is_passing(failure: Exception) -> bool:
    """Whether the service or the store was away, or asks to wait: nothing is wrong here."""
    if isinstance(failure, NemoVideoError):
        return failure.retryable
    if isinstance(failure, StageError):
        return failure.waits
    return isinstance(failure, StoreUnreachableError | PolicyError) or _is_disk_full(failure)


def _is_disk_full(failure: Exception) -> bool:
    """Whether this machine has no room, which another one, or a cleaner one, may have."""
    if isinstance(failure, ToolFailedError):
        return os.strerror(errno.ENOSPC) in failure.stderr
    return isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT)


@metrics.measured("validate")
def validate_video(shop: Workshop, claim: Claim) -> MediaInfo | Rejection:
    """Look at a video without downloading it: its size, then about 1 MB of it; once a job.

    Only one that is about to be refused is fetched whole. Raises SourceGoneError when it was
    replaced meanwhile.
    """
    refused = _refuse_unread(shop, claim)
    if refused:
        return refused
    journal = Journal(shop.bucket, claim)
    known = journal.read("media")
    if known is not None:
        return MediaInfo.model_validate(known)
    verdict = _verdict(shop, claim)
    if isinstance(verdict, MediaInfo):
        journal.record("media", verdict.model_dump(mode="json"))
    return verdict


def _refuse_unread(shop: Workshop, claim: Claim) -> Rejection | None:
    if claim.brief.fault:
        return Rejection(
            code="bad_brief",
            reason=f"The brief {claim.brief.fault}.",
            advice="Mend the brief, or put one beside the video (`<name>.brief.yaml`); the video "
            "is then taken up again by itself.",
        )
    return refuse_unread(claim.source.size_bytes, shop.media) or refuse_assets(shop, claim.brief)


def _verdict(shop: Workshop, claim: Claim) -> MediaInfo | Rejection:
    source = claim.source
    refused = _refuse_same_bytes(shop, claim)
    if refused:
        return refused
    try:
        verdict = validate(shop.bucket.presign(source.key), source.size_bytes, shop.media)
    except ToolFailedError:
        return _validate_here(shop, claim)
    if isinstance(verdict, Rejection):
        return _validate_here(shop, claim)
    shop.bucket.insist_unchanged(source)
    return verdict


def _validate_here(shop: Workshop, claim: Claim) -> MediaInfo | Rejection:
    """Judge the bytes themselves before a "no": over the network, an outage of the store looks
    like a damaged file.
    """
    copy = shop.work_folder(claim) / "source"
    shop.bucket.download(claim.source, copy)
    try:
        return validate(copy, claim.source.size_bytes, shop.media)
    finally:
        copy.unlink(missing_ok=True)


def _refuse_same_bytes(shop: Workshop, claim: Claim) -> Rejection | None:
    """Bytes that were delivered under another name, where the policy says that once is enough."""
    policy = policies_of(shop.bucket).of(claim.source.key)
    if policy.same_bytes is not SameBytes.SKIP:
        return None
    earlier = contents.delivered_before(shop.bucket, claim)
    if earlier is None:
        return None
    return Rejection(
        code="same_bytes",
        reason=f"The very bytes of this video were delivered before, as {earlier['key']}.",
        advice=(
            f"The delivery is in {earlier['prefix']}. If you want another one, give the video a "
            'brief of its own, or set same_bytes = "redo" for its prefix in socialcopy.toml.'
        ),
    )
