"""Videos as runs of their own on a work pool, on a real Prefect server and a real store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import State, flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Cancelled, Completed, Pending

from flows.caption_video import caption_video
from socialcopy import keys
from socialcopy.child_processes import Child
from socialcopy.cli.exit_codes import ExitCode
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import NotDeployedError
from socialcopy.pipeline.service_limits import service_limits
from socialcopy.pipeline.steps.batch import BatchLine
from socialcopy.pipeline.steps.discover import Found
from socialcopy.settings import NemoVideoSettings, S3Settings
from socialcopy.storage import claims
from tasks.batch import in_order
from tasks.runtime import runs
from tasks.runtime.dispatch import Dispatcher
from tasks.runtime.runs import PoolRuns
from tasks.runtime.service import at_service
from tests.campaign.auditor import audit
from tests.campaign.worker_pool import distinct, drop, make_context, tiny_clip
from tests.conftest import ROOT, until
from tests.stack.conftest import ended
from tests.stack.prefect_servers import PASSWORD, QUIET, Server, deploy, prefect_server

POOL = "dispatched"
SERVICE = {
    "NEMO_API_URL": "https://service.example.com",
    "NEMO_TOKEN": "a-planted-token",
    "NEMO_VIDEOS_PER_TOKEN": "1",
    "NEMO_VIDEOS_PER_ACCOUNT": "4",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the deployments, on a pool that nobody works for."""
    folder = tmp_path_factory.mktemp("server")
    with prefect_server(folder) as found:
        done = deploy(folder, "--server", found.url, "--pool", POOL, **SERVICE)
        assert done.returncode == ExitCode.DONE, done.stderr
        yield found


