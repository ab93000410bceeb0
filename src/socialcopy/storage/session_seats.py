"""Who sits in a session that several videos share: one at a time, by compare-and-swap only.

A seat is one object for each prefix and identity. It is free when nobody sits in it, and whoever
sits in it is the only one who may upload to its session or send to it. These moves keep that:

- a free seat is taken under the ETag it was read with, so of any number of takers one wins;
- only its holder leaves it, and whoever leaves has nothing under way in the session any more;
- a session is put into a seat once, right after it was opened. One that was pushed out by another
  session never comes back, so a holder that was parked or died never finds a neighbour.

Everything that goes wrong in between (a crash, a lost answer, a lost race) leaves a seat that is
held for nothing. That costs the sharing and nothing else: the next job puts its own session there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, NonNegativeInt, PositiveInt

from socialcopy.models import Session
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import RecordUnreadableError
from socialcopy.storage.records import parse_record


class SeatRecord(BaseModel):
    """What a seat's object holds."""

    session: Session
    holder: str = ""
    """The oid of the job that sits there; empty when the seat is free."""
    videos: PositiveInt = 1
    """How many have sat there, the present one included."""
    moves: NonNegativeInt = 0
    """Grows with every change, so that no ETag ever comes back."""


class Seat:
    """The seat of one prefix and identity."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket = bucket
        self._key = key

    def take(self, oid: str, places: int, is_quiet: Callable[[Session], bool]) -> Session | None:
        """Sit down where the seat is free; the session, or none.

        `places` is how many videos a session may have, `is_quiet` whether it lives and nothing is
        under way in it. A job that sat there before a crash still does.
        """
        record, etag = self._read()
        if record is None:
            return None
        if record.holder == oid:
            return self._named(record.session)
        if record.holder or record.videos >= places or not is_quiet(record.session):
            return None
        taken = {"holder": oid, "videos": record.videos + 1}
        return self._named(record.session) if self._swap(record, etag, taken) else self._own(oid)

    def offer(self, session: Session, oid: str, is_in_hand: Callable[[str], bool]) -> Session:
        """Put a session that was just opened into the seat, its opener in it, unless another one
        holds the seat whose job is in hand; the session this job has from now on, shared or not.

        It is offered once: after a lost race somebody may have been and gone.
        """
        mine = SeatRecord(session=session, holder=oid)
        record, etag = self._read()
        if record is None:
            won = self._bucket.create(self._key, _dump(mine)) is not None
        elif record.holder == oid:  # another worker of this job was faster
            return self._named(record.session)
        elif record.holder and is_in_hand(record.holder):
            return session
        else:
            won = self._swap(record, etag, {"session": session, "holder": oid, "videos": 1})
        return self._named(session) if won else self._own(oid) or session

    def leave(self, oid: str, session: Session) -> None:
        """Free the seat if this job sits in it, in this session; a second time does nothing."""
        record, etag = self._read()
        is_there = record is not None and record.holder == oid
        if record and is_there and record.session.session_id == session.session_id:
            self._swap(record, etag, {"holder": ""})

    def _read(self) -> tuple[SeatRecord | None, str]:
        found = self._bucket.read(self._key)
        if found is not None:
            with contextlib.suppress(RecordUnreadableError):  # a seat that is held for nothing
                return parse_record(SeatRecord, found.data, self._key), found.etag
        return None, ""

    def _own(self, oid: str) -> Session | None:
        """Return the seat's session if this job holds it: only the answer may have been lost."""
        record, _ = self._read()
        return self._named(record.session) if record and record.holder == oid else None

    def _swap(self, record: SeatRecord, etag: str, update: Mapping[str, Any]) -> bool:
        changed = record.model_copy(update={**update, "moves": record.moves + 1})
        return self._bucket.replace(self._key, _dump(changed), etag) is not None

    def _named(self, session: Session) -> Session:
        """Tell a session by which seat it is shared."""
        return session.model_copy(update={"seat": self._key})


def _dump(record: SeatRecord) -> bytes:
    return record.model_dump_json().encode()
