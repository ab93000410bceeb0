"""Everything `socialcopy up` starts, in order: store, engine, Prefect server, worker, watcher."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from filelock import FileLock, Timeout
from pydantic import SecretStr

from socialcopy.cli.errors import (
    AlreadyRunningError,
    NoAnswerError,
    PartDiedError,
    ProjectMissingError,
)
from socialcopy.cli.processes import Child
from socialcopy.models import Value
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage import capabilities
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import (
    DEFAULT_PORT,
    embedded_store,
    free_port,
    is_free,
    write_private,
)

ENGINE_PORT = 8390
PREFECT_PORT = 4200
ENGINE_SECONDS = 60.0
PREFECT_SECONDS = 180.0
DEPLOY_SECONDS = 120.0
REVIVALS = 5
REVIVAL_WINDOW_SECONDS = 600.0
WORK_POOL = "socialcopy"

Say = Callable[[str], None]


class Addresses(Value):
    """Where the parts of a running stack are."""

    s3: S3Settings
    engine_url: str
    prefect_url: str
    env_file: str
    """A shell file that lets any S3 client in."""


class Stack:
    """A running stack; `running()` makes one."""

    def __init__(self, data: DataSettings, addresses: Addresses) -> None:
        self.data = data
        self.addresses = addresses
        self._children: list[Child] = []

    def start(self, name: str, argv: list[str], *, sign: signal.Signals = signal.SIGTERM) -> Child:
        """Start one part with the stack's environment."""
        child = Child(
            name,
            argv,
            env=self.environment(),
            log=self.data.data_dir / "logs" / f"{name.replace(' ', '-')}.log",
            cwd=project_folder(),
            stop_sign=sign,
        )
        self._children.append(child)
        return child

    def environment(self) -> dict[str, str]:
        """What every part is told: where the others are, and to report to nobody."""
        return {
            **_store_variables(self.addresses.s3),
            "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', '')}",
            "NEMO_API_URL": os.environ.get("NEMO_API_URL", self.addresses.engine_url),
            "SOCIALCOPY_DATA_DIR": str(self.data.data_dir),
            "SOCIALCOPY_CACHE_DIR": str(self.data.cache_dir),
            "PREFECT_HOME": str(self.data.data_dir / "prefect"),
            "PREFECT_API_URL": f"{self.addresses.prefect_url}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "DO_NOT_TRACK": "1",
        }

    def insist_alive(self) -> None:
        """Raise PartDiedError when a part has ended."""
        for child in self._children:
            if child.exit_code is not None:
                raise PartDiedError(child.name, str(child.log), child.last_words())

    def revive(self, say: Say) -> None:
        """Start parts again that ended by themselves.

        Raises PartDiedError for one that ended five times within ten minutes.
        """
        for child in self._children:
            if child.exit_code is None:
                continue
            recent = [s for s in child.starts if s > time.monotonic() - REVIVAL_WINDOW_SECONDS]
            if len(recent) >= REVIVALS:
                raise PartDiedError(child.name, str(child.log), child.last_words())
            say(f"{child.name} ended by itself; starting it again (its log: {child.log})")
            child.restart()

    def stop(self) -> None:
        """End all parts, the last started first."""
        while self._children:
            self._children.pop().stop()

    def forget(self, child: Child) -> None:
        """Stop watching over a part that has done its work."""
        self._children.remove(child)


@contextlib.contextmanager
def running(data: DataSettings, say: Say) -> Generator[Stack]:
    """Run the whole stack for as long as the block lasts.

    Raises AlreadyRunningError, PartDiedError, and what the embedded store raises.
    """
    project_folder()
    data.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data.data_dir / "stack.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunningError(str(data.data_dir)) from None
    try:
        with _store(data, say) as s3:
            yield from _with_parts(data, s3, say)
    finally:
        lock.release()
        (data.data_dir / "stack.lock").unlink(missing_ok=True)


def _with_parts(data: DataSettings, s3: S3Settings, say: Say) -> Generator[Stack]:
    addresses = _addresses(data, s3, say)
    stack = Stack(data, addresses)
    record = data.data_dir / "stack.json"
    try:
        _start_parts(stack, say)
        write_private(record, json.dumps(_record(addresses)))
        yield stack
    finally:
        say("stopping")
        record.unlink(missing_ok=True)
        stack.stop()


@contextlib.contextmanager
def _store(data: DataSettings, say: Say) -> Generator[S3Settings]:
    """The configured S3, or the embedded one when none is configured."""
    configured = S3Settings()
    if configured.endpoint_url or os.environ.get("S3_BUCKET"):
        say(f"using the bucket {configured.bucket} at {configured.endpoint_url or 'AWS'}")
        capabilities.insist(Bucket(configured))
        yield configured
        return
    say("starting the S3 store")
    port = _port("the S3 store", DEFAULT_PORT, say)
    with embedded_store(data.data_dir / "s3", port=port) as s3:
        capabilities.insist(Bucket(s3))
        yield s3


