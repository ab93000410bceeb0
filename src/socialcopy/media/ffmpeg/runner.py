"""The one door for ffprobe and ffmpeg: nothing else in this project starts them.

Every run gets an argument list without a shell, limits on time, memory, CPU and output, its own
process group, and a kill that leaves nothing. Every input is guarded: an allow-list of
containers and codecs by content, and of protocols. A local file may open no network; a presigned
URL may open nothing but HTTP; what a playlist would nest is refused either way, because no
playlist format is on the list (measured: the protocol list alone stops neither an HLS that
fetches nor a concat script that reads a neighbour's file).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from socialcopy.media.errors import (
    InputRefusedError,
    ToolFailedError,
    ToolMissingError,
    ToolStoppedError,
    ToolTimeoutError,
)
from socialcopy.media.ffmpeg import sandbox
from socialcopy.models import Value

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
SOUND_CONTAINERS = f"mp3,wav,aac,{CONTAINERS}"
"""For a file that only its sound is taken of, such as background music."""
PICTURE_CONTAINERS = "png_pipe,jpeg_pipe"
"""For a logo."""

CODECS = (
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,mpeg2video,prores,mjpeg,dnxhd,"
    "aac,mp3,mp3float,opus,libopus,vorbis,libvorbis,flac,ac3,eac3,alac,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,pcm_alaw,pcm_mulaw,"
    "mov_text,subrip,srt,ass,ssa,webvtt,text,png"
)
"""Decoders that may open; no exotic one, since CVE-2026-8461 (MagicYUV) showed what they cost."""

ALLOWED = (CONTAINERS, SOUND_CONTAINERS, PICTURE_CONTAINERS)
MAX_OUTPUT_BYTES = 16_000_000
"""What is kept of a tool's stdout or stderr; the rest is read and dropped."""

OPEN_FILES = 256

LONGEST_READ_BYTES = 65_536

SIGNS_OF_REFUSAL = ("not on whitelist", "Invalid data found when processing input")


class Limits(Value):
    """What one run may take."""

    wall_seconds: float
    memory_bytes: int
    cpu_seconds: int = 0
    """Zero means: as many as both the wall time and the cores allow."""
    file_bytes: int = 0
    """Largest file it may write; zero means no limit."""


class Finished(Value):
    """A run that ended well."""

    stdout: bytes
    stderr: str


def guarded_input(
    source: str | Path, *, max_pixels: int, containers: str = CONTAINERS
) -> list[str]:
    """Arguments that open one input and nothing else.

    A path is opened as a file; a string must be an `http(s)` URL that we presigned ourselves.
    Options such as `-ss` or `-t` go in front of the returned list.
    """
    if isinstance(source, Path):
        protocols, name = "file", f"file:{source}"
    elif source.startswith(("http://", "https://")):
        protocols, name = "http,https,tcp,tls", source
    else:
        raise ValueError("an input is a Path or a presigned http(s) URL")
    return [
        *("-protocol_whitelist", protocols),
        *("-format_whitelist", containers),
        *("-codec_whitelist", CODECS),
        *("-max_pixels", str(max_pixels)),
        *("-i", name),
    ]


def run(
    argv: Sequence[str],
    *,
    limits: Limits,
    cwd: Path | None = None,
    on_progress: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
) -> Finished:
    """Run ffprobe or ffmpeg to its end.

    With `on_progress`, pass `-progress pipe:1` too: it is called with the milliseconds of output
    written so far. Setting `stop` kills the run at once.

    Raises ToolMissingError, ToolTimeoutError, ToolStoppedError, InputRefusedError for content
    that is not on the allow-lists, and ToolFailedError for the rest.
    """
    argv = list(argv)
    _insist_on_guards(argv)
    if shutil.which(argv[0]) is None:
        raise ToolMissingError(argv[0])
    process = _start(argv, limits, cwd)
    readers = [_Reader(process.stdout, on_progress), _Reader(process.stderr, None)]
    try:
        _wait(process, argv, limits.wall_seconds, stop)
    finally:
        _kill_group(process)
        for reader in readers:
            reader.join()
    finished = Finished(stdout=readers[0].kept(), stderr=readers[1].text())
    if process.returncode != 0:
        raise _failure(argv, process.returncode, finished.stderr)
    return finished


