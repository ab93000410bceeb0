"""
What can go wrong with a confined process:

* SandboxError
  x SandboxStartError    the process could not be started, or not be confined
  x CallError            a function did not come to its end in its confined process
"""

from __future__ import annotations

from socialcopy.errors import data_error


class SandboxError(Exception):
    """Base of everything that goes wrong with a confined process."""


@data_error("the sandbox could not be set up ({reason}); `socialcopy doctor` says more")
class SandboxStartError(SandboxError):
    """Nothing ran: what can't be confined is not started."""

    reason: str


@data_error("{function} {detail}")
class CallError(SandboxError):
    """A function took too long or too much, or raised something that its callers do not expect.

    What it was given is not to be trusted.
    """

    function: str
    detail: str
