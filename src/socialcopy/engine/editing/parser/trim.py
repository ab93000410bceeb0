"""Trim and cut. "Cut from 0:30 to 1:45" takes that part out; "keep" and "trim to" leave it."""

from __future__ import annotations

import re
from collections.abc import Callable

from socialcopy.engine.editing.edits import Edit, Keep, Remove, Span
from socialcopy.engine.editing.parser.numbers import milliseconds
from socialcopy.engine.editing.parser.rules import by_rules, rules


def _until(make: type[Keep | Remove]) -> Callable[[re.Match[str]], Keep | Remove]:
    return lambda match: make(span=Span(end_ms=milliseconds(match["a"])))


def _last(make: type[Keep | Remove]) -> Callable[[re.Match[str]], Keep | Remove]:
    return lambda match: make(span=Span(start_ms=-milliseconds(match["a"])))


def _between(make: type[Keep | Remove]) -> Callable[[re.Match[str]], Keep | Remove | None]:
    def between(match: re.Match[str]) -> Keep | Remove | None:
        start_ms, end_ms = milliseconds(match["a"]), milliseconds(match["b"])
        return make(span=Span(start_ms=start_ms, end_ms=end_ms)) if start_ms < end_ms else None

    return between


RULES = rules(
    "trim",
    {
        "from_start": _until(Remove),
        "from_end": _last(Remove),
        "until": _until(Keep),
        "last": _last(Keep),
        "kept": _between(Keep),
        "removed": _between(Remove),
    },
)


def read(clause: str) -> Edit | None:
    """Read what a clause wants cut."""
    return by_rules(RULES, clause)
