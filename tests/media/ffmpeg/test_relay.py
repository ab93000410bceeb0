"""A presigned URL is read through us: a decoder gets bytes, and neither the URL nor a network."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from socialcopy.cli.doctor import sandbox
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits, guarded_input, run
from socialcopy.settings import MediaSettings
from tests.conftest import ffmpeg
from tests.sandbox.lacking import lacking

LIMITS = Limits(wall_seconds=120, memory_bytes=2_000_000_000)
SIGNED = "X-Amz-Signature=abc123"


class Store(BaseHTTPRequestHandler):
    """Serves one file by ranges, and sends whoever asks for another one elsewhere."""

    data = b""
    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        if not self.path.startswith("/clip"):
            self.send_response(302)
            self.send_header("Location", "/clip.mp4")
            self.end_headers()
            return
        first, last = re.fullmatch(
            r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-")
        ).groups()  # pyright: ignore[reportOptionalMemberAccess]
        part = self.data[int(first) : int(last) + 1 if last else None]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        total = len(self.data)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{total}")
        self.end_headers()
        try:
            self.wfile.write(part)
        except OSError:  # it has seen enough
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """Its address; the clip's table of contents is at the end, so it is read by jumping."""
    clip = tmp_path / "clip.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:d=3", "-c:v", "libx264", str(clip))
    Store.data, Store.asked = clip.read_bytes(), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_video_is_probed_over_its_url(store: str):
    info = probe(f"{store}/clip.mp4?{SIGNED}", size_bytes=1, settings=MediaSettings())

    assert info.duration_ms == 3_000
    assert set(Store.asked) == {f"/clip.mp4?{SIGNED}"}


def test_the_decoder_is_not_told_the_url(store: str):
    argv = ["echo", *guarded_input(f"{store}/clip.mp4?{SIGNED}", max_pixels=1)]

    told = run(argv, limits=LIMITS).stdout.decode()
    assert "127.0.0.1" in told
    assert SIGNED not in told
    assert store not in told


def test_a_redirect_leads_nowhere(store: str):
    with pytest.raises(ToolFailedError):
        probe(f"{store}/elsewhere.mp4?{SIGNED}", size_bytes=1, settings=MediaSettings())

    assert Store.asked
    assert not any(path.startswith("/clip") for path in Store.asked)


def test_a_store_that_is_away_fails_the_tool(store: str):
    with pytest.raises(ToolFailedError):
        probe("http://127.0.0.1:9/clip.mp4", size_bytes=1, settings=MediaSettings())


def test_two_urls_at_once_keep_apart(store: str):
    infos: list[int] = []

    def look() -> None:
        info = probe(f"{store}/clip.mp4", size_bytes=1, settings=MediaSettings())
        infos.append(info.duration_ms)

    lookers = [threading.Thread(target=look) for _ in range(6)]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join()

    assert infos == [3_000] * 6


@pytest.mark.parametrize("lock", ["namespaces", "landlock", "seccomp"])
def test_a_url_and_a_file_are_read_on_machines_with_fewer_locks(
    store: str, tmp_path: Path, lock: str
):
    with lacking(lock):
        by_url = probe(f"{store}/clip.mp4?{SIGNED}", size_bytes=1, settings=MediaSettings())
        by_path = probe(tmp_path / "clip.mp4", size_bytes=1, settings=MediaSettings())
        argv = ["ffmpeg", "-v", "error", *guarded_input(tmp_path / "clip.mp4", max_pixels=10**7)]
        run([*argv, "-c", "copy", "copy.mp4"], limits=LIMITS, cwd=tmp_path)

    assert by_url.duration_ms == by_path.duration_ms == 3_000
    assert (tmp_path / "copy.mp4").stat().st_size > 1_000


@pytest.mark.parametrize(
    ("locks", "good", "said"),
    [
        ((), True, "namespaces, Landlock"),
        (("namespaces",), True, "keep decoders from files"),
        (("namespaces", "landlock"), False, "do not keep decoders from reading your files"),
    ],
)
def test_the_doctor_says_what_is_missing(locks: tuple[str, ...], good: bool, said: str):
    with lacking(*locks):
        check = sandbox()

    assert check.good is good
    assert said in check.finding
    assert bool(check.advice) is bool(locks)
