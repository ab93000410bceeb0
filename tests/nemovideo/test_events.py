"""The event stream says the same however it is cut, and in every documented spelling."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from socialcopy.nemovideo.errors import InsufficientCreditsError, StreamInterruptedError
from socialcopy.nemovideo.events import (
    STILL_WORKING,
    Heartbeat,
    Listener,
    bounded,
    read_stream,
)

ADK = (
    'data: {"content":{"parts":[{"text":"Working on it."},{"functionCall":{"id":"adk-1","args":'
    '{"op":"title"},"name":"edit_timeline"}}],"role":"model"},"invocationId":"e-1","author":'
    '"nemo_agent","actions":{"stateDelta":{}},"longRunningToolIds":[],"id":"a","timestamp":1.5}\n\n'
    'data: {"content":{"parts":[{"functionResponse":{"id":"adk-1","name":"edit_timeline",'
    '"response":{"status":"ok"}}}],"role":"user"},"id":"b","timestamp":1.6}\n\n'
    "data:\n\n"
    'data: {"content":{"parts":[{"text":"hm","thought":true},{"text":"Fertig… schön 🎬"}],'
    '"role":"model"},"id":"c","timestamp":1.7}\n\n'
)
TYPED = (
    'data: {"type":"text","content":"Working on it."}\n\n'
    'data: {"type":"tool_call","name":"edit_multitrack","args":{}}\n\n'
    'data: {"type":"heartbeat"}\n\n'
    'data: {"type":"tool_result","name":"edit_multitrack","result":{}}\n\n'
    'data: {"type":"text","content":"Fertig… "}\n\n'
    'data: {"type":"text","content":"schön 🎬"}\n\n'
)
REPLY = "Fertig… schön 🎬"
HEARTBEATS = (
    "data:\n\n",
    "data: \n\n",
    "data: heartbeat\n\n",
    'data: {"type":"heartbeat"}\n\n',
    "data: {}\n\n",
    "event: heartbeat\n\n",
    "event: heartbeat\ndata: 1\n\n",
    ": ping - 2026\n\n",
)


def adk_text(text: str) -> str:
    body = {"content": {"parts": [{"text": text}], "role": "model"}}
    return f"data: {json.dumps(body)}\n\n"


def heard(stream: str, cut: Callable[[bytes], list[bytes]] = lambda raw: [raw]) -> str:
    return Listener().listen(cut(stream.encode()))


@pytest.mark.parametrize("stream", [ADK, TYPED], ids=["adk", "typed"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_stream_says_the_same_cut_at_every_offset(stream: str, line_end: str):
    stream = stream.replace("\n", line_end)
    raw = stream.encode()

    replies = {Listener().listen([raw[:at], raw[at:]]) for at in range(len(raw) + 1)}

    assert replies == {REPLY}


@pytest.mark.parametrize("stream", [ADK, TYPED], ids=["adk", "typed"])
def test_a_stream_says_the_same_byte_by_byte(stream: str):
    assert heard(stream, lambda raw: [bytes([byte]) for byte in raw]) == REPLY


def test_a_stream_that_ends_without_its_blank_line_counts():
    assert heard(ADK.rstrip("\n")) == REPLY


def test_a_byte_order_mark_and_a_missing_space_change_nothing():
    assert heard("\ufeff" + ADK.replace("data: ", "data:")) == REPLY


def test_an_event_of_several_lines_is_joined():
    assert heard('data: {"type":"text",\ndata: "content":"two lines"}\n\n') == "two lines"


@pytest.mark.parametrize("heartbeat", HEARTBEATS)
def test_every_form_of_heartbeat_is_a_sign_of_life_and_nothing_else(heartbeat: str):
    events = list(read_stream([heartbeat.encode()]))

    assert all(event == Heartbeat() for event in events)
    assert heard(heartbeat + ADK + heartbeat) == REPLY


def test_text_before_a_tool_result_is_progress_not_the_reply():
    notes: list[str] = []

    Listener(notes.append).listen([ADK.encode()])

    assert notes == ["Working on it."]


def test_a_silent_end_is_an_empty_reply_not_an_error():
    silent = ADK[: ADK.rindex("data: ")] + 'data: {"content":{"parts":[],"role":"model"}}\n\n'

    assert heard(silent) == ""


def test_thoughts_are_never_shown():
    assert "hm" not in heard(ADK)


def test_fragments_are_replaced_by_the_whole_text():
    fragments = "".join(
        f'data: {{"content":{{"parts":[{{"text":"{piece}"}}]}},"partial":true}}\n\n'
        for piece in ("Fer", "tig")
    )

    assert heard(fragments + adk_text("Fertig.")) == "Fertig."
    assert heard(fragments) == "Fertig"


@pytest.mark.parametrize("separate", [True, False])
def test_the_trailing_temporary_issue_is_dropped(separate: bool):
    noise = "I encountered a temporary issue. Please try again."
    stream = adk_text("Done.") + adk_text(noise) if separate else adk_text(f"Done.\n\n{noise}")

    assert heard(stream) == "Done."


def test_a_caption_about_a_temporary_issue_is_kept():
    caption = "Yesterday I encountered a temporary issue with my bike.\nFixed it!"

    assert heard(adk_text(caption)) == caption


def test_an_end_in_the_middle_of_an_event_is_an_interruption():
    raw = ADK.encode()

    with pytest.raises(StreamInterruptedError):
        Listener().listen([raw[: raw.rindex(b"timestamp")]])


@pytest.mark.parametrize(
    "line",
    [
        '{"error": "kaput"}',
        '{"error": "he said "no""}',
        '{"errorCode":"RuntimeError","errorMessage":"kaput","id":"a"}',
        '{"type":"error","message":"kaput"}',
    ],
)
def test_an_error_inside_the_stream_leaves_the_outcome_unknown(line: str):
    with pytest.raises(StreamInterruptedError):
        heard(f"data: {line}\n\n")


def test_a_code_before_anything_else_is_a_refusal():
    with pytest.raises(InsufficientCreditsError):
        heard('data:\n\ndata: {"code":2001,"message":"no credits"}\n\n')


def test_a_code_after_work_has_begun_leaves_the_outcome_unknown():
    with pytest.raises(StreamInterruptedError):
        heard('data: {"type":"tool_call","name":"x"}\n\ndata: {"code":2001,"message":"m"}\n\n')


def test_unknown_events_are_passed_over():
    assert heard('data: {"type":"confetti"}\n\ndata: [DONE]\n\ndata: 7\n\n' + ADK) == REPLY


def test_a_stream_that_does_not_stop_growing_is_given_up():
    endless = (b": " + b"x" * 1_000_000 + b"\n\n" for _ in range(100))

    with pytest.raises(StreamInterruptedError, match="growing"):
        Listener().listen(bounded(endless))


@pytest.mark.parametrize("pieces", [1, 7, 1_000])
@pytest.mark.parametrize("blank", [b"\n\n", b"\r\n\r\n", b"\r\r"])
def test_an_event_of_more_than_a_mebibyte_is_given_up_however_it_is_cut(pieces: int, blank: bytes):
    limit = 1_048_576

    def cut(event: bytes) -> list[bytes]:
        stream = b"data:" + blank + event + blank + b"data:" + blank
        step = -(-len(stream) // pieces)
        return [stream[at : at + step] for at in range(0, len(stream), step)]

    largest = b": " + b"x" * (limit - 2 - len(blank))
    assert sum(map(len, bounded(cut(largest)))) > limit
    with pytest.raises(StreamInterruptedError, match="did not end"):
        list(bounded(cut(largest + b"x")))


def test_a_long_wait_is_told_every_two_minutes():
    notes: list[str] = []
    clock = iter(range(0, 100_000, 61))

    Listener(notes.append, lambda: next(clock)).listen([b"data:\n\n" * 10])

    assert set(notes) == {STILL_WORKING}
    assert 2 <= len(notes) <= 6
