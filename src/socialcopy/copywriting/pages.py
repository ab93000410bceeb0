"""Templates for pages that people open: everything put into one is escaped."""

from __future__ import annotations

from jinja2 import BaseLoader, Environment, StrictUndefined


def escaping() -> Environment:
    """An environment in which no value is markup, and a missing one is an error."""
    return Environment(
        loader=BaseLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
