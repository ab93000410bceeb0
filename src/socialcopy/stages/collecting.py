"""What nobody needs any more, and how it goes. Nothing that is in hand, parked or delivered goes.

Everything here is found by listings, and judged by the store's clock. A file of a delivery goes
only when its job has ended and its manifest, if there is one, does not name it.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from socialcopy import keys
from socialcopy.models import Value
from socialcopy.stages import afterwards
from socialcopy.stages.rulebook import policies_of
from socialcopy.stages.workshop import LEFTOVER_SECONDS, Workshop
from socialcopy.storage.bucket import Bucket

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


class _Item(Value):
    kind: str
    name: str
    remove: Callable[[], object]


def collect(shop: Workshop, *, is_dry: bool) -> Iterator[Garbage]:
    """Name everything that can go, and remove each thing right after it unless `is_dry`."""
    for item in _everything(shop):
        yield Garbage(kind=item.kind, name=item.name)
        if not is_dry:
            item.remove()
    if not is_dry:
        for prefix in sorted({keys.INBOX, keys.NIGHTLY, *policies_of(shop.bucket).prefix}):
            for key in afterwards.catch_up(shop, prefix):
                yield Garbage(kind="delivered video its policy moves, tags or deletes", name=key)


def _everything(shop: Workshop) -> Iterator[_Item]:
    bucket = shop.bucket
    yield from _orphans(bucket)
    yield from _uploads(bucket)
    yield from _journals(bucket)
    yield from _marks(bucket)
    yield from _old(bucket, f"{keys.PRIVATE}probe/", "probe of the store", UPLOAD_DAYS)
    yield from _old(bucket, keys.BUDGETS, "old budget", BUDGET_DAYS)
    yield from _old(bucket, keys.SEATS, "old seat of a session", SEAT_DAYS)
    yield from _folders(shop)


def _old(bucket: Bucket, prefix: str, kind: str, days: float) -> Iterator[_Item]:
    before = bucket.now() - timedelta(days=days)
    for key, written_at in bucket.list_ages(prefix):
        if written_at < before:
            yield _Item(kind=kind, name=key, remove=lambda key=key: bucket.remove(key))


def _orphans(bucket: Bucket) -> Iterator[_Item]:
    """Files in delivery folders of ended jobs that no manifest names."""

    @lru_cache(maxsize=1_024)
    def wanted(folder: str) -> frozenset[str] | None:
        """The files a delivery is made of; none when its job may still be going on."""
        found = bucket.read(keys.manifest(folder))
        if found is not None:
            return frozenset(
                {"manifest.json", *(f["name"] for f in json.loads(found.data)["files"])}
            )
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
    """Journals of deliveries. Those of parked jobs stay: they say what was sent."""

    @lru_cache(maxsize=1_024)
    def is_delivered(oid: str) -> bool:
        found = bucket.read(keys.claim(oid))
        prefix = json.loads(found.data)["claim"]["delivery_prefix"] if found else ""
        return bool(prefix) and bucket.exists(keys.manifest(prefix))

    for item in _old(bucket, keys.JOBS, "journal of a delivery", JOURNAL_DAYS):
        oid, _, rest = item.name.removeprefix(keys.JOBS).partition("/")
        if rest.startswith("journal/") and is_delivered(oid):
            yield item


def _marks(bucket: Bucket) -> Iterator[_Item]:
    """Index entries of jobs that have ended; they only cost a look each."""
    for prefix in (keys.HELD, keys.WAITING):
        for item in _old(bucket, prefix, "mark of an ended job", UPLOAD_DAYS):
            if bucket.exists(keys.finished(item.name.removeprefix(prefix))):
                yield item


def _folders(shop: Workshop) -> Iterator[_Item]:
    for folder in (shop.data.cache_dir / "work").glob("*"):
        if time.time() - folder.stat().st_mtime > LEFTOVER_SECONDS:
            yield _Item(
                kind="work folder of a killed worker",
                name=str(folder),
                remove=lambda folder=folder: _remove_folder(folder),
            )


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