@pytest.fixture
def context(store: S3Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Context:
    name = f"dispatch-{hash(request.node.nodeid) & 0xFFFFFFFF:08x}"
    found = make_context(tmp_path, store.model_copy(update={"bucket": name}))
    found.bucket.ensure()
    return found


def dropped(context: Context, name: str) -> Found:
    key = f"inbox/{name}-{context.s3.bucket}.mp4"
    context.bucket.write(key, name.encode(), "video/mp4")
    return Found(source=context.bucket.head(key), brief=Brief())


@contextlib.asynccontextmanager
async def asked(server: Server) -> AsyncGenerator[PrefectClient]:
    async with PrefectClient(f"{server.url}/api", auth_string=PASSWORD) as client:
        yield client


async def pool_runs(client: PrefectClient, context: Context, queue: str = "") -> PoolRuns:
    deployment = await client.read_deployment_by_name("caption-video/caption-video")
    return PoolRuns(client, deployment.id, context, queue)


def runs_of(server: Server, prefix: str) -> list[dict[str, Any]]:
    """The runs of videos whose keys begin so."""
    found = server.ask("/flow_runs/filter")
    return [run for run in found if run["parameters"].get("key", "").startswith(prefix)]


def connection(server: Server) -> dict[Any, str]:
    return {PREFECT_API_URL: f"{server.url}/api", PREFECT_API_AUTH_STRING: PASSWORD}


async def begun(found: Found, *watchers: PoolRuns) -> tuple[UUID, list[asyncio.Task[State[Any]]]]:
    """Let watchers see a video; the one run that all of them wait for."""
    seen = [asyncio.create_task(watcher.begin(found)) for watcher in watchers]
    while not all(watcher._states for watcher in watchers):
        assert not any(task.done() for task in seen), [task.exception() for task in seen]
        await asyncio.sleep(0.1)
    [run] = {run for watcher in watchers for run in watcher._states}
    return run, seen


async def told(seen: list[asyncio.Task[State[Any]]], *watchers: PoolRuns) -> list[State[Any]]:
    """What watchers hear of the end of their run, once all of them have."""
    while not all(task.done() for task in seen):
        await asyncio.gather(*(watcher.look() for watcher in watchers))
        await asyncio.sleep(0.1)
    return [task.result() for task in seen]


@pytest.mark.parametrize(("is_claimed", "ended_as"), [(True, "AlreadyDone"), (False, "Begun")])
def test_a_watcher_begins_no_run_for_a_video_that_another_has_claimed(
    context: Context, is_claimed: bool, ended_as: str
):
    found = dropped(context, f"seen-{is_claimed}")
    if is_claimed:
        claims.acquire(context.bucket, found.source, Brief(), owner="it", watch=context.watch)

    async def run(**_: Any) -> State[Any]:
        return Completed(name="Begun")

    async def look() -> bool:
        flow: Any = run
        begin = runs._in_process(flow, context)
        assert (await begin(found)).name == ended_as
        async with Dispatcher(runs.Runs(begin, 1, 0), logging.getLogger()) as dispatcher:
            dispatcher.offer([found])
        return dispatcher.is_shared

    assert asyncio.run(look()) is is_claimed  # from then on it looks in an order of its own


def test_as_many_videos_as_wished_wait_at_once_and_the_inbox_is_looked_at_meanwhile(
    context: Context,
):
    watch = context.watch.model_copy(update={"concurrency": 20, "dispatch": "process"})
    everybody = threading.Barrier(20 + 2)

    async def look() -> None:
        async with runs.runs_of(caption_video, context.model_copy(update={"watch": watch})):
            meet = [asyncio.to_thread(everybody.wait, 30) for _ in range(everybody.parties)]
            await asyncio.gather(*meet)

    asyncio.run(look())  # a thread too few, and the barrier breaks


@pytest.mark.timeout(300)
def test_a_video_has_one_run_for_each_attempt_however_many_watchers_see_it(
    server: Server, context: Context
):
    found = dropped(context, "once")

    async def watched() -> list[set[str]]:
        names: list[set[str]] = []
        async with asked(server) as client:
            watchers = [await pool_runs(client, context) for _ in range(2)]

            async def seen_until(end: State[Any]) -> None:
                run, seen = await begun(found, *watchers)
                await client.set_flow_run_state(run, end, force=True)
                names.append({str(state.name) for state in await told(seen, *watchers)})

            await seen_until(Cancelled())
            await seen_until(Completed())  # the run before this one never claimed
            lease = claims.acquire(
                context.bucket, found.source, Brief(), owner="it", watch=context.watch
            )
            assert lease
            names.append({str((await watcher.begin(found)).name) for watcher in watchers})
            lease.release("it failed")
            await seen_until(Completed())
        return names

    names = asyncio.run(watched())
    assert names == [{"Cancelled"}, {"Completed"}, {"AlreadyDone"}, {"Completed"}]
    assert len(runs_of(server, found.source.key)) == 3


@pytest.mark.timeout(300)
@pytest.mark.parametrize("has_claimed", [True, False])
def test_the_bucket_ends_a_run_of_which_prefect_thinks_that_it_goes_on(
    server: Server, context: Context, monkeypatch: pytest.MonkeyPatch, has_claimed: bool
):
    monkeypatch.setattr(runs, "LONGEST_START_SECONDS", 0)
    watch = context.watch.model_copy(update={"lease_seconds": 1, "lease_grace_seconds": 1})
    context = context.model_copy(update={"watch": watch})
    found = dropped(context, f"silent-{has_claimed}")

    async def watched() -> State[Any]:
        async with asked(server) as client:
            watcher = await pool_runs(client, context)
            run, seen = await begun(found, watcher)
            await client.set_flow_run_state(run, Pending(), force=True)
            if has_claimed:
                claims.acquire(context.bucket, found.source, Brief(), owner="gone", watch=watch)
            [end] = await told(seen, watcher)
            return end

    end = asyncio.run(watched())
    assert (end.is_crashed(), "worker" in str(end.message)) == (True, True)


@pytest.mark.timeout(300)
def test_a_run_that_somebody_deleted_has_crashed(server: Server, context: Context):
    found = dropped(context, "deleted")

    async def watched() -> State[Any]:
        async with asked(server) as client:
            watcher = await pool_runs(client, context)
            run, seen = await begun(found, watcher)
            await client.delete_flow_run(run)
            [end] = await told(seen, watcher)
            return end

    assert asyncio.run(watched()).is_crashed()


@pytest.mark.timeout(300)
def test_what_is_dropped_goes_before_the_night_and_a_prefix_may_have_a_queue_of_its_own(
    server: Server, context: Context
):
    policies = b'[prefix."inbox/gpu"]\nqueue = "gpu"\n'
    context.bucket.write("socialcopy.toml", policies, "application/toml")
    names = ("night", "dropped", "gpu")
    videos = {name: dropped(context, name) for name in names}

    async def order() -> list[tuple[str, set[str]]]:
        async with asked(server) as client:
            tasks = []
            for name, video in videos.items():
                watcher = await pool_runs(client, context, "night" if name == "night" else "")
                tasks += (await begun(video, watcher))[1]
            await client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=100))
            scheduled = await client.get_scheduled_flow_runs_for_work_pool(POOL)
            for task in tasks:
                task.cancel()
        keys_ = {video.source.key: name for name, video in videos.items()}
        found = [entry.flow_run for entry in scheduled]
        return [
            (keys_[run.parameters["key"]], set(run.tags))
            for run in found
            if run.parameters.get("key") in keys_
        ]

    first, second, last = asyncio.run(order())
    assert first == ("dropped", {"socialcopy", "dispatched", "default"})
    assert second == ("gpu", {"socialcopy", "dispatched", "gpu"})
    assert last == ("night", {"socialcopy", "dispatched", "night"})


