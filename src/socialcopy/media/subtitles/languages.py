"""What subtitles need to know of a language: `words/<language>.yaml`, one file each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from socialcopy.models.value import Value
from socialcopy.resources import parse_yaml


class SubtitleLanguage(Value, extra="forbid"):
    """One language's file; without one, a language is read and broken as most are."""

    characters_per_second: int = 17
    """What an adult reads, in columns: a wide East Asian character counts two."""
    longest_line: int | None = None
    """Longest line in columns, where a language has its own."""
    leaning: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    idle: tuple[frozenset[str], ...] = ()
    """Words that carry nothing, by how little; the first kind may go anywhere."""


@cache
def known() -> dict[str, SubtitleLanguage]:
    """Read every language's file; raises pydantic's ValidationError for what it can't hold."""
    folder = files("socialcopy.media.subtitles") / "words"
    return {
        file.name.removesuffix(".yaml"): SubtitleLanguage.model_validate(parse_yaml(file))
        for file in folder.iterdir()
    }


def of(language: str | None) -> SubtitleLanguage:
    """Find what is known of a language by its tag, `en` as well as `en-GB`."""
    return known().get((language or "").partition("-")[0].lower(), SubtitleLanguage())
