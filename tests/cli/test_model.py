"""`socialcopy model` as a person types it, against a hub and servers on real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialcopy.cli import model
from socialcopy.cli.run import run
from socialcopy.engine.api.server import serve
from socialcopy.local_models import discovery
from socialcopy.local_models.choice import chosen
from socialcopy.settings import ModelSettings
from tests.local_models.hub import Hub, entry

POST = {"lines": [{"text": "The Harbor Mug costs $29.", "points": [5]}], "hashtags": []}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LLM_FOLDER", str(tmp_path / "models"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(discovery, "SECONDS", 20.0)  # the machine may be busy
    return tmp_path / "models"


async def _models(_: Request) -> Response:
    return JSONResponse({"object": "list", "data": [{"id": "qwen"}, {"id": "phi"}, {}, "odd"]})


async def _answer(request: Request) -> Response:
    asked = await request.json()
    is_plain = "response_format" not in asked and asked["messages"][0]["role"] == "user"
    if not is_plain:  # as an old server does, whose model has no system role
        return JSONResponse({"error": "unknown field"}, status_code=400)
    return JSONResponse({"choices": [{"message": {"content": json.dumps(POST)}}]})


@pytest.fixture
def ollama() -> Iterator[str]:
    routes = [
        Route("/v1/models", _models),
        Route("/v1/chat/completions", _answer, methods=["POST"]),
    ]
    with serve(Starlette(routes=routes)) as url:
        yield url


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    ended = run(["model", *arguments])
    told = capsys.readouterr()
    assert ended == code, told.err
    return told.out + told.err


def test_the_list_names_every_open_model_and_the_writer(capsys: pytest.CaptureFixture[str]):
    read = json.loads(said(capsys, "list", "--json"))

    assert {one["name"] for one in read["catalogue"]} >= {"qwen3-4b", "qwen3-8b"}
    assert "the built-in editor" in read["writer"]["finding"]
    assert "qwen3-4b" in said(capsys)


def test_a_running_server_is_found_with_its_models(ollama: str):
    port = int(ollama.rpartition(":")[2])

    found = discovery.running((("Ollama", port), ("vLLM", 9)))

    assert [(one.program, one.models) for one in found] == [("Ollama", ("qwen", "phi"))]


def test_a_server_is_used_by_its_address_and_tries_the_demo(
    ollama: str, capsys: pytest.CaptureFixture[str]
):
    said(capsys, "use", ollama, code=2)  # it offers two
    assert "qwen" in said(capsys, "use", ollama, "--model", "qwen")

    told = json.loads(said(capsys, "try", "--json").splitlines()[0])

    assert {c["text"].split("\n")[0] for c in told["captions"]["captions"]} == {
        "The Harbor Mug costs $29."
    }
    assert "Written by the language model qwen" in told["captions"]["notes"][-1]
    assert "s a post" in told["told"]
    choice = chosen(ModelSettings().folder)
    assert choice is not None
    assert choice.base_url == f"{ollama}/v1"
    assert choice.seconds_per_post > 0


def test_going_back_to_the_editor(ollama: str, capsys: pytest.CaptureFixture[str]):
    said(capsys, "use", ollama, "--model", "phi")

    assert "the built-in editor" in said(capsys, "use", "built-in")
    assert chosen(ModelSettings().folder) is None


def test_a_server_that_went_away_is_told_with_who_writes_instead(
    ollama: str, capsys: pytest.CaptureFixture[str]
):
    said(capsys, "use", ollama, "--model", "phi")
    choice = chosen(ModelSettings().folder)
    assert choice is not None
    gone = choice.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})
    model.choose(ModelSettings().folder, gone)

    check = model.writer(ModelSettings())

    assert not check.good
    assert not check.is_needed
    assert check.finding.startswith("the built-in editor: nobody answers")


def test_a_model_is_fetched_chosen_and_removed(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    hub = Hub(b"GGUF" + bytes(100_000))
    known = (entry(hub),)
    monkeypatch.setattr("socialcopy.local_models.catalogue.catalogue", lambda: known)
    monkeypatch.setattr(model, "catalogue", lambda: known)
    with serve(hub.app) as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        said(capsys, "use", "tiny", code=3)

        assert "socialcopy model use tiny" in said(capsys, "get", "tiny")
        assert "there already" in said(capsys, "get", "tiny")

    said(capsys, "use", "tiny")
    assert json.loads(said(capsys, "list", "--json"))["catalogue"][0]["state"] == "in use"
    said(capsys, "rm", "tiny")
    assert list(own_folder.iterdir()) == []


def test_a_damaged_choice_is_one_sentence(own_folder: Path, capsys: pytest.CaptureFixture[str]):
    own_folder.mkdir()
    (own_folder / "chosen.json").write_text("{")

    assert "Choose again" in said(capsys, "list", code=3)
