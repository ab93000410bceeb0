"""What is told about the work, and what is cleared away after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from socialcopy import keys
from socialcopy.models import Brief, Rejection
from socialcopy.pipeline import metrics, outcomes
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.notifications import notify
from socialcopy.pipeline.retention import collect
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import validate
from socialcopy.settings import DataSettings, OperationsSettings, S3Settings
from socialcopy.storage.bucket import Bucket
from tests.conftest import ROOT


@pytest.fixture
def context(bucket: Bucket, store: S3Settings, tmp_path: Path) -> Context:
    own = store.model_copy(update={"bucket": bucket.name})
    data = DataSettings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    return Context.from_environment().model_copy(update={"s3": own, "data": data})


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[str]]]:
    """Somebody who wants to be told, on a real socket."""
    told: list[str] = []

    class NotificationReceiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), NotificationReceiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/", told
    server.shutdown()
    server.server_close()


def claimed(context: Context, name: str = "a") -> Job:
    context.bucket.write(f"inbox/{name}.mp4", name.encode(), "video/mp4")
    job = claim_module.claim_video(context, f"inbox/{name}.mp4", Brief())
    assert job
    return job


def test_a_rejected_and_a_parked_video_are_told_to_a_webhook(context: Context, webhook):
    url, told = webhook
    own = context.model_copy(update={"operations": OperationsSettings(notify_urls=SecretStr(url))})
    outcomes.reject(claimed(own, "r"), Rejection(code="x", reason="No.", advice="Do."))
    outcomes.park(claimed(own, "p"), "it broke")

    heard = [json.loads(body) for body in told]
    assert [body["title"] for body in heard] == ["A video is rejected", "A video is parked"]
    assert "inbox/r.mp4: No. Do." in heard[0]["message"]
    assert "socialcopy retry" in heard[1]["message"]


def test_nobody_who_can_be_told_stops_no_work(context: Context):
    nowhere = OperationsSettings(notify_urls=SecretStr("json://127.0.0.1:9/ slack://nonsense/"))
    own = context.model_copy(update={"operations": nowhere})
    key = outcomes.park(claimed(own), "it broke")

    assert context.bucket.exists(key)
    assert notify(nowhere, "title", "body") is False


def test_addresses_with_their_passwords_are_shown_nowhere():
    settings = OperationsSettings(notify_urls=SecretStr("slack://very-secret-token/"))

    assert "very-secret" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_metrics_are_served_and_name_no_video(context: Context):
    settings = OperationsSettings(metrics_port=0)
    outcomes.reject(claimed(context, "named"), Rejection(code="x", reason="N", advice="D"))
    validate.validate_video(claimed(context, "other"))
    with metrics.served(settings) as url:
        assert url
        with urllib.request.urlopen(url, timeout=120) as answer:
            text = answer.read().decode()

    assert 'socialcopy_videos_total{outcome="rejected"}' in text
    assert 'socialcopy_stage_seconds_count{stage="validate"}' in text
    for name in ("waiting_oldest_seconds", "credits_available", "credits_spent_total", "in_hand"):
        assert f"socialcopy_{name} " in text
    assert "named" not in text
    assert "inbox" not in text


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [("Host", "rebound.example", 400), ("Origin", "http://page.example", 403),
     ("Origin", "null", 403), ("Accept", "*/*", 200)],
)  # fmt: skip
def test_no_page_reads_the_metrics(header: str, value: str, status: int):
    with metrics.served(OperationsSettings(metrics_port=0)) as url:
        answer = httpx.get(str(url), headers={header: value})

    assert answer.status_code == status
    assert (b"socialcopy_" in answer.content) == (status == 200)


def test_metrics_are_served_by_ipv6_too():
    with metrics.served(OperationsSettings(metrics_port=0, metrics_host="::1")) as url:
        assert httpx.get(str(url)).status_code == 200


LOGGING = """
import asyncio, logging
from socialcopy.models import Brief, Claim, SourceVideo
from socialcopy.settings import OperationsSettings
from socialcopy.pipeline import logs
from prefect.logging import get_logger
import prefect.main
logs.set_up(OperationsSettings())
key = 'inbox/a\\n{"level": "forged"}.mp4'
source = SourceVideo(bucket="b", key=key, etag="e", size_bytes=1)
claim = Claim(oid="0123456789abcdef", epoch=1, owner="me", source=source, brief=Brief(),
              delivery_prefix="p")
log = logging.getLogger("socialcopy.pipeline.somewhere")

async def work():
    with logs.about(claim):
        log.info("begun with %s", key)
        await asyncio.to_thread(log.warning, "on a thread")
        get_logger("prefect.flow_runs").info("from a flow")
    log.info("about nothing")

