"""The reply is lost after the service acted: nothing is ever sent a second time."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from socialcopy.engine import records
from socialcopy.engine.app import create_app
from socialcopy.engine.server import serve
from socialcopy.models import Brief, Claim, MediaInfo
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    Fault,
    NemoVideoSettings,
    S3Settings,
)
from socialcopy.stages import intake, requests
from socialcopy.stages.errors import OutcomeUnknownError, StageError
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import claims
from socialcopy.storage.journal import Journal
from tests.conftest import ffmpeg
from tests.pipeline.conftest import workshop

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


Serving = Callable[..., Workshop]


@pytest.fixture
def place(store: S3Settings, tmp_path: Path) -> Iterator[tuple[Workshop, str]]:
    data = DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir)
    shop = workshop(
        data,
        store,
        "dropped",
        nemo=NemoVideoSettings(render_poll_seconds=0.2),
        engine=EngineSettings(
            message_cost_credits=1, grant_credits=10_000, faults=FAULTS, fault_seed=SEED
        ),
    )
    shop.bucket.ensure()
    with serve(create_app(shop.engine, shop.speech, shop.media, data)) as url:
        yield shop, url


def walk(shop: Workshop, url: str, key: str) -> str:
    """Take a video to its master, in as many attempts as the pipeline gives it."""
    for _ in range(claims.MAX_FAILURES):
        claim = intake.claim_video(shop, key, Brief())
        if claim is None:
            return "parked"
        try:
            with intake.holding(shop, claim):
                return _attempt(shop, url, claim)
        except (StageError, NemoVideoError):
            continue
    return "parked"


def _attempt(shop: Workshop, url: str, claim: Claim) -> str:
    media = intake.validate_video(shop, claim)
    assert isinstance(media, MediaInfo)
    requests.authenticate(shop, url)
    session = requests.open_session(shop, claim, url)
    requests.upload_video(shop, claim, session, url)
    requests.request_captions(shop, claim, session, media, url)
    requests.render_master(shop, claim, session, url)
    claims.finish(shop.bucket, claim)
    return "reconciled"


def ledger(shop: Workshop) -> Counter[str]:
    entries = records.entries(shop.data.data_dir / "engine" / "ledger.jsonl")
    return Counter(entry["move"] for entry in entries)


@pytest.mark.parametrize("videos", [8, pytest.param(250, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_000)
def test_no_message_and_no_render_is_sent_twice(
    place: tuple[Workshop, str], tiny: Path, videos: int
):
    """Each video loses the reply to its message and to its render: two dropped replies each."""
    shop, url = place
    endings: Counter[str] = Counter()
    for number in range(videos):
        key = f"inbox/{videos}-{number}.mp4"
        shop.bucket.upload(tiny, key, "video/mp4")
        endings[walk(shop, url, key)] += 1

    moves = ledger(shop)
    jobs = (shop.data.data_dir / "engine" / "renders").glob("*/job.json")
    renders = [json.loads(job.read_text())["submissions"] for job in jobs]
    assert moves["freeze"] == videos
    assert moves["settle"] == videos
    assert renders == [1] * videos
    assert sum(endings.values()) == videos
    assert endings["reconciled"] == videos, endings


def test_a_message_of_which_nothing_ever_shows_is_parked_with_its_reason(
    store: S3Settings, tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(requests, "RECOVERY_SECONDS", 1.5)
    data = DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir)
    shop = workshop(
        data,
        store,
        "dropped",
        nemo=NemoVideoSettings(message_timeout_seconds=1),
        engine=EngineSettings(
            message_cost_credits=1,
            heartbeat_seconds=0.2,
            faults=(Fault(at="message", does="lose", times=0),),
        ),
    )
    shop.bucket.ensure()
    shop.bucket.upload(tiny, "inbox/lost.mp4", "video/mp4")
    claim = intake.claim_video(shop, "inbox/lost.mp4", Brief())
    assert claim
    with (
        serve(create_app(shop.engine, shop.speech, shop.media, data)) as url,
        pytest.raises(OutcomeUnknownError, match="not sent again"),
        intake.holding(shop, claim),
    ):
        _attempt(shop, url, claim)

    assert ledger(shop)["freeze"] == 1
    assert intake.claim_video(shop, "inbox/lost.mp4", Brief()) is None


def test_a_worker_that_died_before_it_sent_costs_nobody_seventeen_minutes(
    store: S3Settings, tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
):
    """Our engine lists its messages, so "it never arrived" can be proven of the first one too."""
    monkeypatch.setattr(requests, "ARRIVAL_SECONDS", 0.5)
    monkeypatch.setattr(requests, "RECOVERY_SECONDS", 30.0)
    shop = workshop(
        DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir),
        store,
        "died-before",
        nemo=NemoVideoSettings(render_poll_seconds=0.2),
        engine=EngineSettings(message_cost_credits=1),
    )
    shop.bucket.ensure()
    shop.bucket.upload(tiny, "inbox/silent-death.mp4", "video/mp4")
    source = shop.bucket.head("inbox/silent-death.mp4")
    dead = claims.owner_name().replace("started ", "started 0")
    claim = claims.acquire(shop.bucket, source, Brief(), owner=dead, watch=shop.watch)
    assert claim
    with serve(create_app(shop.engine, shop.speech, shop.media, shop.data)) as url:
        session = requests.open_session(shop, claim, url)
        requests.upload_video(shop, claim, session, url)
        with requests.nemovideo(shop, url, session.user_id) as service:
            intent = requests.snapshot(service, session, requests.prompt(claim, session))
        Journal(shop.bucket, claim).begin("caption-intent-1", {**intent, "owner": dead})

        assert walk(shop, url, "inbox/silent-death.mp4") == "reconciled"
    assert ledger(shop)["freeze"] == 1
