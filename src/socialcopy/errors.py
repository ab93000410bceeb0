"""How an error of ours is written: its data as fields, and one sentence for the person."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

E = TypeVar("E", bound=type[Exception])


@dataclass_transform(eq_default=False)
def data_error(sentence: str = "") -> Callable[[E], E]:
    """Make an error of a class with fields; `sentence` is what it says, with the fields filled in.

    Its fields are its arguments, as in a dataclass, and survive pickling however they were given.
    Without a sentence the class has a `__str__` of its own.

    >>> @data_error("port {port} is in use; give {option} another one")
    ... class PortInUseError(Exception):
    ...     option: str
    ...     port: int
    >>> str(PortInUseError("--port", port=8390))
    'port 8390 is in use; give --port another one'
    """

    def make(error: E) -> E:
        # Errors are compared by identity: equal ones would lose their hash, and with it their
        # place in the sets in which tracebacks and Prefect look for causes.
        made = dataclasses.dataclass(eq=False, repr=False)(error)
        made.__reduce__ = _by_its_fields
        if sentence:
            made.__str__ = lambda self: sentence.format(**vars(self))
        return made

    return make


def _by_its_fields(self: Any) -> tuple[type, tuple[Any, ...]]:
    """Rebuild from the fields: `args` lacks what was given by keyword."""
    values = (getattr(self, field.name) for field in dataclasses.fields(self))
    return type(self), tuple(values)
