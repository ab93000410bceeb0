"""Real servers and real clips for every test; nothing is mocked."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr

from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store

ROOT = Path(__file__).parent.parent
INPUTS = ROOT.parent / "shared" / "inputs"

# A model that whoever runs the tests has chosen writes none of their posts.
os.environ["LLM_FOLDER"] = str(ROOT / ".pytest_cache" / "no models")

# What starts whole stacks and walks whole videos takes minutes a file: begun last, one worker
# would go on alone.
LONGEST_FIRST = ("stack", "pipeline", "engine", "campaign", "copywriting", "understanding")

# Hypothesis fails an example of more than 200 ms, which on a busy machine says nothing.
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest; pytest-xdist hands files out in order."""
    tests = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0] if item.path.is_relative_to(tests) else ""
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Settings]:
    """The embedded S3 server on a free port, for the whole session."""
    folder = tmp_path_factory.mktemp("s3")
    with embedded_store(folder) as settings:
        yield settings


@pytest.fixture
def bucket(store: S3Settings, request: pytest.FixtureRequest) -> Iterator[Bucket]:
    """A bucket of this test's own, removed after it: the store keeps volumes for each."""
    digest = f"{hash(request.node.nodeid) & 0xFFFFFFFF:08x}"
    own = Bucket(store.model_copy(update={"bucket": f"test-{digest}"}))
    own.ensure()
    yield own
    remove_bucket(own)


def remove_bucket(bucket: Bucket) -> None:
    """Empty a bucket and remove it."""
    for key in list(bucket.list_keys("")):
        bucket.remove(key)
    for key, upload_id, _ in list(bucket.unfinished_uploads()):
        bucket.abort_upload(key, upload_id)
    bucket._s3.delete_bucket(Bucket=bucket.name)


def own_folders(folder: Path) -> DataSettings:
    """Data and cache folders for one test module; the joined speech weights are shared."""
    weights, cache = DataSettings().cache_dir / "whisper-base", folder / "cache"
    cache.mkdir()
    if weights.exists():  # else they are joined anew
        (cache / "whisper-base").symlink_to(weights)
    return DataSettings(data_dir=folder / "data", cache_dir=cache)


def until(happened: Callable[[], Any], seconds: float = 200) -> Any:
    """Wait for something; what it was. The limit is for what hangs, not for what is slow."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


@contextlib.contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """A small file system; only root may mount one."""
    folder.mkdir()
    size = f"size={megabytes}m,mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def moto() -> Iterator[S3Settings]:
    """The other S3 server: keeps nothing, and takes every key but one with a line break."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Settings(
        endpoint_url=f"http://{host}:{port}",
        access_key_id="any",
        secret_access_key=SecretStr("any"),
    )
    server.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    with mounted(tmp_path / "disk", 8) as folder:
        yield folder


def fill(path: Path) -> None:
    """Write to a file until nothing more fits on its disk."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4_096)):
            pass


def processes(name: str) -> dict[int, str]:
    """Running processes that have this in their command line; zombies have none."""
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            if name in line:
                found[int(folder.name)] = line
    return found


def ffmpeg(*arguments: str) -> None:
    """Make a clip; test material does not go through the product's door."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny clips: spoken, silent, and every kind that is refused."""
    folder = tmp_path_factory.mktemp("clips")
    make_clips(folder)
    return folder


SPOKEN = (
    "Meet the Harbor mug. It keeps your coffee hot for six hours. "
    "The Harbor mug costs twenty nine dollars."
)


def make_clips(folder: Path) -> None:
    """Write the clips that the pipeline's tests drop."""
    voice = folder / "voice.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(voice), SPOKEN], check=True)
    picture = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=9")
    video = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    fast = ("-movflags", "+faststart")
    spoken = str(folder / "spoken.mp4")
    ffmpeg(*picture, "-i", str(voice), *video, "-c:a", "aac", "-shortest", *fast, spoken)
    ffmpeg("-i", spoken, "-an", "-c:v", "copy", *fast, "-t", "4", str(folder / "silent.mp4"))
    ffmpeg("-i", spoken, "-vn", "-c:a", "copy", "-f", "mp4", str(folder / "sound-only.mp4"))
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "text.mp4").write_text("This is not a video.\n" * 200)
    whole = Path(spoken).read_bytes()
    (folder / "half.mp4").write_bytes(whole[: len(whole) // 2])
