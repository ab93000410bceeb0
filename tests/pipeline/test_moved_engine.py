"""An engine that comes back on another port is the same service: what was begun there goes on."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from pydantic import HttpUrl

from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief, MediaInfo
from socialcopy.pipeline import client
from socialcopy.pipeline.steps import caption, claim, render, upload, validate
from socialcopy.settings import DataSettings, EngineSettings, NemoVideoSettings, S3Settings
from tests.conftest import ffmpeg
from tests.pipeline.conftest import make_context


def test_a_job_goes_on_in_its_session_when_the_engine_has_another_port(
    store: S3Settings, tmp_path: Path
):
    clip = tmp_path / "tiny.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1", "-c:v", "libx264", "-preset",
           "ultrafast", "-pix_fmt", "yuv420p", str(clip))  # fmt: skip
    data = DataSettings(data_dir=tmp_path / "data", cache_dir=DataSettings().cache_dir)
    context = make_context(data, store, "moved-engine", engine=EngineSettings())
    context.bucket.ensure()
    context.bucket.upload(clip, "inbox/moved.mp4", "video/mp4")

    @contextmanager
    def engine():
        with serve(create_app(context.engine, context.speech, context.media, data)) as url:
            settings = NemoVideoSettings(api_url=HttpUrl(url), render_poll_seconds=0.2)
            yield context.model_copy(update={"nemo": settings}), url

    job = claim.claim_video(context, "inbox/moved.mp4", Brief())
    assert job
    with claim.holding(job):
        media = validate.validate_video(job)
        assert isinstance(media, MediaInfo)
        with engine() as (here, url):
            client.authenticate(here, url)
            job.context = here
            session = upload.open_session(job, url)
            upload.upload_video(job, session, url)
        with engine() as (there, other_url):
            assert other_url != url
            job.context = there
            assert upload.open_session(job, other_url) == session
            caption.request_captions(job, session, media, other_url)
            assert render.render_master(job, session, other_url).exists()

    assert len(list((data.data_dir / "engine" / "sessions").iterdir())) == 1
    assert len(list((data.data_dir / "engine" / "identities" / "tokens").glob("*.json"))) == 1