def _insist_on_guards(argv: list[str]) -> None:
    """Refuse an input that did not come from `guarded_input`."""
    inputs = [position for position, argument in enumerate(argv) if argument == "-i"]
    for position in inputs:
        guards = argv[max(0, position - 6) : max(0, position - 3)]
        if guards not in [["-format_whitelist", c, "-codec_whitelist"] for c in ALLOWED]:
            raise ValueError("every input goes through guarded_input()")


def _start(argv: list[str], limits: Limits, cwd: Path | None) -> subprocess.Popen[bytes]:
    cpu_seconds = limits.cpu_seconds or int(limits.wall_seconds * (os.cpu_count() or 1)) + 1
    limited = sandbox.command(
        argv,
        memory_bytes=limits.memory_bytes,
        cpu_seconds=cpu_seconds,
        file_bytes=limits.file_bytes,
        open_files=OPEN_FILES,
    )
    return subprocess.Popen(
        limited,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=_bare_environment(),
    )


def _bare_environment() -> dict[str, str]:
    """What a tool needs to find its libraries and fonts; no secret travels to a decoder."""
    wanted = (
        *("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME"),
        *("CUDA_VISIBLE_DEVICES", "LIBVA_DRIVER_NAME"),
    )
    return {name: os.environ[name] for name in wanted if name in os.environ}


def _wait(
    process: subprocess.Popen[bytes],
    argv: list[str],
    wall_seconds: float,
    stop: threading.Event | None,
) -> None:
    if stop is None:
        try:
            process.wait(wall_seconds)
        except subprocess.TimeoutExpired:
            raise ToolTimeoutError(redacted(argv), wall_seconds) from None
        return
    for _ in range(int(wall_seconds * 10) + 1):
        if stop.is_set():
            raise ToolStoppedError(redacted(argv))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            return
    raise ToolTimeoutError(redacted(argv), wall_seconds)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the run and whatever it started; a group that is gone already is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(argv: list[str], returncode: int, stderr: str) -> ToolFailedError:
    refused = any(sign in stderr for sign in SIGNS_OF_REFUSAL)
    said = "\n".join(redacted(stderr.splitlines()))
    return (InputRefusedError if refused else ToolFailedError)(redacted(argv), returncode, said)


def redacted(texts: Sequence[str]) -> list[str]:
    """Texts without the query of any URL: a presigned one lets its reader in."""
    return [re.sub(r"(https?://[^\s?]+)\?\S+", r"\1?…", text) for text in texts]


class _Reader:
    """Empties one pipe on a thread, so that a talkative tool never blocks."""

    def __init__(self, pipe: IO[bytes] | None, on_progress: Callable[[int], None] | None) -> None:
        self._pipe = pipe
        self._on_progress = on_progress
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        if self._pipe is None:
            return
        with self._pipe as pipe:
            # A size, since binary output may never hold a line break.
            while line := pipe.readline(LONGEST_READ_BYTES):
                if len(self._kept) < MAX_OUTPUT_BYTES:
                    self._kept += line
                if self._on_progress is not None and line.startswith(b"out_time_us="):
                    self._report(line, self._on_progress)

    @staticmethod
    def _report(line: bytes, on_progress: Callable[[int], None]) -> None:
        microseconds = line.partition(b"=")[2].strip()
        if microseconds.isdigit():  # "N/A" until the first frame is out
            on_progress(int(microseconds) // 1000)

    def join(self) -> None:
        self._thread.join(timeout=10)

    def kept(self) -> bytes:
        return bytes(self._kept)

    def text(self) -> str:
        return self._kept.decode(errors="replace")
