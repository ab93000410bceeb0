"""The one door for ffprobe and ffmpeg: nothing else in this project starts them.

Every run gets an argument list without a shell, limits on time, memory, CPU and output, and a
process in which nothing else of this machine can be seen (docs/security.md). Every input is
guarded on top of that: an allow-list of containers and codecs by content, and of protocols; what
a playlist would nest is refused either way, because no playlist format is on the list (measured:
the protocol list alone stops neither an HLS that fetches nor a concat script that reads a
neighbour's file).
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from socialcopy.media.errors import (
    TOO_MUCH_SAID,
    InputRefusedError,
    ToolFailedError,
    ToolMissingError,
    ToolStoppedError,
    ToolTimeoutError,
)
from socialcopy.media.ffmpeg.codecs import (
    CONTAINERS,
    DECODERS,
    PICTURE_CONTAINERS,
    SOUND_CONTAINERS,
)
from socialcopy.media.ffmpeg.deadline import seconds_left
from socialcopy.media.ffmpeg.process import Tool
from socialcopy.models import Value
from socialcopy.sandbox.confinement import Confinement
from socialcopy.sandbox.server import Ended

logger = logging.getLogger(__name__)


ALLOWED = (CONTAINERS, SOUND_CONTAINERS, PICTURE_CONTAINERS)
# Between two looks whether a run was cancelled.
STOP_LOOK_SECONDS = 0.1

# Between two looks at what a run has written.
FOLDER_LOOK_SECONDS = 1.0
# What a run may write in all, as a rule, counted in files of the largest size it may write.
MOST_FULL_FILES = 8
# What an empty file counts.
INODE_BYTES = 4_096

# ffmpeg's words for what the lists keep out, and for bytes that are of no kind at all.
SIGNS_OF_REFUSAL = ("not on whitelist", "Invalid data found when processing input")


class Limits(Value):
    """What one run may take."""

    wall_seconds: float
    memory_bytes: int
    cpu_seconds: int = 0
    """Zero means: as many as both the wall time and the cores allow."""
    file_bytes: int = 0
    """Largest file it may write; zero means no limit."""
    full_files: int = MOST_FULL_FILES
    """How many files of that size it may write, or smaller ones that take as much."""
    is_accelerated: bool = False
    """Whether it uses the graphics card, whose drivers reserve far more memory than they use."""

    @property
    def confinement(self) -> Confinement:
        """The same as the sandbox wants it."""
        return Confinement(
            memory_bytes=0 if self.is_accelerated else self.memory_bytes,
            # RLIMIT_CPU adds up the threads of all cores.
            cpu_seconds=self.cpu_seconds or int(self.wall_seconds * (os.cpu_count() or 1)) + 1,
            file_bytes=self.file_bytes,
            is_accelerated=self.is_accelerated,
        )


class Finished(Value):
    """A run that ended well."""

    stdout: bytes
    stderr: str


def guarded_input(
    source: str | Path, *, max_pixels: int, containers: str = CONTAINERS
) -> list[str]:
    """Write the arguments that open one input and nothing else.

    A path is opened as a file; a string must be an `http(s)` URL that we presigned ourselves.
    Options such as `-ss` or `-t` go in front of the returned list.
    """
    if isinstance(source, Path):
        protocols, name = "file", f"file:{source}"
    elif source.startswith(("http://", "https://")):
        protocols, name = "http,tcp", source  # by the relay, which is not encrypted
    else:
        raise ValueError("an input is a Path or a presigned http(s) URL")
    return [
        *("-protocol_whitelist", protocols),
        *("-format_whitelist", containers),
        *("-codec_whitelist", DECODERS),
        *("-max_pixels", str(max_pixels)),
        *("-i", name),
    ]


def run(
    argv: Sequence[str],
    *,
    limits: Limits,
    cwd: Path | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_output: Callable[[bytes], None] | None = None,
    stop: threading.Event | None = None,
) -> Finished:
    """Run ffprobe or ffmpeg to its end; it may write in `cwd`, and nowhere else.

    With `on_progress`, pass `-progress pipe:1` too: it is called with the milliseconds of output
    written so far. With `on_output` that gets stdout as it comes, from another thread, and nothing
    of it is kept; what it raises is raised in the end. Setting `stop` kills the run at once.

    Raises ToolMissingError, ToolUnconfinedError, ToolTimeoutError, ToolStoppedError,
    InputRefusedError for content that is not on the allow-lists, and ToolFailedError for the rest.
    """
    argv = list(argv)
    _require_guards(argv)
    program = shutil.which(argv[0])
    if program is None:
        raise ToolMissingError(argv[0])
    path, confined = os.path.realpath(program), limits.confinement
    with Tool(argv, path, confined, cwd, on_progress=on_progress, on_output=on_output) as tool:
        quota = _FolderQuota(cwd, limits.full_files * limits.file_bytes)
        ended = _wait(tool, argv, min(limits.wall_seconds, seconds_left()), stop, quota)
    logger.debug(
        "%s: %.1f CPU s, %.0f MB", argv[0], ended.cpu_seconds, ended.peak_bytes / 1_000_000
    )
    # The kernel kills what has used up its seconds, as it does when memory is short.
    if ended.code == -signal.SIGKILL and 0 < limits.cpu_seconds <= ended.cpu_seconds + 1:
        raise ToolTimeoutError(redacted(argv), limits.cpu_seconds)
    if ended.code != 0:
        raise _failure(argv, ended.code, tool.stderr.text())
    if tool.stdout.failure is not None:
        raise tool.stdout.failure
    # Half a report would be taken for a whole one.
    if tool.stdout.is_cut:
        raise ToolFailedError(redacted(argv), 0, TOO_MUCH_SAID)
    return Finished(stdout=tool.stdout.kept(), stderr=tool.stderr.text())


def _require_guards(argv: list[str]) -> None:
    """Refuse an input that did not come from `guarded_input`."""
    inputs = [position for position, argument in enumerate(argv) if argument == "-i"]
    for position in inputs:
        # Where guarded_input puts the lists, counted back from `-i`.
        guards = argv[max(0, position - 6) : max(0, position - 3)]
        if guards not in [["-format_whitelist", c, "-codec_whitelist"] for c in ALLOWED]:
            raise ValueError("every input goes through guarded_input()")


class _FolderQuota:
    """What a run may write into its folder, in however many files."""

    def __init__(self, folder: Path | None, most_bytes: int) -> None:
        self._folder = folder if most_bytes else None
        self._most_bytes = most_bytes + self._held(sys.maxsize)

    def is_used_up(self) -> bool:
        """Tell whether it has written more than all its results together can be."""
        return self._held(self._most_bytes) > self._most_bytes

    def _held(self, enough: int) -> int:
        """Add up the files there are, until it is enough."""
        held = 0
        for root, _, names in os.walk(self._folder) if self._folder else ():
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    held += os.lstat(f"{root}/{name}").st_blocks * 512 + INODE_BYTES
                if held > enough:
                    return held
        return held


def _wait(
    tool: Tool,
    argv: list[str],
    wall_seconds: float,
    stop: threading.Event | None,
    quota: _FolderQuota,
) -> Ended:
    deadline = time.monotonic() + wall_seconds
    next_look = time.monotonic() + FOLDER_LOOK_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        if stop is not None and stop.is_set():
            raise ToolStoppedError(redacted(argv))
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + FOLDER_LOOK_SECONDS
            if quota.is_used_up():
                raise ToolFailedError(redacted(argv), -signal.SIGXFSZ, "")
        ended = tool.wait(min(left, FOLDER_LOOK_SECONDS if stop is None else STOP_LOOK_SECONDS))
        if ended is not None:
            return ended
    raise ToolTimeoutError(redacted(argv), wall_seconds)


def _failure(argv: list[str], returncode: int, stderr: str) -> ToolFailedError:
    refused = any(sign in stderr for sign in SIGNS_OF_REFUSAL)
    said = "\n".join(redacted(stderr.splitlines()))
    failure = (InputRefusedError if refused else ToolFailedError)(redacted(argv), returncode, said)
    # Whoever called decides what it means: some calls are trials that fail on most machines.
    logger.info("%s failed (code %d): %s", argv[0], returncode, failure.last_line)
    return failure


def redacted(texts: Sequence[str]) -> list[str]:
    """Take the query out of any URL in texts: a presigned one lets its reader in.

    >>> redacted(["-i", "https://s3.example.com/clip.mp4?X-Amz-Signature=1f2e"])
    ['-i', 'https://s3.example.com/clip.mp4?…']
    """
    return [re.sub(r"(https?://[^\s?]+)\?\S+", r"\1?…", text) for text in texts]
