"""Last lines of posts, from a dated list per language; they ask or invite, and state nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def _closings() -> dict[str, Any]:
    text = (files("socialcopy.copywriting.text") / "closings.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def closing(kind: str, topic: str, language: str, turn: int) -> str:
    """Tell a question or something to do; nothing where none fits what the post is."""
    lines = _closings().get(language, {}).get(kind, {}).get(topic, [])
    return lines[turn % len(lines)] if lines else ""
