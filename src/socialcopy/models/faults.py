"""Faults that the embedded engine is told to have, to see what others make of them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt


class Fault(BaseModel):
    """Something the engine does wrong on purpose; `docs/protocol.md` shows examples."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at: Literal[
        "token",
        "claim",
        "session",
        "message",
        "upload",
        "credits",
        "state",
        "render",
        "poll",
        "download",
        "cancel",
        "link",
    ]
    """Where; `link` is the finished video's own URL."""

    does: Literal["refuse", "drop_reply", "drop_stream", "hang", "lose", "slow", "truncate", "fail"]
    """`refuse` answers with `code` before any work. `drop_reply` does the work and hangs up,
    `drop_stream` after the first piece of the reply. `hang` does the work and sends heartbeats
    only, `lose` takes a message, charges it and never works on it. `slow` waits `seconds` before
    each piece, `truncate` sends half. `fail` lets a message or a render job end in an error."""

    code: int = 500
    """For `refuse`: four digits travel in an envelope, three are the HTTP status."""

    times: NonNegativeInt = 1
    """How often; zero means every time."""

    after: NonNegativeInt = 0
    """How many calls go well before."""

    share: float = Field(default=1, ge=0, le=1)
    """The share of calls that are hit, drawn from `fault_seed`."""

    seconds: float = Field(default=1, ge=0)
    """The pause of `slow`, and the `Retry-After` of a 429."""
