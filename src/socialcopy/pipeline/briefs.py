"""Which brief a video has: its sidecar over its folder's over its metadata over the parameters."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import yaml

from socialcopy import keys
from socialcopy.copywriting.briefs.parse import LONGEST_BRIEF_BYTES, as_json, read_brief
from socialcopy.copywriting.errors import BriefError
from socialcopy.models import Brief, SourceVideo
from socialcopy.models.validation import without_controls
from socialcopy.pipeline.policies import over_defaults, policies_of
from socialcopy.policies import Policies
from socialcopy.sandbox.errors import CallError
from socialcopy.sandbox.functions import CallLimits, confined
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import ObjectUnreadableError, SourceGoneError

logger = logging.getLogger(__name__)

LIMITS = CallLimits(cpu_seconds=5, memory_bytes=200_000_000, result_bytes=1_000_000)
"""What reading a brief may take: its 32 kB are read in tenths of a second."""
METADATA = "brief-"
"""How the names of metadata begin that are fields of a brief."""


def brief_of(
    bucket: Bucket,
    key: str,
    base: Brief,
    written: Mapping[str, SourceVideo] | None = None,
    policies: Policies | None = None,
) -> Brief:
    """Find the brief for a video; one that can't be read refuses the video with its `fault`.

    `base` goes over the defaults of the video's prefix. `written` are the briefs that a listing
    found, `policies` those of the bucket; without them the bucket is asked. Raises PolicyError.
    """
    base = over_defaults(base, (policies or policies_of(bucket)).of(key).brief)
    brief = base
    for place in keys.briefs(key):
        try:
            source = bucket.find(place) if written is None else written.get(place)
            if source is not None:
                brief = read_brief(_text(bucket, source), place, brief)
        except SourceGoneError:
            continue
        except BriefError as error:
            return _with_fault(base, error)
    return brief


def from_metadata(metadata: Mapping[str, str], key: str, base: Brief) -> Brief:
    """Add what the upload itself says to the parameters: `x-amz-meta-brief-link: https://…`.

    Metadata belongs to one version of an object, whose ETag is in a job's identity already, so a
    listing needs no request for each video to know the job. Values may be percent-encoded UTF-8.
    """
    fields = {
        name.removeprefix(METADATA): unquote(text)
        for name, text in metadata.items()
        if name.startswith(METADATA)
    }
    if not fields:
        return base
    try:
        written = yaml.safe_dump(fields, allow_unicode=True)
        return read_brief(written, f"in the metadata of {key}", base)
    except BriefError as error:
        return _with_fault(base, error)


def _with_fault(base: Brief, error: BriefError) -> Brief:
    """Carry what is wrong with a written brief; what it quotes may hold anything."""
    return base.model_copy(update={"fault": without_controls(str(error))})


def briefs_in(listed: Iterable[SourceVideo]) -> dict[str, SourceVideo]:
    """Find every written brief in a listing, by its key."""
    return {source.key: source for source in listed if keys.is_brief_key(source.key)}


def _text(bucket: Bucket, source: SourceVideo) -> str:
    """Read one version of a brief as plain JSON. Raises BriefError, SourceGoneError."""
    version: Any = source  # frozen, hence hashable, which its type does not say
    asked_at, refused = _refused.get(version, (0.0, None))
    if refused and time.monotonic() < asked_at + REFUSED_SECONDS:
        raise refused
    try:
        found = _read(bucket, version)
    except ObjectUnreadableError as error:
        refused = BriefError(source.key, f"it {error.reason}; {error.advice}")
        if len(_refused) >= MOST_KEPT:
            _refused.clear()
        _refused[version] = (time.monotonic(), refused)
        raise refused from error
    if isinstance(found, BriefError):
        raise found
    return found


REFUSED_SECONDS = 60.0
"""Before a brief that the store keeps from us is asked for again; it may hold for many videos."""

MOST_KEPT = 1_024

_refused: dict[SourceVideo, tuple[float, BriefError]] = {}


@lru_cache(maxsize=MOST_KEPT)
def _read(bucket: Bucket, source: SourceVideo) -> str | BriefError:
    """Read a version once, however often the inbox is looked at, or why it can't be."""
    if source.size_bytes > LONGEST_BRIEF_BYTES:
        return BriefError(source.key, f"it is longer than {LONGEST_BRIEF_BYTES:,} bytes")
    with bucket.open(source) as body:
        written = body.read(LONGEST_BRIEF_BYTES)
    try:
        return plain(written, source.key)
    except BriefError as error:
        return error


def plain(written: bytes, name: str) -> str:
    """Read what a stranger wrote in a process of its own: it may be made to stall this one."""
    try:
        return confined(as_json, LIMITS, expected=(BriefError,))(written, name)
    except CallError as error:
        logger.info("%s: %s", name, error)
        raise BriefError(name, "it is not YAML that anybody could read") from error
