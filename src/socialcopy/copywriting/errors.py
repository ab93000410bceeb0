"""
What can go wrong when copy is written:

* CopywritingError
  x BriefError         a written brief can't be used, and why
  x ModelWriterError   the language model gave no usable answer
    + ModelTooSlowError  none within the time it has
"""

from __future__ import annotations

from socialcopy.errors import data_error


class CopywritingError(Exception):
    """Base of everything this package raises on purpose."""


@data_error("{name} can't be used: {reason}")
class BriefError(CopywritingError):
    """A brief that is not YAML, has unknown fields, or values out of bounds."""

    name: str
    reason: str


@data_error("the language model gave no usable answer: {reason}")
class ModelWriterError(CopywritingError):
    """The endpoint was not reached, refused, or answered with something else than captions."""

    reason: str


@data_error("the language model gave no usable answer: {reason}")
class ModelTooSlowError(ModelWriterError):
    """The time for writing is up, or would be before an answer."""

    so_far: str = ""
    """What was answered until then."""