def test_a_night_is_worked_on_by_the_pool_and_tells_of_each_video(
    server: Server, context: Context, monkeypatch: pytest.MonkeyPatch
):
    prefix = f"{context.s3.bucket}/"
    for number in range(2):
        context.bucket.write(f"{prefix}{number}.mp4", b"%d" % number, "video/mp4")
    assert context.s3.secret_access_key
    for name, value in {
        "S3_ENDPOINT_URL": str(context.s3.endpoint_url), "S3_BUCKET": context.s3.bucket,
        "S3_ACCESS_KEY_ID": str(context.s3.access_key_id),
        "S3_SECRET_ACCESS_KEY": context.s3.secret_access_key.get_secret_value(),
        "WATCH_DISPATCH": "deployment",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    async def night() -> tuple[BatchLine, ...]:
        async with asked(server) as client:
            lines = asyncio.create_task(in_order(caption_video, prefix, Brief()))
            while len(left := runs_of(server, prefix)) < 2:
                assert not lines.done(), lines.exception()
                await asyncio.sleep(0.3)
            assert {run["work_queue_name"] for run in left} == {"night"}
            for run in left:
                state = Cancelled(message="by a person")
                await client.set_flow_run_state(UUID(run["id"]), state, force=True)
            return await lines

    with temporary_settings(connection(server)):
        lines = asyncio.run(night())
    assert [(line.outcome, line.detail) for line in lines] == [("waiting", "by a person")] * 2


def test_without_its_deployment_nothing_is_dispatched(server: Server, context: Context):
    watch = context.watch.model_copy(update={"dispatch": "deployment"})

    async def begin() -> None:
        async with runs.runs_of(
            flow(name="nobody-deployed-it")(begin), context.model_copy(update={"watch": watch})
        ):
            pass

    with (
        temporary_settings(connection(server)),
        pytest.raises(NotDeployedError, match="socialcopy deploy"),
    ):
        asyncio.run(begin())


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("token", "most"), [("a-planted-token", 1), ("nobody-deployed-it", 3)])
def test_as_many_videos_are_at_the_service_as_its_token_allows(
    server: Server, monkeypatch: pytest.MonkeyPatch, token: str, most: int
):
    for name, value in {**SERVICE, "NEMO_TOKEN": token}.items():
        monkeypatch.setenv(name, value)
    inside: list[int] = []

    async def visit() -> None:
        async with at_service() as api_url:
            assert api_url.startswith(SERVICE["NEMO_API_URL"])
            inside.append(1)
            counts.append(len(inside))
            await asyncio.sleep(0.5)
            inside.pop()

    async def visits() -> None:
        await asyncio.gather(*(visit() for _ in range(3)))

    counts: list[int] = []
    with temporary_settings(connection(server)):
        asyncio.run(visits())
    assert max(counts) == most
    assert len(counts) == 3


