"""Plant canaries, put `attempts.py` in ffmpeg's place, and print what came of each attempt.

Arguments: the folder of the library, and which locks to leave out (such as `namespaces`), or
`bare` for no sandbox at all, which shows what the attempts are worth. Standard library only, so
that a user without our environment can run it too.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

LIBRARY, LEFT_OUT = sys.argv[1], sys.argv[2:]
sys.path.insert(0, LIBRARY)

from socialcopy.media.ffmpeg.process import Tool  # noqa: E402  (the path is set before)
from socialcopy.sandbox import client  # noqa: E402  (the path is set before)
from socialcopy.sandbox.confinement import Confinement  # noqa: E402  (the path is set before)

sys.path.insert(0, str(Path(__file__).parent))
from lacking import main_without  # noqa: E402  (the path is set before)

ATTEMPTS = Path(__file__).parent / "attempts.py"
SYSTEM_PYTHON = Path("/usr/bin/python3")
TOKEN = "CANARY-" + os.urandom(8).hex()
MEMORY_BYTES = 1_000_000_000
SECONDS = 120
BARE = "bare"
USER_KEYRING, KEYCTL_SETPERM, KEYCTL_INVALIDATE = -4, 5, 21
EVERYTHING_FOR_USER = 0x3F3F0000

libc = ctypes.CDLL(None, use_errno=True)
SECRET = ctypes.create_string_buffer(TOKEN.encode())
"""What another process holds in its memory."""


@contextlib.contextmanager
def victim() -> Iterator[int]:
    """Another process of the same user, with a secret in its environment and its memory."""
    pid = os.fork()
    if pid == 0:
        while True:
            time.sleep(60)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@contextlib.contextmanager
def listeners(folder: Path) -> Iterator[dict[str, object]]:
    """Sockets of all kinds that take whoever calls."""
    with contextlib.ExitStack() as held:
        tcp = held.enter_context(socket.create_server(("", 0)))
        udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        places: dict[str, object] = {
            "tcp_port": tcp.getsockname()[1],
            "tcp6_port": tcp.getsockname()[1],
            "udp_port": udp.getsockname()[1],
            "abstract": TOKEN,
            "unix": str(folder / "socket"),
            "own_address": own_address(),
        }
        with contextlib.suppress(OSError):  # a machine without IPv6
            tcp6 = socket.create_server(("::1", 0), family=socket.AF_INET6)
            places["tcp6_port"] = held.enter_context(tcp6).getsockname()[1]
        for name in ("\0" + TOKEN, str(folder / "socket")):
            unix = held.enter_context(socket.socket(socket.AF_UNIX))
            unix.bind(name)
            unix.listen()
        yield places


def own_address() -> str:
    """An address of this machine that is not the loopback's, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError):
        one.connect(("192.0.2.1", 9))
        return one.getsockname()[0]
    return "127.0.0.2"


def planted(folder: Path) -> dict[str, object]:
    """Files that a decoder has no business with; its input among neighbours."""
    places = {
        "home_secret": folder / "home" / ".aws" / "credentials",
        "data_secret": folder / "data" / "token",
        "other_job": folder / "jobs" / "other" / "source",
        "neighbour": folder / "inputs" / "neighbour",
        "input": folder / "inputs" / "input",
        "shared_memory": Path("/dev/shm") / TOKEN,
    }
    for path in places.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TOKEN)
        path.chmod(0o600)
    with contextlib.suppress(OSError):  # a file system without attributes
        os.setxattr(places["home_secret"], "user.canary", TOKEN.encode())
    return {name: str(path) for name, path in places.items()}


@contextlib.contextmanager
def kernel_objects() -> Iterator[dict[str, int]]:
    """A key of the user and shared memory; both stay in the kernel until they are removed."""
    is_arm = os.uname().machine == "aarch64"
    add_key, keyctl, shmget = (217, 219, 194) if is_arm else (248, 250, 29)
    key = libc.syscall(add_key, b"user", TOKEN.encode(), TOKEN.encode(), len(TOKEN), USER_KEYRING)
    libc.syscall(keyctl, KEYCTL_SETPERM, key, EVERYTHING_FOR_USER)
    shm_key = int.from_bytes(os.urandom(3), "big") + 1
    segment = libc.syscall(shmget, shm_key, 4096, 0o1600)
    try:
        yield {"key": key, "shm_key": shm_key}
    finally:
        libc.shmctl(segment, 0, None)
        libc.syscall(keyctl, KEYCTL_INVALIDATE, key)


def attempts(argv: list[str], program: str, work: Path) -> dict[str, object]:
    """Run the attempts as a tool is run."""
    if BARE in LEFT_OUT:
        ran = subprocess.run([program, *argv[1:]], cwd=work, stdout=subprocess.PIPE, check=True)
        return json.loads(ran.stdout)
    limits = Confinement(memory_bytes=MEMORY_BYTES, cpu_seconds=SECONDS, file_bytes=20_000_000)
    tool = Tool(argv, program, limits, work)
    if not program.startswith("/usr/"):
        tool._wanted = replace(tool._wanted, read=(*tool._wanted.read, sys.base_prefix))
    with tool:
        ended = tool.wait(SECONDS)
    if ended is None or ended.code:
        raise SystemExit(f"the attempts ended with {ended}: {tool.stderr.text()}")
    return json.loads(tool.stdout.kept())


def main() -> None:
    """Print what came of each attempt, and which locks there were."""
    os.environ["S3_SECRET_ACCESS_KEY"] = TOKEN
    if LEFT_OUT and LEFT_OUT != [BARE]:
        client.MAIN = main_without(*LEFT_OUT)
    program = str((SYSTEM_PYTHON if SYSTEM_PYTHON.exists() else Path(sys.executable)).resolve())
    with tempfile.TemporaryDirectory() as name, victim() as pid, kernel_objects() as kernel:
        folder = Path(name)
        files = planted(folder)
        work = folder / "work"
        work.mkdir()
        with listeners(folder) as places:
            canaries = {
                **files, **places, **kernel, "victim": pid, "token": TOKEN, "work": str(work),
                "victim_address": ctypes.addressof(SECRET), "memory_bytes": MEMORY_BYTES,
                "library": str(Path(LIBRARY) / "socialcopy" / "__init__.py"),
            }  # fmt: skip
            argv = [
                "ffmpeg", "-I", "-S", "-c", ATTEMPTS.read_text(), json.dumps(canaries),
                "-i", f"file:{files['input']}",
            ]  # fmt: skip
            got = attempts(argv, program, work)
        Path(str(files["shared_memory"])).unlink(missing_ok=True)
        left = [path.name for path in work.iterdir()]
    print(json.dumps({"got": got, "left": left, "locks": vars(client.locks())}))


if __name__ == "__main__":
    main()
