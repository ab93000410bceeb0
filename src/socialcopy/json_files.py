"""JSON on disk that survives a kill at any moment and is shared by several processes.

A document is replaced as a whole, under a lock when it is changed; a log only grows, and a last
line without its end was never written.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from filelock import FileLock

from socialcopy import local_files
from socialcopy.local_files import CorruptFileError

JSON = dict[str, Any]


class Shape(NamedTuple):
    """What a JSON file of ours holds."""

    fields: Mapping[str, type | tuple[type, ...]]
    """What has to be in it, by name; it may hold more."""
    remedy: str
    """What to do about a damaged one, in a sentence."""


ANY_OBJECT = Shape({}, "Move it away")

# Longer than anybody holds a document; waiting longer means something is broken.
LOCK_SECONDS = 60


def write(path: Path, document: JSON) -> None:
    """Replace a document; a reader sees the old one or the new one, whole."""
    local_files.write(path, dumped(document))


def create(path: Path, document: JSON, shape: Shape = ANY_OBJECT) -> JSON:
    """Write a document where there is none; whichever there is then. Raises CorruptFileError."""
    made = local_files.create_once(path, lambda: dumped(document), shape.remedy)
    return parsed(made, str(path), shape)


def dumped(document: JSON) -> bytes:
    """Put a document in the form in which it is kept."""
    return json.dumps(document, ensure_ascii=False).encode()


def read(path: Path, shape: Shape = ANY_OBJECT) -> JSON | None:
    """Read a document; none if there is none. Raises CorruptFileError."""
    data = local_files.read(path, shape.remedy)
    return None if data is None else parsed(data, str(path), shape)


def lock(path: Path, timeout_seconds: float = LOCK_SECONDS) -> FileLock:
    """Return the lock beside a document; the kernel releases it when its holder is killed."""
    local_files.private_folder(path.parent)
    return FileLock(
        path.with_name(f"{path.name}.lock"), timeout=timeout_seconds, mode=local_files.FILE_MODE
    )


@contextmanager
def changing(path: Path, shape: Shape = ANY_OBJECT) -> Generator[JSON]:
    """Read a document, let the block change it, and write it back; one at a time.

    Raises FileNotFoundError when somebody has removed it, and CorruptFileError.
    """
    with lock(path):
        document = read(path, shape)
        if document is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        yield document
        write(path, document)


def append(path: Path, entry: JSON) -> None:
    """Add a line to a log, in one write."""
    local_files.append(path, dumped(entry))


def entries(path: Path, shape: Shape = ANY_OBJECT) -> list[JSON]:
    """Read all whole lines of a log. Raises CorruptFileError, which names the line."""
    return parsed_lines(local_files.read(path, shape.remedy) or b"", str(path), shape)


def parsed_lines(data: bytes, place: str, shape: Shape = ANY_OBJECT) -> list[JSON]:
    """Read all whole lines of a log's bytes. Raises CorruptFileError, which names the line."""
    # What follows the last line's end was cut off by a kill.
    whole, _, _ = data.rpartition(b"\n")
    return [_entry(place, n, line, shape) for n, line in enumerate(whole.splitlines(), 1)]


def _entry(place: str, number: int, line: bytes, shape: Shape) -> JSON:
    try:
        return parsed(line, place, shape)
    except CorruptFileError as error:
        raise CorruptFileError(place, f"line {number}: {error.cause}", shape.remedy) from None


def parsed(data: bytes, place: str, shape: Shape = ANY_OBJECT) -> JSON:
    """Read a document's bytes, which lie at that place. Raises CorruptFileError."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CorruptFileError(place, f"it is no JSON: {error}", shape.remedy) from None
    if not isinstance(document, dict):
        raise CorruptFileError(place, "it holds something else than we wrote", shape.remedy)
    known = cast("JSON", document)
    for name, kind in shape.fields.items():
        if not isinstance(known.get(name), kind):
            raise CorruptFileError(place, f"{name} is missing or wrong", shape.remedy)
    return known
