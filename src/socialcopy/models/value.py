"""What all values have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value; two with the same fields are equal."""

    model_config = ConfigDict(frozen=True)


class StrictValue(Value, extra="forbid", use_attribute_docstrings=True):
    """A value as people write it down: no other fields, and each says in a sentence what it is."""