def _addresses(data: DataSettings, s3: S3Settings, say: Say) -> Addresses:
    return Addresses(
        s3=s3,
        engine_url=f"http://127.0.0.1:{_port('the engine', ENGINE_PORT, say)}",
        prefect_url=f"http://127.0.0.1:{_port('Prefect', PREFECT_PORT, say)}",
        env_file=str(_env_file(data, s3)),
    )


def _port(name: str, wanted: int, say: Say) -> int:
    if is_free(wanted):
        return wanted
    other = free_port()
    say(f"port {wanted} is in use; {name} takes {other}")
    return other


def _env_file(data: DataSettings, s3: S3Settings) -> Path:
    """What an S3 client needs, in a file only its owner can read; never printed."""
    path = data.data_dir / "s3.env"
    secret = s3.secret_access_key.get_secret_value() if s3.secret_access_key else ""
    variables = {
        "AWS_ENDPOINT_URL": s3.endpoint_url or "",
        "AWS_ACCESS_KEY_ID": s3.access_key_id or "",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": s3.region,
    }
    write_private(path, "".join(f"export {k}='{v}'\n" for k, v in variables.items() if v))
    return path


def _start_parts(stack: Stack, say: Say) -> None:
    say("starting the engine and the Prefect server")
    python = sys.executable
    host, port = "127.0.0.1", stack.addresses.prefect_url.rpartition(":")[2]
    stack.start(
        "Prefect server",
        [python, "-m", "prefect", "server", "start", "--host", host, "--port", port],
    )
    engine_port = stack.addresses.engine_url.rpartition(":")[2]
    stack.start("engine", [python, "-m", "socialcopy.cli", "engine", "--port", engine_port])
    _await_url(stack, stack.addresses.engine_url, ENGINE_SECONDS)
    _await_url(stack, f"{stack.addresses.prefect_url}/api/health", PREFECT_SECONDS)
    say("making the deployments")
    _deploy(stack)
    pool = ["--pool", WORK_POOL, "--type", "process", "--name", "this-machine"]
    stack.start("worker", [python, "-m", "prefect", "worker", "start", *pool])
    stack.start("watcher", [python, "-m", "flows.watch_bucket"], sign=signal.SIGINT)


def _deploy(stack: Stack) -> None:
    """Make the work pool and the deployments of prefect.yaml, and close what a crash left open."""
    deploy = stack.start("deployments", [sys.executable, "-m", "socialcopy.cli.deployments"])
    if deploy.wait(DEPLOY_SECONDS) != 0:
        raise PartDiedError(deploy.name, str(deploy.log), deploy.last_words())
    stack.forget(deploy)


def _await_url(stack: Stack, url: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not _answers(url):
        stack.insist_alive()
        if time.monotonic() > deadline:
            raise NoAnswerError(url, seconds, str(stack.data.data_dir / "logs"))
        time.sleep(0.2)


def _answers(url: str) -> bool:
    """Whether anything is served there; a 404 is an answer too (the engine has no start page)."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310
            return True
    except HTTPError as answer:
        answer.close()
        return True
    except (URLError, OSError):
        return False


def _store_variables(s3: S3Settings) -> dict[str, str]:
    """Where the bucket is; without a key of its own boto3 searches as it always does."""
    secret = s3.secret_access_key.get_secret_value() if s3.secret_access_key else None
    variables = {
        "S3_ENDPOINT_URL": s3.endpoint_url,
        "S3_BUCKET": s3.bucket,
        "S3_ACCESS_KEY_ID": s3.access_key_id,
        "S3_SECRET_ACCESS_KEY": secret,
    }
    return {name: value for name, value in variables.items() if value}


def _record(addresses: Addresses) -> dict[str, Any]:
    """What other commands on this machine need to find the stack."""
    return {
        "store": _store_variables(addresses.s3),
        "engine_url": addresses.engine_url,
        "prefect_url": addresses.prefect_url,
    }


def store_of_running_stack(data: DataSettings) -> S3Settings | None:
    """The store of the stack that is up in this data folder; none when there is none."""
    record = data.data_dir / "stack.json"
    if not record.exists():
        return None
    kept = json.loads(record.read_text())["store"]
    secret = kept.get("S3_SECRET_ACCESS_KEY")
    return S3Settings(
        endpoint_url=kept.get("S3_ENDPOINT_URL"),
        bucket=kept["S3_BUCKET"],
        access_key_id=kept.get("S3_ACCESS_KEY_ID"),
        secret_access_key=SecretStr(secret) if secret else None,
    )


def project_folder() -> Path:
    """The folder that holds flows/, tasks/ and prefect.yaml, in a checkout or an installation."""
    found = importlib.util.find_spec("flows")
    folders = (
        [Path(place).parent for place in (found.submodule_search_locations or [])] if found else []
    )
    for folder in folders:
        if (folder / "prefect.yaml").exists():
            return folder
    raise ProjectMissingError("flows/ with prefect.yaml beside it")
