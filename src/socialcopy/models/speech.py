"""Speech as words with times, and as subtitles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import TypeVar

import regex
from pydantic import Field, field_validator

from socialcopy.models.value import Value

# An apostrophe inside a word, as typographers write it.
CURLED = regex.compile(r"(?<=\p{L})\u2019(?=\p{L})")


class Word(Value):
    """One spoken word and when it was spoken."""

    start_ms: int
    end_ms: int
    text: str
    """The word with its punctuation, without surrounding spaces."""
    probability: float = 1.0
    language: str = Field(default="", exclude_if=lambda language: not language)
    """The language of its passage, where several are spoken; empty for the transcript's own."""
    heard: str = Field(default="", exclude_if=lambda heard: not heard)
    """What was heard in its place, where the picture or the brief says otherwise."""

    @field_validator("text")
    @classmethod
    def _write_straight(cls, text: str) -> str:
        """Write the apostrophes of a subtitle track as recognisers do."""
        return CURLED.sub("'", text) if "\u2019" in text else text


class Cue(Value):
    """One subtitle: up to two lines, shown from start to end."""

    start_ms: int
    end_ms: int
    text: str
    """Lines are separated by a newline."""


class Transcript(Value):
    """What is said in a video; no words means no speech was found."""

    language: str | None = None
    language_probability: float = 0.0
    words: tuple[Word, ...] = ()
    is_read: bool = Field(default=False, exclude_if=lambda is_read: not is_read)
    """Whether the words are those of somebody's subtitles, since nothing is heard."""

    @property
    def text(self) -> str:
        """All words, separated by single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def has_speech(self) -> bool:
        """Whether anybody says anything."""
        return bool(self.words)


def spread(
    texts: Sequence[str], start_ms: int, end_ms: int, width: Callable[[str], int] = len
) -> list[Word]:
    """Time pieces of text that nobody has timed, by their share of the whole's width.

    >>> [(word.text, word.start_ms) for word in spread(["Meet", "the", "mug"], 0, 1_300)]
    [('Meet', 0), ('the', 500), ('mug', 900)]
    """
    shares = [0, *accumulate(width(text) + 1 for text in texts)]
    times = [start_ms + (end_ms - start_ms) * share // max(1, shares[-1]) for share in shares]
    return [
        Word(start_ms=start, end_ms=end, text=text)
        for text, (start, end) in zip(texts, pairwise(times), strict=True)
    ]


T = TypeVar("T", Cue, Word)


def later(timed: Sequence[T], by_ms: int) -> tuple[T, ...]:
    """Move subtitles or words to so much later."""
    return tuple(
        one.model_copy(update={"start_ms": one.start_ms + by_ms, "end_ms": one.end_ms + by_ms})
        for one in timed
    )
