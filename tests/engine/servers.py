"""Engines with chosen settings and a clock to move on, and clients of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from starlette.middleware import Middleware

from socialcopy.engine.agent import Agent
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.headers import attribution_headers
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)


class Clock:
    """A clock that a test moves on."""

    seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class EngineServer:
    """An engine with chosen settings, and clients of it."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.folder = folder
        self.clock = Clock()
        self.url = ""

    def serve(
        self,
        middleware: Sequence[Middleware] = (),
        agent: Agent | None = None,
        **settings: Any,
    ) -> str:
        app = create_app(
            EngineSettings(**settings),
            SpeechSettings(),
            MediaSettings(),
            DataSettings(data_dir=self.folder),
            now=self.clock,
            agent=agent,
            middleware=middleware,
        )
        self.url = self._stack.enter_context(serve(app))
        return self.url

    def client(self, token: str | None = None) -> NemoVideo:
        secret = SecretStr(token) if token else request_anonymous_token(self.url, "me").token
        settings = NemoVideoSettings(render_poll_seconds=1)
        return self._stack.enter_context(NemoVideo(self.url, secret, settings))


def bearer(nemo: NemoVideo) -> dict[str, str]:
    token = nemo._token.get_secret_value()
    return {"Authorization": f"Bearer {token}", **attribution_headers()}
