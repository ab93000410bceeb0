"""Our engine's own promises: settings that switch, limits that hold, doors that stay shut."""

from __future__ import annotations

import http.server
import io
import json
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from socialcopy.engine.app import create_app
from socialcopy.engine.errors import BadRequestError
from socialcopy.engine.framing import HEARTBEATS
from socialcopy.engine.server import serve
from socialcopy.engine.uploads import safe_address
from socialcopy.models import RenderStatus, Session
from socialcopy.nemovideo import errors
from socialcopy.nemovideo.attribution import attribution_headers
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.multipart import Upload
from socialcopy.nemovideo.schemas import run_request
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)
from tests.conftest import ffmpeg
from tests.engine.conftest import upload

DAY = 86_400
ASK = "write captions"


class Clock:
    """A clock that a test moves on."""

    seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Place:
    """An engine with chosen settings, and clients of it."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.folder = folder
        self.clock = Clock()
        self.url = ""

    def serve(self, **settings: object) -> str:
        app = create_app(
            EngineSettings(**settings),
            SpeechSettings(),
            MediaSettings(),
            DataSettings(data_dir=self.folder),
            now=self.clock,
        )
        self.url = self._stack.enter_context(serve(app))
        return self.url

    def client(self, token: str | None = None) -> NemoVideo:
        secret = SecretStr(token) if token else request_anonymous_token(self.url, "me").token
        settings = NemoVideoSettings(render_poll_seconds=1)
        return self._stack.enter_context(NemoVideo(self.url, secret, settings))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(stack, tmp_path)


def bearer(nemo: NemoVideo) -> dict[str, str]:
    token = nemo._token.get_secret_value()
    return {"Authorization": f"Bearer {token}", **attribution_headers()}


def raw_stream(place: Place, nemo: NemoVideo, session: Session) -> str:
    body = run_request(session.session_id, ASK)
    return httpx.post(f"{place.url}/run_sse", json=body, headers=bearer(nemo)).text


def test_an_event_has_the_keys_of_adk_in_adks_order(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    stream = raw_stream(place, nemo, session)
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
def test_the_client_understands_every_framing_and_heartbeat(place: Place, framing: str, form: str):
    place.serve(event_framing=framing, heartbeat_form=form, heartbeat_seconds=0.01)
    nemo = place.client()

    assert "upload" in nemo.send(nemo.open_session(), ASK)


def test_heartbeats_come_while_the_engine_works(place: Place, clips: Path):
    place.serve(heartbeat_seconds=0.05)
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "spoken.mp4")

    assert raw_stream(place, nemo, session).count("data:\n\n") >= 3


def test_what_the_agent_cannot_do_it_says_and_changes_nothing(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    before = nemo.state(session)

    reply = nemo.send(session, "add a rainbow over the harbor")
    after = nemo.state(session)

    assert "changed nothing" in reply
    assert {**after, "messages": None} == {**before, "messages": None}


def test_the_state_has_the_five_documented_keys(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
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


def test_a_video_is_understood_once_however_often_it_is_asked_about(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    notes: list[str] = []

    nemo.send(session, ASK, notes.append)
    nemo.send(session, "write captions for X", notes.append)

    assert notes.count("Watching the video.") == 1
    assert len(nemo.state(session)["generated_media"]) == 4


def test_the_session_of_somebody_else_looks_like_none(place: Place, clips: Path):
    place.serve()
    mine, theirs = place.client(), place.client()
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


def test_a_token_ends_after_seven_days(place: Place):
    place.serve()
    nemo = place.client()
    place.clock.seconds += 7 * DAY - 1
    assert nemo.credits() == (100, 0, 100)

    place.clock.seconds += 2
    with pytest.raises(errors.AuthenticationError):
        nemo.credits()


def test_a_token_does_what_its_scopes_say(place: Place, clips: Path):
    place.serve(token_scopes=("read",))
    reader = place.client()
    place.serve(token_scopes=("read", "write"))
    writer = place.client()
    session = writer.open_session()

    assert reader.credits().available == 100
    for forbidden in (reader.open_session, lambda: upload(writer, session, clips / "silent.mp4")):
        with pytest.raises(errors.APIStatusError) as got:
            forbidden()
        assert got.value.code == 403


def test_tokens_are_kept_as_hashes_only(place: Place):
    place.serve()
    token = request_anonymous_token(place.url, "me").token.get_secret_value()

    assert token.startswith("nmv_usr_")
    assert not any(
        token.encode() in path.read_bytes() for path in place.folder.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("client_id", ["", "x" * 65, "tab\tbed"])
def test_a_client_id_is_1_to_64_printable_characters(place: Place, client_id: str):
    place.serve()

    with pytest.raises(errors.BadRequestError):
        request_anonymous_token(place.url, client_id)


def test_allowances_hold_for_seven_days_when_they_are_on(place: Place):
    place.serve(tokens_per_client=1, tokens_per_address=2)
    request_anonymous_token(place.url, "a")
    with pytest.raises(errors.RateLimitError):
        request_anonymous_token(place.url, "a")
    request_anonymous_token(place.url, "b")
    with pytest.raises(errors.RateLimitError):
        request_anonymous_token(place.url, "c")

    place.clock.seconds += 7 * DAY + 1
    request_anonymous_token(place.url, "a")


def test_messages_cost_what_is_set_and_a_resent_one_costs_twice(place: Place):
    place.serve(message_cost_credits=50)
    nemo = place.client()
    session = nemo.open_session()

    nemo.send(session, ASK)
    assert nemo.credits() == (50, 0, 50)
    nemo.send(session, ASK)
    assert nemo.credits() == (0, 0, 0)
    with pytest.raises(errors.InsufficientCreditsError):
        nemo.send(session, ASK)

    ledger = (place.folder / "engine/ledger.jsonl").read_text().splitlines()
    moves = [json.loads(line)["move"] for line in ledger]
    assert moves == ["grant", "freeze", "settle", "freeze", "settle"]


def test_a_message_that_fails_gives_its_credits_back(place: Place, clips: Path):
    place.serve(message_cost_credits=50)
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "spoken.mp4")
    for path in place.folder.rglob("files/*"):
        path.write_bytes(b"damaged behind the engine's back")

    with pytest.raises(errors.StreamInterruptedError):
        nemo.send(session, ASK)

    assert nemo.credits() == (100, 0, 100)
    assert [m["status"] for m in nemo.state(session)["messages"].values()] == ["failed"]


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(place: Place, clips: Path):
    place.serve(max_upload_bytes=10_000)
    nemo = place.client()

    with pytest.raises(errors.FileTooLargeError):
        upload(nemo, nemo.open_session(), clips / "spoken.mp4")

    assert list((place.folder / "engine/incoming").iterdir()) == []


def test_a_body_far_over_the_limit_is_refused_by_its_announced_length(place: Place, tmp_path: Path):
    place.serve(max_upload_bytes=1_000)
    nemo = place.client()
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(3_000_000))

    with pytest.raises(errors.FileTooLargeError):
        upload(nemo, nemo.open_session(), big)


def test_a_long_upload_to_a_lost_session_is_told_so(place: Place, tmp_path: Path):
    place.serve()
    nemo = place.client()
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(8_000_000))

    with pytest.raises(errors.SessionNotFoundError):
        upload(nemo, Session(session_id="1000000000000000001"), big)


def test_several_files_in_one_request_are_all_kept(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    names = ("silent.mp4", "it's \u201ctwo\u201d.mp4", "spoken.mp4")
    contents = [(clips / name).read_bytes() for name in ("silent.mp4", "silent.mp4", "spoken.mp4")]
    files = [
        Upload(name, io.BytesIO(content), len(content))
        for name, content in zip(names, contents, strict=True)
    ]

    assets = nemo.upload_streams(session, files)

    state = nemo.state(session)
    assert tuple(asset.filename for asset in assets) == names
    assert [info["cdn_url"] for info in state["video_infos"]] == [asset.url for asset in assets]
    assert len(state["draft"]["t"][0]["sg"]) == 1
    assert [httpx.get(asset.url).content for asset in assets] == contents


EVERY_KIND = (
    "mp4",
    "mov",
    "avi",
    "webm",
    "mkv",
    "jpg",
    "png",
    "gif",
    "webp",
    "mp3",
    "wav",
    "m4a",
    "aac",
)


def test_every_documented_kind_of_file_is_taken(place: Place, tmp_path: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    for kind in EVERY_KIND:
        is_sound = kind in ("mp3", "wav", "m4a", "aac")
        source = "sine=300:d=1" if is_sound else "color=red:s=64x64:r=5:d=1"
        one = ("-frames:v", "1") if kind in ("jpg", "png", "gif", "webp") else ()
        ffmpeg("-f", "lavfi", "-i", source, *one, str(tmp_path / f"file.{kind}"))
        upload(nemo, session, tmp_path / f"file.{kind}")

    infos = nemo.state(session)["video_infos"]
    assert [info["file_type"] for info in infos] == ["video"] * 5 + ["image"] * 4 + ["audio"] * 4


def test_of_several_files_all_are_taken_or_none(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    clip = (clips / "silent.mp4").read_bytes()
    files = [Upload("one.mp4", io.BytesIO(clip), len(clip)), Upload("x.txt", io.BytesIO(b"x"), 1)]

    with pytest.raises(errors.UnsupportedFileError):
        nemo.upload_streams(session, files)

    assert not nemo.state(session).get("video_infos")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"no multipart at all", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Dis", 400),
        ("text/plain", b"hello", 400),
        ("application/json", b'{"urls": []}', 400),
        ("application/json", b"{", 422),
    ],
)
def test_a_damaged_upload_is_a_bad_request(
    place: Place, content_type: str, body: bytes, status: int
):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()

    answer = httpx.post(
        f"{place.url}/api/upload-video/nemo_agent/me/{session.session_id}",
        content=body,
        headers={**bearer(nemo), "Content-Type": content_type},
    )

    assert answer.status_code == status


@contextmanager
def files_at(folder: Path, *, redirect_to: str = "") -> Generator[tuple[str, list[str]]]:
    """A plain file server, or one that redirects everything; with the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))

        def do_GET(self) -> None:
            asked.append(self.path)
            if not redirect_to:
                return super().do_GET()
            self.send_response(302)
            self.send_header("Location", redirect_to)
            return self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_a_video_is_fetched_from_a_listed_host(place: Place, clips: Path):
    with files_at(clips) as (host, _):
        place.serve(url_hosts=(host,))
        nemo = place.client()

        urls = [f"http://{host}/{name}.mp4?X-Amz-Signature=s" for name in ("silent", "spoken")]
        assets = nemo.upload_url(nemo.open_session(), *urls)

    assert [asset.filename for asset in assets] == ["silent.mp4", "spoken.mp4"]


