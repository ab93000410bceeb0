"""Another machine, imitated on this one: a network of its own, and a user who owns nothing here."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.stack.nobody import NOBODY

HERE, THERE = "10.77.77.1", "10.77.77.2"


class Machine(NamedTuple):
    """Where programs run as nobody, who reaches of ours what is forwarded and nothing else."""

    name: str
    home: Path

    def command(self, argv: list[str], env: dict[str, str]) -> list[str]:
        """Write a command that runs there, with nothing of our environment."""
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        told = [f"{name}={value}" for name, value in env.items()]
        return ["ip", "netns", "exec", self.name, *user, "env", "-i", *told, *argv]

    @contextlib.contextmanager
    def reaching(self, port: int) -> Iterator[str]:
        """Let it reach a port of ours under its number; yields our address there."""
        with _Forwarder((HERE, port), _Connection) as forwarder:
            threading.Thread(target=forwarder.serve_forever, daemon=True).start()
            try:
                yield f"{HERE}:{port}"
            finally:
                forwarder.shutdown()


class _Forwarder(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 64


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        port = self.request.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as ours:
            back = threading.Thread(target=_copy, args=(ours, self.request))
            back.start()
            _copy(self.request, ours)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def another_machine() -> Iterator[Machine]:
    """Make one for as long as the block lasts; skips the test where that is not allowed."""
    if os.geteuid() or not shutil.which("ip") or not shutil.which("setpriv"):
        pytest.skip("another network and user need root, ip and setpriv")
    name = f"sc{secrets.token_hex(3)}"
    ours, theirs = f"{name}a", f"{name}b"
    inside = f"ip netns exec {name}"
    commands = (
        f"ip netns add {name}",
        f"ip link add {ours} type veth peer name {theirs} netns {name}",
        f"ip addr add {HERE}/24 dev {ours}", f"ip link set {ours} up",
        f"{inside} ip addr add {THERE}/24 dev {theirs}", f"{inside} ip link set {theirs} up",
        f"{inside} ip link set lo up",
    )  # fmt: skip
    home = Path(tempfile.mkdtemp(prefix="machine-"))  # pytest's folders are ours alone
    home.chmod(0o755)
    try:
        for command in commands:
            subprocess.run(command.split(), check=True)
        yield Machine(name, home)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)
        shutil.rmtree(home, ignore_errors=True)
