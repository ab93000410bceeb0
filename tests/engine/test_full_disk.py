"""The engine on a small disk that fills up: it says so, waits, and goes on by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialcopy.engine.agent import Agent
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.engine.store.documents import LocalDocuments
from socialcopy.engine.store.queue import Backlog
from socialcopy.models import RenderStatus
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import message_statuses
from socialcopy.nemovideo.errors import ServerError
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)
from tests.conftest import fill, until
from tests.engine.conftest import upload


@pytest.fixture
def nemo(small_disk: Path) -> Iterator[NemoVideo]:
    data = DataSettings(data_dir=small_disk, min_free_bytes=0)
    app = create_app(EngineSettings(), SpeechSettings(), MediaSettings(), data)
    with serve(app) as url:
        token = request_anonymous_token(url, "tester").token
        with NemoVideo(url, token, NemoVideoSettings(render_poll_seconds=1)) as nemo:
            yield nemo


def test_an_upload_that_does_not_fit_is_told_and_leaves_nothing(
    nemo: NemoVideo, small_disk: Path, clips: Path
):
    session = nemo.open_session()
    fill(small_disk / "filler")
    with pytest.raises(
        ServerError, match=f"the disk of {small_disk}.* is full: 0 MB are free"
    ) as caught:
        upload(nemo, session, clips / "silent.mp4")
    left = list((small_disk / "engine" / "incoming").iterdir())
    (small_disk / "filler").unlink()

    assert caught.value.code == 507
    assert left == []
    upload(nemo, session, clips / "silent.mp4")


def test_a_render_that_does_not_fit_waits_and_is_finished_once_there_is_room(
    nemo: NemoVideo,
    small_disk: Path,
    clips: Path,
    held_renders: threading.Event,
    caplog: pytest.LogCaptureFixture,
):
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
    until(lambda: nemo.poll_render("render_1").status is RenderStatus.PROCESSING)
    fill(small_disk / "filler")
    held_renders.set()
    until(lambda: "is full" in caplog.text)
    waiting = nemo.poll_render("render_1").status
    (small_disk / "filler").unlink()

    assert waiting is RenderStatus.PROCESSING
    assert nemo.wait_for_render("render_1").status is RenderStatus.COMPLETED
    assert "Traceback" not in caplog.text


def test_a_message_that_meets_a_full_disk_is_answered_once_there_is_room(
    nemo: NemoVideo,
    small_disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    go, answer = threading.Event(), Agent.answer

    def held(*values: Any) -> Any:
        go.wait()
        return answer(*values)

    monkeypatch.setattr(Agent, "answer", held)
    session, replies = nemo.open_session(), list[str]()
    sender = threading.Thread(target=lambda: replies.append(nemo.send(session, "hello")))
    sender.start()
    until(lambda: "working" in message_statuses(nemo.state(session)).values())
    fill(small_disk / "filler")
    go.set()
    until(lambda: "is full" in caplog.text)
    (small_disk / "filler").unlink()
    sender.join()

    assert len(replies) == 1
    assert replies[0]
    assert list(message_statuses(nemo.state(session)).values()) == ["completed"]
    assert "Traceback" not in caplog.text


def test_with_less_room_than_is_to_be_left_nothing_is_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    done: list[str] = []
    backlog = Backlog(
        LocalDocuments(tmp_path),
        "queue",
        work=lambda item: done.append(item["name"]),
        give_up=lambda _: None,
        withdraw=lambda _: None,
        workers=1,
        reserve_bytes=10**18,
    )
    with caplog.at_level(logging.WARNING):
        backlog.start()
        backlog.add("a", {})
        until(lambda: "a waits: the disk of" in caplog.text)
        backlog.stop()

    assert done == []
    assert backlog.has("a")
