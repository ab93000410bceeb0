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


class SandboxError(Exception):
    """Base of everything that goes wrong with a confined process."""


class SandboxStartError(SandboxError):
    """Nothing ran: what can't be confined is not started."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the sandbox could not be set up ({self.reason}); `socialcopy doctor` says more"


class CallError(SandboxError):
    """A function did not come to its end; what it was given is not to be trusted."""

    def __init__(self, function: str, detail: str) -> None:
        super().__init__(function, detail)
        self.function = function
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.function} {self.detail}"


class CallTimeoutError(CallError):
    """It was killed at its time limit."""


class CallTooBigError(CallError):
    """It came to the end of its memory, or its result is larger than anybody wants."""


class CallFailedError(CallError):
    """It raised an error that its callers do not expect, or was killed by the kernel."""
