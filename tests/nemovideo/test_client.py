"""What the client makes of services that say no, break off or lie."""

from __future__ import annotations

import io
import pickle
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from socialcopy.models import RenderJob, RenderStatus, Session
from socialcopy.nemovideo import client as client_module
from socialcopy.nemovideo import errors
from socialcopy.nemovideo.tokens import request_anonymous_token
from tests.nemovideo.conftest import TOKEN, answering, client, raw_server

SESSION = Session(session_id="5529798706024415232")
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"code": 1001, "message": "m"}, errors.AuthenticationError),
        (401, {}, errors.AuthenticationError),
        (200, {"code": 1002, "message": "m"}, errors.SessionNotFoundError),
        (404, {"detail": "Session not found: 7"}, errors.SessionNotFoundError),
        (200, {"code": 2001}, errors.InsufficientCreditsError),
        (400, {"code": 4001, "message": "m"}, errors.UnsupportedFileError),
        (413, {"code": 4002}, errors.FileTooLargeError),
        (400, {}, errors.BadRequestError),
        (402, {"message": "plan"}, errors.ExportBlockedError),
        (429, {}, errors.RateLimitError),
        (503, {}, errors.ServerError),
        (302, {}, errors.APIStatusError),
        (200, {"code": 9999, "message": "m"}, errors.APIStatusError),
        (200, {"success": False, "error": "m"}, errors.APIStatusError),
        (200, {}, errors.APIConnectionError),
    ],
)
def test_every_refusal_has_its_error(
    status: int, body: dict[str, object], expected: type[errors.NemoVideoError]
):
    def answer(_: Request) -> Response:
        return JSONResponse(body, status_code=status, headers={"Location": "http://127.0.0.1:1/"})

    with answering(answer) as url, client(url) as nemo, pytest.raises(errors.NemoVideoError) as got:
        nemo.credits()

    assert type(got.value) is expected
    assert str(pickle.loads(pickle.dumps(got.value))) == str(got.value)


def test_a_rate_limit_carries_how_long_to_wait():
    def answer(_: Request) -> Response:
        return JSONResponse({}, status_code=429, headers={"Retry-After": "17"})

    with answering(answer) as url, client(url) as nemo, pytest.raises(errors.RateLimitError) as got:
        nemo.credits()

    assert got.value.retry_after_seconds == 17


def test_a_message_that_cannot_connect_was_never_sent_and_may_be_tried_again():
    with client("http://127.0.0.1:1") as nemo, pytest.raises(errors.APIConnectionError) as got:
        nemo.send(SESSION, "hello")

    assert type(got.value) is errors.APIConnectionError
    assert got.value.retryable


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        STREAM,
        STREAM + b"10\r\ndata: {",
        STREAM + b'c\r\ndata: {"a":\n\r\n0\r\n\r\n',
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
    ],
    ids=["nothing", "no end", "cut chunk", "cut event", "500", "html"],
)
def test_a_message_whose_outcome_is_unknown_is_never_called_retryable(reply: bytes):
    with (
        raw_server(reply) as url,
        client(url) as nemo,
        pytest.raises(errors.StreamInterruptedError) as got,
    ):
        nemo.send(SESSION, "hello")

    assert not got.value.retryable


def test_a_refused_message_is_told_as_the_refusal():
    def answer(_: Request) -> Response:
        return JSONResponse({"code": 2001, "message": "Not enough credits"})

    with (
        answering(answer) as url,
        client(url) as nemo,
        pytest.raises(errors.InsufficientCreditsError),
    ):
        nemo.send(SESSION, "hello")


@pytest.fixture
def given_up() -> Iterator[threading.Event]:
    """Set when a test is over, so that its service stops; before that a stream has no end."""
    event = threading.Event()
    yield event
    event.set()


def test_silence_on_the_stream_is_given_up_after_the_idle_limit(given_up: threading.Event):
    def silent(_: Request) -> Response:
        def events():
            yield b"data:\n\n"
            given_up.wait()

        return StreamingResponse(events(), media_type="text/event-stream")

    with (
        answering(silent) as url,
        client(url, idle_timeout_seconds=0.3) as nemo,
        pytest.raises(errors.StreamInterruptedError, match="ReadTimeout"),
    ):
        nemo.send(SESSION, "hello")


def test_a_stream_of_heartbeats_only_ends_at_the_hard_limit(given_up: threading.Event):
    def beating(_: Request) -> Response:
        def events():
            while not given_up.wait(0.01):
                yield b"data:\n\n" * 10

        return StreamingResponse(events(), media_type="text/event-stream")

    with (
        answering(beating) as url,
        # The limit is also how long one heartbeat may take, on a busy machine too.
        client(url, message_timeout_seconds=3) as nemo,
        pytest.raises(errors.StreamInterruptedError, match="time limit of 3 s"),
    ):
        nemo.send(SESSION, "hello")


