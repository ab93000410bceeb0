"""Every role of `deployments/compose.yaml`, with its own command and environment, as processes.

No container engine is needed, and none is proven: hosts become this machine, ports free ones, and
folders of the image folders of this test.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from socialcopy.child_processes import Child
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import free_port
from socialcopy.understanding.weights import packaged_weights
from tests.conftest import ROOT, until
from tests.stack.databases import postgresql, redis
from tests.stack.prefect_servers import PASSWORD, Server

PORTS = {number: free_port() for number in (8333, 4200, 8390, 9464, 6379, 8080)}
KEY, SECRET = "team", "a-planted-secret-key"
ROLES = ("storage", "server", "deploy", "engine", "worker", "watcher")


def compose(database: str) -> dict[str, Any]:
    """The services, as they'd be on this machine."""
    text = (ROOT / "deployments/compose.yaml").read_text()
    text = re.sub(r"postgresql\+asyncpg://.+", database, text)
    given = {"S3_ACCESS_KEY_ID": KEY, "S3_SECRET_ACCESS_KEY": SECRET, "PREFECT_PASSWORD": PASSWORD}
    text = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: json.dumps(given.get(found[1], "")), text)
    return yaml.safe_load(here(text))["services"]


def here(text: str) -> str:
    text = re.sub(r"\b(storage|server|engine):(?=\d)", "localhost:", text)
    text = re.sub(r"(-ip=)storage|(MESSAGING_HOST: )redis", r"\1\g<2>localhost", text)
    text = text.replace("0.0.0.0", "127.0.0.1")
    return re.sub(r"\d{4}", lambda found: str(PORTS.get(int(found[0]), found[0])), text)


def image_environment(scratch: Path) -> dict[str, str]:
    """What the Dockerfile gives every role."""
    text = (ROOT / "deployments/Dockerfile").read_text().replace("\\\n", "")
    found = dict(
        re.findall(r"([A-Z_]+)=(\S+)", text.rpartition("\nENV ")[2].partition("\nUSER")[0])
    )
    found["PATH"] = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    found["SPEECH_MODEL"] = str(packaged_weights(DataSettings().cache_dir))
    found["PREFECT_WORKER_WEBSERVER_PORT"] = str(PORTS[8080])
    return {name: value.replace("/scratch", str(scratch)) for name, value in found.items()}


class Team:
    """The roles that run, and how to ask whether one is well."""

    def __init__(self, services: dict[str, Any], folder: Path) -> None:
        self.services = services
        self.folder = folder
        self.running: dict[str, Child] = {}

    def start(self, name: str) -> None:
        scratch, service = self.folder / name, self.services[name]
        (scratch / "data").mkdir(parents=True)
        env = image_environment(scratch) | service.get("environment", {})
        command = [word.replace("=/data", f"={scratch}/data") for word in service["command"]]
        if name == "storage":
            inner = ("master", "volume", "filer", "admin")
            command += [f"-{part}.port={free_port()}" for part in inner]
        argv = ["env", "-i", *(f"{name}={value}" for name, value in env.items()), *command]
        self.running[name] = Child(name, argv, env={}, log=self.folder / f"{name}.log", cwd=scratch)
        if name == "deploy":
            deploying = self.running.pop(name)
            until(lambda: deploying.exit_code is not None, seconds=300)
            assert deploying.exit_code == 0, deploying.last_lines(20)
        else:
            until(lambda: self.is_well(name), seconds=400)

    def is_well(self, name: str) -> bool:
        """Run the manifest's own health check."""
        assert self.running[name].exit_code is None, self.running[name].last_lines(20)
        health = self.services[name].get("healthcheck")
        image = (ROOT / "deployments/Dockerfile").read_text().replace("\\\n", "")
        of_image = re.findall(r"^HEALTHCHECK .*?CMD (\[.+\])$", image, re.MULTILINE)[0]
        test = health["test"][1:] if health else json.loads(here(of_image))
        words = [sys.executable if word == "python" else word for word in test]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def stop(self) -> None:
        while self.running:
            self.running.popitem()[1].stop()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    pytest.importorskip("prefect_redis", reason="uv sync --extra team")
    with ExitStack() as others:
        others.enter_context(redis(PORTS[6379]))
        found = Team(compose(others.enter_context(postgresql()).url), tmp_path)
        others.callback(found.stop)
        for name in ROLES:
            found.start(name)
        yield found


@pytest.mark.slow
def test_the_roles_of_the_manifests_deliver_what_is_dropped_and_take_a_run(team: Team, clips: Path):
    settings = team.services["watcher"]["environment"]
    bucket = Bucket(S3Settings(
        endpoint_url=settings["S3_ENDPOINT_URL"], bucket=settings["S3_BUCKET"],
        access_key_id=KEY, secret_access_key=SecretStr(SECRET),
    ))  # fmt: skip
    bucket.upload(clips / "silent.mp4", "inbox/silent.mp4", "video/mp4")
    server = Server(f"http://localhost:{PORTS[4200]}")
    account = server.ask("/deployments/name/account-status/account-status", method="GET")
    run = server.ask(f"/deployments/{account['id']}/create_flow_run", {"name": "ours"})

    def state() -> str:
        return server.ask(f"/flow_runs/{run['id']}", method="GET")["state_type"]

    until(lambda: state() == "COMPLETED", seconds=400)
    until(lambda: any(k.endswith("/manifest.json") for k in bucket.list_keys("outbox/")), 400)
    told = "".join((team.folder / f"{name}.log").read_text() for name in ROLES)
    assert [secret for secret in (SECRET, PASSWORD) if secret in told] == []
    assert all(team.is_well(name) for name in team.running)
