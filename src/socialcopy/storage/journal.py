"""What has been done for a job: one small object a step, written once.

A worker that takes a job over reads the journal and goes on from there. The first entry written
for a step is the one that counts; a second writer gets the first one's value back.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from pydantic import BaseModel

from socialcopy import keys
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.records import parse_record


class Entry(BaseModel):
    """What one step left behind."""

    value: dict[str, Any]
    epoch: int = 0
    """The epoch of the worker that wrote it."""
    owner: str = ""


class Journal:
    """The journal of one claimed job.

    An entry never changes, so it is read once; which ones there are is listed once. What somebody
    writes after that shows when we try to write it ourselves.
    """

    def __init__(self, lease: Lease) -> None:
        self._bucket = lease.bucket
        self._lease = lease
        self._entries: dict[str, Entry] = {}
        self._written: set[str] | None = None

    def read(self, step: str) -> dict[str, Any] | None:
        """Read what a step left behind; none when it has not been done."""
        entry = self._entry(step)
        return entry.value if entry else None

    def first_without(self, mark: str) -> int:
        """Return the first of a step's numbers that has no such mark, `<mark>-<number>`."""
        numbers = itertools.count(1)
        return next(number for number in numbers if self.read(f"{mark}-{number}") is None)

    def epoch_of(self, step: str) -> int | None:
        """Return the epoch of the worker that wrote a step; none when it has not been done."""
        entry = self._entry(step)
        return entry.epoch if entry else None

    def _entry(self, step: str) -> Entry | None:
        if step not in self._entries and step in self._steps():
            key = keys.journal_entry(self._lease.claim.oid, step)
            found = self._bucket.read(key)
            if found is None:
                return None
            self._entries[step] = parse_record(Entry, found.data, key)
        return self._entries.get(step)

    def _steps(self) -> set[str]:
        if self._written is None:
            self._written = steps(self._bucket, self._lease.claim.oid)
        return self._written

    def hold(self) -> str:
        """Renew the lease right before something that can't be undone; the owner's name.

        Raises LeaseLostError when the job is no longer ours.
        """
        self._lease.renew()
        return self._lease.claim.owner

    def begin(self, step: str, value: dict[str, Any]) -> bool:
        """Write that a step begins; whether we were the first to write it.

        Raises LeaseLostError when the job is no longer ours.
        """
        claim = self._lease.guard().claim
        entry = Entry(epoch=claim.epoch, owner=claim.owner, value=value)
        data = json.dumps(entry.model_dump(), ensure_ascii=False).encode()
        key = keys.journal_entry(claim.oid, step)
        self._steps().add(step)  # from now on it may be there, whatever we hear
        is_first = self._bucket.create(key, data) is not None
        if is_first:
            self._entries[step] = parse_record(Entry, data, key)
        return is_first

    def record(self, step: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write what a step did; the value that stands, ours or an earlier one.

        Raises LeaseLostError when the job is no longer ours.
        """
        return value if self.begin(step, value) else self.read(step) or value


def steps(bucket: Bucket, oid: str) -> set[str]:
    """Return the names of the steps a job has behind it; for progress displays."""
    folder = keys.journal(oid)
    return {key.removeprefix(folder).removesuffix(".json") for key in bucket.list_keys(folder)}


def session_steps(journal: Journal) -> tuple[str, str]:
    """Return the names under which the present session and its upload are journaled."""
    number = _session_number(journal)
    return ("session", "upload") if number == 1 else (f"session-{number}", f"upload-{number}")


def lose_session(journal: Journal) -> None:
    """Write down that the present session is gone; the next attempt opens another one."""
    journal.record(f"session-lost-{_session_number(journal)}", {})


def _session_number(journal: Journal) -> int:
    return journal.first_without("session-lost")
