"""Parse every event our engine sends with Google ADK's own public event model.

Run by `make adk`, which brings `google-adk` along for the moment: it is far too heavy for the lock.
The streams come from the engine's socket; comments and empty heartbeats carry no event for ADK.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from google.adk import __version__
from google.adk.events import Event
from httpx_sse import ServerSentEvent

from socialcopy.nemovideo.events import Failure, read_frames, read_stream
from tests.adk.recording import record
from tests.wire_forms import HEARTBEATS

CLIP = ["-v", "error", "-f", "lavfi", "-i", "color=black:s=64x64:r=10:d=2", "-pix_fmt", "yuv420p"]
KNOWN = {field.alias or name for name, field in Event.model_fields.items()}


def kinds(event: Event) -> set[str]:
    """What an event carries, in the words of the protocol."""
    has = {
        "function call": bool(event.get_function_calls()),
        "function response": bool(event.get_function_responses()),
        "state delta": bool(event.actions.state_delta),
        "error": bool(event.error_code),
        "partial": bool(event.partial),
        "text": any(part.text for part in (event.content.parts or [] if event.content else [])),
    }
    return {kind for kind, is_there in has.items() if is_there}


def check(frame: ServerSentEvent, seen: Counter[str]) -> bool:
    """Whether ADK takes an event, knows each of its keys, and gives the same JSON back."""
    body = json.loads(frame.data)
    event = Event.model_validate_json(frame.data)
    seen.update(kinds(event))
    again = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return set(body) <= KNOWN and all(again[name] == value for name, value in body.items())


def main() -> int:
    seen: Counter[str] = Counter()
    verdicts: list[bool] = []
    for form in HEARTBEATS:
        with tempfile.TemporaryDirectory() as folder:
            clip = Path(folder) / "clip.mp4"
            subprocess.run(["ffmpeg", *CLIP, str(clip)], check=True)
            streams = record(clip, Path(folder), "adk", form)
        for raw in streams.values():
            seen["heartbeat"] += raw.count(HEARTBEATS[form].encode())
            frames = [
                f
                for f in read_frames([raw])
                if f.data.startswith('{"') and "type" not in json.loads(f.data)
            ]
            verdicts += [check(frame, seen) for frame in frames]
            assert not any(isinstance(e, Failure) and e.code for e in read_stream([raw]))
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(seen.items()))
    sys.stdout.write(
        f"google-adk {__version__}: {sum(verdicts)} of {len(verdicts)} events parsed ({told})\n"
    )
    expected = {"text", "partial", "function call", "function response", "state delta", "error"}
    return 0 if all(verdicts) and expected <= set(seen) and seen["heartbeat"] else 1


if __name__ == "__main__":
    sys.exit(main())
