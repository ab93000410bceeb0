"""The newest delivery of a video, which another round starts from, or which somebody looks at."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from pydantic import ValidationError

from socialcopy import keys
from socialcopy.models import Brief, CaptionSet, Value
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import NothingDeliveredError
from socialcopy.pipeline.steps.discover import near_key
from socialcopy.storage.records import parse_json_if_whole


class Earlier(Value):
    """The newest delivery of a video, which a refinement starts from."""

    oid: str
    prefix: str
    captions: CaptionSet
    brief: Brief
    standing: str = ""
    """The instruction the video was captioned with at first; each wish since comes on top."""


def earlier_delivery(context: Context, key: str) -> Earlier:
    """Find the newest delivery of a video. Raises NothingDeliveredError when there is none."""
    folder = f"{keys.OUTBOX}{keys.delivery_name(key)}/"
    manifests: list[dict[str, Any]] = []
    for name in context.bucket.list_keys(folder):
        found = context.bucket.read(name) if name.endswith("/manifest.json") else None
        manifest = parse_json_if_whole(found and found.data, name)
        if found and manifest.get("source", {}).get("key") == key:
            prefix = name.removesuffix("manifest.json")
            # By the store's clock: workers' clocks, which `published_at` tells, may disagree.
            manifests.append({**manifest, "prefix": prefix, "written_at": found.modified_at})
    if not manifests:
        raise NothingDeliveredError(key, near_key(context, key))
    newest = max(manifests, key=itemgetter("written_at", "published_at"))
    return Earlier(
        oid=newest["oid"],
        prefix=newest["prefix"],
        captions=CaptionSet.model_validate(newest["captions"]),
        brief=_brief_in(newest),
        standing=_brief_in(_root(newest, manifests)).instruction,
    )


def _brief_in(manifest: dict[str, Any]) -> Brief:
    """Read the brief of a delivery, as far as this version knows its fields."""
    kept = {n: v for n, v in manifest.get("brief", {}).items() if n in Brief.model_fields}
    try:
        return Brief.model_validate(kept)
    except ValidationError:
        return Brief()


def _root(manifest: dict[str, Any], manifests: list[dict[str, Any]]) -> dict[str, Any]:
    """Find the delivery that a chain of refinements began with, as far as it is still there."""
    by_oid = {found["oid"]: found for found in manifests}
    for _ in manifests:
        manifest = by_oid.get(manifest.get("brief", {}).get("follows") or "", manifest)
    return manifest
