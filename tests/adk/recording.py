"""The engine's streams as they come over its socket, every kind of event among them."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import httpx

from socialcopy.engine.api.server import serve
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.headers import attribution_headers
from socialcopy.nemovideo.schemas import run_request
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)
from tests.fault_injection import Fault, create_faulty_app
from tests.wire_forms import wire_forms

MESSAGES = {
    "captions": "write social media captions for Instagram and X based on this video",
    "edit": "add a title saying “Größe 🎬”",
    "refused": "add a rainbow",
    "failed": "mute it",
}
"""Each is sent twice, the second time with ADK's `streaming`, which asks for fragments."""

FAILURE = Fault(at="message", does="fail", after=6, times=2)


def record(clip: Path, folder: Path, framing: str, heartbeat: str) -> dict[str, bytes]:
    """The raw bytes of one stream for each message, by its name."""
    engine = EngineSettings(heartbeat_seconds=0.02)
    forms = wire_forms(framing=framing, heartbeat=heartbeat)
    data = DataSettings(data_dir=folder)
    with ExitStack() as stack:
        settings = engine, SpeechSettings(), MediaSettings(), data
        url = stack.enter_context(serve(create_faulty_app(*settings, FAILURE, forms=forms)))
        token = request_anonymous_token(url, "recorder").token
        nemo = stack.enter_context(NemoVideo(url, token, NemoVideoSettings()))
        session = nemo.open_session("en")
        with clip.open("rb") as body:
            nemo.upload_stream(session, clip.name, body, clip.stat().st_size)
        bearer = {"Authorization": f"Bearer {token.get_secret_value()}", **attribution_headers()}
        return {
            f"{name}{'-streaming' if streaming else ''}": httpx.post(
                f"{url}/run_sse",
                json={**run_request(session.session_id, text), "streaming": streaming},
                headers=bearer,
                timeout=120,
            ).content
            for name, text in MESSAGES.items()
            for streaming in (False, True)
        }
