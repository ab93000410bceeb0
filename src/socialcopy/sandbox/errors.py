"""
What can go wrong with a confined process:

* SandboxError
  x SandboxStartError    the process could not be started, or not be confined
  x CallError            a function did not come to its end in its confined process
    + CallTimeoutError   it took too long and was killed
    + CallTooBigError    it needed, or would have returned, more memory than it may
    + CallFailedError    it raised something nobody expected
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
    """A function did not come to its end; what it was given is not to be trusted."""

    function: str
    detail: str


class CallTimeoutError(CallError):
    """It was killed at its time limit."""


class CallTooBigError(CallError):
    """It came to the end of its memory, or its result is larger than anybody wants."""


class CallFailedError(CallError):
    """It raised an error that its callers do not expect, or was killed by the kernel."""
