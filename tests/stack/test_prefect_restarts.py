"""Prefect's server dies under load and comes back, on both databases: nothing is lost, or twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.child_processes import Child
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.pipeline.context import Context
from socialcopy.settings import S3Settings
from socialcopy.storage.embedded_server import free_port
from tests.campaign.auditor import audit
from tests.campaign.report import write_down
from tests.campaign.worker_pool import distinct, drop, make_context, tiny_clip
from tests.conftest import ROOT, until
from tests.stack.databases import postgresql

VIDEOS = int(os.environ.get("PREFECT_VIDEOS", "12"))
KILLS = 3
DOWN_SECONDS = 8.0
ALL_SECONDS = 1_500.0


@contextlib.contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """What tells Prefect where its database is."""
    if kind == "sqlite":
        yield {}
        return
    with postgresql() as server:
        yield {"PREFECT_API_DATABASE_CONNECTION_URL": server.url}


@contextlib.contextmanager
def child(name: str, argv: list[str], env: dict[str, str], folder: Path) -> Iterator[Child]:
    started = Child(name, [sys.executable, "-m", *argv], env=env, log=folder / name, cwd=ROOT)
    try:
        yield started
    finally:
        started.stop()


def environment(context: Context, api_url: str, port: int, folder: Path) -> dict[str, str]:
    assert context.s3.secret_access_key
    return {
        "S3_ENDPOINT_URL": str(context.s3.endpoint_url),
        "S3_BUCKET": context.s3.bucket,
        "S3_ACCESS_KEY_ID": str(context.s3.access_key_id),
        "S3_SECRET_ACCESS_KEY": context.s3.secret_access_key.get_secret_value(),
        "NEMO_API_URL": api_url,
        "NEMO_RENDER_POLL_SECONDS": "1",
        "SOCIALCOPY_DATA_DIR": str(context.data.data_dir),
        "SOCIALCOPY_CACHE_DIR": str(context.data.cache_dir),
        "MEDIA_PRESET": "fast",
        "MEDIA_SCREEN_FRAMES": "0",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2):
            return True
    except OSError:
        return False


def manifests(context: Context) -> int:
    return sum(key.endswith("/manifest.json") for key in context.bucket.list_keys("outbox/"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.timeout(3_600)
def test_a_killed_prefect_server_costs_no_video(store: S3Settings, tmp_path: Path, kind: str):
    context = make_context(
        tmp_path / "worker", store.model_copy(update={"bucket": f"prefect-{kind}"})
    )
    context.bucket.ensure()
    clip, port = tiny_clip(tmp_path), free_port()
    jobs = [drop(context.bucket, f"p{n:03}", distinct(clip, n)) for n in range(VIDEOS)]
    with ExitStack() as open_:
        api_url = open_.enter_context(
            serve(create_app(context.engine, context.speech, context.media, context.data))
        )
        env = environment(context, api_url, port, tmp_path) | open_.enter_context(database(kind))
        start = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        server = open_.enter_context(child("server.log", start, env, tmp_path))
        wait_for(lambda: is_up(port), server, 300)
        watcher = open_.enter_context(child("watcher.log", ["flows.watch_bucket"], env, tmp_path))
        killed = under_load(context, server, watcher, port)
        wait_for(lambda: not unfinished(port), server, 300)
    found = audit(context.bucket, context.data.data_dir / "engine", {j.key: j.etag for j in jobs})
    moves = Counter(
        e["move"] for e in json_files.entries(context.data.data_dir / "engine/ledger.jsonl")
    )
    locked = (tmp_path / "server.log").read_text(errors="replace").count("database is locked")
    write_down(
        f"prefect-{kind}",
        jobs=VIDEOS,
        server_kills=killed,
        watcher_starts=len(watcher.starts),
        delivered=found.delivered,
        messages=moves["freeze"],
        parked=found.parked,
        lines_about_locks=locked,
    )

    assert (found.lost, found.duplicates, found.half_visible, found.wrong) == ((), (), (), ())
    assert found.refused == ()
    assert found.parked == {}
    assert moves["freeze"] == VIDEOS  # one account for all, so the sum tells
    assert killed == KILLS


def under_load(context: Context, server: Child, watcher: Child, port: int) -> int:
    """Kill the server each time another part of the videos is done; until all are."""
    killed, deadline = 0, time.monotonic() + ALL_SECONDS
    while (done := manifests(context)) < VIDEOS:
        assert time.monotonic() < deadline, watcher.last_lines(30)
        if watcher.exit_code is not None:  # as `socialcopy up` does
            watcher.restart()
        if killed < KILLS and done > killed * VIDEOS // (KILLS + 1):
            os.killpg(server.process_id, signal.SIGKILL)
            until(lambda: server.has_died, seconds=10)
            time.sleep(DOWN_SECONDS)
            server.restart()
            wait_for(lambda: is_up(port), server, 300)
            killed += 1
        time.sleep(0.5)
    return killed


def wait_for(happened, server: Child, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, server.last_lines(20)
        time.sleep(0.3)


def unfinished(port: int) -> list[str]:
    """Runs of videos that Prefect still thinks are going on."""
    body = {"flows": {"name": {"any_": ["caption-video"]}},
            "flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}}  # fmt: skip
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/flow_runs/filter",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return [run["name"] for run in json.load(answer)]
