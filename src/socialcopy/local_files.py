"""
What socialcopy keeps on this machine: for its owner alone, written whole, within the room there is.

Other users of the machine can enter no folder and read no file that is made here. A reader sees the
old file or the new one, never half of one, whatever is killed when.

* LocalFileError
  x CorruptFileError   a file of ours holds something that we did not write
  x DiskFullError      there is no room for what comes next; the work waits
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from socialcopy.errors import data_error

FOLDER_MODE = 0o700
FILE_MODE = 0o600
# For processes whose files are ours, but written by others: Prefect's database, the store's.
UMASK = 0o077

# No room on the disk, or none left of what this user may have.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

# Nobody has written it, or nobody could have.
NO_SUCH_FILE = frozenset({errno.ENOENT, errno.ENAMETOOLONG})

# Something else stands in a file's place, it is kept from us, or the disk has lost it.
UNUSABLE = frozenset(
    {errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EIO, errno.EROFS}
)

# How ffmpeg words it.
SAYS_FULL = tuple(map(os.strerror, FULL))


class LocalFileError(Exception):
    """Base of what is wrong with our own files, and not with a video."""


@data_error("{path} is damaged ({cause}). {remedy}")
class CorruptFileError(LocalFileError):
    """Somebody else wrote it, or the disk lost a part of it."""

    path: str
    cause: str
    remedy: str


@data_error()
class DiskFullError(LocalFileError):
    """Nothing is wrong with what was to be done; it goes on once there is room."""

    folder: str
    free_bytes: int
    needed_bytes: int

    def __str__(self) -> str:
        needed = f", and {_megabytes(self.needed_bytes)} are needed" if self.needed_bytes else ""
        return (
            f"the disk of {self.folder} is full: {_megabytes(self.free_bytes)} are free{needed}. "
            "Make room there; work goes on by itself"
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


def private_folder(path: Path) -> Path:
    """Make a folder that its owner alone can enter, and those above it that are missing."""
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return path


def close_folder(path: Path) -> None:
    """Make a folder private, also one that stood open; what lies in it is out of reach then.

    A folder that is shared on purpose, as /tmp is, or that belongs to somebody else stays as it is.
    """
    found = private_folder(path).stat()
    # The sticky bit: everybody may write there, as in /tmp.
    is_shared = bool(found.st_mode & stat.S_ISVTX)
    if found.st_uid == os.geteuid() and found.st_mode & UMASK and not is_shared:
        path.chmod(FOLDER_MODE)


def append_to(path: Path) -> BinaryIO:
    """Open a file for its end, a new one for its owner alone; for logs that others write."""
    return open(path, "ab", opener=opener)


def write(path: Path, data: bytes) -> None:
    """Replace a file as a whole; it is on the disk, and not only on its way there, afterwards."""
    private_folder(path.parent)
    draft = _draft(path, data)
    try:
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def create_once(path: Path, make: Callable[[], bytes], remedy: str) -> bytes:
    """Read a file, made by whoever comes first; its content never changes then.

    Raises CorruptFileError, with what to do about it, when it can't be read.
    """
    if not path.exists():
        private_folder(path.parent)
        draft = _draft(path, make())
        try:
            # A link fails where a file is, which a rename does not: the first one counts.
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was quicker, and its file counts
        except OSError:  # a file system without links
            if not path.exists():
                draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return read(path, remedy) or b""


def _draft(path: Path, data: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            # Before the rename: after a power cut some file systems would show the new name over
            # no bytes.
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def opener(path: str, flags: int) -> int:
    """Open a file that is made here for its owner alone: `open(path, "wb", opener=opener)`."""
    return os.open(path, flags, FILE_MODE)


LONGEST_LINE_BYTES = 65_536


def append(path: Path, line: bytes) -> None:
    """Add a line to a log, in one write; the caller sees to it that nobody else does meanwhile.

    What stands behind the last line's end was never written (a kill, a full disk), and goes.
    """
    private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        size = os.fstat(descriptor).st_size
        begin = max(0, size - LONGEST_LINE_BYTES)
        whole = begin + os.pread(descriptor, size - begin, begin).rfind(b"\n") + 1
        if whole != size:
            os.ftruncate(descriptor, whole)
        if os.write(descriptor, line + b"\n") <= len(line):
            os.ftruncate(descriptor, whole)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    finally:
        os.close(descriptor)


def read(path: Path, remedy: str) -> bytes | None:
    """Read a file; none when there is none. Raises CorruptFileError when it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        if error.errno in NO_SUCH_FILE:
            return None
        if error.errno in UNUSABLE:
            raise CorruptFileError(str(path), unusable(error), remedy) from None
        raise


def unusable(error: OSError) -> str:
    """Say why a file can't be used, in the system's words."""
    return f"it can't be used: {(error.strerror or str(error)).lower()}"


def existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def free_bytes(folder: Path) -> int:
    """Return how much this user may still write to the disk that a folder is or will be on."""
    return shutil.disk_usage(existing(folder)).free


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raise DiskFullError unless so much fits on the disk of a folder."""
    free = free_bytes(folder)
    if free < needed_bytes:
        raise DiskFullError(str(folder), free, needed_bytes)


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether an error, or one that it came of, says that a disk is full."""
    while error is not None:
        said = str(getattr(error, "stderr", ""))
        if isinstance(error, DiskFullError) or getattr(error, "errno", None) in FULL:
            return True
        if any(sign in said for sign in SAYS_FULL):
            return True
        # Libraries raise their own errors from the one that names the full disk.
        error = error.__cause__ or error.__context__
    return False
