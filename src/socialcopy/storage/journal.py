"""What has been done for a job: one small object a step, written once.

A worker that takes a job over reads the journal and goes on from there. The first entry written
for a step is the one that counts; a second writer gets the first one's value back.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from socialcopy import keys
from socialcopy.models import Claim
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import guard, renew
from socialcopy.storage.records import parse_record


class Entry(BaseModel):
    """What one step left behind."""

    value: dict[str, Any]
    epoch: int = 0
    """The epoch of the worker that wrote it."""
    owner: str = ""


class Journal:
    """The journal of one claimed job."""

    def __init__(self, bucket: Bucket, claim: Claim) -> None:
        self._bucket = bucket
        self._claim = claim

    def read(self, step: str) -> dict[str, Any] | None:
        """Read what a step left behind; none when it has not been done."""
        entry = self._entry(step)
        return entry.value if entry else None

    def epoch_of(self, step: str) -> int | None:
        """Return the epoch of the worker that wrote a step; none when it has not been done."""
        entry = self._entry(step)
        return entry.epoch if entry else None

    def _entry(self, step: str) -> Entry | None:
        key = keys.journal_entry(self._claim.oid, step)
        found = self._bucket.read(key)
        return parse_record(Entry, found.data, key) if found else None

    def hold(self) -> str:
        """Renew the lease right before something that can't be undone; the owner's name.

        Raises LeaseLostError when the job is no longer ours.
        """
        renew(self._bucket, self._claim)
        return self._claim.owner

    def begin(self, step: str, value: dict[str, Any]) -> bool:
        """Write that a step begins; whether we were the first to write it.

        Raises LeaseLostError when the job is no longer ours.
        """
        guard(self._bucket, self._claim)
        entry = Entry(epoch=self._claim.epoch, owner=self._claim.owner, value=value)
        data = json.dumps(entry.model_dump(), ensure_ascii=False).encode()
        return self._bucket.create(keys.journal_entry(self._claim.oid, step), data) is not None

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
    number = 1
    while journal.read(f"session-lost-{number}") is not None:
        number += 1
    return number
