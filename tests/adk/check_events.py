"""Parse our event stream with Google ADK's own public event model.

Run by `make adk`, which brings `google-adk` along for the moment: it is far too heavy for the lock.
"""

from __future__ import annotations

import json
import sys

from google.adk.events import Event

from socialcopy.engine.framing import Called, Failed, Returned, Said, frame

CALL = Called("Working on it.", "edit_multitrack", {"edits": ["Remove"]})
STEPS = [
    CALL,
    Returned(CALL, {"draft": {"t": [{"tt": 0, "sg": [{"d": 10_000}]}], "zz": {"unknown": 1}}}),
    Said("Done. Schön 🎬"),
    Failed("scripted failure"),
]

lines = [frame(step, "e-1", "adk").removeprefix("data: ").strip() for step in STEPS]
events = [Event.model_validate_json(line) for line in lines]
calls = [call.name for event in events for call in event.get_function_calls()]
known = all(
    set(json.loads(line)) <= {f.alias or n for n, f in Event.model_fields.items()} for line in lines
)
assert calls == ["edit_multitrack"]
assert events[1].actions.state_delta["draft"]["t"][0]["sg"][0]["d"] == 10_000
assert known, "a key that ADK does not know"
sys.stdout.write(f"{len(events)} of {len(lines)} events parsed by google-adk\n")
