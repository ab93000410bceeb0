"""What is kept on this machine: for its owner alone, whole, and named when it is damaged."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from socialcopy import json_files, local_files
from socialcopy.json_files import Shape
from socialcopy.local_files import CorruptFileError, DiskFullError
from socialcopy.media.errors import ToolFailedError
from tests.conftest import fill, until

NUMBER = Shape({"n": int}, "Delete it")


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The most careless environment there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_whatever_the_umask_only_the_owner_reads_what_is_kept(tmp_path: Path):
    folder = tmp_path / "a" / "b"
    local_files.write(folder / "document.json", b"{}")
    local_files.append(folder / "log.jsonl", b"{}")
    local_files.create_once(folder / "key", lambda: b"secret", "delete it")
    with open(folder / "upload", "wb", opener=local_files.opener) as file:
        file.write(b"video")

    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert (mode(tmp_path / "a"), mode(folder)) == (0o700, 0o700)


@pytest.mark.usefixtures("open_umask")
def test_a_folder_that_stood_open_is_closed_but_never_one_that_is_shared(tmp_path: Path):
    ours, shared = tmp_path / "ours", tmp_path / "shared"
    ours.mkdir(mode=0o755)
    shared.mkdir()
    shared.chmod(0o1777)  # as /tmp

    local_files.close_folder(ours)
    local_files.close_folder(shared)

    assert (mode(ours), mode(shared)) == (0o700, 0o1777)


WRITER = """
import sys; from pathlib import Path
from socialcopy import json_files, local_files
while True:
    for letter in b"ab":
        local_files.write(Path(sys.argv[1]), bytes([letter]) * 3_000_000)
"""


def test_a_reader_sees_a_whole_file_also_when_its_writer_is_killed(tmp_path: Path):
    path = tmp_path / "document"
    seen: list[bytes] = []
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        until(path.exists)
        before = path.stat().st_mtime_ns
        until(lambda before=before: path.stat().st_mtime_ns != before)
        seen += [path.read_bytes() for _ in range(10)]
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        seen.append(path.read_bytes())

    assert {(len(data), len(set(data))) for data in seen} == {(3_000_000, 1)}


def test_of_many_who_make_a_file_once_all_read_the_same(tmp_path: Path):
    path, barrier = tmp_path / "key", threading.Barrier(8)

    def make(n: int) -> bytes:
        barrier.wait()
        return local_files.create_once(path, lambda: b"made by %d" % n, "delete it")

    with ThreadPoolExecutor(8) as pool:
        read = set(pool.map(make, range(8)))

    assert len(read) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


def test_what_a_kill_left_half_written_goes_with_the_next_line_of_a_log(tmp_path: Path):
    path = tmp_path / "log.jsonl"
    local_files.append(path, b'{"n": 1}')
    with path.open("ab") as file:
        file.write(b'{"n": 2, "nev')
    local_files.append(path, b'{"n": 3}')

    assert path.read_text() == '{"n": 1}\n{"n": 3}\n'


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "it is no JSON"),
        (b'{"n": 1', "it is no JSON"),
        (b"\x00\xff\xfe", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[1, 2]", "something else"),
        (b"{}", "n is missing or wrong"),
        (b'{"n": "one"}', "n is missing or wrong"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: bytes, cause: str):
    path = tmp_path / "document.json"
    path.write_bytes(content)

    with pytest.raises(CorruptFileError) as caught:
        json_files.read(path, NUMBER)
    told = str(caught.value)
    assert told.startswith(f"{path} is damaged (")
    assert cause in told
    assert told.endswith("Delete it")


def test_a_name_that_no_file_can_have_is_a_file_that_nobody_wrote(tmp_path: Path):
    assert json_files.read(tmp_path / ("1" * 300), NUMBER) is None


def test_on_a_full_disk_the_old_file_stays_and_nothing_half_written_is_left(small_disk: Path):
    path, log = small_disk / "document", small_disk / "log"
    local_files.write(path, b"old")
    local_files.append(log, b"old")
    filler = small_disk / "filler"
    fill(filler)

    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        local_files.write(path, b"new" * 5_000)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        local_files.append(log, b"new" * 5_000)
    with pytest.raises(DiskFullError, match="0 MB are free, and 1 MB are needed"):
        local_files.require_room(small_disk / "later", 1_000_000)

    assert local_files.is_disk_full(caught.value)
    assert (path.read_bytes(), log.read_bytes()) == (b"old", b"old\n")
    assert {p.name for p in small_disk.iterdir()} == {"document", "log", "filler"}
    filler.unlink()
    local_files.write(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_full_disk_is_known_by_whatever_it_came_of():
    full = OSError(errno.ENOSPC, "No space left on device")
    tool = ToolFailedError(["ffmpeg"], 1, "av_interleaved_write_frame(): No space left on device")
    wrapped = RuntimeError("it did not work")
    wrapped.__cause__ = full
    told_by_a_stranger = ValueError("No space left on device")  # a title, say

    assert all(map(local_files.is_disk_full, (full, tool, wrapped, DiskFullError("/", 0, 1))))
    assert not local_files.is_disk_full(told_by_a_stranger)
    assert not local_files.is_disk_full(OSError(errno.EACCES, "Permission denied"))
