"""What orchestration costs a video, how workers share the work, and what they leave in memory.

    python -m benchmarks.orchestration [--videos 1000] [--databases sqlite postgresql] [--each 20]
    python -m benchmarks.orchestration --watchers 1 2 4 8 --pause 20 --videos 40
    python -m benchmarks.orchestration --burst 10000 --videos 1000 [--without-prefect]

Each video's work is a pause (`stub_videos.py`); bucket, claims, manifests, Prefect's server and its
database are real. CPU seconds are those of the watchers and of Prefect's server; what the same
videos cost without Prefect is measured before and taken off. How busy the machine's cores were says
whether the machine or the program set the limit. With several watchers Redis carries
the server's events, as in `deployments/compose.yaml`. In a burst all keys come at once, and what
looks like a real video comes after a hundred of them are delivered; `--videos` says after how many
it is enough.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import httpx

from socialcopy import keys
from socialcopy.child_processes import Child
from socialcopy.cli.stack import RECORDER
from socialcopy.models import Brief
from socialcopy.settings import S3Settings, WatchSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store, free_port
from socialcopy.storage.inbox import waiting
from tests.conftest import until
from tests.stack.databases import messaging_on, redis
from tests.stack.test_prefect_restarts import database, is_up

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
COUNT = 'SELECT count(*) FROM "{}"'
AUTH = "me:only for this run"
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


START_CPU_SECONDS = 1.3
"""Of a Python process with the library's steps."""

START_SECONDS = 1_200
"""That a part may take to start on a machine that others use."""

EARLY_VIDEOS = 50
"""Delivered by each watcher, when what it holds is looked at first."""


class Usage(NamedTuple):
    """What a process has used, and holds now."""

    cpu_seconds: float
    rss_mb: float
    files: int
    threads: int

    @classmethod
    def of(cls, process_id: int) -> Usage:
        place = Path(f"/proc/{process_id}")
        fields = (place / "stat").read_text().rpartition(")")[2].split()
        rss = next(x for x in (place / "status").read_text().splitlines() if x.startswith("VmRSS"))
        files = len(list((place / "fd").iterdir()))
        cpu = (int(fields[11]) + int(fields[12])) / TICKS
        return cls(cpu, int(rss.split()[1]) / 1024, files, int(fields[17]))


class Machine(NamedTuple):
    """What all cores have done since the start of the machine, in seconds of one core."""

    busy: float
    idle: float

    @classmethod
    def now(cls) -> Machine:
        """Of /proc/stat; waiting for a disk is idle."""
        fields = [
            int(n) / TICKS for n in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
        ]
        idle = fields[3] + fields[4]
        return cls(sum(fields) - idle, idle)

    def share_since(self, before: Machine) -> float:
        """Between 0 and 1."""
        busy, idle = self.busy - before.busy, self.idle - before.idle
        return busy / (busy + idle)


def running(argv: list[str], env: dict[str, str], log: Path) -> Child:
    return Child(log.name, [sys.executable, *argv], env=env, log=log, cwd=HERE.parent)


def process_id(child: Child) -> int:
    return child.process_id


