"""
What can go wrong when a media tool runs:

* MediaError
  x ToolMissingError     the program is not installed
  x ToolFailedError      the program said no
    + InputRefusedError  the file is of a kind we do not decode
    + NoPictureError     the file is readable, and holds no video
  x ToolTimeoutError     the program took too long and was killed
  x ToolStoppedError     somebody cancelled it, and it was killed
  x SubtitlesUnreadableError  a file of subtitles is none, or nobody can tell how to read it
"""

from __future__ import annotations


class MediaError(Exception):
    """Base of everything that goes wrong with a file or a media tool."""


class ToolMissingError(MediaError):
    """The program is not on this machine."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program

    def __str__(self) -> str:
        return f"{self.program} is not installed; `socialcopy doctor` says how to get it"


class ToolFailedError(MediaError):
    """The program ended with an error; the whole of its stderr is kept."""

    def __init__(self, argv: list[str], returncode: int, stderr: str) -> None:
        super().__init__(argv, returncode, stderr)
        self.argv = argv
        self.returncode = returncode
        self.stderr = stderr

    def __str__(self) -> str:
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        last = lines[-1].strip() if lines else "no message"
        return f"{self.argv[0]} failed (code {self.returncode}): {last}"


class InputRefusedError(ToolFailedError):
    """The content is none of the containers or codecs on the allow-list."""


class NoPictureError(ToolFailedError):
    """There is no video stream but cover art."""


class ToolTimeoutError(MediaError):
    """The program was killed at its time limit."""

    def __init__(self, argv: list[str], seconds: float) -> None:
        super().__init__(argv, seconds)
        self.argv = argv
        self.seconds = seconds

    def __str__(self) -> str:
        return f"{self.argv[0]} was stopped after {self.seconds:.0f} s"


class ToolStoppedError(MediaError):
    """The run was cancelled; nothing of it is left running."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self.argv = argv

    def __str__(self) -> str:
        return f"{self.argv[0]} was cancelled"


class SubtitlesUnreadableError(MediaError):
    """A file of subtitles can't be read with confidence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
