"""Edits that the grammar does not understand, chosen by a language model among those there are.

A model guesses; so what it chooses counts only where the person's own words name it (`naming`).
Whatever is forbidden, half understood or made up comes to nothing, which is told as a plain no.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from socialcopy.copywriting.writers.chat import Endpoint, ask
from socialcopy.engine.editing import naming
from socialcopy.engine.editing.edits import Edit
from socialcopy.engine.editing.parser import QUOTES, plain
from socialcopy.engine.editing.parser.rules import forbids

MOST_TOKENS = 300
MOST_EDITS = 4
KINDS: dict[str, type[Edit]] = {kind.__name__: kind for kind in get_args(Edit)}
INSTRUCTIONS = """\
You turn a wish about a video project into edits, a JSON object: {"edits": [...]}. Each has a \
`kind` and its fields; times are milliseconds, counted from the end they are negative; a factor of \
0.5 is half. Use only numbers and words of the wish. One edit for each thing that is wished. An \
empty list where none of the kinds does what is wished.
"""
EXAMPLES = (
    ("Lose the final four seconds", [{"kind": "Remove", "span": {"start_ms": -4000}}]),
    ('Let it say "Open late" over the start', [{"kind": "AddTitle", "text": "Open late"}]),
    ("Give the sky more colour", []),
)


def choose(text: str, endpoint: Endpoint, seconds: float) -> tuple[Edit, ...]:
    """Have a model read a message; empty where its choice is not what the message names.

    Raises ModelWriterError where no answer comes.
    """
    if _is_forbidding(text) or not naming.may_name(text):
        return ()
    said = ask(endpoint, _messages(text), _schema(), seconds=seconds, most_tokens=MOST_TOKENS)
    edits = _read(said)
    return edits if edits and naming.names(text, edits) else ()


def _is_forbidding(text: str) -> bool:
    """Tell whether a message, or one of its wishes, forbids something."""
    parts = (QUOTES.sub("“”", text), *naming.wishes(text))
    is_said = naming.has("negations", "forbids", parts[0])
    return is_said or any(forbids(plain(part)) for part in parts)


def _messages(text: str) -> list[dict[str, str]]:
    kinds = "\n".join(f"- {name}: {(kind.__doc__ or '').strip()}" for name, kind in KINDS.items())
    shown = (
        message
        for wish, edits in EXAMPLES
        for message in (
            {"role": "user", "content": wish},
            {"role": "assistant", "content": json.dumps({"edits": edits})},
        )
    )
    return [
        {"role": "system", "content": f"{INSTRUCTIONS}{kinds}"},
        *shown,
        {"role": "user", "content": text},
    ]


@cache
def _schema() -> dict[str, object]:
    """Give the JSON schema of all edits, from the edits themselves."""
    _, document = TypeAdapter.json_schemas(
        [(kind, "validation", TypeAdapter(kind)) for kind in KINDS.values()]
    )
    definitions: dict[str, Any] = document["$defs"]
    choices = [_choice(name, definitions[name]) for name in KINDS]
    edits = {"type": "array", "items": {"anyOf": choices}, "maxItems": MOST_EDITS}
    rest = {name: one for name, one in definitions.items() if name not in KINDS}
    return {
        "type": "object",
        "properties": {"edits": edits},
        "required": ["edits"],
        "additionalProperties": False,
        "$defs": rest,
    }


def _choice(name: str, described: Mapping[str, Any]) -> dict[str, object]:
    fields = {"kind": {"const": name}, **described.get("properties", {})}
    needed = ["kind", *described.get("required", ())]
    return {
        "type": "object",
        "properties": fields,
        "required": needed,
        "additionalProperties": False,
    }


def _read(said: str) -> tuple[Edit, ...]:
    """Read the edits of an answer; empty when one of them is none."""
    try:
        listed: Any = json.loads(said)["edits"]
        return tuple(_edit(one) for one in listed[:MOST_EDITS])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def _edit(one: Mapping[str, Any]) -> Edit:
    """Make an edit of its fields. Raises ValueError, as pydantic's ValidationError is one."""
    fields = {name: value for name, value in one.items() if name != "kind"}
    kind = KINDS[one["kind"]]
    if set(fields) - set(kind.model_fields):
        raise ValueError("a field that is none")
    return kind.model_validate(fields)
