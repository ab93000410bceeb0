"""What people say to the service, and what it says of its windows: `phrases/<language>.yaml`.

Nobody says which language a text is in, so what the files have under one name is looked for
together. `{name}` in a pattern stands for one of its file's `parts`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from socialcopy.models.value import Value
from socialcopy.resources import parse_yaml

Place = Literal["export", "credits", "status", "upload"]
Window = Literal["export", "credits", "upload", "status", "message", "click"]


class Phrases(Value, extra="forbid"):
    """What one language's file holds; patterns are tried without regard to capitals."""

    parts: dict[str, str] = Field(default_factory=dict)
    polite_before: tuple[str, ...] = ()
    """What only makes a text polite, at its beginning ..."""
    polite_after: tuple[str, ...] = ()
    """... and at its end."""
    routes: dict[Place, tuple[str, ...]] = Field(default_factory=dict)
    """Whole texts, by where they go."""
    window: dict[Window, tuple[str, ...]] = Field(default_factory=dict)
    """What stands in a sentence of a reply that speaks of a window, by what it asks for."""

    def filled(self, pattern: str) -> str:
        """Put this language's parts in the places of their names."""
        for name, part in self.parts.items():
            pattern = pattern.replace(f"{{{name}}}", f"(?:{part})")
        return pattern


@cache
def languages() -> tuple[Phrases, ...]:
    """Read every language's file; raises pydantic's ValidationError for what it can't hold."""
    folder = files("socialcopy.nemovideo") / "phrases"
    ordered = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(Phrases.model_validate(parse_yaml(file)) for file in ordered)


def polite(where: Literal["before", "after"]) -> str:
    """Join what only makes a text polite to one pattern."""
    return "|".join(w for one in languages() for w in getattr(one, f"polite_{where}"))


def texts_to(place: Place) -> str:
    """Join the texts that go to a place to one pattern, of all languages."""
    return "|".join(one.filled(p) for one in languages() for p in one.routes.get(place, ()))


def window_talk(window: Window) -> str:
    """Join what asks for something of a window to one pattern, of all languages."""
    return "|".join(one.filled(p) for one in languages() for p in one.window.get(window, ()))
