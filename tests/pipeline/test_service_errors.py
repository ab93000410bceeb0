"""Every "no" of the service, at every step: the job ends as the protocol's table says, exactly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialcopy import json_files, keys
from socialcopy.cli.progress import outcome_of
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief, MediaInfo, Rejection
from socialcopy.pipeline import client, outcomes
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import StageError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
)
from socialcopy.storage import jobs
from tests.fault_injection import Fault, create_faulty_app
from tests.pipeline.conftest import make_context

STEPS = ("token", "session", "upload", "credits", "state", "message", "render", "poll", "download")
CODES = (1001, 1002, 2001, 4001, 4002, 400, 402, 429)
EXPORT = ("render", "poll", "download")

GOES_ON = "goes on"
STARTS_OVER = "another session, then goes on"
WAITS = "waits for credits"
REJECTED = "rejected"
PARKED = "parked"
FROM_SOURCE = "goes on with the source as its master"


def table(code: int, step: str) -> str:  # noqa: PLR0911  (a line each)
    """The protocol's table (`pipeline/service_errors.py`, `docs/protocol.md`)."""
    if code == 429:
        return GOES_ON
    if code == 2001:
        return WAITS
    if code in (4001, 4002):
        return REJECTED
    if code == 402:
        return FROM_SOURCE if step in EXPORT else PARKED
    if code == 400:
        return GOES_ON if step == "token" else PARKED
    if step == "session" or (step, code) == ("token", 1001):
        return GOES_ON
    if step == "token":
        return PARKED
    return PARKED if step in EXPORT else STARTS_OVER


class FaultyPipeline:
    """A pipeline with an engine that has a plan of faults."""

    def __init__(self, context: Context, api_url: str, key: str) -> None:
        self.key = key
        self.context = context
        self.api_url = api_url

    def attempt(self) -> str:
        """Claim a video and take it as far as its master; what the attempt ended with."""
        job = claim_module.claim_video(self.context, self.key, Brief())
        assert job
        try:
            with claim_module.holding(job):
                return self._walk(job)
        except StageError as error:
            return f"{type(error).__name__}: {error}"

    def _walk(self, job: Job) -> str:
        media = validate.validate_video(job)
        assert isinstance(media, MediaInfo)
        client.authenticate(self.context, self.api_url)
        session = upload.open_session(job, self.api_url)
        asset = upload.upload_video(job, session, self.api_url)
        if isinstance(asset, Rejection):
            outcomes.reject(job, asset)
            return "rejected"
        copy = caption.request_captions(job, session, media, self.api_url)
        if isinstance(copy, Rejection):
            outcomes.reject(job, copy)
            return "rejected"
        render.render_master(job, session, self.api_url)
        job.lease.release("the test needs no renditions")
        return "done"

    def messages(self) -> int:
        """How many messages the engine took, by its ledger."""
        ledger = self.context.data.data_dir / "engine" / "ledger.jsonl"
        return sum(entry["move"] == "freeze" for entry in json_files.entries(ledger))


@pytest.fixture
def begin(store: S3Settings, tmp_path: Path, clips: Path, request: pytest.FixtureRequest):
    @contextmanager
    def begin(*faults: Fault, **nemo: object) -> Iterator[FaultyPipeline]:
        data = DataSettings(data_dir=tmp_path, cache_dir=DataSettings().cache_dir)
        key = f"inbox/{hash(request.node.nodeid) & 0xFFFFFFFF:08x}.mp4"
        settings = {"rate_limit_seconds": 0.05, "render_poll_seconds": 1, **nemo}
        context = make_context(
            data,
            store,
            "refusals",
            nemo=NemoVideoSettings(**settings),
            engine=EngineSettings(message_cost_credits=1),
            media=MediaSettings(preset="fast"),
        )
        context.bucket.ensure()
        context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
        settings = context.engine, context.speech, context.media, data
        with serve(create_faulty_app(*settings, *faults)) as url:
            yield FaultyPipeline(context, url, key)

    return begin


Begin = Callable[..., AbstractContextManager[FaultyPipeline]]


