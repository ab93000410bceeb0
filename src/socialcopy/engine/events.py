"""How the engine's events look on the wire.

As Google's ADK (1.18 to 1.27) emits them: one line of compact JSON an event, keys in ADK's order,
nulls left out, empty collections kept, and the end of the stream as the only end.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field

from socialcopy.nemovideo.schemas import APP_NAME, JSON

# A sign of life; a client has to read the other documented forms too (`tests/wire_forms.py`).
HEARTBEAT = "data:\n\n"


@dataclass(frozen=True)
class Said:
    """Words for the person."""

    text: str


@dataclass(frozen=True)
class Called:
    """A tool begins, with a word about it for the person."""

    text: str
    tool: str
    arguments: JSON = field(default_factory=dict)
    call_id: str = field(default_factory=lambda: f"adk-{uuid.uuid4()}")


@dataclass(frozen=True)
class Returned:
    """A tool has ended; `delta` is what it changes in the state."""

    call: Called
    delta: JSON = field(default_factory=dict)
    shown: bool = True
    """Whether the stream carries the change; long analyses are only in the state."""


@dataclass(frozen=True)
class Failed:
    """The work ended without a result."""

    reason: str


Step = Said | Called | Returned | Failed

# How much of a reply one fragment carries, for a client that asks for `streaming`.
FRAGMENT_CHARACTERS = 80


def frame(step: Step, invocation_id: str, *, streaming: bool = False) -> str:
    """Frame one step as it is sent; a client that asks for streaming gets fragments first."""
    fragments = _fragments(step, invocation_id) if streaming else []
    bodies = [*fragments, _adk(step, invocation_id)]
    return "".join(
        f"data: {json.dumps(body, ensure_ascii=False, separators=(',', ':'))}\n\n"
        for body in bodies
    )


def _adk(step: Step, invocation_id: str) -> JSON:
    delta = step.delta if isinstance(step, Returned) and step.shown else {}
    return {
        **_content(step),
        "invocationId": invocation_id,
        "author": APP_NAME,
        "actions": {
            "stateDelta": delta,
            "artifactDelta": {},
            "requestedAuthConfigs": {},
            "requestedToolConfirmations": {},
        },
        **({"longRunningToolIds": []} if isinstance(step, Called) else {}),
        "id": str(uuid.uuid4()),
        "timestamp": time.time(),
    }


def _fragments(step: Step, invocation_id: str) -> list[JSON]:
    """Split a reply into pieces marked `partial`; the whole follows in an event of its own."""
    if not isinstance(step, Said):
        return []
    starts = range(0, len(step.text), FRAGMENT_CHARACTERS)
    pieces = [step.text[start : start + FRAGMENT_CHARACTERS] for start in starts]
    return [
        {"content": event.pop("content"), "partial": True, **event}
        for event in (_adk(Said(piece), invocation_id) for piece in pieces)
    ]


def _content(step: Step) -> JSON:
    match step:
        case Said(text):
            return {"content": {"parts": [{"text": text}], "role": "model"}}
        case Called(text, tool, arguments, call_id):
            call = {"id": call_id, "args": arguments, "name": tool}
            return {"content": {"parts": [{"text": text}, {"functionCall": call}], "role": "model"}}
        case Returned(call):
            response = {"id": call.call_id, "name": call.tool, "response": {"status": "ok"}}
            return {"content": {"parts": [{"functionResponse": response}], "role": "user"}}
        case Failed(reason):
            return {"errorCode": "AGENT_FAILED", "errorMessage": reason}
