"""Secrets are planted, work goes well and badly, and nothing that is told or listed holds one."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from socialcopy.cli.local import LocalPipeline, walk
from socialcopy.models import Brief
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.nemovideo.redaction import without_secrets
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.pipeline.errors import StageError
from socialcopy.pipeline.steps.claim import claim_video, holding
from socialcopy.pipeline.steps.validate import validate_video
from socialcopy.settings import MediaSettings, NemoVideoSettings, S3Settings
from socialcopy.storage.errors import StorageError
from tests.command_lines import CommandLines
from tests.conftest import own_folders
from tests.pipeline.conftest import make_context, served

CANARY = "canary0123456789abcdef0123456789abcdef"
SIGNATURE = "X-Amz-Signature="


@pytest.fixture
def pipeline(
    store: S3Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalPipeline]:
    for name in ("LLM_API_KEY", "HINTS_TOKEN"):
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("NOTIFY_URLS", f"json://user:{CANARY}@127.0.0.1:9/")
    media = MediaSettings(preset="fast", screen_frames=0)
    with served(make_context(own_folders(tmp_path), store, "secrets", media=media)) as pipeline:
        yield pipeline


def secrets_of(pipeline: LocalPipeline) -> list[str]:
    context = pipeline.context
    key = context.s3.secret_access_key
    token = TokenStore(context.data.data_dir, context.nemo).token(pipeline.api_url)
    assert key
    return [CANARY, key.get_secret_value(), token.get_secret_value(), SIGNATURE]


def deliver(pipeline: LocalPipeline, key: str) -> None:
    job = claim_video(pipeline.context, key, Brief())
    assert job
    with holding(job):
        walk(job, pipeline.api_url, lambda _phrase, _percent: None)


def test_a_delivery_tells_no_secret_in_logs_processes_or_objects(
    pipeline: LocalPipeline, clips: Path, caplog: pytest.LogCaptureFixture
):
    context = pipeline.context
    context.bucket.upload(clips / "silent.mp4", "inbox/a.mp4", "video/mp4")
    context.bucket.write("inbox/a.brief.yaml", b"platforms: [x]", "application/yaml")
    with caplog.at_level(logging.INFO), CommandLines() as processes:
        logging.getLogger("socialcopy").setLevel(logging.DEBUG)
        deliver(pipeline, "inbox/a.mp4")
    secrets = secrets_of(pipeline)
    objects = {key: context.bucket.read(key) for key in context.bucket.list_keys("")}
    kept = [path for path in context.data.data_dir.rglob("*") if path.is_file()]

    assert "HTTP Request: " in caplog.text  # httpx's own lines, addresses and all
    assert any("ffprobe" in line for line in processes.seen)
    assert any(key.endswith("/manifest.json") for key in objects)
    found = [
        *(f"log: {secret}" for secret in secrets if secret in caplog.text),
        *(line[:300] for line in processes.seen if any(secret in line for secret in secrets)),
        *(key for key, blob in objects.items() if blob and holds(blob.data, secrets)),
        *(str(path) for path in kept if holds(path.read_bytes(), secrets)),
    ]
    assert found == []


def holds(data: bytes, secrets: list[str]) -> bool:
    return any(secret.encode() in data for secret in secrets)


def test_what_goes_wrong_tells_no_secret_in_its_traceback(
    pipeline: LocalPipeline, clips: Path, caplog: pytest.LogCaptureFixture
):
    secrets = secrets_of(pipeline)
    told: list[str] = []
    with caplog.at_level(logging.INFO):
        for broken in (_wrong_key(pipeline), _unknown_token(pipeline), _nobody_there(pipeline)):
            pipeline.context.bucket.upload(clips / "silent.mp4", "inbox/b.mp4", "video/mp4")
            with pytest.raises((StorageError, StageError, NemoVideoError)) as caught:
                deliver(broken, "inbox/b.mp4")
            told.append("".join(traceback.format_exception(caught.value)))
        pipeline.context.bucket.upload(clips / "half.mp4", "inbox/c.mp4", "video/mp4")
        job = claim_video(pipeline.context, "inbox/c.mp4", Brief())
        assert job
        told.append(str(validate_video(job)))  # over a presigned URL, then here

    assert len(told) == 4
    assert [secret for secret in secrets if secret in "".join([*told, caplog.text])] == []


def _wrong_key(pipeline: LocalPipeline) -> LocalPipeline:
    wrong = pipeline.context.s3.model_copy(update={"secret_access_key": SecretStr(CANARY)})
    return pipeline._replace(context=pipeline.context.model_copy(update={"s3": wrong}))


def _unknown_token(pipeline: LocalPipeline) -> LocalPipeline:
    nemo = NemoVideoSettings(token=SecretStr(CANARY))
    return pipeline._replace(context=pipeline.context.model_copy(update={"nemo": nemo}))


def _nobody_there(pipeline: LocalPipeline) -> LocalPipeline:
    gone = pipeline.context.s3.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    return pipeline._replace(context=pipeline.context.model_copy(update={"s3": gone}))


@pytest.mark.parametrize(
    ("told", "redacted"),
    [
        ("GET http://s3/b/a.mp4?X-Amz-Signature=1&b=2 ok", "GET http://s3/b/a.mp4?… ok"),
        (f"http://e/render-result/{'a' * 32}/{'b' * 32}.mp4", "http://e/render-result/…/….mp4"),
        ("http://e/api/state/nemo_agent/me/7731660247936036671/latest",) * 2,
        ("no address at all",) * 2,
    ],
)
def test_addresses_lose_what_lets_their_reader_in(told: str, redacted: str):
    assert without_secrets(told) == redacted
