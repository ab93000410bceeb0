"""How a job ended, by what the bucket says."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from socialcopy import keys
from socialcopy.models import SourceVideo, Value
from socialcopy.storage.bucket import Bucket


class Ending(StrEnum):
    """How a video ended."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    PARKED = "parked"


class Outcome(Value):
    """What became of one video."""

    key: str
    ending: Ending
    prefix: str
    """Where the outcome is in the bucket."""
    document: dict[str, Any]
    """The manifest of a delivery, or the reason of a refusal."""


def outcome_of(bucket: Bucket, source: SourceVideo, oid: str) -> Outcome | None:
    """How a job ended; none while it goes on."""
    return outcome_at(bucket, source.key, oid)


def outcome_at(bucket: Bucket, key: str, oid: str) -> Outcome | None:
    """How a job ended that is known by its video's key and its id; none while it goes on."""
    places = {
        Ending.DELIVERED: keys.manifest(keys.delivery_prefix(key, oid)),
        Ending.REJECTED: keys.rejection(key, oid),
        Ending.PARKED: keys.parking(key, oid),
    }
    for ending, place in places.items():
        found = bucket.read(place)
        if found is not None:
            prefix = place.rpartition("/")[0] + "/"
            document = json.loads(found.data)
            return Outcome(key=key, ending=ending, prefix=prefix, document=document)
    return None
