"""JSON on disk that survives a kill at any moment and is shared by several engines.

A document is replaced as a whole, under a lock when it is changed; a log only grows, and a last
line without its end was never written.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from socialcopy.nemovideo.schemas import JSON

LOCK_SECONDS = 60
"""Longer than anybody holds a document; waiting longer means something is broken."""


def write(path: Path, document: JSON) -> None:
    """Replace a document; a reader sees the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read(path: Path) -> JSON | None:
    """Read a document; none if there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def lock(path: Path, timeout_seconds: float = LOCK_SECONDS) -> FileLock:
    """The lock beside a document; the kernel releases it when its holder is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path.with_name(f"{path.name}.lock"), timeout=timeout_seconds)


@contextmanager
def changing(path: Path) -> Generator[JSON]:
    """Read a document, let the block change it, and write it back; one at a time."""
    with lock(path):
        document = read(path) or {}
        yield document
        write(path, document)


def append(path: Path, entry: JSON) -> None:
    """Add a line to a log, in one write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(line.encode())


def entries(path: Path) -> list[JSON]:
    """All whole lines of a log."""
    try:
        whole, _, _ = path.read_bytes().rpartition(b"\n")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in whole.splitlines()]
