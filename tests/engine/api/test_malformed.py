"""Whatever comes in is answered, and never by an error of our own."""

from __future__ import annotations

import io
import os
import socket
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from socialcopy.engine.store.documents import LocalDocuments
from socialcopy.engine.store.sessions import Sessions
from tests.conftest import ffmpeg
from tests.engine.api.malformed import Known, Malformed, Request
from tests.engine.servers import EngineServer

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
SEED = int(os.environ.get("MALFORMED_SEED", "20261128"))


@pytest.fixture
def known(engine: EngineServer, tmp_path: Path) -> Known:
    """An engine with a session that holds a clip."""
    clip = tmp_path / "tiny.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1", "-c:v", "libx264", "-preset",
           "ultrafast", "-pix_fmt", "yuv420p", str(clip))  # fmt: skip
    engine.serve(max_upload_bytes=1_000_000)
    nemo, content = engine.client(), clip.read_bytes()
    session = nemo.open_session()
    nemo.upload_stream(session, "tiny.mp4", io.BytesIO(content), len(content))
    draft = nemo.state(session)["draft"]
    token = nemo._token.get_secret_value()
    return Known(token, session.session_id, session.task_id, draft, content)


def answer(url: str, request: Request) -> str:
    """The status of an answer, or what kept it from coming whole."""
    host = url.removeprefix("http://")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=60) as connection:
        try:
            connection.sendall(request.raw(host))
            if request.framing == "cut":
                connection.shutdown(socket.SHUT_WR)
            head, _, _ = _received(connection).removeprefix(GO_ON).partition(b"\r\n")
        except ConnectionError as error:
            return type(error).__name__
    return head.decode(errors="replace") or "no answer"


def _received(connection: socket.socket) -> bytes:
    found = bytearray()
    while piece := connection.recv(65_536):
        found += piece
    return bytes(found)


@pytest.mark.parametrize("bodies", [600, pytest.param(20_000, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_600)
def test_no_body_gets_an_error_of_ours_or_a_reset(engine: EngineServer, known: Known, bodies: int):
    answers: Counter[str] = Counter()
    wrong: list[tuple[int, str, Request]] = []
    for number, request in enumerate(islice(Malformed(SEED, known), bodies)):
        said = answer(engine.url, request)
        answers[said] += 1
        if not said.startswith(("HTTP/1.1 2", "HTTP/1.1 4")):
            request.body = request.body[:200]
            wrong.append((number, said, request))

    assert wrong == []
    assert sum(answers.values()) == bodies
    assert answers["HTTP/1.1 200 OK"] < bodies / 2


def test_what_was_refused_left_no_file_behind(engine: EngineServer, known: Known):
    for request in islice(Malformed(SEED + 1, known), 200):
        answer(engine.url, request)

    folder = engine.folder / "engine"
    assert list((folder / "incoming").iterdir()) == []
    session = Sessions(LocalDocuments(folder)).find(known.session_id)
    assert session
    kept = {path.name for path in folder.glob("sessions/*/files/*")}
    assert kept == set(session["files"])
