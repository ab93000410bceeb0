"""A paid step is sent at most once.

The intent is written before the send and the receipt after it. A worker that finds an intent
without a receipt does not know what happened, so it never sends again: it looks at the service
for what came of the first send, and the job is parked for a person when nothing did. Only a
proven refusal (a whole answer that says no, before any work began) allows a new intent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socialcopy.storage.journal import Journal

Entry = dict[str, Any]


def charge_once(
    journal: Journal,
    step: str,
    *,
    intent: Callable[[], Entry],
    send: Callable[[Entry], Entry],
    recover: Callable[[Entry], Entry],
    refusals: tuple[type[Exception], ...] = (),
    doubts: tuple[type[Exception], ...] = (),
) -> Entry:
    """Return the receipt of a paid step, sending it only if nobody ever did.

    `intent` takes the snapshot that `recover` compares with; the sender's name is added to it: as
    long as that one may only be asleep, "it never arrived" is no proof. `recover` waits for what
    came of an earlier send, and raises when nothing did. `refusals` are the errors that prove
    nothing was begun; after one of them a later call may send anew. `doubts` leave it open.
    """
    receipt = journal.read(f"{step}-receipt")
    if receipt is not None:
        return receipt
    number = _next_number(journal, step)
    name = f"{step}-intent-{number}"
    snapshot = journal.read(name)
    is_first = snapshot is None and journal.begin(
        name, snapshot := {**intent(), "owner": journal.hold()}
    )
    if is_first:
        journal.hold()  # a whole lease for the send: whoever slept until here stops here
    try:
        receipt = _attempt(snapshot or {}, send if is_first else recover, recover, doubts)
    except refusals as error:
        journal.record(f"{step}-refused-{number}", {"answer": str(error)})
        raise
    return journal.record(f"{step}-receipt", receipt)


def _attempt(
    snapshot: Entry,
    act: Callable[[Entry], Entry],
    recover: Callable[[Entry], Entry],
    doubts: tuple[type[Exception], ...],
) -> Entry:
    try:
        return act(snapshot)
    except doubts:
        return recover(snapshot)


def _next_number(journal: Journal, step: str) -> int:
    number = 1
    while journal.read(f"{step}-refused-{number}") is not None:
        number += 1
    return number
