"""What a language's file of phrases holds; what each of its lists is for, `phrases/en.yaml` says.

A list holds words; in a language that puts spaces between them each is found as a whole word only.
A string, or `{pattern: ...}` in a list, is a regular expression. `{name}` in either stands for one
of the file's own `parts`, one of the `common` patterns of all languages, or one of `SIGNS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    RootModel,
    ValidationInfo,
    model_validator,
)

from socialcopy.engine.editing.edits import Length, Position, Size
from socialcopy.models.value import StrictValue

NEVER = r"(?!)"
"""Matches nothing: what no language has a word for."""


def _pattern(words: object, info: ValidationInfo) -> object:
    """Join a list of words to the pattern of any of them."""
    if not isinstance(words, list):
        return words
    is_spaced = bool((info.context or {}).get("spaced"))
    return "|".join(
        rf"\b(?:{'|'.join(run)})\b" if is_word and is_spaced else "|".join(run)
        for is_word, run in _runs(words)  # pyright: ignore[reportUnknownArgumentType]
    )


def _runs(words: Iterable[Any]) -> Iterable[tuple[bool, list[str]]]:
    """Part a list into runs of words and of patterns."""
    for is_word, run in groupby(words, lambda word: not isinstance(word, dict)):
        yield is_word, [str(word if is_word else word["pattern"]) for word in run]


GROUP = re.compile(r"\(\?P<(\w+)>")


def _compiles(pattern: str) -> str:
    """Give groups of the same name a number, and see that a pattern can be compiled."""
    seen: Counter[str] = Counter()

    def numbered(group: re.Match[str]) -> str:
        seen[group[1]] += 1
        return f"(?P<{group[1]}{seen[group[1]]}>" if seen[group[1]] > 1 else group[0]

    pattern = GROUP.sub(numbered, pattern)
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{error}: {pattern}") from error
    return pattern


Words = Annotated[str, BeforeValidator(_pattern), AfterValidator(_compiles)]


class Section(RootModel[dict[str, Words]], frozen=True):
    """Lists of words by their names in `phrases/en.yaml`; in a language without one it is NEVER."""

    def __getattr__(self, name: str) -> str:
        if name not in self.__dict__.get("root", {}):
            raise AttributeError(f"phrases/en.yaml has no list {name}")
        return self.root[name]


class Numerals(StrictValue):
    """Numbers in characters of their own, up to 199."""

    digits: str = Field(min_length=10, max_length=10)
    """The characters of 0 to 9."""
    two: str
    """Another one of 2."""
    ten: str
    hundred: str
    before: Words
    """What a numeral has to stand before; elsewhere it is part of a word."""
    percent: str
    """What stands before a numeral that is a percentage."""


class Rewrite(StrictValue):
    """An expression, and the form in which it is read."""

    pattern: Words
    becomes: str


RuleSet = Literal["trim", "volume", "speed", "shape", "title", "order"]
Rewriting = Literal["amounts", "sentences"]
ShapeName = Literal["vertical", "square", "landscape"]
Tone = Literal["casual", "professional", "formal", "friendly", "playful", "punchy", "inspiring"]


class Phrases(StrictValue):
    """What one language's file holds, and what all hold together."""

    spaced: bool
    """Whether words stand between spaces."""
    numbers: dict[str, int] = Field(default_factory=dict)
    ordinals: dict[str, int] = Field(default_factory=dict)
    numerals: tuple[Numerals, ...] = ()
    common: Section = Section({})
    shapes: dict[ShapeName, Words] = Field(default_factory=dict)
    places: dict[Position, Words] = Field(default_factory=dict)
    sizes: dict[Size, Words] = Field(default_factory=dict)
    colours: dict[str, Words] = Field(default_factory=dict)
    languages: dict[str, Words] = Field(default_factory=dict)
    tones: dict[Tone, Words] = Field(default_factory=dict)
    lengths: dict[Length, Words] = Field(default_factory=dict)
    talk: Section = Section({})
    rewrites: dict[Rewriting, tuple[Rewrite, ...]] = Field(default_factory=dict)
    intent: Section = Section({})
    cut: Section = Section({})
    sound: Section = Section({})
    speed: Section = Section({})
    shape: Section = Section({})
    subtitles: Section = Section({})
    title: Section = Section({})
    music: Section = Section({})
    order: Section = Section({})
    copywriting: Section = Section({})
    signs: dict[str, Words] = Field(default_factory=dict)
    """`SIGNS`, for all languages."""
    rules: dict[RuleSet, dict[str, tuple[Words, ...]]] = Field(default_factory=dict)
    """Patterns of whole clauses by what they ask for; each reader says which it knows."""

    @model_validator(mode="before")
    @classmethod
    def _has_the_lists_of_english(cls, data: dict[str, Any], info: ValidationInfo) -> object:
        """Refuse a list that the English file has not; one that it alone has matches nothing."""
        names: Mapping[str, tuple[str, ...]] = (info.context or {}).get("names", {})
        sections = {section: data.get(section, {}) for section in names}
        unknown = [
            f"{s}.{name}" for s, own in sections.items() for name in own if name not in names[s]
        ]
        if unknown:
            raise ValueError(f"the English file has no {', '.join(unknown)}")
        return {**data, **{s: dict.fromkeys(names[s], NEVER) | own for s, own in sections.items()}}
