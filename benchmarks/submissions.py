"""Form submissions at the same time, on Prefect's own server and on that of `socialcopy up`.

    python benchmarks/submissions.py [--together 40] [--rounds 3] [--busy]

Each submission is one request of the UI's form; its status and how long it took are counted.
`--busy` lets a client write task runs and logs meanwhile, as a watcher's videos do.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import httpx

AUTH = "me:only for this run"
LATER = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}


class Api(NamedTuple):
    http: httpx.Client

    def ask(self, path: str, body: Any) -> tuple[int, Any]:
        try:
            answer = self.http.post(path, json=body)
        except httpx.HTTPError as error:
            return 0, str(error)
        return answer.status_code, answer.json() if answer.is_success else answer.text


def server(kind: str, folder: Path) -> tuple[subprocess.Popen[bytes], Api]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    port = listener.getsockname()[1]
    argv = ["socialcopy.cli.prefect_server", str(listener.fileno())]
    if kind == "prefect":
        listener.close()
        argv = ["prefect", "server", "start", "--port", str(port)]
    env = {
        **os.environ, "PREFECT_HOME": str(folder), "PREFECT_SERVER_API_AUTH_STRING": AUTH,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "SOCIALCOPY_DATA_DIR": str(folder),
    }  # fmt: skip
    inherited = () if kind == "prefect" else (listener.fileno(),)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *argv], env=env, stdout=log, stderr=log, pass_fds=inherited
        )
    # A connection for each, as from as many browsers.
    limits, auth = httpx.Limits(max_connections=None), tuple(AUTH.split(":"))
    api = Api(
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api", auth=auth, limits=limits, timeout=120)
    )
    while api.ask("/flows/filter", {})[0] != 200:
        assert process.poll() is None, (folder / "log").read_text()
        time.sleep(0.2)
    return process, api


def deployment(api: Api) -> str:
    flow = api.ask("/flows/", {"name": "caption-video"})[1]["id"]
    pool = {"name": "socialcopy", "type": "process", "base_job_template": {}}
    api.ask("/work_pools/", pool)
    wanted = {"name": "caption-video", "flow_id": flow, "work_pool_name": "socialcopy"}
    return api.ask("/deployments/", wanted)[1]["id"]


def keep_busy(api: Api, done: threading.Event) -> None:
    """Write what four videos in hand write: states of their steps, and log lines."""

    def write() -> None:
        flow = api.ask("/flows/", {"name": "busy"})[1]["id"]
        while not done.is_set():
            run = api.ask("/flow_runs/", {"flow_id": flow, "state": {"type": "PENDING"}})[1]
            if isinstance(run, dict):
                for state in ("RUNNING", "COMPLETED"):
                    api.ask(f"/flow_runs/{run['id']}/set_state", {"state": {"type": state}})

    for _ in range(4):
        threading.Thread(target=write, daemon=True).start()


def submitted(api: Api, path: str) -> tuple[int, float, str]:
    began = time.monotonic()
    body = {"parameters": {}, "state": LATER, "idempotency_key": uuid.uuid4().hex}
    status, answer = api.ask(path, body)
    return status, time.monotonic() - began, str(answer)[:120] if status != 201 else ""


def measured(api: Api, given: argparse.Namespace) -> list[tuple[int, float, str]]:
    path, done = f"/deployments/{deployment(api)}/create_flow_run", threading.Event()
    if given.busy:
        keep_busy(api, done)
    try:
        with ThreadPoolExecutor(given.together) as pool:
            paths = [path] * given.together
            rounds = range(given.rounds)
            return [one for _ in rounds for one in pool.map(lambda to: submitted(api, to), paths)]
    finally:
        done.set()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--together", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--kinds", nargs="+", default=["prefect", "ours"])
    given = parser.parse_args()
    for kind in given.kinds:
        with tempfile.TemporaryDirectory() as folder:
            process, api = server(kind, Path(folder))
            try:
                found = measured(api, given)
            finally:
                process.terminate()
                process.wait()
            seconds = sorted(took for _, took, _ in found)
            print(
                f"{kind}: {dict(Counter(status for status, _, _ in found))},"
                f" median {statistics.median(seconds):.2f} s, longest {seconds[-1]:.2f} s"
                f" {Counter(why for _, _, why in found if why).most_common(2)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
