"""What the pipeline relies on, proven against whichever service is configured."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from socialcopy.copywriting.replies import parse
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import DEFAULT_PLATFORMS, RenderJob, RenderStatus, Session
from socialcopy.nemovideo import errors
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import copy_in, draft_in, is_exportable, timeline_summary
from socialcopy.nemovideo.headers import attribution_headers
from socialcopy.settings import MediaSettings, NemoVideoSettings
from tests.contract.conftest import upload

CAPTIONS = "write social media captions for Instagram, Twitter, and LinkedIn based on this video"
NOWHERE = Session(session_id="1000000000000000001")


@pytest.mark.covers("upload", 0)
@pytest.mark.covers("message", 0)
@pytest.mark.covers("state", 0)
@pytest.mark.covers("render", 0)
@pytest.mark.covers("poll", 0)
@pytest.mark.covers("link", 0)
@pytest.mark.covers("credits", 0)
@pytest.mark.covers("token", 0)
def test_a_video_becomes_captions_and_an_mp4(
    nemo: NemoVideo, session: Session, clips: Path, tmp_path: Path
):
    before = nemo.credits()
    upload(nemo, session, clips / "spoken.mp4", "kettle.mp4")
    reply = nemo.send(session, CAPTIONS)
    state = nemo.state(session)

    texts = parse(reply, DEFAULT_PLATFORMS) or copy_in(state)
    assert set(texts) == set(DEFAULT_PLATFORMS)
    assert all(len(text) > 20 for text in texts.values())

    draft = draft_in(state)
    assert draft is not None
    assert is_exportable(draft)
    render_id = f"render_contract_{session.session_id}"
    nemo.submit_render(session, render_id, draft)
    job = nemo.wait_for_render(render_id)
    assert job.status is RenderStatus.COMPLETED

    target = tmp_path / "master.mp4"
    nemo.download(job, target)
    info = probe(target, size_bytes=target.stat().st_size, settings=MediaSettings())
    assert (info.container, info.video.codec) == ("mp4", "h264")
    assert nemo.credits().total <= before.total


@pytest.mark.covers("session", 0)
def test_a_session_begins_without_anything_exportable(nemo: NemoVideo, session: Session):
    assert not is_exportable(nemo.state(session).get("draft"))


def test_a_session_id_is_text_of_digits(session: Session):
    assert session.session_id.isdigit()
    assert len(session.session_id) >= 19


def test_an_uploaded_video_is_in_the_state(nemo: NemoVideo, session: Session, clips: Path):
    upload(nemo, session, clips / "silent.mp4")

    state = nemo.state(session)
    assert len(state["video_infos"]) == 1
    assert "silent.mp4" in str(state["video_infos"])
    if is_exportable(state.get("draft")):
        assert timeline_summary(state["draft"]).startswith("Timeline (1 track): 1. Video:")


def test_a_balance_adds_up(nemo: NemoVideo):
    available, frozen, total = nemo.credits()

    assert available + frozen == total


DRAFT = {"t": [{"tt": 0, "sg": [{"d": 1_000}]}]}


def every_call(nemo: NemoVideo, session: Session) -> dict[str, Callable[[], object]]:
    """One call of each endpoint that wants a token, by the endpoint's name."""
    return {
        "session": nemo.open_session,
        "claim": lambda: nemo.claim_token(session),
        "message": lambda: nemo.send(session, CAPTIONS),
        "upload": lambda: nemo.upload_stream(session, "a.mp4", io.BytesIO(b"0"), 1),
        "credits": nemo.credits,
        "state": lambda: nemo.state(session),
        "render": lambda: nemo.submit_render(session, "render_x", DRAFT),
        "poll": lambda: nemo.poll_render("render_x"),
        "download": lambda: nemo.download(
            RenderJob(render_id="render_x", status=RenderStatus.COMPLETED), Path("none")
        ),
        "cancel": lambda: nemo.cancel_render("render_x"),
    }


@pytest.mark.parametrize("what", ["state", "message", "render", "upload", "claim"])
@pytest.mark.covers("state", 1002)
@pytest.mark.covers("message", 1002)
@pytest.mark.covers("render", 1002)
@pytest.mark.covers("upload", 1002)
@pytest.mark.covers("claim", 1002)
def test_a_session_that_does_not_exist_is_told(nemo: NemoVideo, what: str):
    with pytest.raises(errors.SessionNotFoundError):
        every_call(nemo, NOWHERE)[what]()


@pytest.mark.parametrize("what", ["poll", "download", "cancel"])
@pytest.mark.covers("poll", 404)
@pytest.mark.covers("download", 404)
@pytest.mark.covers("cancel", 404)
def test_a_render_that_does_not_exist_is_told(nemo: NemoVideo, what: str):
    with pytest.raises((errors.APIStatusError, errors.DownloadError), match=r"404|no render job"):
        every_call(nemo, NOWHERE)[what]()


