"""The policies of a bucket, as they stand now."""

from __future__ import annotations

from functools import lru_cache

from socialcopy.models import Brief
from socialcopy.policies import FILE, Policies, PolicyError, parse
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import ObjectUnreadableError

UNSET = Brief()


def policies_of(bucket: Bucket) -> Policies:
    """Read `socialcopy.toml` of the bucket; the defaults when there is none. Raises PolicyError."""
    try:
        found = bucket.read(FILE)
    except ObjectUnreadableError as error:
        raise PolicyError(f"it {error.reason}; {error.advice}") from None
    return _parsed(found.data) if found else Policies()


@lru_cache(maxsize=8)
def _parsed(data: bytes) -> Policies:
    return parse(data)


def over_defaults(brief: Brief, defaults: Brief) -> Brief:
    """Lay a brief over the defaults of its prefix: what it does not say, they do."""
    if brief.follows is not None or defaults == UNSET:  # a refinement goes by its delivery
        return brief
    said = brief.model_dump(exclude_defaults=True)
    return defaults.model_copy(update={name: getattr(brief, name) for name in said})
