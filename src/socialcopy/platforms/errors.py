"""
What can go wrong when a network's rules are asked for:

* PlatformError
  x UnknownAccountError   the network has no such kind of account
"""

from __future__ import annotations

from socialcopy.errors import data_error


class PlatformError(Exception):
    """Base of everything the registry refuses."""


@data_error()
class UnknownAccountError(PlatformError):
    """Only kinds of account that change a rule are known."""

    platform: str
    account: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        kinds = ", ".join(self.known) or "none but the usual one"
        return f"{self.platform} has no account of kind {self.account!r}; it knows {kinds}"
