"""
Why a command ends with a message instead of a result; the two differ in its exit code:

* CommandError        something it needs is missing, taken, or does not answer
  x WrongValueError   it was given something that can't be
"""

from __future__ import annotations


class CommandError(Exception):
    """What stands in the way, and what to do about it, in a sentence."""


class WrongValueError(CommandError):
    """A value of the command line."""


NOT_RUNNING = (
    "no stack is running here. Start `socialcopy up` in another terminal, or set S3_ENDPOINT_URL "
    "and S3_BUCKET for a bucket that somebody watches"
)
