"""Write the golden streams: our own words, in every shape of stream that was ever recorded.

Keys, their order and the errors' two forms are those of ADK 1.18, 1.27 and 2.13 as captured from a
stand-in agent; typed envelopes, heartbeats and line ends are the documents'. Run it to write them
anew; nothing random is in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
JSON = dict[str, Any]
VERSIONS = ("1.18", "1.27", "2.13")
WHOLE = "Fertig: „Schöner Titel“ 🎬 ist drin."
DRAFT = {"d": 9000, "t": [{"tt": 7, "sg": [{"d": 3000, "text": "Schöner Titel"}]}], "zz": {"x": []}}


def line(body: JSON) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False, separators=(',', ':'))}\n\n"


class Adk:
    """Events of one invocation, as one version of ADK writes them."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._count = 0

    def event(self, *, first: JSON, last: JSON | None = None, delta: JSON | None = None) -> str:
        self._count += 1
        number = f"{self._count:012d}"
        actions: JSON = {"stateDelta": delta or {}, "artifactDelta": {}}
        actions |= {"requestedAuthConfigs": {}, "requestedToolConfirmations": {}}
        node = {"nodeInfo": {"path": "nemo_agent@1"}} if self._version == "2.13" else {}
        return line(
            {
                **first,
                "invocationId": "e-0f2c7c1e-6a0e-4b7e-9d55-000000000001",
                "author": "nemo_agent",
                "actions": actions,
                **node,
                **(last or {}),
                "id": f"5b1f4a52-8f0e-4a3c-8a61-{number}",
                "timestamp": 1790000000.125 + self._count,
            }
        )

    def said(self, *parts: JSON, **more: Any) -> str:
        return self.event(first={"content": {"parts": list(parts), "role": "model"}, **more})

    def called(self) -> str:
        call = {"id": "adk-7d", "args": {"op": "title", "at": [0, 3.5]}, "name": "edit_multitrack"}
        parts = [{"text": "Ich sehe nach …"}, {"functionCall": call}]
        content = {"content": {"parts": parts, "role": "model"}}
        return self.event(first=content, last={"longRunningToolIds": []})

    def returned(self) -> str:
        done = {"id": "adk-7d", "name": "edit_multitrack", "response": {"status": "ok"}}
        content = {"content": {"parts": [{"functionResponse": done}], "role": "user"}}
        return self.event(first=content, delta={"draft": DRAFT})

    def usage(self) -> JSON:
        counts = {"candidatesTokenCount": 4, "promptTokenCount": 10, "totalTokenCount": 14}
        return {"usageMetadata": counts}


def adk(version: str) -> Iterator[tuple[str, str, str | None]]:
    """Name, stream, and the reply that is in it; none for a stream that ends in an error."""
    for name, said in {
        "edit": lambda a: a.called() + a.returned() + a.said({"text": WHOLE}, **a.usage()),
        "streaming": lambda a: (
            a.called()
            + a.returned()
            + a.said({"text": WHOLE[:8]}, partial=True)
            + a.said({"text": WHOLE[8:]}, partial=True)
            + a.said({"text": WHOLE}, **a.usage())
        ),
        "silent": lambda a: a.called() + a.returned() + a.said(),
        "thought": lambda a: a.said({"text": "hm", "thought": True}, {"text": WHOLE}),
        "model-error": lambda a: a.event(
            first={"errorCode": "MALFORMED_FUNCTION_CALL", "errorMessage": "schlecht"}
        ),
        "agent-raises": raised,
    }.items():
        fails = name in ("model-error", "agent-raises")
        reply = None if fails else "" if name == "silent" else WHOLE
        yield f"adk-{version}-{name}", said(Adk(version)), reply


def raised(stream: Adk) -> str:
    if stream._version != "2.13":
        return stream.called() + 'data: {"error": "kaputt: \'Schluss\'"}\n\n'
    told = {"errorCode": "RuntimeError", "errorMessage": "kaputt"}
    details = {"error_type": "RuntimeError", "error_message": "kaputt", "timestamp": 1790000009.5}
    last = {"error": "RuntimeError: kaputt", "error_details": details}
    return stream.called() + stream.event(first=told) + f"data: {json.dumps(last)}\n\n"


def typed() -> Iterator[tuple[str, str, str | None]]:
    call = line({"type": "tool_call", "name": "generate_video", "args": {"seconds": 5}})
    result = line({"type": "tool_result", "name": "generate_video", "result": {"ok": True}})
    narrated = line({"type": "text", "content": "Ich sehe nach …"})
    told = [line({"type": "text", "content": piece}) for piece in (WHOLE[:8], WHOLE[8:])]
    yield (
        "typed-edit",
        narrated + call + line({"type": "heartbeat"}) + result + "".join(told),
        WHOLE,
    )
    yield "typed-silent", narrated + call + result, ""
    yield "typed-error", call + line({"type": "error", "message": "kaputt"}), None


def odd() -> Iterator[tuple[str, str, str | None]]:
    """What sits between the events and around them."""
    beats = (
        "data:\n\n", "data: \n\n", "data: heartbeat\n\n", 'data: {"type":"heartbeat"}\n\n',
        "data: {}\n\n", "event: heartbeat\n\n", "event: heartbeat\ndata: 1\n\n",
        ": ping - 2026-11-22 23:00:00\n\n", "id: 7\nretry: 3000\ndata: heartbeat\n\n",
    )  # fmt: skip
    stream = Adk("1.27")
    edit = [stream.called(), stream.returned(), stream.said({"text": WHOLE})]
    yield "heartbeats", "".join(beats).join(["", *edit, ""]), WHOLE
    plain = "".join(edit)
    yield "crlf", plain.replace("\n", "\r\n"), WHOLE
    yield "cr", plain.replace("\n", "\r"), WHOLE
    yield "mark-and-no-space", "\ufeff" + plain.replace("data: ", "data:"), WHOLE
    body = json.dumps({"content": {"parts": [{"text": WHOLE}]}}, ensure_ascii=False, indent=1)
    yield "many-lines", "".join(f"data: {part}\n" for part in body.split("\n")) + "\n", WHOLE
    yield "no-last-blank-line", plain.rstrip("\n"), WHOLE
    noise = Adk("1.18")
    issue = {"text": "I encountered a temporary issue. Please try again later."}
    yield "temporary-issue", noise.said({"text": WHOLE}) + noise.said(issue), WHOLE


def main() -> None:
    streams = [*typed(), *odd(), *(one for version in VERSIONS for one in adk(version))]
    for name, text, _ in streams:
        (HERE / f"{name}.sse").write_bytes(text.encode())
    replies = {name: reply for name, _, reply in streams}
    told = json.dumps(replies, ensure_ascii=False, indent=1)
    (HERE / "replies.json").write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