@contextlib.contextmanager
def prefect_server(kind: str, folder: Path, env: dict[str, str]) -> Iterator[tuple[Child, str]]:
    """That of `socialcopy up` for SQLite, Prefect's own command for a team's database."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    port = listener.getsockname()[1]
    argv = ["-m", "socialcopy.cli.prefect_server", str(listener.fileno())]
    if kind != "sqlite":
        listener.close()
        argv = ["-m", "prefect", "server", "start", "--port", str(port)]
    server = Child(
        "server", [sys.executable, *argv], log=folder / "server", cwd=HERE.parent,
        listener=listener if kind == "sqlite" else None,
        env={
            **env, **QUIET, "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_API_AUTH_STRING": AUTH, "SOCIALCOPY_DATA_DIR": str(folder / "data"),
            **RECORDER,
        },
    )  # fmt: skip
    try:
        until(lambda: is_up(port), START_SECONDS)
        yield server, f"http://127.0.0.1:{port}/api"
    finally:
        server.stop()


def bucket_of(store: S3Settings, name: str, videos: int) -> Bucket:
    """A bucket with so many videos to work off."""
    found = Bucket(store.model_copy(update={"bucket": name}))
    found.ensure()
    drop(found, videos)
    return found


def drop(bucket: Bucket, videos: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: bucket.write(f"inbox/{n:06}.mp4", b"video %d" % n, "video/mp4"),
                      range(videos)))  # fmt: skip


def environment(bucket: Bucket, store: S3Settings, folder: Path, **more: str) -> dict[str, str]:
    assert store.secret_access_key
    return {
        "S3_ENDPOINT_URL": str(store.endpoint_url),
        "S3_BUCKET": bucket.name,
        "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": store.secret_access_key.get_secret_value(),
        "NEMO_API_URL": "http://127.0.0.1:9",
        "SOCIALCOPY_DATA_DIR": str(folder / "data"),
        "SOCIALCOPY_CACHE_DIR": str(folder / "cache"),
        "PYTHONPATH": str(HERE.parent),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_AUTH_STRING": AUTH,
        **QUIET,
        **more,
    }  # fmt: skip


def delivered(bucket: Bucket) -> int:
    return sum(key.endswith("/manifest.json") for key in bucket.list_keys("outbox/"))


def finished(bucket: Bucket) -> int:
    return sum(1 for _ in bucket.list_keys(keys.FINISHED))


def plain_walk(store: S3Settings, folder: Path, given: argparse.Namespace) -> float:
    """CPU seconds of a video without Prefect."""
    bucket = bucket_of(store, "walk", given.plain)
    env = environment(bucket, store, folder, WATCH_CONCURRENCY=str(given.concurrency))
    before = os.times()
    subprocess.run(
        [sys.executable, HERE / "stub_videos.py", "walk"], env={**os.environ, **env}, check=True
    )
    return (children_cpu_seconds(before) - START_CPU_SECONDS) / given.plain


class Team(NamedTuple):
    """Watchers that share a bucket, and the server they ask."""

    name: str
    bucket: Bucket
    server: Child
    watchers: list[Child]

    def usage(self) -> list[Usage]:
        """Of the watchers, and last of the server."""
        assert all(child.exit_code is None for child in self.watchers)
        return [Usage.of(process_id(child)) for child in (*self.watchers, self.server)]


def watched(
    store: S3Settings, folder: Path, kind: str, watchers: int, given: argparse.Namespace
) -> None:
    folder.mkdir()
    with contextlib.ExitStack() as opened:
        env = opened.enter_context(database(kind))
        if watchers > 1:
            port = free_port()
            opened.enter_context(redis(port))
            env |= messaging_on(port)
        server, url = opened.enter_context(prefect_server(kind, folder, env))
        videos = given.videos * watchers
        bucket, team = bucket_of(store, folder.name, videos), []
        for number in range(watchers):
            own = environment(
                bucket, store, folder / str(number), PREFECT_API_URL=url,
                WATCH_CONCURRENCY=str(given.concurrency), STUB_PAUSE_SECONDS=str(given.pause),
            )  # fmt: skip
            argv = [str(HERE / "stub_videos.py"), "watch"]
            team.append(running(argv, own, folder / f"watcher-{number}"))
            opened.callback(team[-1].stop)
        report(Team(kind, bucket, server, team), videos, given)
        auth, asked = tuple(AUTH.split(":", 1)), f"{url}/task_runs/count"
        counted = httpx.post(asked, json={}, auth=auth, timeout=60).json()
        print(f"    task runs recorded: {counted / videos:.1f} a video")
        if kind == "sqlite":
            print(f"    rows of a video: {rows(folder / 'prefect' / 'prefect.db', videos)}")
        if given.each:
            one_process_each(kind, bucket_of(store, f"{folder.name}-each", given.each), own, given)


def report(team: Team, videos: int, given: argparse.Namespace) -> None:
    """Wait until all is delivered; how long it took from the first one on, and what it cost."""
    until(lambda: delivered(team.bucket), START_SECONDS)
    begun, had, start = time.monotonic(), delivered(team.bucket), team.usage()
    machine = Machine.now()
    early = start
    while (done := delivered(team.bucket)) < videos:
        if done < min(EARLY_VIDEOS * len(team.watchers), videos // 2):
            early = team.usage()
        time.sleep(1)
    seconds, end, count = time.monotonic() - begun, team.usage(), videos - had
    used = [
        after.cpu_seconds - before.cpu_seconds for before, after in zip(start, end, strict=True)
    ]
    print(
        f"{team.name}, {len(team.watchers)} watchers of {given.concurrency}, pause"
        f" {given.pause:g} s: {count / seconds * 3600:.0f} videos an hour, CPU s a video:"
        f" watchers {sum(used[:-1]) / count:.3f}, server {used[-1] / count:.3f};"
        f" cores busy with everything: {Machine.now().share_since(machine):.0%}",
        flush=True,
    )
    for part, before, after in zip([*team.watchers, team.server], early, end, strict=True):
        print(f"    {part.name} after {EARLY_VIDEOS}: {before}; at the end: {after}", flush=True)


def burst(store: S3Settings, folder: Path, given: argparse.Namespace) -> None:
    """Let everything come at once, while a watcher looks."""
    folder.mkdir()
    bucket, port = bucket_of(store, folder.name, 0), free_port()
    with contextlib.ExitStack() as opened:
        env = environment(
            bucket, store, folder, METRICS_PORT=str(port), STUB_PAUSE_SECONDS=str(given.pause),
            WATCH_CONCURRENCY=str(given.concurrency),
        )  # fmt: skip
        parts = []
        if not given.without_prefect:
            server, env["PREFECT_API_URL"] = opened.enter_context(
                prefect_server("sqlite", folder, {})
            )
            parts.append(server)
        argv = [str(HERE / "stub_videos.py"), "scan" if given.without_prefect else "watch"]
        parts.append(running(argv, env, folder / "watcher"))
        opened.callback(parts[-1].stop)
        told = f"http://127.0.0.1:{port}/metrics"
        until(lambda: gauges(told).get("socialcopy_listing_seconds"), START_SECONDS)
        began = time.monotonic()
        drop(bucket, given.burst)
        print(f"{given.burst} dropped in {time.monotonic() - began:.0f} s", flush=True)
        follow(bucket, parts, told, given)
        print(*(f"{name} {n:.0f}" for name, n in gauges(told).items() if "requests_t" in name))
    account(bucket, given.burst + 1)


LIKELY = "inbox/zz-somebody-waits-for-this.mp4"
"""Dropped last, and by its name the last of every listing."""


def follow(bucket: Bucket, parts: list[Child], told: str, given: argparse.Namespace) -> None:
    """Say how it goes on until enough is delivered."""
    began, dropped, shown = time.monotonic(), None, 0
    while (done := finished(bucket)) < given.videos:
        seconds = time.monotonic() - began
        if done >= EARLY_VIDEOS * 2 and dropped is None:
            bucket.write(LIKELY, os.urandom(100_000), "video/mp4")
            dropped = seconds
        if dropped and any(True for _ in bucket.list_keys("outbox/zz-")):
            print(f"    the real one waited {seconds - dropped:.0f} s", flush=True)
            dropped = 0
        if done >= shown:
            shown = max(EARLY_VIDEOS, done // 250 * 250 + 250)
            say(done, seconds, bucket, parts, told)
        time.sleep(2)
    say(done, time.monotonic() - began, bucket, parts, told)


def say(done: int, seconds: float, bucket: Bucket, parts: list[Child], told: str) -> None:
    found = gauges(told)
    used = "; ".join(f"{part.name} {Usage.of(process_id(part))}" for part in parts)
    print(
        f"    {seconds:5.0f} s: {done} done, {sum(1 for _ in bucket.list_keys(keys.HELD))} held,"
        f" at once {found['stub_at_once']:.0f}, listing {found['socialcopy_listing_seconds']:.2f} s"
        f"\n        {used}",
        flush=True,
    )


def account(bucket: Bucket, dropped: int) -> None:
    """Check that each video is delivered once, or waits; what was in hand was given back."""
    manifests, ended = delivered(bucket), finished(bucket)
    brief = Brief()
    waits = sum(1 for _ in waiting(bucket, "inbox/", lambda _: brief, WatchSettings()))
    held = sum(1 for _ in bucket.list_keys(keys.HELD))
    print(f"{dropped} dropped: {manifests} delivered, {ended} ended, {waits} wait, {held} held")


def gauges(url: str) -> dict[str, float]:
    """What the watcher's metrics say; nothing while it starts."""
    try:
        text = httpx.get(url, timeout=20).text
    except httpx.TransportError:
        return {}
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def rows(path: Path, videos: int) -> dict[str, float]:
    """Rows that Prefect has written for each video, by table."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        counts = {name: db.execute(COUNT.format(name)).fetchone()[0] for name in tables}
    return {name: round(n / videos, 1) for name, n in counts.items() if n >= videos}


def one_process_each(
    kind: str, bucket: Bucket, env: dict[str, str], given: argparse.Namespace
) -> None:
    env = {**os.environ, **env, "S3_BUCKET": bucket.name}
    began, before = time.monotonic(), os.times()

    def run(key: str) -> None:
        argv = [sys.executable, HERE / "stub_videos.py", "one", key]
        subprocess.run(argv, env=env, check=True, capture_output=True)

    with ThreadPoolExecutor(given.concurrency) as pool:
        list(pool.map(run, bucket.list_keys("inbox/")))
    seconds, used = time.monotonic() - began, children_cpu_seconds(before)
    print(
        f"{kind}, a process each, {given.concurrency} at a time:"
        f" {given.each / seconds * 3600:.0f} videos an hour, CPU s a video {used / given.each:.2f}",
        flush=True,
    )


def children_cpu_seconds(since: os.times_result) -> float:
    now = os.times()
    return now.children_user + now.children_system - since.children_user - since.children_system


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--videos", type=int, default=1_000, help="for each watcher")
    parser.add_argument("--plain", type=int, default=200, help="videos of the run without Prefect")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--watchers", nargs="+", type=int, default=[1])
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument(
        "--pause", type=float, default=0.0, help="seconds that a video's work takes"
    )
    parser.add_argument("--each", type=int, default=20, help="videos of the run by a process each")
    parser.add_argument("--burst", type=int, default=0, help="videos that come all at once")
    parser.add_argument("--without-prefect", action="store_true", help="of a burst")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with embedded_store(folder / "s3") as store:
            if given.burst:
                burst(store, folder / "burst", given)
                return
            if given.plain:
                print(f"without Prefect: {plain_walk(store, folder, given):.3f} CPU s a video")
            for kind in given.databases:
                for watchers in given.watchers:
                    watched(store, folder / f"{kind}-{watchers}", kind, watchers, given)


if __name__ == "__main__":
    main()
