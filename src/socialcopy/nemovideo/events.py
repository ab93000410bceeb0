"""The event stream of a message: what is said, and what only keeps the line open.

Two grammars are documented, ADK's events and typed envelopes; both are read, and so is every
form of heartbeat. There is no end marker: the stream ends when the service closes it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx_sse import EventSource, ServerSentEvent

from socialcopy.nemovideo.errors import MessageFailedError, StreamInterruptedError, status_error
from socialcopy.nemovideo.schemas import read_json

# A reply is a few kilobytes; a stream this long is broken or hostile.
MAX_STREAM_BYTES = 16 * 1024 * 1024

# No event carries more than a reply or a draft; one of this length never ends.
MAX_EVENT_BYTES = 1024 * 1024

END_OF_EVENT = re.compile(rb"\r\n\r\n|\n\n|\r\r")

# Wait between two "still working" notes (the vendor's rule).
NOTE_SECONDS = 120.0

STILL_WORKING = "⏳ Still working..."

# How a last line begins that means nothing; the vendor says to drop it.
BACKEND_NOISE = "i encountered a temporary issue"

# Characters of a reply, twenty times what the longest one takes; the rest is not kept.
LONGEST_REPLY = 100_000

LONGEST_REASON = 500


@dataclass(frozen=True)
class Text:
    """Words for the person who asked."""

    text: str
    partial: bool = False
    """A fragment; ADK repeats the whole in an event of its own, typed envelopes do not."""


@dataclass(frozen=True)
class ToolUse:
    """The agent starts or has done something; internal, and text before it is narration."""

    name: str


@dataclass(frozen=True)
class Heartbeat:
    """The service is alive."""


@dataclass(frozen=True)
class Failure:
    """The agent reports an error inside the stream; a code other than 0 is the envelope's."""

    message: str
    code: int = 0


@dataclass(frozen=True)
class Unreadable:
    """Data that is no JSON; harmless inside a stream, a sign of a cut at its end."""


Event = Text | ToolUse | Heartbeat | Failure | Unreadable


def read_stream(chunks: Iterable[bytes]) -> Iterator[Event]:
    """Decode a stream that arrives in pieces of any size."""
    for frame in read_frames(chunks):
        yield from read_frame(frame)


def read_frames(chunks: Iterable[bytes]) -> Iterator[ServerSentEvent]:
    """Cut a byte stream into server-sent events; a last one without its blank line counts."""
    response = httpx.Response(
        httpx.codes.OK,
        # "-sig" drops a byte order mark, as the SSE standard asks.
        headers={"Content-Type": "text/event-stream; charset=utf-8-sig"},
        content=_ended(chunks),
    )
    return EventSource(response).iter_sse()


