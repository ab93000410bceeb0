"""What is looked at before work begins: settings, folders, and room on the disks."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from socialcopy.cli.errors import CommandError
from socialcopy.environment import MEGABYTE, read_all, unknown_variables
from socialcopy.settings import DataSettings

# A video's copy in the store, its copy in the work folder, and the MP4s made of it.
ROOM_PER_SOURCE_BYTE = 4

DATA = "set SOCIALCOPY_DATA_DIR to another one"
CACHE = "set SOCIALCOPY_CACHE_DIR to another one"


def check_stack(data: DataSettings, say: Callable[[str], None]) -> None:
    """Look at everything that the whole stack needs, and say which settings are none.

    Raises SettingsError and CommandError.
    """
    read_all()
    for sentence in unknown_variables(os.environ, far=True):
        say(sentence)
    check_folder(data.data_dir, DATA, data.min_free_bytes)
    check_folder(data.cache_dir, CACHE, data.min_free_bytes)


def check_files(files: Iterable[Path], out: Path | None, data: DataSettings) -> None:
    """Look at the folders that local files need, with room for what is made of them."""
    needed = data.min_free_bytes + ROOM_PER_SOURCE_BYTE * sum(path.stat().st_size for path in files)
    if out is not None:
        check_folder(out, "give --out another one", needed)
    check_folder(data.cache_dir, CACHE, needed)
    check_folder(Path(tempfile.gettempdir()), "set TMPDIR to another one", needed)


def check_folder(folder: Path, advice: str, needed_bytes: int = 0) -> None:
    """Make a folder, write a byte into it, and see how much room there is.

    Raises CommandError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
        free_bytes = shutil.disk_usage(folder).free
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CommandError(f"{folder} can't be written to ({why}); {advice}") from None
    if free_bytes < needed_bytes:
        why = (
            f"has {free_bytes // MEGABYTE:,} MB of free space, and "
            f"{needed_bytes // MEGABYTE:,} MB are needed"
        )
        raise CommandError(f"{folder} {why}; make room, or {advice}")
