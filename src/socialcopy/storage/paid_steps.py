"""A paid step is sent at most once.

The intent is written before the send and the receipt after it. A worker that finds an intent
without a receipt does not know what happened, so it never sends again: it looks at the service
for what came of the first send, and the job is parked for a person when nothing did. Only a
proven refusal (a whole answer that says no, before any work began) allows a new intent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from socialcopy.storage.journal import Journal

Entry = dict[str, Any]


class SpendingLimit(Protocol):
    """Keeps a ceiling: told before a paid step what may be spent, and after it what was."""

    def reserve(self, name: str, refused: list[str]) -> Entry:
        """Set the worst cost of a step aside, or raise; what to remember with the intent.

        `refused` are earlier tries of the step that provably cost nothing.
        """
        ...

    def settle(self, name: str, intent: Entry, receipt: Entry) -> None:
        """Note that the step is paid. May be told more than once."""
        ...

    def release(self, name: str, intent: Entry) -> None:
        """Note that the step provably cost nothing. May be told more than once."""
        ...


def charge_once(
    journal: Journal,
    step: str,
    *,
    intent: Callable[[], Entry],
    send: Callable[[Entry], Entry],
    recover: Callable[[Entry], Entry],
    refusals: tuple[type[Exception], ...] = (),
    doubts: tuple[type[Exception], ...] = (),
    disproofs: tuple[type[Exception], ...] = (),
    spending_limit: SpendingLimit | None = None,
) -> Entry:
    """Return the receipt of a paid step, sending it only if nobody ever did.

    `intent` takes the snapshot that `recover` compares with; the sender's name is added to it: as
    long as that one may only be asleep, "it never arrived" is no proof. `recover` waits for what
    came of an earlier send, and raises when nothing did. `refusals` are the errors of `send` that
    prove nothing was begun, `disproofs` those of `recover`; after one of them a later call may
    send anew. `doubts` leave it open: recover. A refusal heard while recovering is about the look,
    not about the message, and proves nothing.
    """
    payment = _Payment(journal, step, spending_limit)
    # Before anything else: a step that is paid for is never looked into again.
    receipt = journal.read(f"{step}-receipt")
    if receipt is not None:
        return payment.settled(receipt)
    snapshot, is_first = journal.read(payment.name), False
    if snapshot is None:
        intended = {**payment.reserved(), **intent(), "owner": journal.hold()}
        # One conditional write decides who sends; whoever loses it recovers.
        is_first = journal.begin(payment.name, intended)
        snapshot = journal.read(payment.name) or intended
    if is_first:
        journal.hold()  # a whole lease for the send: whoever slept until here stops here
        try:
            return payment.settled(journal.record(f"{step}-receipt", send(snapshot)))
        except doubts:
            pass
        except refusals as error:
            payment.refused(error, snapshot)
            raise
    try:
        return payment.settled(journal.record(f"{step}-receipt", recover(snapshot)))
    except disproofs as error:
        payment.refused(error, snapshot)
        raise


class _Payment:
    """One try of a paid step, and the spending limit it is paid from."""

    def __init__(self, journal: Journal, step: str, spending_limit: SpendingLimit | None) -> None:
        self._journal = journal
        self._step = step
        self._limit = spending_limit
        self._number = _next_number(journal, step)
        self.name = f"{step}-intent-{self._number}"

    def reserved(self) -> Entry:
        """Set the cost aside; earlier tries were refused, and theirs is given back."""
        earlier = [f"{self._step}-intent-{number}" for number in range(1, self._number)]
        return self._limit.reserve(self.name, earlier) if self._limit else {}

    def settled(self, receipt: Entry) -> Entry:
        """Return the receipt, once the spending limit knows of it."""
        if self._limit:
            self._limit.settle(self.name, self._journal.read(self.name) or {}, receipt)
        return receipt

    def refused(self, error: Exception, intent: Entry) -> None:
        """Write down that this try cost nothing."""
        self._journal.record(f"{self._step}-refused-{self._number}", {"answer": str(error)})
        if self._limit:
            self._limit.release(self.name, intent)


def is_open(journal: Journal, step: str) -> bool:
    """Tell whether a paid step was begun, or is done: anything but proven to have cost nothing."""
    return bool(intent_of(journal, step))


def intent_of(journal: Journal, step: str) -> Entry:
    """Return the intent of the try that counts: the first not refused; empty before it."""
    return journal.read(f"{step}-intent-{_next_number(journal, step)}") or {}


def _next_number(journal: Journal, step: str) -> int:
    return journal.first_without(f"{step}-refused")
