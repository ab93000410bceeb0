"""Engines as processes of their own, to be watched and killed, and clips to feed them."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from socialcopy.engine import render_jobs
from socialcopy.models import Session
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.settings import NemoVideoSettings
from tests.conftest import ffmpeg
from tests.engine.servers import EngineServer

ENGINE = """
from pathlib import Path
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import run
from socialcopy.settings import DataSettings, EngineSettings, MediaSettings, SpeechSettings
import sys
run(create_app(EngineSettings(), SpeechSettings(), MediaSettings(),
    DataSettings(data_dir=Path(sys.argv[1]))))
"""


class EngineProcess:
    """An engine in a process of its own."""

    def __init__(self, folder: Path, program: str = ENGINE, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.folder = folder
        self.url = self._announced()

    def _announced(self) -> str:
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], 120)
        assert ready, "the engine did not announce itself"
        return self.process.stdout.readline().strip()

    def client(self) -> NemoVideo:
        settings = NemoVideoSettings(render_poll_seconds=2)
        return NemoVideo(self.url, TokenStore(self.folder, settings).token(self.url), settings)

    def peak_rss_bytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=120)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., EngineProcess]]:
    """Starts engines over one data folder; whatever still runs is ended after the test."""
    started: list[EngineProcess] = []

    def start_one(**environment: str) -> EngineProcess:
        started.append(EngineProcess(tmp_path, **environment))
        return started[-1]

    yield start_one
    for engine in started:
        if engine.process.poll() is None:
            engine.end()
        assert engine.process.stdout
        engine.process.stdout.close()


@pytest.fixture(scope="session")
def odd_clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips that cannot be copied: turned, anamorphic, other codecs, two sounds."""
    folder = tmp_path_factory.mktemp("odd")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2")
    tone = ("-f", "lavfi", "-i", "sine=duration=2:sample_rate=44100")
    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    upright = str(folder / "upright.mp4")
    ffmpeg(*picture, *tone, "-c:v", "mpeg4", "-c:a", "aac", upright)
    ffmpeg("-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90", str(folder / "turned.mp4"))
    ffmpeg(*picture, *h264, "-vf", "setsar=4/3", str(folder / "wide.avi"))
    ffmpeg(*picture, *tone, "-c:v", "libvpx", "-b:v", "200k", "-c:a", "libopus", "-ac", "1",
           str(folder / "web.webm"))  # fmt: skip
    ffmpeg(*picture, *tone, *tone, "-map", "0", "-map", "1", "-map", "2", *h264, "-c:a", "aac",
           str(folder / "two-sounds.mp4"))  # fmt: skip
    ffmpeg(*picture, *h264[:-1], "yuv444p", str(folder / "full-colour.mp4"))
    return folder


@pytest.fixture
def held_renders(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Renders of our engine in this process wait, once begun, until this is set."""
    go, compose = threading.Event(), render_jobs.compose

    def held(*values: Any, **options: Any) -> Any:
        go.wait()
        return compose(*values, **options)

    monkeypatch.setattr(render_jobs, "compose", held)
    yield go
    go.set()


def upload(nemo: NemoVideo, session: Session, clip: Path) -> None:
    with clip.open("rb") as body:
        nemo.upload_stream(session, clip.name, body, clip.stat().st_size)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineServer]:
    with ExitStack() as stack:
        yield EngineServer(stack, tmp_path)
