"""
What can go wrong when a media tool runs:

* MediaError
  x ToolMissingError     the program is not installed
  x ToolUnconfinedError  the program was not started, since it could not be confined
  x ToolFailedError      the program said no
    + InputRefusedError  the file is of a kind we do not decode
    + NoPictureError     the file is readable, and holds no video
  x UnreadableStreamError  the picture or the sound is of a kind we do not decode
  x ToolTimeoutError     the program took too long and was killed
  x ToolStoppedError     somebody cancelled it, and it was killed
  x SubtitlesUnreadableError  a file of subtitles is none, or nobody can tell how to read it
"""

from __future__ import annotations

import errno
import os
import signal

from socialcopy.errors import data_error
from socialcopy.local_files import SAYS_FULL


class MediaError(Exception):
    """Base of everything that goes wrong with a file or a media tool."""


@data_error("{program} is not installed; `socialcopy doctor` says how to get it")
class ToolMissingError(MediaError):
    """The program is not on this machine."""

    program: str


@data_error(
    "{program} was not started, since its sandbox could not be set up ({reason}); `socialcopy"
    " doctor` says more"
)
class ToolUnconfinedError(MediaError):
    """The program was not started: nothing that reads strangers' files runs unconfined."""

    program: str
    reason: str


@data_error()
class ToolFailedError(MediaError):
    """The program ended with an error; the whole of its stderr is kept.

    What it printed is for the log. Who dropped a video is told in words of ours.
    """

    argv: list[str]
    returncode: int
    stderr: str

    def __str__(self) -> str:
        if self.returncode in BY_SIGNAL:
            return BY_SIGNAL[self.returncode]
        found = (said for sign, said in BY_WORDS.items() if sign in self.stderr)
        return next(found, "a part of the file can't be read; it may be damaged")

    @property
    def is_ours(self) -> bool:
        """Whether this machine is to blame, and not the file."""
        is_full = any(sign in self.stderr for sign in SAYS_FULL)
        return is_full or self.returncode == -signal.SIGKILL

    @property
    def last_line(self) -> str:
        """The last thing the program said, for whoever knows the program."""
        lines = [line.strip() for line in self.stderr.splitlines() if line.strip()]
        return lines[-1] if lines else "no message"


# What the runner says of a program whose output was cut off.
TOO_MUCH_SAID = "more output than is kept"
# What a program says in the system's own words, and what we make of it.
BY_WORDS = {
    TOO_MUCH_SAID: "it holds far more parts than any video needs",
    os.strerror(errno.ENOSPC): "the disk of this machine is full",
    os.strerror(errno.EDQUOT): "the disk quota of this machine is used up",
    os.strerror(errno.ENOMEM): "it takes more memory than any video should",
    os.strerror(errno.EFBIG): "it grows far beyond what any video should when it is unpacked",
}
BY_SIGNAL = {
    -signal.SIGXCPU: "it takes more work than any video should",
    -signal.SIGXFSZ: "it grows far beyond what any video should when it is unpacked",
    -signal.SIGKILL: "this machine ran out of memory, or somebody stopped the work",
    -signal.SIGSEGV: "it makes the video tools of this machine crash; it may be damaged",
    -signal.SIGABRT: "it makes the video tools of this machine give up; it may be damaged",
    -signal.SIGFPE: "it makes the video tools of this machine crash; it may be damaged",
}


class InputRefusedError(ToolFailedError):
    """The content is none of the containers or codecs on the allow-list."""


class NoPictureError(ToolFailedError):
    """There is no video stream but cover art."""


@data_error()
class UnreadableStreamError(MediaError):
    """The container is one we read; its only picture, or every sound, is not."""

    kind: str
    """`video` or `audio`."""
    codecs: tuple[str, ...]
    """By ffprobe's names, in the order of the streams."""

    def __str__(self) -> str:
        what = "picture" if self.kind == "video" else "sound"
        return f"the {what} is stored in a way we don't read ({', '.join(self.codecs)})"


@data_error("it takes too long, as damaged files do; we stopped after {seconds:.0f} s")
class ToolTimeoutError(MediaError):
    """The program was killed at its time limit, which is far beyond what honest files take."""

    argv: list[str]
    seconds: float


@data_error("the work on it was cancelled")
class ToolStoppedError(MediaError):
    """The run was cancelled; nothing of it is left running."""

    argv: list[str]


@data_error("{reason}")
class SubtitlesUnreadableError(MediaError):
    """A file of subtitles can't be read with confidence."""

    reason: str
