"""Servers that misbehave in ways our own engine will not; real sockets all the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialcopy.engine.api.server import serve
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.settings import NemoVideoSettings

TOKEN = SecretStr("nmv_usr_canary-Hk27")
Answer = Callable[[Request], Response]


class SharedServer:
    """One server for all tests; each answer has a path of its own, as if it were a service."""

    url = ""
    answers: ClassVar[dict[str, Answer]] = {}

    @classmethod
    def answer(cls, request: Request) -> Response:
        return cls.answers[request.path_params["name"]](request)


@pytest.fixture(scope="session", autouse=True)
def _shared_server() -> Iterator[None]:
    routes = [Route("/{name}/{path:path}", SharedServer.answer, methods=["GET", "POST"])]
    with serve(Starlette(routes=routes)) as SharedServer.url:
        yield


@contextmanager
def answering(answer: Answer) -> Generator[str]:
    """A service that gives one answer to everything."""
    name = f"service-{len(SharedServer.answers)}"
    SharedServer.answers[name] = answer
    yield f"{SharedServer.url}/{name}"


@contextmanager
def raw_server(reply: bytes) -> Generator[str]:
    """A server that reads a little, sends these bytes to everybody and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.recv(65_536)
                    connection.sendall(reply)

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        thread.join()


def client(url: str, **settings: Any) -> NemoVideo:
    return NemoVideo(url, TOKEN, NemoVideoSettings(**settings))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "master.mp4"