asyncio.run(work())
"""


def test_each_log_line_is_one_json_object_with_the_videos_id():
    environment = {**os.environ, "LOG_FORMAT": "json", "PREFECT_LOGGING_TO_API_ENABLED": "false"}
    command = [sys.executable, "-c", LOGGING]
    told = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=240
    ).stderr
    lines = [json.loads(line) for line in told.splitlines()]

    assert [line["oid"] for line in lines] == ["0123456789abcdef"] * 3 + [None]
    assert [line["level"] for line in lines] == ["INFO", "WARNING", "INFO", "INFO"]
    assert "forged" in lines[0]["message"]
    assert all(line["timestamp"] for line in lines)


class Later:
    """The store's clock, some days ahead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, days: float) -> None:
        now = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(Bucket, "now", lambda _: now)


def delivered(context: Context, name: str) -> Job:
    job = claimed(context, name)
    for file in ("x.txt", "2/x.txt"):
        context.bucket.write(f"{job.claim.delivery_prefix}{file}", b"words", "text/plain")
    manifest = {"files": [{"name": "2/x.txt"}]}
    context.bucket.create(keys.manifest(job.claim.delivery_prefix), json.dumps(manifest).encode())
    context.bucket.create(keys.journal_entry(job.oid, "media"), b"{}")
    job.lease.finish()
    return job


def everything(bucket: Bucket) -> set[str]:
    return set(bucket.list_keys(""))


def leave_garbage(context: Context) -> set[str]:
    """Every kind of garbage, and beside each kind what must stay; the names of the former."""
    bucket = context.bucket
    done = delivered(context, "done")
    running = claimed(context, "running")
    bucket.write(f"{running.claim.delivery_prefix}x.txt", b"words", "text/plain")
    parked = claimed(context, "parked")
    bucket.create(keys.journal_entry(parked.oid, "caption-intent-1"), b"{}")
    outcomes.park(parked, "it broke")
    bucket.write(keys.held(done.oid), b"", "text/plain")
    bucket.write("_socialcopy/probe/left", b"", "text/plain")
    bucket._s3.create_multipart_upload(Bucket=bucket.name, Key="inbox/never.mp4")
    folder = context.data.cache_dir / "work" / "killed"
    folder.mkdir(parents=True)
    two_days_ago = time.time() - 2 * 86_400
    os.utime(folder, (two_days_ago, two_days_ago))
    return {
        f"{done.claim.delivery_prefix}x.txt", keys.journal_entry(done.oid, "media"),
        keys.held(done.oid), "_socialcopy/probe/left", "inbox/never.mp4", str(folder),
    }  # fmt: skip


def test_garbage_is_named_first_and_goes_only_when_told(
    context: Context, monkeypatch: pytest.MonkeyPatch
):
    garbage = leave_garbage(context)
    before = everything(context.bucket)
    Later(monkeypatch, days=40)

    assert {item.name for item in collect(context, is_dry=True)} == garbage
    assert everything(context.bucket) == before

    list(collect(context, is_dry=False))
    assert everything(context.bucket) == before - garbage
    assert not list(context.bucket.unfinished_uploads())
    assert not (context.data.cache_dir / "work" / "killed").exists()
    assert list(collect(context, is_dry=True)) == []


def test_two_stores_that_share_a_cache_share_no_jobs_files(context: Context):
    job = claimed(context)
    s3 = context.s3.model_copy(update={"access_key_id": "of another store"})
    other = context.model_copy(update={"s3": s3})
    (job.work_folder / "master.mp4").write_bytes(b"mine")

    assert not list(other.work_folder(job.claim).iterdir())
    other.clear(job.claim)
    assert (job.work_folder / "master.mp4").read_bytes() == b"mine"


def test_nothing_of_today_is_garbage(context: Context):
    garbage = leave_garbage(context)
    found = {item.name for item in collect(context, is_dry=True)}

    assert found == {name for name in garbage if name.endswith("/killed")}


def test_the_command_says_what_it_would_remove(context: Context, store: S3Settings):
    secret = store.secret_access_key
    assert secret
    environment = {
        **os.environ, "S3_BUCKET": context.bucket.name,
        "S3_ENDPOINT_URL": str(store.endpoint_url), "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": secret.get_secret_value(),
        "SOCIALCOPY_CACHE_DIR": str(context.data.cache_dir),
        "SOCIALCOPY_DATA_DIR": str(context.data.data_dir),
    }  # fmt: skip
    leave_garbage(context)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "socialcopy.cli", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout

    assert "nothing was removed" in run("gc")
    assert "removed" in run("gc", "--delete")
    assert "there is nothing to collect" in run("gc")
    told = run("status")
    assert "1 parked" in told
    assert "1 running" in told
    assert "1 delivered" in told
