"""One service, twice: our engine on a real socket and, on demand, NemoVideo itself.

`NEMO_API_URL=https://… pytest -m remote tests/contract` runs the same tests against that service
and spends its credits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import HttpUrl

from socialcopy.models import Session
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.service import service
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)
from tests.engine.conftest import held_renders

__all__ = ["held_renders"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contract")


@pytest.fixture(scope="module", params=["engine", pytest.param("remote", marks=pytest.mark.remote)])
def settings(request: pytest.FixtureRequest) -> NemoVideoSettings:
    if request.param == "remote":
        return NemoVideoSettings(api_url=HttpUrl(os.environ["NEMO_API_URL"]))
    return NemoVideoSettings(api_url=None, token=None, render_poll_seconds=3)


@pytest.fixture(scope="module")
def api_url(settings: NemoVideoSettings, folder: Path) -> Iterator[str]:
    engine = EngineSettings(heartbeat_seconds=0.5, max_upload_bytes=80_000_000)
    data = DataSettings(data_dir=folder)
    with service(settings, engine, SpeechSettings(), MediaSettings(), data) as url:
        yield url


@pytest.fixture(scope="module")
def nemo(settings: NemoVideoSettings, api_url: str, folder: Path) -> Iterator[NemoVideo]:
    token = TokenStore(folder, settings).token(api_url)
    with NemoVideo(api_url, token, settings) as client:
        yield client


@pytest.fixture
def session(nemo: NemoVideo) -> Session:
    return nemo.open_session("en")


def upload(nemo: NemoVideo, session: Session, clip: Path, name: str = "") -> None:
    with clip.open("rb") as body:
        nemo.upload_stream(session, name or clip.name, body, clip.stat().st_size)