def ending(pipeline: FaultyPipeline, first: str) -> str:
    """Which line of the table an attempt was."""
    source = pipeline.context.bucket.head(pipeline.key)
    oid = source.oid(Brief())
    outcome = outcome_of(pipeline.context.bucket, source.key, oid)
    if outcome is not None:
        return str(outcome.ending.value)
    if first == "done":
        blocked = pipeline.context.bucket.exists(keys.journal_entry(oid, "export-blocked"))
        return FROM_SOURCE if blocked else GOES_ON
    if first.startswith("OutOfCreditsError"):
        assert "https://nemovideo.com/register" in first
        return WAITS
    if first.startswith("SessionLostError") and pipeline.attempt() == "done":
        return STARTS_OVER
    return first


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", CODES)
def test_a_refusal_ends_as_the_table_says(begin: Begin, code: int, step: str):
    faults = [Fault(at=step, does="refuse", code=code, seconds=0)]  # type: ignore[arg-type]
    if step == "download":  # it is only asked when the link does not work
        faults.append(Fault(at="link", does="refuse", code=404, times=0))
    with begin(*faults) as pipeline:
        first = pipeline.attempt()

        assert ending(pipeline, first) == table(code, step), first
        assert pipeline.messages() <= 1


@pytest.mark.parametrize(
    ("code", "advice"), [(4001, "MP4, MOV, AVI, WebM or MKV"), (4002, "Compress or trim")]
)
def test_a_refused_file_is_told_what_to_do_about_it(begin: Begin, code: int, advice: str):
    with begin(Fault(at="upload", does="refuse", code=code)) as pipeline:
        assert pipeline.attempt() == "rejected"
        source = pipeline.context.bucket.head(pipeline.key)
        outcome = outcome_of(pipeline.context.bucket, source.key, source.oid(Brief()))

    assert outcome
    assert advice in outcome.document["advice"]


def test_a_blocked_export_is_about_the_plan_and_not_about_credits(begin: Begin):
    with begin(Fault(at="render", does="refuse", code=402)) as pipeline:
        assert pipeline.attempt() == "done"
        oid = pipeline.context.bucket.head(pipeline.key).oid(Brief())
        blocked = pipeline.context.bucket.read(keys.journal_entry(oid, "export-blocked"))
        assert blocked
        assert b"change the plan" in blocked.data
        assert not list((pipeline.context.data.data_dir / "nemovideo").glob("*.cooling.json"))


def test_an_anonymous_user_gets_the_registration_link_with_bind(begin: Begin):
    with begin(Fault(at="message", does="refuse", code=2001)) as pipeline:
        told = pipeline.attempt()

    assert "register?bind=anon_" in told


def test_nobody_asks_while_credits_are_out_and_it_goes_on_by_itself(begin: Begin):
    fault = Fault(at="message", does="refuse", code=2001)
    with begin(fault, credits_pause_seconds=0.2) as pipeline:
        first, second = pipeline.attempt(), pipeline.attempt()
        assert first.startswith("OutOfCreditsError")
        assert second == "done"
        assert pipeline.messages() == 1


def test_waiting_for_credits_counts_as_no_attempt(begin: Begin):
    fault = Fault(at="message", does="refuse", code=2001, times=0)
    with begin(fault, credits_pause_seconds=0.01) as pipeline:
        told = [pipeline.attempt().partition(":")[0] for _ in range(5)]

    assert told == ["OutOfCreditsError"] * 5


def test_too_many_requests_twice_rest_the_token_for_everybody(begin: Begin):
    fault = Fault(at="session", does="refuse", code=429, times=2, seconds=0)
    with begin(fault, rate_limit_seconds=0.5) as pipeline:
        told = pipeline.attempt()
        assert told.startswith("RateLimitedError")
        cooling = list((pipeline.context.data.data_dir / "nemovideo").glob("*.cooling.json"))
        assert json.loads(cooling[0].read_text())["code"] == 429
        assert pipeline.attempt() == "done"


