"""The words people ask for edits with: `phrases/<language>.yaml`, one file a language.

All languages are known at once, for nobody says in which one a message is written: what the files
have under one name is joined. A new language is a new file; for what it leaves out it has no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from socialcopy.engine.editing.parser.vocabulary import NEVER, Phrases, Section
from socialcopy.models import Platform
from socialcopy.platforms import rules
from socialcopy.resources import parse_yaml

SIGNS = {
    "number": r"\d+(?:\.\d+)?",
    # A clock reading, or an amount; a bare number means seconds.
    "time": r"\d+:\d{2}(?::\d{2})?(?:\.\d+)?"
    r"|{number}\s*-?\s*{minutes}(?:\s*(?:{plus}\s*)?{number}\s*{seconds}?)?"
    r"|{number}\s*-?\s*{seconds}?",
    "a": r"(?P<a>{time})",
    "range": r"(?P<a>{time})\s*(?:{until}|[-–—~])\s*(?P<b>{time})",
    "n": r"(?P<n>{number})",
    "amount": r"{n}\s*(?:%|{percent})",
    "factor": r"{n}\s*(?:x\b|×|{times})",
    # Stands for a quoted text while a clause is looked at; no rule can reach into it.
    "quoted": r"\x01\d+\x02",
    "q": r"(?P<q>{quoted})",
    "ratio": r"(?P<w>\d{1,2})\s*(?:[:：x×/]|{ratio_sign})\s*(?P<h>\d{1,2})|(?P<shape>{shape})",
    "clip": r"[\w.-]+\.(?:mp4|mov|avi|webm|mkv)|{clip_named}|#?\d+|{quoted}",
    "list": r"{clip}(?:\s*(?:{then}|[,，、]|->|→)\s*{clip})+",
    "x": r"(?P<x>{clip})",
    "y": r"(?P<y>{clip})",
}
"""Patterns of what is written alike in every language."""

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


FOLDER = Path(str(files("socialcopy.engine.editing.parser"))) / "phrases"


@cache
def list_names() -> dict[str, tuple[str, ...]]:
    """Return the names of the lists of each section: those of the English file."""
    english = parse_yaml(FOLDER / "en.yaml")
    fields = Phrases.model_fields.items()
    return {name: tuple(english[name]) for name, field in fields if field.annotation is Section}


def read(path: Path) -> Phrases:
    """Read one language's file; raises pydantic's ValidationError for what it can't hold."""
    data = parse_yaml(path)
    parts: dict[str, Any] = data.pop("parts", {})
    own = {name: "|".join(p) if isinstance(p, list) else p for name, p in parts.items()}
    own["ordinal"] = "|".join(data.get("ordinals", {})) or NEVER
    context = {"spaced": data.get("spaced"), "names": list_names()}
    return Phrases.model_validate(_filled(data, own), context=context)


@cache
def vocabulary() -> Phrases:
    """Return the words of all languages together, with every name in a pattern filled in."""
    return joined(read(path) for path in sorted(FOLDER.glob("*.yaml")))


def joined(languages: Iterable[Phrases]) -> Phrases:
    """Join languages; raises ValueError for a pattern that names what nobody says."""
    data = _joined([language.model_dump(exclude_unset=True) for language in languages])
    data["signs"] = SIGNS
    named = SIGNS | data["common"] | {"shape": "|".join(data["shapes"].values())}
    named["network"] = "|".join(map(names_of, Platform))
    return Phrases.model_validate(_filled(data, named, is_all=True))


def names_of(platform: Platform) -> str:
    """Make the pattern of a network's names; Chinese is written without spaces around them."""
    names = sorted(rules(platform).names, key=len, reverse=True)
    return "|".join(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])" for name in names)


def _joined(values: list[Any]) -> Any:
    match values[0]:
        case dict():
            names = dict.fromkeys(name for value in values for name in value)
            return {name: _joined([v[name] for v in values if name in v]) for name in names}
        case str():
            return "|".join(value for value in values if value != NEVER) or NEVER
        case tuple():
            return sum(values, ())
        case _:
            return values[-1]


def _filled(data: Any, named: Mapping[str, str], *, is_all: bool = False) -> Any:
    """Put patterns in the place of their names, everywhere in a file."""
    match data:
        case str():
            return fill(data, named, is_all=is_all)
        case dict():
            return {key: _filled(value, named, is_all=is_all) for key, value in data.items()}
        case list() | tuple():
            return [_filled(value, named, is_all=is_all) for value in data]
        case _:
            return data


def fill(template: str, named: Mapping[str, str], *, is_all: bool) -> str:
    """Put patterns in the place of their names; raises ValueError for an unknown one of all."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in named:
            return f"(?:{fill(named[name], named, is_all=is_all)})"
        if is_all:
            raise ValueError(f"{{{name}}} is in a pattern, and no part is called so")
        return match[0]

    return PLACEHOLDER.sub(put, template)
