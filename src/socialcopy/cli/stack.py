"""Everything `socialcopy up` starts, in order: store, Prefect server, engine, worker, watcher."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import signal
import socket
import sysconfig
import time
import urllib.request
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from filelock import FileLock, Timeout
from pydantic import SecretStr

from socialcopy import json_files, local_files
from socialcopy.child_processes import Child
from socialcopy.cli import part
from socialcopy.cli.errors import NOT_RUNNING, CommandError
from socialcopy.cli.ports import ENGINE, PAGES, PREFECT, STORE, Ports, take
from socialcopy.cli.project import WORK_POOL, project_folder
from socialcopy.cli.review_server import serving
from socialcopy.json_files import Shape
from socialcopy.local_files import CorruptFileError
from socialcopy.models import Value
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage import capabilities
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import HOST, EmbeddedServer, hold

ENGINE_SECONDS = 60.0
PREFECT_SECONDS = 180.0
# Callers that may wait for a part that is being started again.
BACKLOG = 256

RECORD = "stack.json"
RECORDED = Shape(
    {"store": dict, "engine_url": str, "prefect_url": str, "prefect_auth": str, "pages_url": str},
    "Stop `socialcopy up` and start it again, which writes it anew",
)
# One by one, 16 states a second are recorded; beyond 10,000 waiting ones Prefect drops them.
RECORDER = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}
# Imported before what is forked first, and before the rest: the servers start beside each other.
OF_PREFECT = ("prefect.main", "prefect.client.orchestration")
OF_OTHERS = ("socialcopy.engine.api.app", "flows.watch_bucket", "socialcopy.cli.deployments")
Say = Callable[[str], None]


class Addresses(Value):
    """Where the parts of a running stack are, and what lets their clients in."""

    s3: S3Settings
    engine_url: str
    prefect_url: str
    prefect_auth: SecretStr
    """`user:password`; Prefect's server lets nobody in without."""
    pages_url: str = ""
    """Where review pages are shown; empty until they are."""
    env_file: str
    """A shell file that lets any S3 client in."""
    prefect_env_file: str
    """The same for the `prefect` command."""


