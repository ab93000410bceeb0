"""
What can go wrong when a network's rules are asked for:

* UnknownAccountError   the network has no such kind of account
"""

from __future__ import annotations

from socialcopy.errors import data_error


@data_error()
class UnknownAccountError(Exception):
    """Only kinds of account that change a rule are known."""

    platform: str
    account: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        kinds = ", ".join(self.known) or "none but the usual one"
        return f"{self.platform} has no account of kind {self.account!r}; it knows {kinds}"
