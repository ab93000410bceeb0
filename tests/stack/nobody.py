"""Another user of this machine, who tries what can be tried."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
NOBODY = 65_534
SHELL_SECONDS = 8.0
"""The store's shell asks again and again when it is not let in."""


def as_nobody(work: Callable[[], T]) -> T:
    """Do something as nobody, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            with os.fdopen(writing, "wb") as told:
                told.write(pickle.dumps(work()))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as heard:
        found = heard.read()
    os.waitpid(child, 0)
    return pickle.loads(found)


class Answer(NamedTuple):
    """What a port said."""

    port: int
    path: str
    status: int
    body: bytes


def ask(ports: Iterable[int], paths: Iterable[str]) -> list[Answer]:
    """Ask every port for every path, in the clear and over TLS with any certificate."""
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    found: list[Answer] = []
    for port in ports:
        for path in paths:
            for scheme in ("http", "https"):
                with contextlib.suppress(OSError, ValueError):
                    found.append(_ask(port, path, scheme, careless))
    return found


def _ask(port: int, path: str, scheme: str, careless: ssl.SSLContext) -> Answer:
    url = f"{scheme}://127.0.0.1:{port}{path}"
    try:
        with urllib.request.urlopen(url, timeout=5, context=careless) as answer:
            return Answer(port, path, answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(port, path, error.code, error.read())


def readable(names: Iterable[str]) -> list[str]:
    """The files and sockets that can be opened."""
    found: list[str] = []
    for name in names:
        with contextlib.suppress(OSError), open(name, "rb") as file:  # noqa: PTH123  (names are bytes of /proc)
            file.read(1)
            found.append(name)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as caller:
            caller.connect(name)
            found.append(name)
    return found


def say_to_shell(
    command: str, program: str, arguments: Iterable[str], folder: Path, *, is_owner: bool
) -> bytes:
    """What the store's own shell answers to a command."""
    who: dict[str, Any] = {} if is_owner else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    process: Any = subprocess.Popen(
        [program, *arguments], cwd=folder, env={"HOME": str(folder)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **who,
    )  # fmt: skip
    try:
        return process.communicate(command.encode() + b"\n", timeout=SHELL_SECONDS)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def copied_program(program: str, folder: Path) -> str:
    """The same program where everybody may run it."""
    folder.chmod(0o777)
    copy = Path(shutil.copy(program, folder))
    copy.chmod(0o755)
    return str(copy)


def ports_of(pids: Iterable[int]) -> list[int]:
    """The TCP ports these processes listen on."""
    opened = {link for pid in pids for link in _opened_by(pid)}
    sockets = {link[8:-1] for link in opened if link.startswith("socket:[")}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sorted(
        {int(i[1].rpartition(":")[2], 16) for i in lines if i[3] == "0A" and i[9] in sockets}
    )


def _opened_by(pid: int) -> Iterator[str]:
    """What a process has open; a connection that closes meanwhile takes nothing else along."""
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(link.readlink())
