"""Who must not get at a running stack: pages of other web sites, and other users of the machine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from socialcopy import keys
from socialcopy.cli.doctor import prefect_server
from socialcopy.cli.stack import store_of_running_stack
from socialcopy.settings import DataSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StorageError
from tests.conftest import own_folders
from tests.stack.nobody import (
    Answer,
    as_nobody,
    ask,
    copied_program,
    ports_of,
    readable,
    say_to_shell,
)
from tests.stack.pages import Site, online, shown, visit
from tests.stack.test_stack import Up, processes_of, until

CANARY = b"the canary of the bucket"
KEY = "elsewhere/canary.txt"
PROBES = f"{keys.PRIVATE}probe/"
BROWSERS = pytest.mark.parametrize("browser", ["chromium", "firefox"])
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture(scope="module")
def data() -> Iterator[DataSettings]:
    """Folders in a place that every user of the machine can look into."""
    with tempfile.TemporaryDirectory(prefix="socialcopy-strangers-") as folder:
        Path(folder).chmod(0o755)
        yield own_folders(Path(folder))


@pytest.fixture(scope="module")
def up(data: DataSettings) -> Iterator[Up]:
    up = Up(data)
    up.bucket.write(KEY, CANARY, "text/plain")
    until(lambda: [run for run in up.prefect("flow_runs/filter") if "watch-" in run["name"]])
    yield up
    with contextlib.suppress(ProcessLookupError):
        up.process.send_signal(signal.SIGINT)
        up.process.wait(60)


def places(up: Up) -> dict[str, str]:
    record = json.loads((up.data.data_dir / "stack.json").read_text())
    store = record["store"]["S3_ENDPOINT_URL"]
    return {"prefect": record["prefect_url"], "engine": record["engine_url"], "store": store}


def state(up: Up) -> dict[str, Any]:
    """Everything a stranger could have changed, but for what the watcher tries the store with: a
    probe that it writes and removes while it starts.
    """
    asked = ("flows", "deployments", "variables", "work_pools", "block_documents", "automations")
    prefect = {what: sorted(i["name"] for i in up.prefect(f"{what}/filter")) for what in asked}
    runs = up.prefect("flow_runs/filter")
    started = sorted(run["name"] for run in runs if not run["auto_scheduled"])
    engine = sorted(str(path) for path in (up.data.data_dir / "engine").rglob("*"))
    listed = [key for key in up.bucket.list_keys("") if not key.startswith(PROBES)]
    objects = {key: up.bucket.head(key).etag for key in listed}
    return {**prefect, "runs": started, "engine": engine, "objects": objects}


def shots(up: Up) -> dict[str, list[dict[str, Any]]]:
    """What a page sends to each service, the ids it would have to guess included."""
    named = {"deployments": {"name": {"any_": ["caption-video"]}}}
    [known] = up.prefect("deployments/filter", named)
    command = {"command": "touch evil"}
    evil = {"name": "evil", "flow_id": known["flow_id"], "entrypoint": "x.py:x"}
    run = {"state": {"type": "SCHEDULED"}, "name": "evil", "job_variables": command}
    asked = {
        "prefect": [
            ("POST", "/api/flows/", {"name": "evil"}),
            ("POST", "/api/variables/", {"name": "evil", "value": "1"}),
            ("POST", "/api/work_pools/", {"name": "evil", "type": "process"}),
            ("POST", "/api/deployments/", {**evil, "job_variables": command}),
            ("POST", f"/api/deployments/{known['id']}/create_flow_run", run),
            ("PATCH", f"/api/deployments/{known['id']}", {"job_variables": command}),
            ("DELETE", f"/api/deployments/{known['id']}", None),
            ("POST", "/api/flow_runs/filter", {}),
            ("GET", "/api/admin/settings", None),
            ("GET", "/api/csrf-token?client=evil", None),
            ("POST", "/socialcopy-login", {"code": "evil"}),
        ],
        "engine": [
            ("POST", "/api/auth/anonymous-token", {}),
            ("POST", "/api/auth/claim-token", {}),
            ("POST", "/run_sse", {}),
            ("GET", "/api/credits/balance/simple", None),
        ],
        "store": [
            ("GET", f"/socialcopy/{KEY}", None),
            ("GET", "/socialcopy?list-type=2", None),
            ("PUT", "/socialcopy/inbox/evil.mp4", {}),
            ("POST", "/socialcopy", {"key": "inbox/evil.mp4"}),
            ("POST", "/socialcopy?delete", {}),
            ("DELETE", f"/socialcopy/{KEY}", None),
        ],
    }
    fields = ("method", "path", "body")
    return {to: [dict(zip(fields, shot, strict=True)) for shot in asked[to]] for to in asked}


@BROWSERS
def test_a_page_of_another_site_changes_and_reads_nothing(up: Up, browser: str):
    before, asked, site = state(up), shots(up), Site()
    with online(site) as address:
        targets = [{"base": base, "shots": asked[to]} for to, base in places(up).items()]
        targets[0]["sockets"] = ["/api/events/in", "/api/events/out", "/api/logs/out"]
        # At last the same to the site itself, which takes it: so the page does shoot.
        targets += [{"base": address, "shots": found} for found in asked.values()]
        read = visit(browser, address, site, targets)

    assert [line for line in read if not line.endswith(": taken")] == []
    assert state(up) == before
    assert len(site.taken) > 3 * sum(map(len, asked.values()))


@pytest.mark.parametrize("service", ["prefect", "engine", "store"])
@BROWSERS
def test_a_page_whose_name_is_made_to_lead_here_changes_and_reads_nothing(
    up: Up, browser: str, service: str
):
    before, asked, site = state(up), shots(up)[service], Site(places(up)[service])
    with online(site) as address:
        read = visit(browser, address, site, [{"base": address, "shots": asked}])

    assert read == []
    assert state(up) == before
    assert len(site.taken) > 3 * len(asked)


def printed_link(up: Up) -> str:
    [link] = re.findall(r"Prefect UI +(\S+)", up.said())
    return link


def test_the_printed_link_lets_one_browser_into_prefects_ui(up: Up):
    link = printed_link(up)

    assert "Logout" in shown(link)
    assert "used" in shown(link)  # the second browser is told so
    command = [sys.executable, "-m", "socialcopy.cli", "ui"]
    environment = {**os.environ, "SOCIALCOPY_DATA_DIR": str(up.data.data_dir)}
    another = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "Logout" in shown(another.stdout.strip())


def test_without_the_link_prefects_ui_shows_nothing(up: Up):
    assert "Logout" not in shown(places(up)["prefect"])


def test_the_doctor_finds_that_prefects_server_asks_for_a_password(up: Up):
    assert prefect_server(f"{places(up)['prefect']}/api").good


PATHS = (
    "/", "/api/flows/filter", "/api/admin/settings", "/api/logs/filter", "/metrics", "/login",
    "/api/credits/balance/simple", f"/socialcopy/{KEY}", f"/buckets/socialcopy/{KEY}", "/1,01",
    "/status", "/dir/status", "/dir/assign", "/vol/grow?count=1", "/submit", "/ui/index.html",
)  # fmt: skip


def store_process(up: Up) -> tuple[str, dict[str, str]]:
    """The store's program, and the ports of its parts."""
    [line] = [line for line in processes_of(up.data).values() if " mini " in line]
    return line.split()[0], dict(re.findall(r"-(\w+)\.port=(\d+)", line))