def test_no_other_host_is_ever_asked(place: Place, clips: Path):
    with files_at(clips) as (host, asked):
        place.serve(url_hosts=("bucket.example:443",))
        nemo = place.client()
        session = nemo.open_session()
        for url in (
            f"http://{host}/silent.mp4",
            f"http://bucket.example:443@{host}/silent.mp4",
            "file:///etc/passwd",
            "http://[::1",
            "gopher://bucket.example:443/",
        ):
            with pytest.raises(errors.BadRequestError):
                nemo.upload_url(session, url)

    assert asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"],  # noqa: S104
)
def test_a_listed_name_that_was_turned_elsewhere_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
):
    def turned(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", turned)

    with pytest.raises(BadRequestError, match="not fetched from"):
        safe_address("bucket.example")


def test_a_redirect_of_a_listed_host_is_not_followed(place: Place, clips: Path):
    with (
        files_at(clips) as (target, asked),
        files_at(clips, redirect_to=f"http://{target}/silent.mp4") as (host, _),
    ):
        place.serve(url_hosts=(host,))
        nemo = place.client()
        with pytest.raises(errors.BadRequestError, match="302"):
            nemo.upload_url(nemo.open_session(), f"http://{host}/silent.mp4")

    assert asked == []


def test_a_fetched_file_is_cut_off_at_the_limit(place: Place, clips: Path):
    with files_at(clips) as (host, _):
        place.serve(url_hosts=(host,), max_upload_bytes=10_000)
        nemo = place.client()
        with pytest.raises(errors.FileTooLargeError):
            nemo.upload_url(nemo.open_session(), f"http://{host}/spoken.mp4")

    assert list((place.folder / "engine/incoming").iterdir()) == []


def test_another_host_header_is_refused(place: Place):
    place.serve()

    answer = httpx.get(f"{place.url}/api/credits/balance/simple", headers={"Host": "evil.example"})

    assert answer.status_code == 400


@pytest.mark.parametrize("shape", ["R1", "R2"])
def test_a_render_is_told_in_both_shapes(place: Place, clips: Path, shape: str):
    place.serve(render_shape=shape)
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    submitted = nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
    job = nemo.wait_for_render("render_1")

    assert submitted.status in ("pending", "processing", "completed")
    assert (job.status, job.progress_percent) == (RenderStatus.COMPLETED, 100)
    assert job.url
    assert job.url.startswith(place.url)


@pytest.mark.parametrize("policy", ["return", "refuse"])
def test_a_render_id_is_used_once(place: Place, clips: Path, policy: str):
    place.serve(duplicate_render=policy)
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    nemo.submit_render(session, "render_1", draft)
    url = nemo.wait_for_render("render_1").url

    if policy == "refuse":
        with pytest.raises(errors.DuplicateRenderError):
            nemo.submit_render(session, "render_1", draft)
    else:
        assert nemo.submit_render(session, "render_1", draft).url == url


def test_a_render_id_of_somebody_else_is_unknown(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.submit_render(session, "render_1", nemo.state(session)["draft"])

    with pytest.raises(errors.APIStatusError) as got:
        place.client().poll_render("render_1")

    assert got.value.code == 404


def test_a_link_is_worth_nothing_without_its_secret(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
    url = nemo.wait_for_render("render_1").url or ""

    assert httpx.get(url).headers["Content-Type"] == "video/mp4"
    assert httpx.get(url[:-12] + "00000000.mp4").status_code == 404


def test_a_pending_job_can_be_cancelled_and_a_finished_one_not(
    place: Place, clips: Path, held_renders: threading.Event
):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    for number in (1, 2, 3):
        nemo.submit_render(session, f"render_{number}", draft)

    nemo.cancel_render("render_3")
    cancelled = nemo.poll_render("render_3")
    assert (cancelled.status, cancelled.error) == (RenderStatus.FAILED, "cancelled")
    held_renders.set()
    nemo.wait_for_render("render_1")
    with pytest.raises(errors.APIStatusError):
        nemo.cancel_render("render_1")


def test_a_draft_that_cannot_be_rendered_fails_with_its_reason(place: Place, clips: Path):
    place.serve()
    nemo = place.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    draft["t"][0]["sg"][0]["asset"] = "../../etc/passwd"
    nemo.submit_render(session, "render_1", draft)

    job = nemo.wait_for_render("render_1")

    assert job.status is RenderStatus.FAILED
    assert "names no video" in (job.error or "")


def test_an_empty_draft_is_not_even_queued(place: Place):
    place.serve()
    nemo = place.client()

    with pytest.raises(errors.BadRequestError):
        nemo.submit_render(nemo.open_session(), "render_1", {"t": []})