def _ended(chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield from chunks
    yield b"\n\n"


def bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass a stream on until it, or one of its events, is too long."""
    size_bytes = 0
    for chunk in _whole_events(chunks):
        size_bytes += len(chunk)
        if size_bytes > MAX_STREAM_BYTES:
            raise StreamInterruptedError("the event stream did not stop growing")
        yield chunk


def _whole_events(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Watch that a blank line comes before an event has grown too long to be kept in memory."""
    event_bytes, tail = 0, b""
    for chunk in chunks:
        window = tail + chunk
        at = len(tail)
        for end in END_OF_EVENT.finditer(window):
            longest = event_bytes + end.end() - at
            event_bytes, at = 0, end.end()
            _require_length(longest)
        event_bytes += len(window) - at
        _require_length(event_bytes)
        tail = window[max(at, len(window) - 3) :]
        yield chunk


def _require_length(event_bytes: int) -> None:
    if event_bytes > MAX_EVENT_BYTES:
        raise StreamInterruptedError("an event of the stream did not end")


def read_frame(frame: ServerSentEvent) -> list[Event]:
    """Read what one server-sent event says."""
    data = frame.data.strip()
    if not data or data == "heartbeat" or frame.event in ("heartbeat", "ping"):
        return [Heartbeat()]
    try:
        body = read_json(data)
    except ValueError:
        return [_not_json(data)]
    return _read_object(body) if isinstance(body, dict) and body else [Heartbeat()]


def _not_json(data: str) -> Event:
    # ADK 1.4 formats its last line by hand, so a quote in the message breaks the JSON.
    if data.startswith('{"error":'):
        return Failure(data.removeprefix('{"error":').strip(' "}'))
    return Unreadable()


def _read_object(body: dict[str, Any]) -> list[Event]:
    if isinstance(body.get("type"), str):
        return [_read_typed(body)]
    if isinstance(body.get("code"), int) and body["code"]:
        return [Failure(str(body.get("message", "")), body["code"])]
    return _read_adk(body)


def _read_typed(body: dict[str, Any]) -> Event:
    match body["type"]:
        case "text":
            return Text(str(body.get("content", "")), partial=True)
        case "tool_call" | "tool_result":
            return ToolUse(str(body.get("name", "")))
        case "error":
            return Failure(str(body.get("message") or body.get("content") or "unknown error"))
        case _:
            return Heartbeat()


def _read_adk(body: dict[str, Any]) -> list[Event]:
    found: list[Event] = []
    content = body.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    for part in parts if isinstance(parts, list) else []:
        found += _read_part(part, partial=body.get("partial") is True)
    if body.get("errorCode") or body.get("error"):
        words = body.get("errorMessage") or body.get("error") or body.get("errorCode")
        found.append(Failure(str(words)))
    return found or [Heartbeat()]


def _read_part(part: Any, *, partial: bool) -> list[Event]:
    match part:
        case {"functionCall": {"name": str(name)}} | {"functionResponse": {"name": str(name)}}:
            return [ToolUse(name)]
        case {"text": str(text)} if text and part.get("thought") is not True:
            return [Text(text, partial=partial)]
        case _:
            return []


def _ignore(_: str) -> None:
    pass


@dataclass
class Listener:
    """Follows one stream to its end and keeps what was said last.

    An agent may say "Working on it" beside a tool call and end in silence after it, so only
    text after the last tool result is the reply; what came before goes to `on_progress`.
    """

    on_progress: Callable[[str], None] = _ignore
    now: Callable[[], float] = time.monotonic
    _said: list[str] = field(default_factory=list[str])
    _fragments: list[str] = field(default_factory=list[str])
    _failure: Failure | None = None
    _last: Event | None = None
    _noted_at: float = 0.0

    def __post_init__(self) -> None:
        self._noted_at = self.now()

    def listen(self, chunks: Iterable[bytes]) -> str:
        """Hear a stream out and return the reply; empty when the work ended in silence.

        Raises StreamInterruptedError when the stream ends in the middle of an event,
        MessageFailedError when it ends with an error of the agent's, and the error of a refusal
        that comes before anything else.
        """
        for event in read_stream(chunks):
            self._hear(event)
        return self._reply()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Failure) and event.code and self._last is None:
            raise status_error(event.code, event.message)
        match event:
            case Text(text, partial=True):
                self._fragments.append(text)
            case Text(text):
                self._fragments.clear()
                self._said.append(text)
            case ToolUse():
                self._narrate()
            case Failure():
                self._failure = event
            case Heartbeat() | Unreadable():
                self._note()
        if not isinstance(event, Heartbeat):
            self._last = event

    def _narrate(self) -> None:
        """Report what was said before a tool's work as progress; it is not the reply."""
        words = self._joined()
        self._said.clear()
        self._fragments.clear()
        if words:
            self.on_progress(words)

    def _note(self) -> None:
        if self.now() - self._noted_at >= NOTE_SECONDS:
            self._noted_at = self.now()
            self.on_progress(STILL_WORKING)

    def _joined(self) -> str:
        fragments = "".join(map(_without_noise, self._fragments))
        whole = [*map(_without_noise, self._said), fragments]
        return _without_noise("\n".join(whole)[:LONGEST_REPLY]).strip()

    def _reply(self) -> str:
        if isinstance(self._last, Unreadable):
            raise StreamInterruptedError("the event stream ended in the middle of an event")
        reply = self._joined()
        if self._failure is not None and not reply:
            raise MessageFailedError(self._failure.message[:LONGEST_REASON])
        return reply


def _without_noise(text: str) -> str:
    """Drop the line at a text's end that the vendor calls noise."""
    before, _, last = text.rstrip().rpartition("\n")
    return before if last.strip().lower().startswith(BACKEND_NOISE) else text
