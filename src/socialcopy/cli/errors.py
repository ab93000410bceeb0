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
  x PrefectAwayError      a Prefect server does not answer
  x PrefectRefusedError   a Prefect server does not do what it is asked
  x DeployFailedError     Prefect's own command made no deployments
  x WrongValueError       a command was given something that can't be
"""

from __future__ import annotations

from socialcopy.errors import data_error


class CommandError(Exception):
    """Base of what a command explains in a sentence."""


@data_error(
    "another `socialcopy up` is using {folder}. Stop it first, or give this one a folder of "
    "its own with SOCIALCOPY_DATA_DIR"
)
class AlreadyRunningError(CommandError):
    """Two stacks in one folder would share one database."""

    folder: str


@data_error(
    "no stack is running here. Start `socialcopy up` in another terminal, or set S3_ENDPOINT_URL "
    "and S3_BUCKET for a bucket that somebody watches"
)
class NotRunningError(CommandError):
    """Nothing to talk to."""


@data_error("{name} ended by itself; the end of {log} says:\n{words}")
class PartDiedError(CommandError):
    """A process of the stack ended, and the rest can't do without it."""

    name: str
    log: str
    words: str


@data_error("no answer from {url} within {seconds:.0f} s; its log is in {logs}")
class NoAnswerError(CommandError):
    """A part of the stack did not get ready."""

    url: str
    seconds: float
    logs: str


@data_error("{path} is missing; install socialcopy again, with its flows and prefect.yaml")
class ProjectMissingError(CommandError):
    """The installation is incomplete."""

    path: str


@data_error("{folder} {why}; {advice}")
class NoPlaceError(CommandError):
    """Looked at before anything begins; a full disk is worse half-way."""

    folder: str
    why: str
    advice: str


@data_error("port {port} is in use; give {option} another one, or leave it out")
class PortInUseError(CommandError):
    """A port that somebody chose is taken as it is, or not at all."""

    option: str
    port: int


@data_error("no Prefect server answers at {url}; start it, or give another --server")
class PrefectAwayError(CommandError):
    """Nothing was made there."""

    url: str


@data_error("the Prefect server at {url} {why}; {advice}")
class PrefectRefusedError(CommandError):
    """It answered, and refused."""

    url: str
    why: str
    advice: str


@data_error("Prefect made no deployments; its last words:\n{words}")
class DeployFailedError(CommandError):
    """The pool is made, and nothing runs on it."""

    words: str


@data_error("{problem}")
class WrongValueError(CommandError):
    """A value of the command line."""

    problem: str
