"""
What can go wrong when copy is written:

* CopywritingError
  x BriefError         a written brief can't be used, and why
  x ModelWriterError   the language model gave no usable answer
"""

from __future__ import annotations


class CopywritingError(Exception):
    """Base of everything this package raises on purpose."""


class BriefError(CopywritingError):
    """A brief that is not YAML, has unknown fields, or values out of bounds."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name} can't be used: {self.reason}"


class ModelWriterError(CopywritingError):
    """The endpoint was not reached, refused, or answered with something else than captions."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the language model gave no usable answer: {self.reason}"
