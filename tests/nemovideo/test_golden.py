"""Every recorded stream says the same, however the network cuts it.

`golden/` holds streams of our own making in every recorded shape (`golden/make.py`), and streams
recorded from our engine's socket. Where the captures of real ADK servers lie beside the repository
they are read as well.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from socialcopy.nemovideo.errors import StreamInterruptedError
from socialcopy.nemovideo.events import (
    Event,
    Failure,
    Heartbeat,
    Listener,
    Text,
    Unreadable,
    read_stream,
)
from tests.nemovideo.golden import make

HERE = Path(__file__).parent / "golden"
CAPTURED = Path(__file__).parents[3] / "shared" / "protocol" / "adk_wire_samples.txt"
REPLIES: dict[str, str | None] = json.loads((HERE / "replies.json").read_text(encoding="utf-8"))


def captured() -> dict[str, bytes]:
    """The streams of the captures, by version and name."""
    text = CAPTURED.read_text(encoding="utf-8") if CAPTURED.exists() else ""
    found: dict[str, bytes] = {}
    for part in text.split("##### ADK ")[1:]:
        version = part.split()[0]
        streams = re.findall(
            r"^--- (.+) 200 text/event-stream.*\n((?:data: .*\n|\n)+)", part, re.MULTILINE
        )
        found |= {f"captured-{version}-{name}": stream.encode() for name, stream in streams}
    return found


STREAMS = {path.stem: path.read_bytes() for path in sorted(HERE.glob("*.sse"))} | captured()
every_stream = pytest.mark.parametrize("name", STREAMS)


def events(*pieces: bytes) -> list[Event]:
    return list(read_stream(pieces))


def substance(raw: bytes) -> list[Event]:
    """The events without signs of life: half a line may look like one."""
    return [event for event in events(raw) if event != Heartbeat()]


@every_stream
def test_a_stream_fed_byte_by_byte_has_the_same_events(name: str):
    raw = STREAMS[name]

    assert events(*(bytes([byte]) for byte in raw)) == events(raw)


@every_stream
def test_a_stream_cut_in_two_at_any_offset_has_the_same_events(name: str):
    raw = STREAMS[name]
    whole = events(raw)

    assert [at for at in range(len(raw) + 1) if events(raw[:at], raw[at:]) != whole] == []


@every_stream
def test_a_stream_that_ends_anywhere_is_the_beginning_of_the_whole(name: str):
    """One sign of the cut may follow; what the listener makes of it is a reply or its own error."""
    raw = STREAMS[name]
    whole = substance(raw)
    for at in range(len(raw)):
        found = substance(raw[:at])
        if found and found != whole[: len(found)]:
            assert isinstance(found.pop(), Unreadable | Failure)
        assert found == whole[: len(found)], at
        _heard(raw[:at])


def _heard(raw: bytes) -> str | None:
    try:
        return Listener().listen([raw])
    except StreamInterruptedError:
        return None


@pytest.mark.parametrize("name", REPLIES)
def test_a_golden_stream_holds_its_reply(name: str):
    assert _heard(STREAMS[name]) == REPLIES[name]


def test_the_golden_files_are_what_their_maker_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(make, "HERE", tmp_path)
    make.main()

    for path in tmp_path.iterdir():
        assert path.read_bytes() == (HERE / path.name).read_bytes()


@pytest.mark.skipif(not CAPTURED.exists(), reason="the captures are not beside the repository")
def test_the_captured_streams_say_what_their_agent_said():
    said = {name.partition("-")[2]: _heard(raw) for name, raw in captured().items()}

    assert len(said) == 15
    assert {name.partition("-")[2]: reply for name, reply in said.items() if reply} == {
        "add title {}": "Done. Title added.",
        "add title {'streaming': True}": "Done. Title added.",
    }
    assert [name for name, reply in said.items() if reply == ""] == [
        f"{version}-silent {{}}" for version in ("1.18.0", "1.27.0", "2.13.0")
    ]


@pytest.mark.parametrize("name", [name for name in STREAMS if name.startswith("engine-adk")])
def test_our_engines_fragments_add_up_to_the_whole_text(name: str):
    texts = [event for event in events(STREAMS[name]) if isinstance(event, Text)]
    fragments = "".join(event.text for event in texts if event.partial)

    assert fragments in ("", texts[-1].text if texts else "")
