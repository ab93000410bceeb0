"""PostgreSQL and Redis of a test's own, as a team's Prefect server has them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.storage.embedded_server import free_port
from tests.conftest import until

POSTGRES = Path("/usr/lib/postgresql/15/bin")


class PostgreSQL:
    """A server, run by somebody who is not root."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "prefect")
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://prefect@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        options = ["-h", "127.0.0.1", "-p", str(self._port), "-k", str(self._folder)]
        with Path(os.devnull).open("wb") as nowhere:
            self._server = subprocess.Popen(
                [POSTGRES / "postgres", "-D", self._folder / "data", *options],
                user=self._user, cwd=self._folder, stdout=nowhere, stderr=nowhere,
            )  # fmt: skip
        until(lambda: self._run("pg_isready", "-h", "127.0.0.1", "-p", str(self._port)))

    def stop(self) -> None:
        """End it with whatever asks it something."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(30)

    def _run(self, program: str, *options: str) -> bool:
        argv = [POSTGRES / program, *options]
        done = subprocess.run(
            argv, user=self._user, cwd=self._folder, capture_output=True, check=False
        )
        return done.returncode == 0


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL; where it is not installed the test is skipped."""
    if not (POSTGRES / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not installed (apt install postgresql-15)")
    folder = Path(tempfile.mkdtemp(prefix="socialcopy-pg-"))
    server = PostgreSQL(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis(port: int) -> Iterator[None]:
    """A Redis that keeps nothing; where it is not installed the test is skipped."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen([program, *options], stdout=nowhere)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def messaging_on(port: int) -> dict[str, str]:
    """What tells Prefect's server that Redis carries its events."""
    return {
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
        "PREFECT_REDIS_MESSAGING_PORT": str(port),
    }