def is_in(answer: Answer) -> bool:
    """Whether that was no refusal; the engine's are envelopes with a code."""
    return answer.status < 300 and b'"code":1001' not in answer.body


@needs_root
def test_no_port_tells_another_user_anything(up: Up):
    before, ports = state(up), ports_of(processes_of(up.data))
    answers = as_nobody(lambda: ask(ports, PATHS))
    opened = {(answer.port, answer.path) for answer in answers if is_in(answer)}
    prefect, _, store = (int(url.rpartition(":")[2]) for url in places(up).values())

    assert {int(port) for port in store_process(up)[1].values()} <= set(ports)
    assert {answer.port for answer in answers} >= {prefect, store}
    assert not [answer for answer in answers if CANARY in answer.body]
    # Prefect's UI is an empty shell without its API; the store says that it is there.
    ui = {(prefect, path) for path in PATHS if not path.startswith("/api/")}
    assert opened <= ui | {(store, "/status")}
    assert state(up) == before


@needs_root
def test_the_stores_own_shell_obeys_no_other_user(up: Up, tmp_path: Path):
    program, port = store_process(up)
    shell = ("shell", f"-master=127.0.0.1:{port['master']}", f"-filer=127.0.0.1:{port['filer']}")
    orders = (
        f"fs.cat /buckets/socialcopy/{KEY}",
        f"fs.rm /buckets/socialcopy/{KEY}",
        "s3.configure -user evil -access_key EVIL -secret_key EVIL -actions Admin -apply",
    )
    before = state(up)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as threads:
        copy = copied_program(program, Path(folder))

        def obey(order: str) -> bytes:
            return say_to_shell(order, copy, shell, Path(folder), is_owner=False)

        heard = list(threads.map(obey, orders))
        let_in = (f"-config_dir={up.data.data_dir / 's3'}", *shell)
        as_owner = say_to_shell(orders[0], copy, let_in, Path(folder), is_owner=True)
    evil = {"access_key_id": "EVIL", "secret_access_key": SecretStr("EVIL")}
    settings = store_of_running_stack(up.data)
    assert settings

    assert not [words for words in heard if CANARY in words or b"EVIL" in words]
    assert state(up) == before
    with pytest.raises(StorageError):
        Bucket(settings.model_copy(update=evil)).read(KEY)
    assert CANARY in as_owner  # it is the certificate that makes the difference


@needs_root
def test_another_user_reads_no_file_socket_or_environment_of_ours(up: Up):
    folders = (up.data.data_dir, up.data.cache_dir)
    files = [str(p) for folder in folders for p in folder.rglob("*") if not p.is_dir()]
    ours = processes_of(up.data)
    sockets = [p for n in ports_of(ours) for p in Path("/tmp").glob(f"seaweedfs-*-{n}.sock")]
    files += [*map(str, sockets), *(f"/proc/{pid}/environ" for pid in ours)]

    assert len(files) > 50
    assert len(sockets) > 5
    assert as_nobody(lambda: readable(files)) == []
    assert as_nobody(lambda: [str(f) for f in folders if os.access(f, os.R_OK | os.X_OK)]) == []


@needs_root
def test_no_command_line_shows_another_user_a_secret(up: Up):
    record = json.loads((up.data.data_dir / "stack.json").read_text())
    secrets = (record["prefect_auth"], record["store"]["S3_SECRET_ACCESS_KEY"])
    lines = list(processes_of(up.data).values())

    assert len(lines) > 5
    assert not [line for line in lines if any(secret in line for secret in secrets)]
