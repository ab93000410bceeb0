"""The reply is lost after the service acted: nothing is ever sent a second time."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief, MediaInfo
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.pipeline import client
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import ParkedError, StageError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption, render, upload, validate
from socialcopy.pipeline.steps import caption as caption_step
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    NemoVideoSettings,
    S3Settings,
)
from socialcopy.storage import claims
from tests.conftest import ffmpeg
from tests.fault_injection import Fault, create_faulty_app
from tests.pipeline.conftest import make_context

SEED = int(os.environ.get("FAULT_SEED", "20261122"))
KINDS = ("drop_reply", "drop_stream")
FAULTS = (
    *(Fault(at="message", does=kind, times=0, share=0.5) for kind in KINDS),  # type: ignore[arg-type]
    Fault(at="message", does="drop_reply", times=0),
    Fault(at="render", does="drop_reply", times=0),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("tiny") / "tiny.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1", "-c:v", "libx264", "-preset",
           "ultrafast", "-pix_fmt", "yuv420p", str(target))  # fmt: skip
    return target


Serving = Callable[..., Context]


@pytest.fixture
def pipeline(store: S3Settings, tmp_path: Path) -> Iterator[tuple[Context, str]]:
    data = DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir)
    context = make_context(
        data,
        store,
        "dropped",
        nemo=NemoVideoSettings(render_poll_seconds=0.2),
        engine=EngineSettings(message_cost_credits=1, grant_credits=10_000),
    )
    context.bucket.ensure()
    settings = context.engine, context.speech, context.media, data
    with serve(create_faulty_app(*settings, *FAULTS, seed=SEED)) as url:
        yield context, url


def walk(context: Context, url: str, key: str) -> str:
    """Take a video to its master, in as many attempts as the pipeline gives it."""
    for _ in range(claims.MAX_FAILURES):
        job = claim_module.claim_video(context, key, Brief())
        if job is None:
            return "parked"
        try:
            with claim_module.holding(job):
                return _attempt(context, url, job)
        except (StageError, NemoVideoError):
            continue
    return "parked"


def _attempt(context: Context, url: str, job: Job) -> str:
    media = validate.validate_video(job)
    assert isinstance(media, MediaInfo)
    client.authenticate(context, url)
    session = upload.open_session(job, url)
    upload.upload_video(job, session, url)
    caption.request_captions(job, session, media, url)
    render.render_master(job, session, url)
    job.lease.finish()
    return "reconciled"


def ledger(context: Context) -> Counter[str]:
    entries = json_files.entries(context.data.data_dir / "engine" / "ledger.jsonl")
    return Counter(entry["move"] for entry in entries)


@pytest.mark.parametrize("videos", [8, pytest.param(250, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_000)
def test_no_message_and_no_render_is_sent_twice(
    pipeline: tuple[Context, str], tiny: Path, videos: int
):
    """Each video loses the reply to its message and to its render: two dropped replies each."""
    context, url = pipeline
    endings: Counter[str] = Counter()
    for number in range(videos):
        key = f"inbox/{videos}-{number}.mp4"
        context.bucket.upload(tiny, key, "video/mp4")
        endings[walk(context, url, key)] += 1

    moves = ledger(context)
    jobs = (context.data.data_dir / "engine" / "renders").glob("*/job.json")
    renders = [json.loads(job.read_text())["submissions"] for job in jobs]
    assert moves["freeze"] == videos
    assert moves["settle"] == videos
    assert renders == [1] * videos
    assert sum(endings.values()) == videos
    assert endings["reconciled"] == videos, endings


def test_a_message_of_which_nothing_ever_shows_is_parked_with_its_reason(
    store: S3Settings, tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(caption_step, "RECOVERY_SECONDS", 1.5)
    data = DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir)
    context = make_context(
        data,
        store,
        "dropped",
        nemo=NemoVideoSettings(message_timeout_seconds=1),
        engine=EngineSettings(message_cost_credits=1, heartbeat_seconds=0.2),
    )
    context.bucket.ensure()
    context.bucket.upload(tiny, "inbox/lost.mp4", "video/mp4")
    job = claim_module.claim_video(context, "inbox/lost.mp4", Brief())
    assert job
    lost = Fault(at="message", does="lose", times=0)
    app = create_faulty_app(context.engine, context.speech, context.media, data, lost)
    with (
        serve(app) as url,
        pytest.raises(ParkedError, match="not sent again"),
        claim_module.holding(job),
    ):
        _attempt(context, url, job)

    assert ledger(context)["freeze"] == 1
    assert claim_module.claim_video(context, "inbox/lost.mp4", Brief()) is None


def test_a_worker_that_died_before_it_sent_costs_nobody_seventeen_minutes(
    store: S3Settings, tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
):
    """Our engine lists its messages, so "it never arrived" can be proven of the first one too."""
    monkeypatch.setattr(caption_step, "ARRIVAL_SECONDS", 0.5)
    monkeypatch.setattr(caption_step, "RECOVERY_SECONDS", 30.0)
    context = make_context(
        DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir),
        store,
        "died-before",
        nemo=NemoVideoSettings(render_poll_seconds=0.2),
        engine=EngineSettings(message_cost_credits=1),
    )
    context.bucket.ensure()
    context.bucket.upload(tiny, "inbox/silent-death.mp4", "video/mp4")
    source = context.bucket.head("inbox/silent-death.mp4")
    dead = claims.owner_name().replace("started ", "started 0")
    lease = claims.acquire(context.bucket, source, Brief(), owner=dead, watch=context.watch)
    assert lease
    job = Job(context, lease)
    with serve(create_app(context.engine, context.speech, context.media, context.data)) as url:
        session = upload.open_session(job, url)
        upload.upload_video(job, session, url)
        with client.nemovideo(context, url, session.user_id) as service:
            intent = caption.snapshot(service, session, caption.prompt(job, session))
        job.journal.begin("caption-intent-1", {**intent, "owner": dead})

        assert walk(context, url, "inbox/silent-death.mp4") == "reconciled"
    assert ledger(context)["freeze"] == 1
