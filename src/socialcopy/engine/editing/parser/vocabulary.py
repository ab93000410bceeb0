"""What a language's file of phrases holds, and what each of its lists is for.

A list holds words; in a language that puts spaces between them each is found as a whole word only.
A string, or `{pattern: ...}` in a list, is a regular expression. `{name}` in either stands for one
of the file's own `parts`, one of the `common` patterns of all languages, or one of `SIGNS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo

from socialcopy.engine.editing.edits import Length, Position, Size
from socialcopy.models.value import Value

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


class Section(Value):
    """A part of a language's file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Common(Section):
    """Patterns that those of every language may name."""

    video: Words = NEVER
    seconds: Words = NEVER
    minutes: Words = NEVER
    plus: Words = NEVER
    """Between minutes and seconds."""
    until: Words = NEVER
    """Between two times."""
    percent: Words = NEVER
    times: Words = NEVER
    """Behind a factor."""
    ratio_sign: Words = NEVER
    clip_named: Words = NEVER
    """Any name of a clip but its file's."""
    last_clip: Words = NEVER
    then: Words = NEVER
    """Between clips of a list."""


class Numerals(Section):
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


class Rewrite(Section):
    """An expression, and the form in which it is read."""

    pattern: Words
    becomes: str


class Talk(Section):
    """How people talk around a request."""

    openers: Words = NEVER
    """What only makes a clause polite, at its beginning ..."""
    closers: Words = NEVER
    """... and at its end."""
    joiners: Words = NEVER
    """What joins two requests."""
    everyday: Words = NEVER
    """What may stand in any request without asking for anything of its own.

    A negation is never among them, nor a noun that names a thing an edit could be about.
    """
    reasons: Words = NEVER
    """A whole clause that says why somebody wants something; alone it asks nothing."""
    forbids: Words = NEVER
    """Something is not to be done. No edit does that, and half read it would be the very thing."""
    amounts: tuple[Rewrite, ...] = ()
    """Amounts spelt out."""
    sentences: tuple[Rewrite, ...] = ()
    """Expressions that look like two requests."""


class Intent(Section):
    """What a message is about as a whole: the words to post, or the video."""

    copywriting: Words = NEVER
    """Names the copy; together with `editing` it takes a word of `writing` to mean it."""
    editing: Words = NEVER
    writing: Words = NEVER


class Cut(Section):
    """A stretch of time that goes or stays."""

    gone: Words = NEVER
    """It goes; negations as well ("I don't need")."""
    kept: Words = NEVER
    """What may stand beside a stretch that stays ..."""
    stays: Words = NEVER
    """... and what says that it does."""
    start: Words = NEVER
    end: Words = NEVER
    begin: Words = NEVER
    """The video is to begin, with `later`."""
    stop: Words = NEVER
    """The video is to stop, with `earlier`."""
    later: Words = NEVER
    earlier: Words = NEVER
    around: Words = NEVER
    """What else may stand around a time."""
    part: Words = NEVER
    mark: Words = NEVER
    topic: Words = NEVER
    """What an observation is about ("the first 4 seconds are boring") ..."""
    pronoun: Words = NEVER
    """... and how the clause after it calls that ("lose them")."""


class Sound(Section):
    """Silence and volume."""

    named: Words = NEVER
    silent: Words = NEVER
    turned: Words = NEVER
    upwards: Words = NEVER
    downwards: Words = NEVER
    half: Words = NEVER
    double: Words = NEVER
    plain: Words = NEVER
    """What may stand beside a level or a speed."""
    turn_it: Words = NEVER
    """Asks for a change of volume without naming the sound; so does a `level`."""
    level: Words = NEVER
    compared: Words = NEVER
    """Behind a percentage that is a change ("20% louder")."""
    by: Words = NEVER
    """Before an amount that is a change."""
    to_half: Words = NEVER
    wholly: Words = NEVER


class Speed(Section):
    """How fast the video plays."""

    pace: Words = NEVER
    slow: Words = NEVER
    run: Words = NEVER
    faster: Words = NEVER
    """Behind a percentage that is added ("20% faster")."""
    less: Words = NEVER
    """With a percentage that is taken off ("20% slower")."""
    hurried: Words = NEVER
    """Asks for more speed without a number."""


