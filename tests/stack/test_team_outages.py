"""A team's watchers, while each part they share fails in turn: no video is lost, or made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
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
from tests.campaign.worker_pool import distinct, drop, make_context, tiny_clip
from tests.conftest import until
from tests.stack.databases import messaging_on, postgresql, redis
from tests.stack.test_prefect_restarts import (
    ALL_SECONDS,
    DOWN_SECONDS,
    child,
    environment,
    is_up,
    manifests,
)

VIDEOS, WATCHERS = 16, 3


def kill(process: Child) -> None:
    os.killpg(process.process_id, signal.SIGKILL)
    until(lambda: process.has_died)


def while_they_work(context: Context, watchers: list[Child], outages: list[Callable[[], None]]):
    """Let one outage after the other happen, evenly over the videos, until all are delivered."""
    had, deadline = 0, time.monotonic() + ALL_SECONDS
    while (done := manifests(context)) < VIDEOS:
        assert time.monotonic() < deadline, watchers[-1].last_lines(30)
        for watcher in watchers:
            if watcher.exit_code is not None:  # as whoever looks after the team does
                watcher.restart()
        if had < len(outages) and done > had * VIDEOS // (len(outages) + 1):
            outages[had]()
            had += 1
        time.sleep(0.5)
    assert had == len(outages)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_no_outage_of_what_a_team_shares_costs_a_video(store: S3Settings, tmp_path: Path):
    pytest.importorskip("prefect_redis", reason="uv sync --extra team")
    context = make_context(tmp_path / "worker", store.model_copy(update={"bucket": "outages"}))
    context.bucket.ensure()
    clip, port, redis_port = tiny_clip(tmp_path), free_port(), free_port()
    jobs = [drop(context.bucket, f"o{n:03}", distinct(clip, n)) for n in range(VIDEOS)]
    with ExitStack() as open_:
        app = create_app(context.engine, context.speech, context.media, context.data)
        api_url = open_.enter_context(serve(app))
        database = open_.enter_context(postgresql())
        open_.enter_context(redis(redis_port))
        env = environment(context, api_url, port, tmp_path) | messaging_on(redis_port)
        env["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database.url
        start = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        server = open_.enter_context(child("server.log", start, env, tmp_path))
        until(lambda: is_up(port), 300)
        watchers = [
            open_.enter_context(child(f"{n}.log", ["flows.watch_bucket"], env, tmp_path))
            for n in range(WATCHERS)
        ]

        def server_dies() -> None:
            kill(server)
            time.sleep(DOWN_SECONDS)
            server.restart()
            until(lambda: is_up(port), 300)

        def redis_is_emptied() -> None:
            subprocess.run(["redis-cli", "-p", str(redis_port), "flushall"], check=True)

        def database_restarts() -> None:
            database.stop()
            time.sleep(DOWN_SECONDS)
            database.start()

        outages = [lambda: kill(watchers[0]), server_dies, redis_is_emptied, database_restarts]
        while_they_work(context, watchers, outages)
    engine = context.data.data_dir / "engine"
    found = audit(context.bucket, engine, {j.key: j.etag for j in jobs})
    moves = Counter(entry["move"] for entry in json_files.entries(engine / "ledger.jsonl"))

    assert (found.lost, found.duplicates, found.half_visible, found.wrong) == ((), (), (), ())
    assert (found.refused, found.parked) == ((), {})
    assert moves["freeze"] == VIDEOS  # one account for all, so the sum tells
