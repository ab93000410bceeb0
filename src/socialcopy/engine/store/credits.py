"""Who has how many credits: one log that only grows, so every charge can be found again."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path

from socialcopy import json_files
from socialcopy.engine.errors import Refusal
from socialcopy.json_files import Shape
from socialcopy.nemovideo.schemas import Balance


class Move(StrEnum):
    """What a line of the ledger does."""

    GRANT = "grant"
    FREEZE = "freeze"
    """Reserved while a message is worked on."""
    SETTLE = "settle"
    """Paid for good."""
    RELEASE = "release"
    """Given back; the work failed."""


ENTRY = Shape(
    {"user_id": str, "move": str, "credits": int, "message_id": str},
    "Remove that line, or move the file away: everybody then has no credits, and a new anonymous "
    "token (delete the folder nemovideo beside it) has its grant",
)


class Ledger:
    """The credits of every user of one data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def grant(self, user_id: str, amount: int) -> None:
        """Give credits."""
        self._write(user_id, Move.GRANT, amount, "")

    def freeze(self, user_id: str, message_id: str, amount: int, session_id: str = "") -> None:
        """Reserve what a message costs; raises RefusalError when there is not enough.

        With a session's id the session is what is paid for: by its first message, and by a later
        one only when all before it were given back.
        """
        if not amount:
            return
        with json_files.lock(self._path):
            if session_id and self._is_paid(session_id):
                return
            if self.balance(user_id).available < amount:
                raise Refusal.NO_CREDITS.error("Not enough credits for this message")
            self._write(user_id, Move.FREEZE, amount, message_id, session_id)

    def _is_paid(self, session_id: str) -> bool:
        entries = json_files.entries(self._path, ENTRY)
        paying = {e["message_id"] for e in entries if e.get("session_id") == session_id}
        # A session that was only ever charged for failed messages is still to be paid.
        given_back = {e["message_id"] for e in entries if e["move"] == Move.RELEASE}
        return bool(paying - given_back)

    def end(self, user_id: str, message_id: str, move: Move) -> None:
        """Settle or release what a message has reserved; a second time does nothing."""
        with json_files.lock(self._path):
            amount = self._reserved(user_id, message_id)
            # Nothing is reserved any more: this message was settled or released before a crash.
            if amount:
                self._write(user_id, move, amount, message_id)

    def balance(self, user_id: str) -> Balance:
        """Return what a user has: the credits in all, those frozen, and those to spend."""
        sums = self._sums(user_id, None)
        frozen = sums[Move.FREEZE] - sums[Move.SETTLE] - sums[Move.RELEASE]
        total = sums[Move.GRANT] - sums[Move.SETTLE]
        return Balance(available=total - frozen, frozen=frozen, total=total)

    def _reserved(self, user_id: str, message_id: str) -> int:
        sums = self._sums(user_id, message_id)
        return sums[Move.FREEZE] - sums[Move.SETTLE] - sums[Move.RELEASE]

    def _sums(self, user_id: str, message_id: str | None) -> Counter[str]:
        sums: Counter[str] = Counter()
        for entry in json_files.entries(self._path, ENTRY):
            if entry["user_id"] == user_id and message_id in (None, entry["message_id"]):
                sums[entry["move"]] += entry["credits"]
        return sums

    def _write(
        self, user_id: str, move: Move, amount: int, message_id: str, session_id: str = ""
    ) -> None:
        entry = {"user_id": user_id, "move": move, "credits": amount, "message_id": message_id}
        json_files.append(self._path, entry | ({"session_id": session_id} if session_id else {}))