class Shape(Section):
    """The shape of the picture."""

    shaping: Words = NEVER
    feeds: Words = NEVER
    """Where it is to be shown; `{network}` is any network's name."""


class Subtitles(Section):
    """What is spoken, on the screen."""

    named: Words = NEVER
    shows: Words = NEVER
    hides: Words = NEVER
    fillers: Words = NEVER
    asked: Words = NEVER
    """As `named`, in any word order."""
    spoken: Words = NEVER
    brought: Words = NEVER
    styled: Words = NEVER
    outline: Words = NEVER
    """They always have one, so that asking for it changes nothing."""
    bare: Words = NEVER
    """A whole clause that asks for them without saying more."""


class Title(Section):
    """A text on the screen."""

    named: Words = NEVER
    unquoted: Words = NEVER
    """Everything behind this is a title's text, also without quotation marks."""
    headed: Words = NEVER
    """As `named`, in any word order."""
    saying: Words = NEVER
    captioning: Words = NEVER
    at_end: Words = NEVER


class Music(Section):
    """Music under the video."""

    named: Words = NEVER
    adds: Words = NEVER
    """How a clause that wants it begins."""
    drops: Words = NEVER
    changes: Words = NEVER
    """How a clause that changes its volume begins."""
    softer: Words = NEVER
    stronger: Words = NEVER
    at: Words = NEVER
    """Before its volume."""
    fillers: Words = NEVER
    tune: Words = NEVER
    """As `named`, in any word order."""
    supplied: Words = NEVER
    uploaded: Words = NEVER
    """Says that it is the person's own."""
    laid: Words = NEVER
    softly: Words = NEVER


class Order(Section):
    """Which clips are shown, and in which order."""

    ordering: Words = NEVER
    backwards: Words = NEVER
    sequence: Words = NEVER
    swap: Words = NEVER
    swapped: Words = NEVER
    before: Words = NEVER
    after: Words = NEVER
    at_first: Words = NEVER
    """May stand before the first of two clips."""
    trailing: Words = NEVER
    """A place at the end of a clause that looks like a clip ("move clip 2 first")."""
    clip: Words = NEVER
    first: Words = NEVER
    last: Words = NEVER


class Copywriting(Section):
    """The words that go with the video."""

    nouns: Words = NEVER
    verbs: Words = NEVER
    fillers: Words = NEVER
    dropped: Words = NEVER
    added: Words = NEVER
    less: Words = NEVER
    """A manner that is not wanted; said beside the one that is."""
    both_ways: Words = NEVER
    """Beside `dropped`: two wishes in one clause."""
    voice: Words = NEVER
    video: Words = NEVER
    """What makes a length one of the video."""


RuleSet = Literal["trim", "volume", "speed", "shape", "title", "order"]
ShapeName = Literal["vertical", "square", "landscape"]
Tone = Literal["casual", "professional", "formal", "friendly", "playful", "punchy", "inspiring"]


class Phrases(Section):
    """What one language's file holds, and what all hold together."""

    spaced: bool
    """Whether words stand between spaces."""
    numbers: dict[str, int] = Field(default_factory=dict)
    ordinals: dict[str, int] = Field(default_factory=dict)
    numerals: tuple[Numerals, ...] = ()
    common: Common = Common()
    shapes: dict[ShapeName, Words] = Field(default_factory=dict)
    places: dict[Position, Words] = Field(default_factory=dict)
    sizes: dict[Size, Words] = Field(default_factory=dict)
    colours: dict[str, Words] = Field(default_factory=dict)
    languages: dict[str, Words] = Field(default_factory=dict)
    tones: dict[Tone, Words] = Field(default_factory=dict)
    lengths: dict[Length, Words] = Field(default_factory=dict)
    talk: Talk = Talk()
    intent: Intent = Intent()
    cut: Cut = Cut()
    sound: Sound = Sound()
    speed: Speed = Speed()
    shape: Shape = Shape()
    subtitles: Subtitles = Subtitles()
    title: Title = Title()
    music: Music = Music()
    order: Order = Order()
    copywriting: Copywriting = Copywriting()
    signs: dict[str, Words] = Field(default_factory=dict)
    """`SIGNS`, for all languages."""
    rules: dict[RuleSet, dict[str, tuple[Words, ...]]] = Field(default_factory=dict)
    """Patterns of whole clauses by what they ask for; each reader says which it knows."""