EVERY_ENDPOINT = (
    "session", "claim", "message", "upload", "credits", "state", "render", "poll", "download",
    "cancel",
)  # fmt: skip


@pytest.mark.parametrize("what", EVERY_ENDPOINT)
@pytest.mark.covers("session", 1001)
@pytest.mark.covers("claim", 1001)
@pytest.mark.covers("message", 1001)
@pytest.mark.covers("upload", 1001)
@pytest.mark.covers("credits", 1001)
@pytest.mark.covers("state", 1001)
@pytest.mark.covers("render", 1001)
@pytest.mark.covers("poll", 1001)
@pytest.mark.covers("download", 1001)
@pytest.mark.covers("cancel", 1001)
def test_a_wrong_token_is_told(api_url: str, settings: NemoVideoSettings, what: str):
    with (
        NemoVideo(api_url, SecretStr("nmv_usr_wrong"), settings) as nemo,
        pytest.raises(errors.AuthenticationError),
    ):
        every_call(nemo, NOWHERE)[what]()


@pytest.mark.covers("download", 0)
@pytest.mark.covers("cancel", 0)
def test_a_pending_render_is_cancelled_and_a_finished_one_comes_through_the_api_too(
    nemo: NemoVideo, session: Session, clips: Path, tmp_path: Path, held_renders: threading.Event
):
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    ids = [f"render_{number}_{session.session_id}" for number in range(4)]
    for render_id in ids:
        nemo.submit_render(session, render_id, draft)
    nemo.cancel_render(ids[-1])
    held_renders.set()
    first = nemo.wait_for_render(ids[0])

    target = tmp_path / "master.mp4"
    nemo.download(first.model_copy(update={"url": None}), target)
    assert nemo.poll_render(ids[-1]).status is RenderStatus.FAILED
    assert probe(target, size_bytes=1, settings=MediaSettings()).video.codec == "h264"


@pytest.mark.covers("upload", 4002)
def test_a_file_over_the_limit_is_refused(
    nemo: NemoVideo, session: Session, settings: NemoVideoSettings
):
    size_bytes = 501_000_000 if settings.api_url else 82_000_000  # the engine's own is set to 80 MB

    class Zeroes:
        def read(self, size: int) -> bytes:
            return bytes(size)

    with pytest.raises(errors.FileTooLargeError):
        nemo.upload_stream(session, "long.mp4", Zeroes(), size_bytes)


@pytest.mark.covers("token", 400)
def test_a_missing_client_id_is_refused(api_url: str):
    assert httpx.post(f"{api_url}/api/auth/anonymous-token").status_code == 400


@pytest.mark.parametrize(
    ("name", "content"),
    [("notes.txt", b"hello"), ("video.mp4", b"This is not a video. " * 99), ("x.mp4", b"0")],
)
@pytest.mark.covers("upload", 4001)
def test_a_file_of_another_kind_is_refused(
    nemo: NemoVideo, session: Session, settings: NemoVideoSettings, name: str, content: bytes
):
    with pytest.raises(errors.UnsupportedFileError) as refused:
        nemo.upload_stream(session, name, io.BytesIO(content), len(content))

    assert "mp4, mov, avi, webm, mkv" in refused.value.message or settings.api_url

    assert not nemo.state(session).get("video_infos")


@pytest.mark.covers("claim", 0)
@pytest.mark.covers("state", 1001)
def test_a_claim_token_opens_links_and_nothing_else(
    nemo: NemoVideo, session: Session, api_url: str, settings: NemoVideoSettings
):
    claim = nemo.claim_token(session)

    assert claim.get_secret_value().startswith("clm_")
    with NemoVideo(api_url, claim, settings) as other, pytest.raises(errors.AuthenticationError):
        other.state(session)


@pytest.mark.covers("render", 402)
def test_an_export_without_the_three_headers_is_blocked(
    nemo: NemoVideo, session: Session, api_url: str, clips: Path
):
    upload(nemo, session, clips / "silent.mp4")
    body = {
        "id": "render_blocked",
        "sessionId": session.session_id,
        "draft": nemo.state(session)["draft"],
    }
    bearer = {"Authorization": f"Bearer {nemo._token.get_secret_value()}"}

    for missing in attribution_headers():
        sent = {key: text for key, text in attribution_headers().items() if key != missing}
        answer = httpx.post(
            f"{api_url}/api/render/proxy/lambda", json=body, headers={**bearer, **sent}
        )
        assert answer.status_code == 402


def test_an_invented_endpoint_does_not_exist(api_url: str):
    assert httpx.post(f"{api_url}/api/v1/generate", json={}).status_code == 404
