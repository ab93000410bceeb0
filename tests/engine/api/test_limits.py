"""Every byte that comes in is counted, whatever its framing and whichever endpoint it goes to."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from socialcopy.engine.api import limits
from tests.engine.servers import EngineServer, bearer

MEGABYTE = 1_000_000
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
FILE = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a.mp4"\r\n\r\n'


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineServer]:
    """One that takes files of a megabyte."""
    with ExitStack() as stack:
        engine = EngineServer(stack, tmp_path_factory.mktemp("engine"))
        engine.serve(max_upload_bytes=MEGABYTE)
        yield engine


def chunks(start: bytes, megabytes: int) -> Iterator[bytes]:
    """A body in chunks, without a length."""
    yield start
    for _ in range(megabytes):
        yield b"y" * MEGABYTE


@pytest.mark.parametrize(
    "start",
    [
        FILE % b"files",
        FILE % b"another",
        b"--x\r\nX-Long: ",
        b"a preamble that does not end ",
        FILE % b"files" + b"\r\n--x--\r\nan epilogue ",
    ],
    ids=["a file", "a field nobody asked for", "a part's header", "a preamble", "an epilogue"],
)
def test_an_upload_without_a_length_is_counted_all_the_same(engine: EngineServer, start: bytes):
    nemo = engine.client()
    session = nemo.open_session()

    answer = httpx.post(
        f"{engine.url}/api/upload-video/nemo_agent/me/{session.session_id}",
        headers={**bearer(nemo), **MULTIPART},
        content=chunks(start, 59),
        timeout=60,
    )

    assert answer.json()["code"] in (4002, 400)
    assert not nemo.state(session)["video_infos"]
    assert list((engine.folder / "engine/incoming").iterdir()) == []


def test_files_of_one_request_share_the_limit_and_their_number_has_one(engine: EngineServer):
    nemo = engine.client()
    address = f"{engine.url}/api/upload-video/nemo_agent/me/{nemo.open_session().session_id}"
    headers = {**bearer(nemo), **MULTIPART}
    part = FILE % b"files" + b"y" * 900_000 + b"\r\n"

    three = httpx.post(address, headers=headers, content=part * 3 + b"--x--\r\n", timeout=60)
    many = FILE % b"files" + b"y\r\n"
    hundreds = httpx.post(address, headers=headers, content=many * 900 + b"--x--\r\n", timeout=60)

    assert three.json()["code"] == 4002
    assert "more than 64 parts" in hundreds.json()["message"]


def test_no_endpoint_reads_on_and_on(engine: EngineServer):
    nemo = engine.client()
    described = httpx.get(f"{engine.url}/openapi.json").json()["paths"]
    asked = [(method.upper(), path) for path, found in described.items() for method in found]

    for method, path in [*asked, ("GET", "/openapi.json"), ("POST", "/nowhere")]:
        answer = httpx.request(
            method,
            f"{engine.url}{path.replace('{', '').replace('}', '')}",
            headers={**bearer(nemo), "X-Client-Id": "me", "Content-Type": "application/json"},
            content=chunks(b"", 12),
            timeout=60,
        )
        assert answer.status_code in (200, 400, 404, 405), path
        assert "y" * 100 not in answer.text


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_compressed_body_is_not_unpacked(engine: EngineServer, encoding: str):
    nemo = engine.client()
    bomb = gzip.compress(bytes(50 * MEGABYTE), 1)

    for path in ("/run_sse", "/api/upload-video/nemo_agent/me/1000000000000000001"):
        answer = httpx.post(
            f"{engine.url}{path}",
            headers={**bearer(nemo), "Content-Encoding": encoding},
            content=bomb,
        )
        assert (answer.status_code, answer.json()["code"]) == (415, 415)


def test_a_body_that_stops_in_its_middle_is_given_up(
    engine: EngineServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0.3)
    token = bearer(engine.client())["Authorization"]
    head = f"POST /run_sse HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n"
    host, port = engine.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"{head}Content-Length: 500\r\n\r\n{{".encode())

        assert connection.recv(65_536).startswith(b"HTTP/1.1 408")


def test_headers_without_end_are_refused(engine: EngineServer):
    host, port = engine.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: " + b"y" * 100_000)

        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")


def test_one_who_waits_to_be_asked_for_the_body_is_answered(engine: EngineServer, tmp_path: Path):
    nemo = engine.client()
    answer = httpx.post(
        f"{engine.url}/run_sse",
        headers={**bearer(nemo), "Expect": "100-continue"},
        content=b"{}",
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("times", [1, 3])
def test_one_who_has_said_everything_is_answered_and_let_go(engine: EngineServer, times: int):
    """`nc -N` and some proxies close their side with the last byte of the last request."""
    host = engine.url.removeprefix("http://")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=30) as connection:
        connection.sendall(f"GET /api/service HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() * times)
        connection.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := connection.recv(65_536):
            heard += piece

    assert heard.count(b"HTTP/1.1 200 OK") == times


@pytest.mark.parametrize("start", [b"GET / HT", b"GET /\r\n", b"GET / HTTP/1.1\r\nHost: loc"])
def test_a_request_that_breaks_off_is_answered(engine: EngineServer, start: bytes):
    name, port = engine.url.removeprefix("http://").split(":")
    with socket.create_connection((name, int(port)), timeout=30) as connection:
        connection.sendall(start)
        connection.shutdown(socket.SHUT_WR)

        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")
