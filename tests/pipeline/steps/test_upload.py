"""A video gets to the service by a presigned URL where it can fetch one, else as a stream."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.models import Asset, Brief, Session
from socialcopy.pipeline import client
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import upload
from socialcopy.pipeline.steps.upload import fetches_itself
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    NemoVideoSettings,
    S3Settings,
)
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import SourceGoneError
from tests.pipeline.conftest import make_context

Begin = Callable[..., tuple[Job, Session, str]]


def context_for(store: S3Settings, folder: Path, upload_by: str, hosts: tuple[str, ...]) -> Context:
    return make_context(
        DataSettings(data_dir=folder),
        store,
        "uploads",
        nemo=NemoVideoSettings(upload_by=upload_by),  # type: ignore[arg-type]
        engine=EngineSettings(url_hosts=hosts),
    )


@pytest.fixture
def begin(store: S3Settings, tmp_path: Path, clips: Path) -> Iterator[Begin]:
    """A claimed video with a session, an engine that may fetch from the store or not."""
    with ExitStack() as stack:

        def begin(upload_by: str, *, is_listed: bool, brief: Brief | None = None):
            listed = (urlsplit(store.endpoint_url or "").netloc,) if is_listed else ()
            context = context_for(store, tmp_path, upload_by, listed)
            context.bucket.ensure()
            key = f"inbox/{tmp_path.name}/Größe + 1.mp4"
            context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
            job = claim_module.claim_video(context, key, brief or Brief())
            assert job
            url = stack.enter_context(
                serve(create_app(context.engine, context.speech, context.media, context.data))
            )
            client.authenticate(context, url)
            return job, upload.open_session(job, url), url

        yield begin


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys whose bytes went through this process."""
    keys: list[str] = []
    whole = Bucket.open

    def noted(bucket: Bucket, source: object):
        keys.append(source.key)  # type: ignore[attr-defined]
        return whole(bucket, source)  # type: ignore[arg-type]

    monkeypatch.setattr(Bucket, "open", noted)
    return keys


def hash_in_state(context: Context, session: Session, url: str) -> str:
    with client.nemovideo(context, url, session.user_id) as service:
        (info,) = service.state(session)["video_infos"]
    return info["hash"]


@pytest.mark.parametrize(
    ("upload_by", "is_listed", "is_carried"),
    [("url", True, False), ("url", False, True), ("stream", True, True), ("auto", True, True)],
    ids=["fetched", "refused-then-streamed", "streamed", "auto-on-one-machine"],
)
def test_the_service_has_the_very_bytes_however_they_got_there(
    begin: Begin,
    opened: list[str],
    clips: Path,
    upload_by: str,
    is_listed: bool,
    is_carried: bool,
):
    job, session, url = begin(upload_by, is_listed=is_listed)
    opened.clear()

    asset = upload.upload_video(job, session, url)

    assert isinstance(asset, Asset)
    assert (job.key in opened) is is_carried
    content = (clips / "silent.mp4").read_bytes()
    assert hash_in_state(job.context, session, url) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("language", ["pt-BR", None])
def test_a_session_is_told_the_language_of_the_brief(begin: Begin, language: str | None):
    job, session, _ = begin("stream", is_listed=False, brief=Brief(language=language))
    kept = job.context.data.data_dir / "engine" / "sessions" / session.session_id / "session.json"

    assert json.loads(kept.read_text())["language"] == language


def test_a_video_that_is_replaced_while_it_is_fetched_is_noticed(begin: Begin, clips: Path):
    job, session, url = begin("url", is_listed=True)
    job.bucket.upload(clips / "spoken.mp4", job.key, "video/mp4")

    with pytest.raises(SourceGoneError):
        upload.upload_video(job, session, url)


@pytest.mark.parametrize(
    ("service", "endpoint", "key", "fetches"),
    [
        ("https://mega-api-prod.nemovideo.ai", None, "inbox/a.mp4", True),
        ("https://mega-api-prod.nemovideo.ai", None, "inbox/a.m4v", False),
        ("https://mega-api-prod.nemovideo.ai", "https://127.0.0.1:8333", "inbox/a.mp4", False),
        ("https://mega-api-prod.nemovideo.ai", "http://127.0.0.1:8333", "inbox/a.mp4", False),
        ("http://127.0.0.1:8390", None, "inbox/a.mp4", False),
    ],
)
def test_a_url_is_offered_where_service_and_store_can_be_reached_from_anywhere(
    tmp_path: Path,
    service: str,
    endpoint: str | None,
    key: str,
    fetches: bool,
):
    context = context_for(S3Settings(endpoint_url=endpoint), tmp_path, "auto", ())

    assert fetches_itself(context, key, service) is fetches
