"""Last lines of posts, from a dated list per language; they ask or invite, and state nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

from socialcopy.copywriting.text.stems import content, light_stems
from socialcopy.resources import read_yaml


@cache
def _closings() -> dict[str, Any]:
    return read_yaml("socialcopy.copywriting.text", "closings.yaml")


def closing(kind: str, topic: str, language: str, above: str) -> str:
    """Tell a question or something to do; nothing where none fits what the post is.

    What repeats a word of the line above it reads as an echo.
    """
    lines = _closings().get(language, {}).get(kind, {}).get(topic, [])
    said = set(content(above, language)) - light_stems(language)
    return next((line for line in lines if not said & set(content(line, language))), "")


@cache
def every_closing(language: str) -> frozenset[str]:
    """List all last lines of a language."""
    kinds = _closings().get(language, {}).values()
    return frozenset(line for topics in kinds for lines in topics.values() for line in lines)
