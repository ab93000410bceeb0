"""Replies that come as data, JSON or a markdown table, though words were asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import regex

from socialcopy.models import Platform
from socialcopy.platforms import rules

OBJECT = regex.compile(r"\{.*\}|\[.*\]", regex.S)
ROW = regex.compile(r"^\s*\|(?P<name>[^|\n]+)\|(?P<text>(?:[^|\n\\]|\\.)+)\|", regex.M)
NAME_KEYS = ("platform", "network", "channel", "name")
TEXT_KEYS = ("caption", "text", "content", "post", "copy", "body")
TAG_KEYS = ("hashtags", "tags")
DEEPEST = 4
LONGEST = 200_000
"""Characters of a reply that are looked at."""


def structured(reply: str) -> dict[Platform, str]:
    """Each network's text in a reply that is data; nothing when it is none."""
    found: dict[Platform, str] = {}
    for platform, text in (*_in_json(reply[:LONGEST]), *_in_table(reply[:LONGEST])):
        if text.strip():
            found.setdefault(platform, text.strip())
    return found


def _in_json(reply: str) -> Iterable[tuple[Platform, str]]:
    match = OBJECT.search(reply)
    try:
        read = json.loads(match.group()) if match else None
    except (ValueError, RecursionError):
        return ()
    return _walk(read, DEEPEST)


def _walk(value: Any, depth: int) -> Iterable[tuple[Platform, str]]:
    """Objects keyed by network, or that name their network in a field; lists of either."""
    if not depth:
        return
    if isinstance(value, list):
        for part in value:
            yield from _walk(part, depth - 1)
    elif isinstance(value, dict):
        told = next((value[key] for key in NAME_KEYS if isinstance(value.get(key), str)), "")
        if (own := _network(told)) is not None:
            yield own, _text(value)
            return
        for key, part in value.items():
            platform = _network(str(key))
            if platform is None:
                yield from _walk(part, depth - 1)
            else:
                yield platform, _text(part)


def _text(value: Any) -> str:
    """A caption, with its hashtags where they are kept apart."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    text = next((value[key] for key in TEXT_KEYS if isinstance(value.get(key), str)), "")
    tags = next((value[key] for key in TAG_KEYS if isinstance(value.get(key), list)), [])
    line = " ".join(f"#{str(tag).lstrip('#')}" for tag in tags if tag)
    return f"{text}\n\n{line}" if text and line and line not in text else text


def _in_table(reply: str) -> Iterable[tuple[Platform, str]]:
    for row in ROW.finditer(reply):
        platform = _network(row["name"])
        if platform is not None:
            text = regex.sub(r"<br\s*/?>", "\n", row["text"], flags=regex.I)
            yield platform, regex.sub(r"\\(.)", r"\1", text)


def _network(name: str) -> Platform | None:
    plain = regex.sub(r"[^\p{L}\p{N}]", "", name).casefold()
    return _networks().get(plain)


@cache
def _networks() -> dict[str, Platform]:
    """Every network by every name it goes by, in letters alone."""
    return {
        regex.sub(r"[^\p{L}\p{N}]", "", name).casefold(): platform
        for platform in Platform
        for name in (platform.value, *rules(platform).names)
    }