def test_the_three_headers_travel_with_every_request():
    seen: list[tuple[str, set[str]]] = []

    def note(request: Request) -> Response:
        skill = {name for name in request.headers if name.startswith("x-skill-")}
        seen.append((request.url.path, skill))
        return JSONResponse({"code": 404, "message": "no"}, status_code=404)

    with answering(note) as url, client(url) as nemo:
        for call in (
            nemo.open_session,
            nemo.credits,
            lambda: nemo.state(SESSION),
            lambda: nemo.send(SESSION, "hello"),
            lambda: nemo.claim_token(SESSION),
            lambda: nemo.upload_stream(SESSION, "a.mp4", io.BytesIO(b"0"), 1),
            lambda: nemo.upload_url(SESSION, "https://bucket.example/a.mp4"),
            lambda: nemo.submit_render(SESSION, "render_1", {}),
            lambda: nemo.poll_render("render_1"),
            lambda: nemo.cancel_render("render_1"),
            lambda: nemo.download(
                RenderJob(render_id="render_1", status=RenderStatus.COMPLETED), Path("no")
            ),
            lambda: request_anonymous_token(url, "me"),
        ):
            with pytest.raises(errors.NemoVideoError):
                call()

    assert len(seen) == 12
    assert {len(skill) for _, skill in seen} == {3}


def test_a_duplicate_render_id_is_told_as_such():
    def answer(_: Request) -> Response:
        return JSONResponse({"success": False, "error": "Duplicate id"}, status_code=409)

    with (
        answering(answer) as url,
        client(url) as nemo,
        pytest.raises(errors.DuplicateRenderError),
    ):
        nemo.submit_render(SESSION, "render_1", {"t": []})


class ManualClock:
    """Goes only when somebody sleeps, so that looks can be counted."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_render_that_does_not_end_is_given_up_at_its_deadline(monkeypatch: pytest.MonkeyPatch):
    clock = ManualClock()
    monkeypatch.setattr(client_module, "time", clock)

    def answer(_: Request) -> Response:
        return JSONResponse({"status": "processing", "progress": 40})

    seen: list[int] = []
    with (
        answering(answer) as url,
        client(url, render_poll_seconds=1, render_timeout_seconds=0.4) as nemo,
        pytest.raises(errors.RenderError, match="render_1"),
    ):
        nemo.wait_for_render("render_1", seen.append)

    assert clock.now == pytest.approx(0.4)
    assert len(seen) >= 3
    assert set(seen) == {40}


def test_a_failed_render_is_an_answer_with_its_reason():
    def answer(_: Request) -> Response:
        return JSONResponse({"status": "failed", "error": "no font"})

    with answering(answer) as url, client(url) as nemo:
        assert nemo.wait_for_render("render_1").error == "no font"


def test_a_file_that_is_shorter_than_announced_is_an_error_not_a_short_upload():
    def answer(_: Request) -> Response:
        return JSONResponse({"code": 0, "data": {"files": [{"cdn_url": "x"}]}})

    with (
        answering(answer) as url,
        client(url) as nemo,
        pytest.raises(errors.APIConnectionError, match="90 bytes before"),
    ):
        nemo.upload_stream(SESSION, "a.mp4", io.BytesIO(b"0123456789"), 100)


def test_the_token_is_in_no_message_repr_or_traceback(caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    with client("http://127.0.0.1:1") as nemo:
        with pytest.raises(errors.APIConnectionError) as failure:
            nemo.send(SESSION, "hello")
        error = failure.value
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(nemo)

    assert TOKEN.get_secret_value() not in told + caplog.text


def test_no_token_travels_to_a_foreign_host_and_the_service_is_asked_when_the_link_fails(
    target: Path,
):
    seen: list[str | None] = []

    def foreign(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response(status_code=403)

    def service(request: Request) -> Response:
        assert request.url.path.endswith("/api/render/proxy/render_1/download")
        assert request.headers["Authorization"] == f"Bearer {TOKEN.get_secret_value()}"
        return Response(b"video", media_type="video/mp4")

    with answering(foreign) as cdn, answering(service) as url, client(url) as nemo:
        job = RenderJob(
            render_id="render_1", status=RenderStatus.COMPLETED, url=f"{cdn}/render_1.mp4"
        )
        nemo.download(job, target)

    assert seen == [None]
    assert target.read_bytes() == b"video"


def test_a_redirect_of_a_link_is_followed_and_checked(target: Path):
    def answer(request: Request) -> Response:
        if request.url.path.endswith("/a"):
            return Response(status_code=302, headers={"Location": "b"})
        return Response(b"video")

    with answering(answer) as url, client(url) as nemo:
        nemo.download(
            RenderJob(render_id="r", status=RenderStatus.COMPLETED, url=f"{url}/a"), target
        )

    assert target.read_bytes() == b"video"


def test_a_download_that_breaks_off_leaves_no_file(target: Path):
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
    job = RenderJob(render_id="r", status=RenderStatus.COMPLETED)

    with (
        raw_server(short) as url,
        client(url) as nemo,
        pytest.raises(errors.APIConnectionError),
    ):
        nemo.download(job, target)

    assert list(target.parent.iterdir()) == []
