"""How files come in: by multipart or by address, whole, within limits, and from nowhere else."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from socialcopy.models import Session
from socialcopy.nemovideo import errors
from socialcopy.nemovideo.multipart import Upload
from tests.conftest import ffmpeg
from tests.engine.conftest import upload
from tests.engine.servers import EngineServer, bearer


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(engine: EngineServer, clips: Path):
    engine.serve(max_upload_bytes=10_000)
    nemo = engine.client()

    with pytest.raises(errors.FileTooLargeError):
        upload(nemo, nemo.open_session(), clips / "spoken.mp4")

    assert list((engine.folder / "engine/incoming").iterdir()) == []


def test_a_body_far_over_the_limit_is_refused_by_its_announced_length(
    engine: EngineServer, tmp_path: Path
):
    engine.serve(max_upload_bytes=1_000)
    nemo = engine.client()
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(3_000_000))

    with pytest.raises(errors.FileTooLargeError):
        upload(nemo, nemo.open_session(), big)


def test_a_long_upload_to_a_lost_session_is_told_so(engine: EngineServer, tmp_path: Path):
    engine.serve()
    nemo = engine.client()
    big = tmp_path / "big.mp4"
    big.write_bytes(bytes(8_000_000))

    with pytest.raises(errors.SessionNotFoundError):
        upload(nemo, Session(session_id="1000000000000000001"), big)


def test_several_files_in_one_request_are_all_kept(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
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


def test_every_documented_kind_of_file_is_taken(engine: EngineServer, tmp_path: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    for kind in EVERY_KIND:
        is_sound = kind in ("mp3", "wav", "m4a", "aac")
        source = "sine=300:d=1" if is_sound else "color=red:s=64x64:r=5:d=1"
        one = ("-frames:v", "1") if kind in ("jpg", "png", "gif", "webp") else ()
        ffmpeg("-f", "lavfi", "-i", source, *one, str(tmp_path / f"file.{kind}"))
        upload(nemo, session, tmp_path / f"file.{kind}")

    infos = nemo.state(session)["video_infos"]
    assert [info["file_type"] for info in infos] == ["video"] * 5 + ["image"] * 4 + ["audio"] * 4


def test_of_several_files_all_are_taken_or_none(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
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
        ("application/json", b'{"urls": []}', 422),
        ("application/json", b"{", 422),
    ],
)
def test_a_damaged_upload_is_a_bad_request(
    engine: EngineServer, content_type: str, body: bytes, status: int
):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()

    answer = httpx.post(
        f"{engine.url}/api/upload-video/nemo_agent/me/{session.session_id}",
        content=body,
        headers={**bearer(nemo), "Content-Type": content_type},
    )

    assert answer.status_code == status


@contextmanager
def files_at(folder: Path, *, redirect_to: str = "") -> Generator[tuple[str, list[str]]]:
    """A plain file server, or one that redirects everything; with the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
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


def test_a_video_is_fetched_from_a_listed_host(engine: EngineServer, clips: Path):
    with files_at(clips) as (host, _):
        engine.serve(url_hosts=(host,))
        nemo = engine.client()

        urls = [f"http://{host}/{name}.mp4?X-Amz-Signature=s" for name in ("silent", "spoken")]
        assets = nemo.upload_url(nemo.open_session(), *urls)

    assert [asset.filename for asset in assets] == ["silent.mp4", "spoken.mp4"]


def test_no_other_host_is_ever_asked(engine: EngineServer, clips: Path):
    with files_at(clips) as (host, asked):
        engine.serve(url_hosts=("bucket.example:443",))
        nemo = engine.client()
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


def test_a_redirect_of_a_listed_host_is_not_followed(engine: EngineServer, clips: Path):
    with (
        files_at(clips) as (target, asked),
        files_at(clips, redirect_to=f"http://{target}/silent.mp4") as (host, _),
    ):
        engine.serve(url_hosts=(host,))
        nemo = engine.client()
        with pytest.raises(errors.BadRequestError, match="302"):
            nemo.upload_url(nemo.open_session(), f"http://{host}/silent.mp4")

    assert asked == []


def test_a_fetched_file_is_cut_off_at_the_limit(engine: EngineServer, clips: Path):
    with files_at(clips) as (host, _):
        engine.serve(url_hosts=(host,), max_upload_bytes=10_000)
        nemo = engine.client()
        with pytest.raises(errors.FileTooLargeError):
            nemo.upload_url(nemo.open_session(), f"http://{host}/spoken.mp4")

    assert list((engine.folder / "engine/incoming").iterdir()) == []
