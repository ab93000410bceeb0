"""A Prefect server with a password, as a team has one, and `socialcopy deploy` on it."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from prefect.client.base import PrefectHttpxSyncClient

from socialcopy.child_processes import Child
from socialcopy.environment import Settings
from socialcopy.storage.embedded_server import free_port
from tests.conftest import until

PASSWORD = "team:a planted password"
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
PARTS = (
    "deployments", "work_pools", "work_queues", "variables", "block_documents", "automations",
    "v2/concurrency_limits",
)  # fmt: skip


class Server(NamedTuple):
    """A Prefect server that somebody else looks after."""

    url: str

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Ask as Prefect's own client does: again after a 503, which a server on SQLite answers
        while another request writes."""
        auth = httpx.BasicAuth(*PASSWORD.split(":", 1))
        with PrefectHttpxSyncClient(auth=auth, timeout=30, enable_csrf_support=True) as client:
            client.base_url = f"{self.url}/api"
            answer = client.request(method, path, json=None if method == "GET" else body or {})
        return answer.json() if answer.content else None

    def state(self) -> dict[str, Any]:
        """Everything that `deploy` makes, without when it was touched."""
        return _timeless({part: self.ask(f"/{part}/filter") for part in PARTS})


def _timeless(found: Any) -> Any:
    if isinstance(found, list):
        return [_timeless(one) for one in found]
    if isinstance(found, dict):
        left_out = {"updated", "last_polled", "status"}
        return {name: _timeless(one) for name, one in found.items() if name not in left_out}
    return found


@contextmanager
def prefect_server(folder: Path) -> Iterator[Server]:
    port = free_port()
    argv = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    env = {"PREFECT_HOME": str(folder), "PREFECT_SERVER_API_AUTH_STRING": PASSWORD, **QUIET}
    started, found = Child("server", argv, env=env, log=folder / "log"), f"http://127.0.0.1:{port}"
    try:
        until(lambda: _is_up(f"{found}/api/health"))
        yield Server(found)
    finally:
        started.stop()


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def deploy(
    home: Path, *arguments: str, password: str = PASSWORD, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The command as somebody runs it whose shell holds these settings and no others."""
    known = {name for settings in Settings.__subclasses__() for name in settings.variables()}
    mine = {name: value for name, value in os.environ.items() if name not in known}
    given = {"HOME": str(home), "PREFECT_API_AUTH_STRING": password, **QUIET, **variables}
    return subprocess.run(
        [sys.executable, "-m", "socialcopy.cli", "deploy", *arguments],
        env={**mine, **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip
