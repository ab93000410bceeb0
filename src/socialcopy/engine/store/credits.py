"""Who has how many credits: one log that only grows, so every charge can be found again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from socialcopy.engine.errors import Refusal
from socialcopy.engine.store.documents import Documents
from socialcopy.json_files import Shape
from socialcopy.nemovideo.schemas import JSON, Balance


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
    """The credits of every user of one store."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def grant(self, user_id: str, amount: int) -> None:
        """Give credits."""
        self._append(user_id, lambda _: _entry(user_id, Move.GRANT, amount, ""))

    def freeze(self, user_id: str, message_id: str, amount: int, session_id: str = "") -> None:
        """Reserve what a message costs; raises RefusalError when there is not enough.

        With a session's id the session is what is paid for: by its first message, and by a later
        one only when all before it were given back.
        """

        def reserve(entries: list[JSON]) -> JSON | None:
            if session_id and _is_paid(entries, session_id):
                return None
            if _balance(entries, user_id).available < amount:
                raise Refusal.NO_CREDITS.error("Not enough credits for this message")
            paid = {"session_id": session_id} if session_id else {}
            return _entry(user_id, Move.FREEZE, amount, message_id) | paid

        if amount:
            self._append(user_id, reserve)

    def end(self, user_id: str, message_id: str, move: Move) -> None:
        """Settle or release what a message has reserved; a second time does nothing."""

        def finish(entries: list[JSON]) -> JSON | None:
            amount = _frozen(_sums(entries, user_id, message_id))
            # Nothing is reserved any more: this message was settled or released before a crash.
            return _entry(user_id, move, amount, message_id) if amount else None

        self._append(user_id, finish)

    def balance(self, user_id: str) -> Balance:
        """Return what a user has: the credits in all, those frozen, and those to spend."""
        return _balance(self._documents.entries(self._log(user_id), ENTRY), user_id)

    def _append(self, user_id: str, choose: Callable[[list[JSON]], JSON | None]) -> None:
        self._documents.append(self._log(user_id), ENTRY, choose)

    def _log(self, user_id: str) -> str:
        return self._documents.log_of("ledger", user_id)


def _is_paid(entries: list[JSON], session_id: str) -> bool:
    paying = {e["message_id"] for e in entries if e.get("session_id") == session_id}
    # A session that was only ever charged for failed messages is still to be paid.
    given_back = {e["message_id"] for e in entries if e["move"] == Move.RELEASE}
    return bool(paying - given_back)


def _balance(entries: list[JSON], user_id: str) -> Balance:
    sums = _sums(entries, user_id, None)
    frozen, total = _frozen(sums), sums[Move.GRANT] - sums[Move.SETTLE]
    return Balance(available=total - frozen, frozen=frozen, total=total)


def _frozen(sums: Counter[str]) -> int:
    return sums[Move.FREEZE] - sums[Move.SETTLE] - sums[Move.RELEASE]


def _sums(entries: list[JSON], user_id: str, message_id: str | None) -> Counter[str]:
    sums: Counter[str] = Counter()
    for entry in entries:
        if entry["user_id"] == user_id and message_id in (None, entry["message_id"]):
            sums[entry["move"]] += entry["credits"]
    return sums


def _entry(user_id: str, move: Move, amount: int, message_id: str) -> JSON:
    return {"user_id": user_id, "move": move, "credits": amount, "message_id": message_id}
