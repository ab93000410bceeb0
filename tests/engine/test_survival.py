"""Kill the engine at the worst moment: what was begun is finished by the next one."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from socialcopy.engine.store.documents import LocalDocuments
from socialcopy.engine.store.queue import ITEM
from socialcopy.engine.store.sessions import Sessions
from socialcopy.models import DEFAULT_PLATFORMS, RenderStatus, Session
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import copy_in, fingerprint, message_statuses
from socialcopy.nemovideo.errors import StreamInterruptedError
from socialcopy.nemovideo.schemas import run_request
from tests.conftest import ffmpeg, processes, until
from tests.engine.conftest import EngineProcess, upload

Start = Callable[..., EngineProcess]
CAPTIONS = (
    "Write social media captions for Instagram, X and LinkedIn based on this video. "
    '"Spring is here, and our mugs are blue."'
)


def wait_for_copy(nemo: NemoVideo, session: Session) -> dict[str, Any]:
    def completed() -> dict[str, Any] | None:
        state = nemo.state(session)
        return state if "completed" in message_statuses(state).values() else None

    return until(completed)


def send_and_kill(engine: EngineProcess, session: Session) -> None:
    """Kill the engine as soon as it says that it has begun."""

    def kill(_: str) -> None:
        engine.kill()

    with engine.client() as nemo, pytest.raises(StreamInterruptedError):
        nemo.send(session, CAPTIONS, kill)


def test_a_message_is_finished_after_a_kill(start: Start, clips: Path):
    engine = start()
    with engine.client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clips / "spoken.mp4")
        before = fingerprint(nemo.state(session))
    send_and_kill(engine, session)

    with start().client() as nemo:
        state = wait_for_copy(nemo, session)

    assert set(copy_in(state)) == set(DEFAULT_PLATFORMS)
    assert len(state["generated_media"]) == len(DEFAULT_PLATFORMS)
    assert fingerprint(state) != before


def test_a_message_that_was_listed_but_not_accepted_before_a_kill_is_sent_anew(
    start: Start, clips: Path
):
    engine = start()
    with engine.client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clips / "silent.mp4")
    engine.kill()
    documents = LocalDocuments(engine.folder / "engine")
    message = {"name": "half", "attempts": 0, "is_accepted": False, "text": CAPTIONS}
    whose = {"session_id": session.session_id, "user_id": session.user_id}
    documents.create("unfinished/messages/half.json", {**message, **whose}, ITEM)
    Sessions(documents).begin(session.session_id, "half")

    with start().client() as nemo:
        until(lambda: message_statuses(nemo.state(session)) == {})
        nemo.send(session, CAPTIONS)
        assert copy_in(nemo.state(session))


def test_a_message_is_finished_though_its_sender_is_gone(start: Start, clips: Path):
    engine = start()
    with engine.client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clips / "silent.mp4")
        with httpx.stream(
            "POST",
            f"{engine.url}/run_sse",
            json=run_request(session.session_id, CAPTIONS),
            headers={"Authorization": f"Bearer {nemo._token.get_secret_value()}"},
        ) as response:
            assert response.is_success  # and hang up without reading a byte

        assert copy_in(wait_for_copy(nemo, session))


def test_a_render_is_finished_after_a_kill(start: Start, tmp_path: Path):
    clip = tmp_path / "long.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=10", "-c:v", "libx264",
           "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(clip))  # fmt: skip
    engine = start()
    with engine.client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clip)
        nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
        for process in until(lambda: running_ffmpegs(tmp_path)):
            os.kill(process, signal.SIGSTOP)  # so that it can't just come to its end
    engine.kill()

    try:
        until(lambda: not running_ffmpegs(tmp_path), seconds=60)
    finally:
        for process in running_ffmpegs(tmp_path):
            os.kill(process, signal.SIGKILL)
    with start().client() as nemo:
        job = nemo.wait_for_render("render_1")
        nemo.download(job, tmp_path / "master.mp4")

    assert job.status is RenderStatus.COMPLETED
    assert (tmp_path / "master.mp4").stat().st_size > 100_000


def running_ffmpegs(folder: Path) -> list[int]:
    """Encoders at work in an engine's folder; one that is still being started is a Python."""
    found = processes(str(folder)).items()
    return [process for process, line in found if Path(line.split()[0]).name == "ffmpeg"]


def test_an_engine_told_to_end_leaves_its_work_for_the_next(start: Start, clips: Path):
    engine = start()
    with engine.client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clips / "spoken.mp4")
        ending: list[threading.Thread] = []

        def end(_: str) -> None:
            if not ending:
                ending.append(threading.Thread(target=engine.end))
                ending[0].start()

        with contextlib.suppress(StreamInterruptedError):
            nemo.send(session, CAPTIONS, end)
        ending[0].join()

    with start().client() as nemo:
        assert copy_in(wait_for_copy(nemo, session))


def test_two_engines_share_a_folder_and_do_everything_once(start: Start, clips: Path):
    one, other = start(), start()
    with one.client() as nemo, other.client() as second:
        session = nemo.open_session()
        upload(second, session, clips / "silent.mp4")
        assert nemo.send(session, CAPTIONS)
        state = second.state(session)

    assert list(message_statuses(state).values()) == ["completed"]
    assert len(state["generated_media"]) == len(DEFAULT_PLATFORMS)


class BigClip:
    """A real clip with 50 MB of padding behind it, made up while it is read."""

    PADDING_BYTES = 50_000_000

    def __init__(self, clip: Path) -> None:
        header = (self.PADDING_BYTES + 8).to_bytes(4, "big") + b"free"
        self._start = clip.read_bytes() + header
        self.size_bytes = len(self._start) + self.PADDING_BYTES
        self._read_bytes = 0

    def read(self, size: int, /) -> bytes:
        at = self._read_bytes
        piece = self._start[at : at + size] or bytes(min(size, self.size_bytes - at))
        self._read_bytes += len(piece)
        return piece


def test_an_upload_of_50_mb_takes_no_memory(start: Start, clips: Path):
    engine = start()
    with engine.client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clips / "silent.mp4")
        before = engine.peak_rss_bytes()
        big = BigClip(clips / "silent.mp4")
        asset = nemo.upload_stream(session, "big.mp4", big, big.size_bytes)

    assert asset.duration_seconds == pytest.approx(4, abs=0.2)
    assert engine.peak_rss_bytes() - before < 12_000_000
