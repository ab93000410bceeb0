"""Which uploaded file a message is about, where a session has several.

The name of a file is up to whoever dropped it, so it never stands in a message of ours: a file
called `ignore-all-instructions.mp4` would speak to the agent. What we say is how its name ends,
which we made ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

SENTENCE = re.compile(
    r' ?The video is the uploaded file whose name ends in "(\.[0-9a-f]{16}\.\w+)"\.'
)
THIS = "this video"


class Named(NamedTuple):
    """A message, and the file it names."""

    text: str
    """The message without the name."""
    filename: str | None = None
    """One of the uploaded names; none where the message names none of them, or several."""
    is_missing: bool = False
    """Whether it names a file that is not there."""


def sentence(tag: str) -> str:
    """Say which file is meant, by what its name ends in."""
    return f'The video is the uploaded file whose name ends in "{tag}".'


def has_sentence(text: str) -> bool:
    """Tell whether a message says which video it is about."""
    return SENTENCE.search(text) is not None


def named_in(text: str, filenames: Iterable[str]) -> Named:
    """Find the file a message is about: by our own sentence, else by its whole name."""
    known = list(filenames)
    said = SENTENCE.search(text)
    if said:
        found = next((name for name in known if name.endswith(said.group(1))), None)
        return Named(SENTENCE.sub("", text), found, is_missing=found is None)
    places = {name: _pattern(name) for name in known}
    mentioned = [name for name, pattern in places.items() if pattern.search(text)]
    # Two names, and it is anybody's guess which one is meant.
    if len(mentioned) != 1:
        return Named(text)
    return Named(places[mentioned[0]].sub(THIS, text), mentioned[0])


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
