"""A file of the engine that is damaged: named in one sentence, and nobody else's work stops."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import DataSettings, EngineSettings, MediaSettings, SpeechSettings
from tests.conftest import until

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "a list": lambda _: b"[1, 2, 3]",
    "fields gone": lambda _: b"{}",
    "wrong kinds": lambda data: json.dumps({key: ["x"] for key in json.loads(data)}).encode(),
}


class Served:
    """An engine with a user, a session and a folder that a test may damage."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder / "engine"
        token = request_anonymous_token(url, "tester").token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}", "X-Client-Id": "tester"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=60)
        self.session = self.open_session()

    def open_session(self) -> str:
        answer = self.http.post("/api/tasks/me/with-session/nemo_agent", json={})
        return answer.json()["data"]["session_id"]

    def state(self) -> httpx.Response:
        return self.http.get(f"/api/state/nemo_agent/me/{self.session}/latest")

    def balance(self) -> httpx.Response:
        return self.http.get("/api/credits/balance/simple")


def app(folder: Path) -> Any:
    data = DataSettings(data_dir=folder, cache_dir=folder / "cache")
    return create_app(EngineSettings(), SpeechSettings(), MediaSettings(), data)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("engine")
    with serve(app(folder)) as url:
        served = Served(url, folder)
        yield served
        served.http.close()


ASKED: dict[str, tuple[str, Callable[[Served], httpx.Response]]] = {
    "ledger": ("ledger.jsonl", Served.balance),
    "identity": ("identities/tokens/*.json", Served.balance),
    "session": ("sessions/{session}/session.json", Served.state),
}


CASES = [(what, damage) for what in ASKED for damage in DAMAGES]
CASES.remove(("ledger", "empty"))  # an empty line of a log says nothing


@pytest.mark.parametrize(("what", "damage"), CASES)
def test_a_damaged_file_is_named_to_who_asks_and_mended_by_what_is_told(
    engine: Served, what: str, damage: str
):
    pattern, ask = ASKED[what]
    [path] = engine.folder.glob(pattern.format(session=engine.session))
    whole = path.read_bytes()
    try:
        last = b"\n" if path.suffix == ".jsonl" else b""  # a log's line without its end is none
        path.write_bytes(DAMAGES[damage](whole.splitlines()[0]) + last)
        answer = ask(engine)
    finally:
        path.write_bytes(whole)

    told = answer.json()["message"]
    assert (answer.status_code, answer.json()["code"]) == (503, 503)
    assert f"{path} is damaged (" in told
    assert "\n" not in told
    assert ask(engine).status_code == 200


@pytest.mark.parametrize("what", ASKED)
def test_a_folder_in_the_place_of_a_file_is_named(engine: Served, what: str):
    pattern, ask = ASKED[what]
    [path] = engine.folder.glob(pattern.format(session=engine.session))
    path.rename(path.with_name("aside"))
    path.mkdir()
    try:
        answer = ask(engine)
    finally:
        path.rmdir()
        path.with_name("aside").rename(path)

    assert answer.status_code == 503
    assert f"{path} is damaged (it can't be used: is a directory)" in answer.json()["message"]


def test_a_folder_in_the_place_of_a_lock_is_named(engine: Served):
    lock = engine.folder / "identities" / "issued.jsonl.lock"
    lock.unlink()
    lock.mkdir()
    try:
        answer = engine.http.post("/api/auth/anonymous-token")
    finally:
        lock.rmdir()

    assert answer.status_code == 503
    assert f"{lock} is damaged" in answer.json()["message"]


def test_a_damaged_count_of_tokens_keeps_nobody_out_who_has_one(engine: Served):
    path = engine.folder / "identities" / "issued.jsonl"
    whole = path.read_bytes()
    path.write_bytes(b"damaged\n")
    refused = engine.http.post("/api/auth/anonymous-token")
    others = engine.balance()
    path.write_bytes(whole)

    assert refused.status_code == 503
    assert f"{path} is damaged (line 1: it is no JSON" in refused.json()["message"]
    assert others.status_code == 200


def test_a_damaged_item_of_the_queue_is_named_and_the_others_are_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    queue = tmp_path / "engine" / "unfinished" / "messages"
    queue.mkdir(parents=True)
    (queue / "bad.json").write_text('{"name": "ba')
    good = {"name": "good", "attempts": 0, "session_id": "1", "user_id": "me", "text": "x"}
    (queue / "good.json").write_text(json.dumps(good))
    with caplog.at_level(logging.ERROR, "socialcopy.engine"), serve(app(tmp_path)):
        until(lambda: not (queue / "good.json").exists() and caplog.text)

    assert f"bad is left as it is: {queue / 'bad.json'} is damaged (it is no JSON" in caplog.text
    assert "Delete it; " in caplog.text
    assert "Traceback" not in caplog.text
    assert (queue / "bad.json").exists()


def test_the_log_of_a_message_whose_session_was_removed_has_no_traceback(
    engine: Served, caplog: pytest.LogCaptureFixture
):
    other = engine.open_session()
    shutil.rmtree(engine.folder / "sessions" / other)
    answer = engine.http.get(f"/api/state/nemo_agent/me/{other}/latest")

    assert answer.json()["code"] == 1002
    assert "Traceback" not in caplog.text
