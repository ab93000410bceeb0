"""Our engine's own promises: settings that switch, limits that hold, doors that stay shut."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from socialcopy.models import Session
from socialcopy.nemovideo import errors
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.schemas import run_request
from socialcopy.nemovideo.tokens import request_anonymous_token
from tests.engine.conftest import upload
from tests.engine.servers import EngineServer, bearer
from tests.wire_forms import HEARTBEATS, wire_forms

DAY = 86_400
ASK = 'write captions with "Spring is here, and our mugs are blue."'


def raw_stream(engine: EngineServer, nemo: NemoVideo, session: Session) -> str:
    body = run_request(session.session_id, ASK)
    address = f"{engine.url}/run_sse"
    return httpx.post(address, json=body, headers=bearer(nemo), timeout=60).text


def test_an_event_has_the_keys_of_adk_in_adks_order(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    stream = raw_stream(engine, nemo, session)
    lines = [line for line in stream.split("\n\n") if line.startswith("data: {")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]

    usual = ["content", "invocationId", "author", "actions", "id", "timestamp"]
    calling = [*usual[:4], "longRunningToolIds", *usual[4:]]
    assert [list(event) for event in events] == [calling, usual, calling, usual, usual]
    assert list(events[0]["actions"]) == [
        "stateDelta",
        "artifactDelta",
        "requestedAuthConfigs",
        "requestedToolConfirmations",
    ]
    assert len({event["invocationId"] for event in events}) == 1
    assert [event["content"]["role"] for event in events] == ["model", "user"] * 2 + ["model"]
    assert events[3]["actions"]["stateDelta"]["generated_media"][0]["type"] == "social_copy"
    assert ": " not in lines[-1].removeprefix("data: ")[:40]


@pytest.mark.parametrize(
    ("framing", "form"), [*(("adk", form) for form in HEARTBEATS), ("typed", "typed")]
)
def test_the_client_understands_every_framing_and_heartbeat(
    engine: EngineServer, framing: str, form: str
):
    engine.serve(wire_forms(framing=framing, heartbeat=form), heartbeat_seconds=0.01)
    nemo = engine.client()

    assert "upload" in nemo.send(nemo.open_session(), ASK)


def test_heartbeats_come_while_the_engine_works(engine: EngineServer, clips: Path):
    engine.serve(heartbeat_seconds=0.05)
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "spoken.mp4")

    assert raw_stream(engine, nemo, session).count("data:\n\n") >= 3


def test_what_the_agent_cannot_do_it_says_and_changes_nothing(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    before = nemo.state(session)

    reply = nemo.send(session, "add a rainbow over the harbor")
    after = nemo.state(session)

    assert "changed nothing" in reply
    assert {**after, "messages": None} == {**before, "messages": None}


def test_the_state_has_the_five_documented_keys(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.send(session, ASK)
    nemo.send(session, "make it vertical")

    state = nemo.state(session)
    (info,) = state["video_infos"]
    assert (info["width"], info["height"]) == (640, 360)
    assert state["canvas_config"] == {"width": 360, "height": 640}
    assert (state["draft"]["m"]["width"], state["draft"]["m"]["height"]) == (360, 640)
    assert set(state["video_analyses"]) == {info["asset_id"]}
    assert {media["type"] for media in state["generated_media"]} == {"social_copy"}


def test_a_video_is_understood_once_however_often_it_is_asked_about(
    engine: EngineServer, clips: Path
):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    notes: list[str] = []

    nemo.send(session, ASK, notes.append)
    nemo.send(session, ASK.replace("captions", "captions for X"), notes.append)

    assert notes.count("Watching the video.") == 1
    assert len(nemo.state(session)["generated_media"]) == 4


def test_the_session_of_somebody_else_looks_like_none(engine: EngineServer, clips: Path):
    engine.serve()
    mine, theirs = engine.client(), engine.client()
    session = mine.open_session()
    upload(mine, session, clips / "silent.mp4")
    draft = mine.state(session)["draft"]

    for attempt in (
        lambda: theirs.state(session),
        lambda: theirs.send(session, ASK),
        lambda: theirs.submit_render(session, "r", draft),
        lambda: theirs.claim_token(session),
        lambda: upload(theirs, session, clips / "silent.mp4"),
    ):
        with pytest.raises(errors.SessionNotFoundError):
            attempt()


def test_a_token_ends_after_seven_days(engine: EngineServer):
    engine.serve()
    nemo = engine.client()
    engine.clock.seconds += 7 * DAY - 1
    assert nemo.credits() == (100, 0, 100)

    engine.clock.seconds += 2
    with pytest.raises(errors.AuthenticationError):
        nemo.credits()


def test_a_token_does_what_its_scopes_say(engine: EngineServer, clips: Path):
    engine.serve(token_scopes=("read",))
    reader = engine.client()
    engine.serve(token_scopes=("read", "write"))
    writer = engine.client()
    session = writer.open_session()

    assert reader.credits().available == 100
    for forbidden in (reader.open_session, lambda: upload(writer, session, clips / "silent.mp4")):
        with pytest.raises(errors.APIStatusError) as got:
            forbidden()
        assert got.value.code == 403


def test_tokens_are_kept_as_hashes_only(engine: EngineServer):
    engine.serve()
    token = request_anonymous_token(engine.url, "me").token.get_secret_value()

    assert token.startswith("nmv_usr_")
    assert not any(
        token.encode() in path.read_bytes() for path in engine.folder.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("client_id", ["", "x" * 65, "tab\tbed"])
def test_a_client_id_is_1_to_64_printable_characters(engine: EngineServer, client_id: str):
    engine.serve()

    with pytest.raises(errors.BadRequestError):
        request_anonymous_token(engine.url, client_id)


def test_allowances_hold_for_seven_days_when_they_are_on(engine: EngineServer):
    engine.serve(tokens_per_client=1, tokens_per_address=2)
    request_anonymous_token(engine.url, "a")
    with pytest.raises(errors.RateLimitError):
        request_anonymous_token(engine.url, "a")
    request_anonymous_token(engine.url, "b")
    with pytest.raises(errors.RateLimitError):
        request_anonymous_token(engine.url, "c")

    engine.clock.seconds += 7 * DAY + 1
    request_anonymous_token(engine.url, "a")


def test_messages_cost_what_is_set_and_a_resent_one_costs_twice(engine: EngineServer):
    engine.serve(message_cost_credits=50)
    nemo = engine.client()
    session = nemo.open_session()

    nemo.send(session, ASK)
    assert nemo.credits() == (50, 0, 50)
    nemo.send(session, ASK)
    assert nemo.credits() == (0, 0, 0)
    with pytest.raises(errors.InsufficientCreditsError):
        nemo.send(session, ASK)

    ledger = (engine.folder / "engine/ledger.jsonl").read_text().splitlines()
    moves = [json.loads(line)["move"] for line in ledger]
    assert moves == ["grant", "freeze", "settle", "freeze", "settle"]


def test_a_message_that_fails_gives_its_credits_back(engine: EngineServer, clips: Path):
    engine.serve(message_cost_credits=50)
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "spoken.mp4")
    for path in engine.folder.rglob("files/*"):
        path.write_bytes(b"damaged behind the engine's back")

    with pytest.raises(errors.StreamInterruptedError):
        nemo.send(session, ASK)

    assert nemo.credits() == (100, 0, 100)
    assert [m["status"] for m in nemo.state(session)["messages"].values()] == ["failed"]


def test_another_host_header_is_refused(engine: EngineServer):
    engine.serve()

    answer = httpx.get(f"{engine.url}/api/credits/balance/simple", headers={"Host": "evil.example"})

    assert answer.status_code == 400
