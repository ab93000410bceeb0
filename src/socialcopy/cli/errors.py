"""
Why a command ends with a message instead of a result:

* CommandError
  x AlreadyRunningError   another `socialcopy up` uses the same data folder
  x NotRunningError       no stack is up, and no bucket is configured
  x PartDiedError         a part of the stack ended by itself
  x NoAnswerError         a part of the stack runs and does not answer
  x ProjectMissingError   flows and prefect.yaml are not where they should be
  x NoPlaceError          a folder can't be used, or has too little room
  x PortInUseError        somebody listens on a port that was asked for
  x WrongValueError       a command was given something that can't be
"""

from __future__ import annotations


class CommandError(Exception):
    """Base of what a command explains in a sentence."""


class AlreadyRunningError(CommandError):
    """Two stacks in one folder would share one database."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return (
            f"another `socialcopy up` is using {self.folder}. Stop it first, or give this one a "
            "folder of its own with SOCIALCOPY_DATA_DIR"
        )


class NotRunningError(CommandError):
    """Nothing to talk to."""

    def __str__(self) -> str:
        return (
            "no stack is running here. Start `socialcopy up` in another terminal, or set "
            "S3_ENDPOINT_URL and S3_BUCKET for a bucket that somebody watches"
        )


class PartDiedError(CommandError):
    """A process of the stack ended, and the rest can't do without it."""

    def __init__(self, name: str, log: str, words: str) -> None:
        super().__init__(name, log, words)
        self.name = name
        self.log = log
        self.words = words

    def __str__(self) -> str:
        return f"{self.name} ended by itself; the end of {self.log} says:\n{self.words}"


class NoAnswerError(CommandError):
    """A part of the stack did not get ready."""

    def __init__(self, url: str, seconds: float, logs: str) -> None:
        super().__init__(url, seconds, logs)
        self.url = url
        self.seconds = seconds
        self.logs = logs

    def __str__(self) -> str:
        return f"no answer from {self.url} within {self.seconds:.0f} s; its log is in {self.logs}"


class ProjectMissingError(CommandError):
    """The installation is incomplete."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} is missing; install socialcopy again, with its flows and prefect.yaml"


class NoPlaceError(CommandError):
    """Looked at before anything begins; a full disk is worse half-way."""

    def __init__(self, folder: str, why: str, advice: str) -> None:
        super().__init__(folder, why, advice)
        self.folder = folder
        self.why = why
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.folder} {self.why}; {self.advice}"


class PortInUseError(CommandError):
    """A port that somebody chose is taken as it is, or not at all."""

    def __init__(self, option: str, port: int) -> None:
        super().__init__(option, port)
        self.option = option
        self.port = port

    def __str__(self) -> str:
        return f"port {self.port} is in use; give {self.option} another one, or leave it out"


class WrongValueError(CommandError):
    """A value of the command line."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return self.problem
