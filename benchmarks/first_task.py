"""How long a dropped file waits for its first task, under `socialcopy up`.

    python benchmarks/first_task.py [--drops 10] [--hints]

Files are dropped one after the other, at moments spread over the two seconds between listings; what
is in them is no video, so nothing else is measured. With `--hints` a webhook names each key and the
inbox is listed once a minute only. All parts go by this machine's clock.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from socialcopy.cli.stack import store_of_running_stack
from socialcopy.settings import DataSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import free_port

DROP = "inbox/drop-{}.mp4"


def first_starts(data: Path, wanted: int) -> dict[str, datetime]:
    """When the first task of each run began, by the run's key."""
    record = json.loads((data / "stack.json").read_text())
    client = httpx.Client(
        base_url=f"{record['prefect_url']}/api", auth=tuple(record["prefect_auth"].split(":", 1))
    )
    token = client.get("/csrf-token", params={"client": "bench"}).json()["token"]
    client.headers.update({"Prefect-Csrf-Client": "bench", "Prefect-Csrf-Token": token})

    def listed(what: str) -> list[dict[str, Any]]:
        return client.post(f"/{what}/filter", json={"limit": 200}).json()

    while True:
        runs = {r["id"]: r["parameters"].get("key") for r in listed("flow_runs")}
        found: dict[str, datetime] = {}
        for task in listed("task_runs"):
            key, start = runs.get(task["flow_run_id"]), task["start_time"]
            if key and start:
                began = datetime.fromisoformat(start)
                found[key] = min(began, found.get(key, began))
        if len(found) >= wanted:
            return found
        time.sleep(1)


def notify(port: int, key: str) -> None:
    """Post what S3 posts of an object that was made."""
    record = {"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}}
    httpx.post(f"http://127.0.0.1:{port}/", json={"Records": [record]}).raise_for_status()


def measured(
    up: subprocess.Popen[bytes], log: Path, data: DataSettings, drops: int, port: int | None
) -> list[float]:
    """Drop so many; the seconds that each waited."""
    while "ready" not in log.read_text():
        assert up.poll() is None, log.read_text()
        time.sleep(0.05)
    settings = store_of_running_stack(data)
    assert settings
    bucket, dropped = Bucket(settings), {}
    time.sleep(10)  # the watcher has begun by then
    for number in range(drops):
        time.sleep(4 + number * 0.7 % 2)
        bucket.write(DROP.format(number), b"no video %d " % number * 9_000, "video/mp4")
        dropped[DROP.format(number)] = datetime.now(UTC)
        if port:
            notify(port, DROP.format(number))
    starts = first_starts(data.data_dir, drops)
    return sorted((starts[key] - at).total_seconds() for key, at in dropped.items())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--drops", type=int, default=10)
    parser.add_argument("--hints", action="store_true")
    given = parser.parse_args()
    drops, port = given.drops, free_port() if given.hints else None
    with tempfile.TemporaryDirectory() as folder:
        data = DataSettings(data_dir=Path(folder) / "data", cache_dir=Path(folder) / "cache")
        log = Path(folder) / "log"
        env = {**os.environ, "SOCIALCOPY_DATA_DIR": str(data.data_dir)}
        env["SOCIALCOPY_CACHE_DIR"] = str(data.cache_dir)
        env |= {"HINTS_PORT": str(port), "WATCH_INTERVAL_SECONDS": "60"} if port else {}
        with log.open("wb") as output:
            up = subprocess.Popen(
                [sys.executable, "-m", "socialcopy.cli", "up"], env=env, stdout=output,
                stderr=output, start_new_session=True,
            )  # fmt: skip
        try:
            waits = measured(up, log, data, drops, port)
        finally:
            up.send_signal(signal.SIGINT)
            up.wait()
    print(f"load {os.getloadavg()[0]:.1f}; {drops} drops: {[round(wait, 2) for wait in waits]}")
    print(f"median {statistics.median(waits):.2f} s, longest {waits[-1]:.2f} s")


if __name__ == "__main__":
    main()