def test_a_given_token_that_is_refused_is_a_matter_for_a_person(begin: Begin):
    with begin(token="nmv_usr_revoked") as pipeline:
        told = pipeline.attempt()

    assert told.startswith("ParkedError")
    assert "the service refused a request for good" in told
    assert "NEMO_TOKEN" in told


def test_a_video_the_engine_cannot_decode_is_rejected_as_soon_as_the_engine_says_so(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
):
    """The stream only breaks off; the state says `failed`, and nobody waits seventeen minutes."""
    with begin() as pipeline:
        upload_video = upload.upload_video

        def damaged_on_the_way(*values: Any) -> Any:
            asset = upload_video(*values)
            for path in pipeline.context.data.data_dir.rglob("files/*"):
                path.write_bytes(path.read_bytes()[:2_000])
            return asset

        monkeypatch.setattr(upload, "upload_video", damaged_on_the_way)
        assert pipeline.attempt() == "rejected"
        source = pipeline.context.bucket.head(pipeline.key)
        outcome = outcome_of(pipeline.context.bucket, source.key, source.oid(Brief()))

        assert pipeline.messages() == 1
    assert outcome
    assert "it may be damaged" in outcome.document["reason"]
    assert "ffmpeg" not in str(outcome.document)


def test_a_message_that_failed_is_parked_with_the_reason_and_sent_again_by_a_person_only(
    begin: Begin,
):
    with begin(Fault(at="message", does="fail")) as pipeline:
        told = pipeline.attempt()
        oid = pipeline.context.bucket.head(pipeline.key).oid(Brief())
        assert told.startswith("ParkedError")
        assert "the service took the request and could not" in told
        assert "scripted failure" in told
        assert ending(pipeline, told) == PARKED

        jobs.reopen(pipeline.context.bucket, oid)
        assert pipeline.attempt() == told
        assert pipeline.messages() == 1
        jobs.reopen(pipeline.context.bucket, oid, send_again=True)
        assert pipeline.attempt() == "done"
        assert pipeline.messages() == 2


@contextmanager
def untold(url: str) -> Iterator[str]:
    """The same service, but for the list of messages, which the vendor's state has not."""

    async def forward(request: Request) -> Response:
        answer = await asyncio.to_thread(
            httpx.request,
            request.method,
            f"{url}{request.url.path}",
            content=await request.body(),
            headers={k: v for k, v in request.headers.items() if k not in ("host", "connection")},
            timeout=600,
        )
        body, kind = answer.content, answer.headers["Content-Type"]
        if "/api/state/" in request.url.path:
            document = answer.json()
            document["data"]["state"].pop("messages")
            body = json.dumps(document).encode()
        return Response(body, answer.status_code, media_type=kind)

    routes = [Route("/{path:path}", forward, methods=["GET", "POST"])]
    with serve(Starlette(routes=routes)) as other:
        yield other


def test_where_no_list_of_messages_is_kept_the_error_on_the_stream_ends_the_wait(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(caption, "SETTLING_SECONDS", 1.5)
    with begin(Fault(at="message", does="fail")) as pipeline, untold(pipeline.api_url) as url:
        pipeline.api_url = url
        told = pipeline.attempt()

        assert told.startswith("ParkedError")
        assert "the service took the request and could not" in told
        assert pipeline.messages() == 1


def test_where_no_list_of_messages_is_kept_a_broken_stream_leaves_the_outcome_open(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(caption, "SETTLING_SECONDS", 0.1)
    monkeypatch.setattr(caption, "RECOVERY_SECONDS", 3.0)
    fault = Fault(at="message", does="lose")
    settings = {"message_timeout_seconds": 2}
    with begin(fault, **settings) as pipeline, untold(pipeline.api_url) as url:
        pipeline.api_url = url
        told = pipeline.attempt()

        assert told.startswith("ParkedError")
        assert "not sent again" in told
        assert pipeline.messages() == 1


def test_a_render_that_failed_twice_ends_with_the_reason(begin: Begin):
    with begin(Fault(at="render", does="fail", times=0)) as pipeline:
        told = pipeline.attempt()

    assert told.startswith("RenderFailedError")
    assert "scripted failure" in told
