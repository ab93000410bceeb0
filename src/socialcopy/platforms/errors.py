"""
What can go wrong when a network's rules are asked for:

* PlatformError
  x UnknownAccountError   the network has no such kind of account
"""

from __future__ import annotations


class PlatformError(Exception):
    """Base of everything the registry refuses."""


class UnknownAccountError(PlatformError):
    """Only kinds of account that change a rule are known."""

    def __init__(self, platform: str, account: str, known: tuple[str, ...]) -> None:
        super().__init__(platform, account, known)
        self.platform = platform
        self.account = account
        self.known = known

    def __str__(self) -> str:
        kinds = ", ".join(self.known) or "none but the usual one"
        return f"{self.platform} has no account of kind {self.account!r}; it knows {kinds}"