def test_deploy_makes_the_limits_of_token_and_account(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    for name, value in SERVICE.items():
        monkeypatch.setenv(name, value)
    found = server.ask("/v2/concurrency_limits/filter")

    assert {limit["name"]: limit["limit"] for limit in found} == service_limits(NemoVideoSettings())
    assert SERVICE["NEMO_TOKEN"] not in str(found)


VIDEOS = int(os.environ.get("DISPATCH_VIDEOS", "6"))


@contextlib.contextmanager
def child(name: str, argv: list[str], env: dict[str, str], folder: Path) -> Iterator[Child]:
    started = Child(
        name, [sys.executable, "-m", *argv], env=env, log=folder / f"{name}.log", cwd=ROOT
    )
    try:
        yield started
    finally:
        started.stop()


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_two_watchers_and_three_workers_of_which_one_dies_deliver_each_video_once(
    server: Server, context: Context, tmp_path: Path
):
    clip, name = tiny_clip(tmp_path), context.s3.bucket
    jobs = [drop(context.bucket, f"{name}-{n}", distinct(clip, n)) for n in range(VIDEOS)]
    app = create_app(context.engine, context.speech, context.media, context.data)
    with serve(app) as api_url, contextlib.ExitStack() as parts:
        assert context.s3.secret_access_key
        env = {
            "S3_ENDPOINT_URL": str(context.s3.endpoint_url), "S3_BUCKET": context.s3.bucket,
            "S3_ACCESS_KEY_ID": str(context.s3.access_key_id),
            "S3_SECRET_ACCESS_KEY": context.s3.secret_access_key.get_secret_value(),
            "NEMO_API_URL": api_url, "NEMO_RENDER_POLL_SECONDS": "1",
            "SOCIALCOPY_DATA_DIR": str(context.data.data_dir),
            "SOCIALCOPY_CACHE_DIR": str(context.data.cache_dir),
            "WATCH_LEASE_SECONDS": "10", "WATCH_DISPATCH": "deployment",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "MEDIA_PRESET": "fast", "MEDIA_SCREEN_FRAMES": "0",
            "PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": f"{server.url}/api",
            "PREFECT_API_AUTH_STRING": PASSWORD, "PREFECT_WORKER_QUERY_SECONDS": "1", **QUIET,
        }  # fmt: skip
        done = deploy(tmp_path, "--server", server.url, "--pool", "shared", **env)
        assert done.returncode == ExitCode.DONE, done.stderr
        for number in range(2):
            parts.enter_context(child(f"watcher{number}", ["flows.watch_bucket"], env, tmp_path))
        start = ["prefect", "worker", "start", "--pool", "shared", "--limit", "1"]
        dying = parts.enter_context(child("dying", start, env, tmp_path))
        until(lambda: list(context.bucket.list_keys(keys.HELD)), seconds=300)
        os.killpg(dying.process_id, signal.SIGKILL)
        for number in range(2):
            parts.enter_context(child(f"worker{number}", start, env, tmp_path))
        until(lambda: ended(context.bucket) == VIDEOS, seconds=1_200)
        found = audit(
            context.bucket, context.data.data_dir / "engine", {j.key: j.etag for j in jobs}
        )

    assert (found.lost, found.duplicates, found.half_visible, found.wrong) == ((), (), (), ())
    assert (found.refused, found.parked, found.delivered) == ((), {}, VIDEOS)
    # One more for what the dead worker had in hand.
    assert len(runs_of(server, f"inbox/{name}")) == VIDEOS + 1
