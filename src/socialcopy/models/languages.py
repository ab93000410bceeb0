"""Languages by their codes: ISO 639-1, and the three-letter ones that speech recognition knows."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from socialcopy.models.validation import TextShape, has_to_be

TABLE = files("socialcopy.models") / "languages.txt"

# Every language by its code, with the name by which somebody may have meant it.
NAMES = dict(line.split(" ", 1) for line in TABLE.read_text("utf-8").splitlines())

# Reversed, so that of two codes with one name the first in the table is kept.
CODES = {name.lower(): code for code, name in reversed(NAMES.items())}

WORDS = "a language code such as en, de or pt-BR"
TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)


def _normal(value: object) -> object:
    """Write a tag as BCP 47 does (`pt-BR`, `zh-Hant`), and say which code a name has."""
    if not isinstance(value, str) or not value.strip():
        return value
    tag = TAG.fullmatch(value.strip())
    if tag is None or tag[1].lower() not in NAMES:
        code = CODES.get(value.strip().lower())
        raise has_to_be(f"{WORDS}; {NAMES[code]} is {code}" if code else WORDS)
    script, region = tag[2], tag[3]
    parts = (tag[1].lower(), script and script.capitalize(), region and region.upper())
    return "-".join(part for part in parts if part)


# The tag of a language as BCP 47 writes it, for example `de` or `pt-BR`.
Language = Annotated[
    str,
    TextShape(rf"({'|'.join(NAMES)})(-[A-Za-z]{{4}})?(-([A-Za-z]{{2}}|[0-9]{{3}}))?", WORDS),
    BeforeValidator(_normal),
]


def known(tag: object) -> str | None:
    """Write a tag as BCP 47 does; none for what is no language we know.

    >>> known("PT_br"), known("klingon")
    ('pt-BR', None)
    """
    try:
        return str(_normal(tag)) if isinstance(tag, str) and tag.strip() else None
    except PydanticCustomError:
        return None
