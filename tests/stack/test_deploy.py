"""`socialcopy deploy` on a Prefect server with a password, and a worker of somebody else there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prefect.client.orchestration import PrefectClient

from socialcopy.child_processes import Child
from socialcopy.cli.exit_codes import ExitCode
from socialcopy.cli.work_pools import make_work_pool
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import free_port
from tests.conftest import ROOT, until
from tests.installations import install
from tests.stack.machines import another_machine
from tests.stack.nobody import NOBODY
from tests.stack.prefect_servers import PASSWORD, Server, deploy, prefect_server

TOKEN = "a-planted-token"
SYSTEM_PYTHON = "/usr/bin/python3"
"""Which every user may start."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with prefect_server(tmp_path_factory.mktemp("server")) as found:
        yield found


def test_deploying_again_changes_nothing_not_even_what_somebody_changed_meanwhile(
    server: Server, tmp_path: Path
):
    mine = {"SOCIALCOPY_DATA_DIR": str(tmp_path), "SPEECH_MODEL": str(tmp_path)}
    given = {"S3_BUCKET": "videos", "NEMO_TOKEN": TOKEN, **mine}
    first = deploy(tmp_path, "--server", server.url, "--pool", "again", **given)
    assert first.returncode == ExitCode.DONE, first.stderr
    nightly = server.ask("/deployments/name/nightly-batch/nightly-batch", method="GET")
    schedule = f"/deployments/{nightly['id']}/schedules/{nightly['schedules'][0]['id']}"
    server.ask(schedule, {"active": False}, method="PATCH")
    template = server.ask("/work_pools/again", method="GET")["base_job_template"]
    template["variables"]["properties"]["stream_output"]["default"] = False
    template["variables"]["properties"]["env"]["default"]["SPEECH_THREADS"] = "4"
    server.ask("/work_pools/again", {"base_job_template": template}, method="PATCH")
    before = server.state()

    second = deploy(tmp_path, "--server", f"{server.url}/api/", "--pool", "again", **given)

    assert second.returncode == ExitCode.DONE, second.stderr
    assert server.state() == before
    assert {d["work_pool_name"] for d in before["deployments"]} == {"again"}
    found = json.dumps(before)
    assert TOKEN not in found + first.stdout + first.stderr
    assert [path for path in (ROOT, tmp_path, Path.home(), sys.prefix) if str(path) in found] == []


def test_a_start_makes_deployments_of_other_code_and_leaves_those_of_its_own_as_somebody_made_them(
    server: Server,
):
    env = {
        **os.environ,
        "PREFECT_API_URL": f"{server.url}/api",
        "PREFECT_API_AUTH_STRING": PASSWORD,
    }

    def description_after_a_start(**changed: str) -> str:
        if changed:
            found = server.ask("/deployments/name/caption-video/caption-video", method="GET")
            server.ask(f"/deployments/{found['id']}", changed, method="PATCH")
        subprocess.run([sys.executable, "-m", "socialcopy.cli.deployments"], env=env, check=True)
        found = server.ask("/deployments/name/caption-video/caption-video", method="GET")
        return found["description"]

    ours = description_after_a_start()
    assert description_after_a_start(description="for the trade fair") == "for the trade fair"
    assert description_after_a_start(version="of other code") == ours


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_pools_of_containers_get_the_image_and_settings_by_reference(server: Server, kind: str):
    reference = {"NEMO_TOKEN": "{{ prefect.blocks.secret.socialcopy-nemo-token }}"}
    image = "registry.example.com/socialcopy:1"

    async def make() -> None:
        async with PrefectClient(f"{server.url}/api", auth_string=PASSWORD) as client:
            await make_work_pool(client, kind, kind, image=image, env=reference)

    asyncio.run(make())
    template = server.ask(f"/work_pools/{kind}", method="GET")["base_job_template"]
    default = {name: v.get("default") for name, v in template["variables"]["properties"].items()}
    assert (default["image"], default["env"]) == (image, reference)


def test_what_goes_wrong_is_said_in_a_sentence(server: Server, tmp_path: Path):
    nowhere = f"http://127.0.0.1:{free_port()}"
    tries = (
        (deploy(tmp_path), ExitCode.WRONG_VALUE, "say which server"),
        (deploy(tmp_path, "--server", nowhere), ExitCode.NOT_READY, "no Prefect server answers"),
        (
            deploy(tmp_path, "--server", server.url, password="team:wrong"),
            ExitCode.NOT_READY,
            "PREFECT_API_AUTH_STRING",
        ),
        (
            deploy(tmp_path, "--server", server.url, "--pool", "docker", "--type", "process"),
            ExitCode.WRONG_VALUE,
            "is of type docker, not process",
        ),
        (deploy(tmp_path, "--server", server.url, S3_BUCKET="A_B"), ExitCode.WRONG_VALUE, "S3_BUC"),
    )

    for done, code, words in tries:
        assert (done.returncode, words in done.stderr) == (code, True), done.stderr
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_worker_on_another_machine_delivers_a_video_dropped_here(
    server: Server, store: S3Settings, bucket: Bucket, clips: Path, tmp_path: Path
):
    assert store.secret_access_key
    secret = store.secret_access_key.get_secret_value()
    ports = [urlsplit(str(url)).port or 0 for url in (server.url, store.endpoint_url)]
    with contextlib.ExitStack() as opened:
        machine = opened.enter_context(another_machine())
        prefect, s3 = (f"http://{opened.enter_context(machine.reaching(port))}" for port in ports)
        programs, home = install(machine.home / "venv", SYSTEM_PYTHON), machine.home / "home"
        home.mkdir()
        os.chown(home, NOBODY, NOBODY)
        done = deploy(
            tmp_path, "--server", server.url, "--pool", "team",
            S3_ENDPOINT_URL=s3, S3_BUCKET=bucket.name,
            S3_ACCESS_KEY_ID=str(store.access_key_id), S3_SECRET_ACCESS_KEY=secret,
            MEDIA_PRESET="fast",
        )  # fmt: skip
        assert done.returncode == ExitCode.DONE, done.stderr
        theirs = {
            "HOME": str(home), "TMPDIR": str(home),
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "PREFECT_API_URL": f"{prefect}/api", "PREFECT_API_AUTH_STRING": PASSWORD,
        }  # fmt: skip
        start = [str(programs / "prefect"), "worker", "start", "--pool", "team"]
        watch = server.ask("/deployments/name/watch-bucket/watch-bucket", method="GET")

        log = tmp_path / "worker.log"
        worker = Child("worker", machine.command(start, theirs), env={}, log=log, cwd=home)
        try:
            run = server.ask(f"/deployments/{watch['id']}/create_flow_run", {"name": "theirs"})
            bucket.upload(clips / "spoken.mp4", "inbox/spoken.mp4", "video/mp4")
            until(lambda: _delivered(bucket) or worker.exit_code is not None, seconds=600)
            assert worker.exit_code is None, log.read_text()
        finally:
            worker.stop()

    told = json.dumps([server.ask("/logs/filter"), server.ask("/flow_runs/filter")])
    assert run["id"] in told
    assert secret not in told + worker.log.read_text()
    assert str(ROOT) not in worker.log.read_text()


def _delivered(bucket: Bucket) -> list[str]:
    return [key for key in bucket.list_keys("outbox/") if key.endswith("/manifest.json")]
