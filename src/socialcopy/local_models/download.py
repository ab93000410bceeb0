"""Fetching a model from the hub: resumed where it broke off, checked, and put in place at once."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Self

from filelock import FileLock, Timeout

from socialcopy.local_files import FILE_MODE, opener, private_folder, require_room
from socialcopy.local_models.catalogue import OpenModel
from socialcopy.local_models.errors import LocalModelError, ModelDamagedError

HUB = "https://huggingface.co"

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are there."""


def hub() -> str:
    """Name the hub: HF_ENDPOINT's, else the usual one."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def path_of(model: OpenModel, folder: Path) -> Path:
    """Give the place of a fetched model."""
    return folder / model.file


def is_fetched(model: OpenModel, folder: Path) -> bool:
    """Tell whether a model lies there whole; it is only put there after its hash was right."""
    path = path_of(model, folder)
    return path.is_file() and path.stat().st_size == model.size_bytes


def get(model: OpenModel, folder: Path, on_progress: Progress) -> Path:
    """Fetch a model unless it is there, and give its file.

    What a broken connection or a killed process left is gone on with; Ctrl-C leaves nothing.
    Raises LocalModelError or DiskFullError.
    """
    path = path_of(model, private_folder(folder))
    with _alone(model, folder):
        if not is_fetched(model, folder):
            _fetch(model, path, on_progress)
    return path


def remove(model: OpenModel, folder: Path) -> int:
    """Remove a model and what was fetched of it; the bytes that are free again."""
    path = path_of(model, folder)
    found = [one for one in (path, _unfinished(path)) if one.is_file()]
    freed = sum(one.stat().st_size for one in found)
    for one in found:
        one.unlink()
    return freed


@contextmanager
def _alone(model: OpenModel, folder: Path) -> Generator[None]:
    lock = FileLock(folder / f"{model.name}.lock", timeout=0, mode=FILE_MODE)
    try:
        lock.acquire()
    except Timeout:
        reason = "another process is fetching it right now"
        raise _not_fetched(model, reason) from None
    try:
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _fetch(model: OpenModel, path: Path, on_progress: Progress) -> None:
    part = _unfinished(path)
    try:
        with _refusals_told(model):
            _require_known_file(model)
            held = part.stat().st_size if part.is_file() else 0
            if held > model.size_bytes:
                part.unlink()
                held = 0
            require_room(path.parent, model.size_bytes - held)
            _download(model, part, held, on_progress)
        _require_hash(model, part)
    except (KeyboardInterrupt, ModelDamagedError):
        part.unlink(missing_ok=True)
        raise
    part.replace(path)


def _client() -> ModuleType:
    # Plain HTTP with ranges, which can be gone on with in a later run; Xet's own protocol can't.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import huggingface_hub.file_download  # noqa: PLC0415  (takes half a second)

    return huggingface_hub.file_download


@contextmanager
def _refusals_told(model: OpenModel) -> Generator[None]:
    """Turn what the hub's client raises into our own error."""
    import httpx2  # noqa: PLC0415  (comes with the hub's client)
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415  (for few, and slow)

    try:
        yield
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise _not_fetched(model, f"it answered with HTTP {status}") from error
    except httpx2.HTTPError as error:
        raise _not_fetched(model, f"{type(error).__name__} on the way") from error
    except OSError as error:
        if error.errno is not None:  # of this machine: no room, no permission
            raise
        raise _not_fetched(model, "it broke off") from error


def _not_fetched(model: OpenModel, reason: str) -> LocalModelError:
    return LocalModelError(
        f"{model.name} could not be fetched from {hub()}: {reason}. Try again later; what has "
        "arrived is kept, and HF_ENDPOINT chooses another hub"
    )


def _url(model: OpenModel) -> str:
    url: str = _client().hf_hub_url(
        model.repository, model.file, revision=model.revision, endpoint=hub()
    )
    return url


def _require_known_file(model: OpenModel) -> None:
    """Compare what the hub says of its file with the catalogue, before gigabytes are fetched."""
    found: Any = _client().get_hf_file_metadata(_url(model), endpoint=hub())
    stated = str(found.etag or "")
    if len(stated) == len(model.sha256) and stated != model.sha256:
        raise ModelDamagedError(model.name, model.sha256, stated)


def _download(model: OpenModel, part: Path, held: int, on_progress: Progress) -> None:
    from huggingface_hub.utils import build_hf_headers  # noqa: PLC0415  (for few, and slow)

    with _opened(part) as file:
        _client().http_get(
            _url(model),
            file,
            resume_size=held,
            headers=build_hf_headers(library_name="socialcopy"),
            expected_size=model.size_bytes,
            tqdm_class=_bar(on_progress, model.size_bytes),
        )


@contextmanager
def _opened(part: Path) -> Generator[BinaryIO]:
    """Open a file at its end, for its owner alone; what has arrived is on the disk afterwards."""
    descriptor = opener(str(part), os.O_RDWR | os.O_CREAT)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(0, os.SEEK_END)
        try:
            yield file
        finally:
            with contextlib.suppress(OSError):
                file.flush()
                os.fsync(file.fileno())


def _bar(on_progress: Progress, total_bytes: int) -> type:
    """Make what the hub's client takes for a progress bar; it tells ours."""

    class Bar:
        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            self.n = initial

        def update(self, count: int = 1) -> None:
            self.n += count
            on_progress(self.n, total_bytes)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            on_progress(self.n, total_bytes)

    return Bar


def _require_hash(model: OpenModel, part: Path) -> None:
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != model.sha256:
        raise ModelDamagedError(model.name, model.sha256, found)
