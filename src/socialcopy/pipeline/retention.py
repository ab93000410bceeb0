"""What happens to a video once its delivery is complete, by the policy of its prefix.

Deleting and moving are conditional on the very version that was delivered, so a video that was
replaced meanwhile stays. On a store that can't promise that, or where a tag could replace a
video's bytes, the video stays as it is.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache

from socialcopy import keys
from socialcopy.environment import DAY_SECONDS
from socialcopy.models import SourceVideo, Value
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import After, Policy, PolicyError
from socialcopy.storage import capabilities, claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import SourceGoneError, StorageError
from socialcopy.storage.records import parse_json_if_whole

logger = logging.getLogger(__name__)

TAG = ("socialcopy", "delivered")


def apply_policy(job: Job) -> None:
    """Do with a delivered video what its policy says; `apply_due_policies` does what fails here."""
    try:
        policy = policies_of(job.bucket).of(job.key)
        is_due = policy.after is not After.DELETE or not policy.delete_after_days
        if is_due and job.claim.brief.follows is None:  # a refinement is no news about the video
            _apply(job.context, policy.after, job.source, job.oid)
    except (StorageError, PolicyError) as error:
        logger.warning("%s stays for now: %s", job.key, error)


def apply_due_policies(context: Context, prefix: str) -> list[str]:
    """Apply the policies to what was delivered under a prefix before; the keys that were changed.

    For videos whose days have passed, and those whose worker died before it came to this.
    """
    policies = policies_of(context.bucket)
    changed: list[str] = []
    for source in context.bucket.list_videos(prefix):
        policy = policies.of(source.key)
        if policy.after is After.STAY or not keys.is_video_key(source.key):
            continue
        oid = _delivered(context, policy, source)
        if oid and _apply(context, policy.after, source, oid):
            changed.append(source.key)
    return changed


def _delivered(context: Context, policy: Policy, source: SourceVideo) -> str | None:
    """Find the job that delivered this version, whatever its brief, once its days have passed."""
    days = policy.delete_after_days if policy.after is After.DELETE else 0
    for key in context.bucket.list_keys(f"{keys.OUTBOX}{keys.delivery_name(source.key)}/"):
        found = context.bucket.read(key) if key.endswith("/manifest.json") else None
        manifest = parse_json_if_whole(found and found.data, key)
        if found is None or manifest.get("source") != source.model_dump():
            continue
        if found.age_seconds >= days * DAY_SECONDS:
            return str(manifest["oid"])
    return None


def _apply(context: Context, after: After, source: SourceVideo, oid: str) -> bool:
    """Do it to the very version that was delivered; whether anything was done."""
    if after is After.STAY or not _is_possible(context, after):
        return False
    with contextlib.suppress(SourceGoneError):
        return _do(context, after, source, oid)
    return False


def _do(context: Context, after: After, source: SourceVideo, oid: str) -> bool:
    bucket = context.bucket
    if after is After.TAG:
        bucket.require_unchanged(source)
        if bucket.tags(source.key).get(TAG[0]) == TAG[1]:
            return False
        bucket.tag(source, *TAG)
        return True
    if after is After.MOVE:
        bucket.copy(source, keys.done(source.key, oid))
    return bucket.remove_version(source)


def _is_possible(context: Context, after: After) -> bool:
    probe = (
        capabilities.has_safe_tags if after is After.TAG else capabilities.deletes_under_conditions
    )
    if probe(context.bucket):
        return True
    logger.warning("this store can't %s safely, so delivered videos stay as they are", after)
    return False


ORPHAN_DAYS = 7
"""A worker that slept so long has lost its lease a thousand times over."""

UPLOAD_DAYS = 1
JOURNAL_DAYS = 30
"""A refinement still finds the session of a delivery by its journal; sessions live shorter."""

BUDGET_DAYS = 30
SEAT_DAYS = 30
"""Anonymous identities live for a week; a seat that is gone costs a session and nothing else."""


class Garbage(Value):
    """Something that can go."""

    kind: str
    name: str


class _Item(Garbage):
    remove: Callable[[], object]


def collect(context: Context, *, is_dry: bool) -> Iterator[Garbage]:
    """Name everything that can go, and remove each thing right after it unless `is_dry`."""
    for item in _everything(context):
        yield Garbage(kind=item.kind, name=item.name)
        if not is_dry:
            item.remove()
    if not is_dry:
        for prefix in sorted({keys.INBOX, keys.NIGHTLY, *policies_of(context.bucket).prefix}):
            for key in apply_due_policies(context, prefix):
                yield Garbage(kind="delivered video its policy moves, tags or deletes", name=key)


def _everything(context: Context) -> Iterator[_Item]:
    bucket = context.bucket
    yield from _orphans(bucket)
    yield from _uploads(bucket)
    yield from _journals(bucket)
    yield from _marks(bucket)
    yield from _old(bucket, f"{keys.PRIVATE}probe/", "probe of the store", UPLOAD_DAYS)
    yield from _old(bucket, keys.BUDGETS, "old budget", BUDGET_DAYS)
    yield from _old(bucket, keys.QUOTAS, "old quota", BUDGET_DAYS)
    yield from _old(bucket, keys.SEATS, "old seat of a session", SEAT_DAYS)
    yield from _folders(context)


def _old(bucket: Bucket, prefix: str, kind: str, days: float) -> Iterator[_Item]:
    before = bucket.now() - timedelta(days=days)
    for key, written_at in bucket.list_ages(prefix):
        if written_at < before:
            yield _Item(kind=kind, name=key, remove=lambda key=key: bucket.remove(key))


def _orphans(bucket: Bucket) -> Iterator[_Item]:
    """Yield files in delivery folders of ended jobs that no manifest names."""

    @lru_cache(maxsize=1_024)
    def wanted(folder: str) -> frozenset[str] | None:
        """Return the files a delivery is made of; none when its job may still be going on."""
        found = bucket.read(keys.manifest(folder))
        if found is not None:
            files = parse_json_if_whole(found.data, folder).get("files")
            return files and frozenset({"manifest.json", *(f["name"] for f in files)})
        return frozenset() if bucket.exists(keys.finished(folder.split("/")[-2])) else None

    for item in _old(bucket, keys.OUTBOX, "file of no delivery", ORPHAN_DAYS):
        parts = item.name.split("/", 3)
        names = wanted("/".join(parts[:3]) + "/") if parts[3:] else None
        if names is not None and parts[3] not in names:
            yield item


def _uploads(bucket: Bucket) -> Iterator[_Item]:
    before = bucket.now() - timedelta(days=UPLOAD_DAYS)
    for key, upload_id, begun_at in bucket.unfinished_uploads():
        if begun_at < before:
            yield _Item(
                kind="upload that was never completed",
                name=key,
                remove=lambda key=key, upload_id=upload_id: bucket.abort_upload(key, upload_id),
            )


def _journals(bucket: Bucket) -> Iterator[_Item]:
    """Yield journals of deliveries. Those of parked jobs stay: they say what was sent."""

    @lru_cache(maxsize=1_024)
    def is_delivered(oid: str) -> bool:
        found = bucket.read(keys.claim(oid))
        prefix = (
            parse_json_if_whole(found and found.data, oid)
            .get("claim", {})
            .get("delivery_prefix", "")
        )
        return bool(prefix) and bucket.exists(keys.manifest(prefix))

    for item in _old(bucket, keys.JOBS, "journal of a delivery", JOURNAL_DAYS):
        oid, _, rest = item.name.removeprefix(keys.JOBS).partition("/")
        if rest.startswith("journal/") and is_delivered(oid):
            yield item


def _marks(bucket: Bucket) -> Iterator[_Item]:
    """Yield index entries of jobs that have ended; they only cost a look each."""
    for prefix in (keys.HELD, keys.WAITING):
        for item in _old(bucket, prefix, "mark of an ended job", UPLOAD_DAYS):
            oid = item.name.removeprefix(prefix)
            if bucket.exists(keys.finished(oid)) or claims.is_gone(bucket, oid):
                yield item


def _folders(context: Context) -> Iterator[_Item]:
    for folder in context.leftovers():
        yield _Item(
            kind="work folder of a killed worker",
            name=str(folder),
            remove=lambda folder=folder: shutil.rmtree(folder, ignore_errors=True),
        )
