"""Our own records: read as what they have to be, or refused by name.

A record may be cut short, edited by hand, or written by a newer version. Whoever reads many goes
on with the next one; whoever needs this one says which it is.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from socialcopy.storage.errors import RecordUnreadableError

Record = TypeVar("Record", bound=BaseModel)


def parse_record(model: type[Record], data: bytes, key: str) -> Record:
    """Read a record as a model. Raises RecordUnreadableError, which names it."""
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        cause = f"{place}: {first['msg']}" if place else "it is no JSON"
        raise RecordUnreadableError(key, cause) from None


def parse_json_if_whole(data: bytes | None, key: str) -> dict[str, Any]:
    """Read a record of names and values; nothing of one that is missing or can't be read."""
    with contextlib.suppress(RecordUnreadableError):
        return parse_json(data, key) if data is not None else {}
    return {}


def parse_json(data: bytes, key: str) -> dict[str, Any]:
    """Read a record of names and values. Raises RecordUnreadableError, which names it."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise RecordUnreadableError(key, "it is no JSON") from None
    if not isinstance(found, dict):
        raise RecordUnreadableError(key, "it is no table of names and values")
    return found