class Stack:
    """A running stack; `running()` makes one."""

    def __init__(
        self, data: DataSettings, addresses: Addresses, listeners: Mapping[str, socket.socket]
    ) -> None:
        self.data = data
        self.addresses = addresses
        self.listeners = listeners
        """Sockets of the parts named so; they stay open while a part is being started again."""
        self._children: list[Child] = []

    def start(self, name: str, argv: list[str], cwd: Path, **more: Any) -> Child:
        """Start one part, whose log bears its name; `more` is told to its `Child`."""
        log = self.data.data_dir / "logs" / f"{name.replace(' ', '-')}.log"
        child = Child(
            name, argv, env={}, log=log, cwd=cwd, listener=self.listeners.get(name), **more
        )
        self._children.append(child)
        return child

    def start_python(self, name: str, function: str, *arguments: str, **more: Any) -> Child:
        """Start a part that is a function of ours, in the project's folder."""
        forked = part.forked(function, *arguments)
        argv = part.command(function, *arguments)
        return self.start(name, argv, project_folder(), forked=forked, **more)

    def environment(self) -> dict[str, str]:
        """Give the parts their variables: where the others are, and to report to nobody."""
        return {
            **_store_variables(self.addresses.s3),
            "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', '')}",
            "REVIEW_URL": self.addresses.pages_url,
            "NEMO_API_URL": os.environ.get("NEMO_API_URL", self.addresses.engine_url),
            "SOCIALCOPY_DATA_DIR": str(self.data.data_dir),
            "SOCIALCOPY_CACHE_DIR": str(self.data.cache_dir),
            "PREFECT_HOME": str(self.data.data_dir / "prefect"),
            **_prefect_variables(self.addresses),
            **_prefect_server_variables(self.addresses),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            # Ten by default; a run that a person starts should begin soon. Each query costs 20 ms.
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "DO_NOT_TRACK": "1",
        }

    def require_alive(self) -> None:
        """Raise CommandError when a part has ended."""
        for child in self._children:
            if child.has_died:
                said = f"the end of {child.log} says:\n{child.last_lines()}"
                raise CommandError(f"{child.name} ended by itself; {said}")

    def revive(self, say: Say) -> None:
        """Start parts again that ended by themselves, however often they do."""
        for child in self._children:
            if child.may_restart():
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
def running(data: DataSettings, say: Say, ports: Ports | None = None) -> Generator[Stack]:
    """Run the whole stack for as long as the block lasts.

    Raises CommandError, and what the embedded store raises.
    """
    project_folder()
    for folder in (data.data_dir, data.cache_dir):
        local_files.close_folder(folder)  # objects, keys and work are nobody else's business
    # The kernel lets go of it whatever ends us, so a crash never keeps the next start out.
    lock = FileLock(data.data_dir / "stack.lock", mode=local_files.FILE_MODE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CommandError(
            f"another `socialcopy up` is using {data.data_dir}. Stop it first, or give this one a "
            "folder of its own with SOCIALCOPY_DATA_DIR"
        ) from None
    try:
        yield from _with_parts(data, say, ports or Ports())
    finally:
        lock.release()
        (data.data_dir / "stack.lock").unlink(missing_ok=True)


def _with_parts(data: DataSettings, say: Say, ports: Ports) -> Generator[Stack]:
    with contextlib.ExitStack() as opened:
        store = _embedded_store(data, say, ports, opened)
        s3 = S3Settings() if store is None else store.settings
        listeners = {
            name: take(name, ports, _listening, opened, say) for name in (ENGINE, PREFECT, PAGES)
        }
        stack = Stack(data, _addresses(data, s3, listeners), listeners)
        try:
            _start_parts(stack, store, say)
            # Last: what is forked from a process with threads may wait for ever for one of them.
            opened.enter_context(serving(s3, data, listeners[PAGES]))
            with _recorded(data, stack.addresses):
                yield stack
        finally:
            say("stopping")
            stack.stop()


def _embedded_store(
    data: DataSettings, say: Say, ports: Ports, opened: contextlib.ExitStack
) -> EmbeddedServer | None:
    """Choose our own store, unless another one is configured."""
    configured = S3Settings()
    if configured.endpoint_url or os.environ.get("S3_BUCKET"):
        say(f"using the bucket {configured.bucket} at {configured.endpoint_url or 'AWS'}")
        capabilities.require(Bucket(configured))
        return None
    say("starting the S3 store")
    store = EmbeddedServer(data.data_dir / "s3", port=take(STORE, ports, hold, opened, say))
    opened.callback(store.clear)
    return store


def _listening(port: int) -> socket.socket:
    return socket.create_server((HOST, port), backlog=BACKLOG)


def _addresses(
    data: DataSettings, s3: S3Settings, listeners: Mapping[str, socket.socket]
) -> Addresses:
    urls = {name: f"http://{HOST}:{own.getsockname()[1]}" for name, own in listeners.items()}
    made = f"socialcopy:{secrets.token_urlsafe(30)}"
    return Addresses(
        s3=s3,
        engine_url=urls[ENGINE],
        prefect_url=urls[PREFECT],
        # New at each start: what a browser or a shell has kept opens nothing later.
        prefect_auth=SecretStr(os.environ.get("PREFECT_SERVER_API_AUTH_STRING") or made),
        pages_url=urls[PAGES],
        env_file=str(data.data_dir / "s3.env"),
        prefect_env_file=str(data.data_dir / "prefect.env"),
    )


@contextlib.contextmanager
def _recorded(data: DataSettings, addresses: Addresses) -> Generator[None]:
    """Let the commands of this user find the stack, as long as it runs; nobody else may read it."""
    s3, record = addresses.s3, data.data_dir / RECORD
    secret = s3.secret_access_key.get_secret_value() if s3.secret_access_key else ""
    s3_variables = {
        "AWS_ENDPOINT_URL": s3.endpoint_url or "",
        "AWS_ACCESS_KEY_ID": s3.access_key_id or "",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": s3.region,
    }
    local_files.write(Path(addresses.env_file), _exports(s3_variables).encode())
    prefect_variables = _exports(_prefect_variables(addresses))
    local_files.write(Path(addresses.prefect_env_file), prefect_variables.encode())
    json_files.write(record, _record(addresses))
    try:
        yield
    finally:
        record.unlink(missing_ok=True)
        Path(addresses.prefect_env_file).unlink(missing_ok=True)


def _exports(variables: dict[str, str]) -> str:
    return "".join(f"export {k}={shlex.quote(v)}\n" for k, v in variables.items() if v)


def _prefect_variables(addresses: Addresses) -> dict[str, str]:
    """Give the variables that let a client of Prefect in."""
    return {
        "PREFECT_API_URL": f"{addresses.prefect_url}/api",
        "PREFECT_API_AUTH_STRING": addresses.prefect_auth.get_secret_value(),
    }


def _start_parts(stack: Stack, store: EmbeddedServer | None, say: Say) -> None:
    """Start everything; the servers side by side, since none of them needs another to start."""
    own_store = store and stack.start(STORE, store.argv, store.folder)
    # Prefect reads them when it is imported; all parts have the same.
    os.environ.update(stack.environment())
    say("starting the engine and the Prefect server")
    socket_of = {name: str(listener.fileno()) for name, listener in stack.listeners.items()}
    part.load(*OF_PREFECT)
    stack.start_python(PREFECT, "socialcopy.cli.prefect_server:main", socket_of[PREFECT])
    part.load(*OF_OTHERS)
    stack.start_python(ENGINE, "socialcopy.cli:main", "engine", "--listener", socket_of[ENGINE])
    # It waits for the server by itself.
    deploys = stack.start_python("deployments", "socialcopy.cli.deployments:main", ends=True)
    if store and own_store:
        store.wait_until_ready(own_store)
        capabilities.require(Bucket(store.settings))
    urls = stack.addresses
    _await(stack, lambda: _answers(urls.engine_url), ENGINE_SECONDS, urls.engine_url)
    say("making the deployments")
    _await(stack, lambda: deploys.exit_code is not None, PREFECT_SECONDS, urls.prefect_url)
    stack.require_alive()
    stack.forget(deploys)
    pool = ("--pool", WORK_POOL, "--type", "process", "--name", "this-machine")
    stack.start_python("worker", "prefect.cli:app", "worker", "start", *pool)
    stack.start_python("watcher", "flows.watch_bucket:main", stop_sign=signal.SIGINT)


def _prefect_server_variables(addresses: Addresses) -> dict[str, str]:
    """Keep other users and other sites' pages out of Prefect's server, which keeps up with runs."""
    # A browser takes the two names for two origins, and people type both.
    other_name = addresses.prefect_url.replace(HOST, "localhost")
    return {
        "PREFECT_SERVER_API_AUTH_STRING": addresses.prefect_auth.get_secret_value(),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{addresses.prefect_url},{other_name}",
        **RECORDER,
    }


def _await(stack: Stack, is_done: Callable[[], bool], seconds: float, url: str) -> None:
    """Wait for what hangs on an address. Raises CommandError for a part that dies meanwhile."""
    deadline = time.monotonic() + seconds
    while not is_done():
        stack.require_alive()
        if time.monotonic() > deadline:
            logs = stack.data.data_dir / "logs"
            raise CommandError(f"no answer from {url} within {seconds:.0f} s; its log is in {logs}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    """Tell whether anything is served there; a 404 is an answer (the engine has no start page)."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (an address of our own)
            return True
    except HTTPError as answer:
        answer.close()
        return True
    except (URLError, OSError):
        return False


def _store_variables(s3: S3Settings) -> dict[str, str]:
    """Tell the parts where the bucket is; without a key boto3 searches as it always does."""
    secret = s3.secret_access_key.get_secret_value() if s3.secret_access_key else None
    variables = {
        "S3_ENDPOINT_URL": s3.endpoint_url,
        "S3_BUCKET": s3.bucket,
        "S3_ACCESS_KEY_ID": s3.access_key_id,
        "S3_SECRET_ACCESS_KEY": secret,
    }
    return {name: value for name, value in variables.items() if value}


def _record(addresses: Addresses) -> dict[str, Any]:
    """Describe the stack, so that other commands on this machine find it."""
    return {
        "store": _store_variables(addresses.s3),
        "engine_url": addresses.engine_url,
        "prefect_url": addresses.prefect_url,
        "prefect_auth": addresses.prefect_auth.get_secret_value(),
        "pages_url": addresses.pages_url,
    }


def store_of_running_stack(data: DataSettings) -> S3Settings | None:
    """Return the store of the stack that is up in this data folder; none when none is up."""
    kept = _read_record(data).get("store")
    if kept is None:
        return None
    secret = kept.get("S3_SECRET_ACCESS_KEY")
    return S3Settings(
        endpoint_url=kept.get("S3_ENDPOINT_URL"),
        bucket=kept["S3_BUCKET"],
        access_key_id=kept.get("S3_ACCESS_KEY_ID"),
        secret_access_key=SecretStr(secret) if secret else None,
    )


def prefect_url_of_running_stack(data: DataSettings) -> str:
    """Return where Prefect's UI is. Raises CommandError when no stack is up in this folder."""
    found = _read_record(data).get("prefect_url")
    if found is None:
        raise CommandError(NOT_RUNNING)
    return found


def pages_of_running_stack(data: DataSettings) -> str | None:
    """Return where the running stack shows review pages; none when there is none."""
    return _read_record(data).get("pages_url") or None


def _read_record(data: DataSettings) -> dict[str, Any]:
    """Read what the stack that is up has written down; empty when none is up.

    Raises CorruptFileError.
    """
    path = data.data_dir / RECORD
    found = json_files.read(path, RECORDED)
    if found is None:
        return {}
    store = found["store"]
    if "S3_BUCKET" not in store or not all(isinstance(value, str) for value in store.values()):
        raise CorruptFileError(str(path), "store is wrong", RECORDED.remedy)
    return found
