"""The instruction of a brief, as far as a writer without a language model can follow it."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import regex

from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.vocabulary import word_list
from socialcopy.models import Platform, Value
from socialcopy.platforms import hashtags, length, named_in, rules


class Size(StrEnum):
    """How much copy is wanted."""

    SHORT = "short"
    USUAL = "usual"
    LONG = "long"


class Wishes(Value):
    """What an instruction asks for."""

    size: Size = Size.USUAL
    is_punchy: bool = False
    """Whether short sentences and a strong opening are wanted."""
    has_hashtags: bool = True
    quoted: tuple[str, ...] = ()
    """What the customer put in quotation marks: their own words."""
    unmet: tuple[str, ...] = ()
    """The parts this writer cannot follow, in the customer's words."""

    def is_punchy_tone(self, tone: str) -> bool:
        """Whether a tone can be met with short sentences."""
        return bool(PUNCHY.search(tone))

    def meets(self, tone: str) -> bool:
        """Whether a tone is one that this writer has."""
        return self.is_punchy_tone(tone) or bool(SHORT.search(tone))


QUOTED = regex.compile(r"[\"“”„«»]([^\"“”„«»]{2,300})[\"“”„«»]")
NO_HASHTAGS = regex.compile(
    r"\b(?:no|without|skip|drop|remove|omit|leave out|don't use|do not use|zero)(?: any| the"
    r"| all)? hash ?tags?\b",
    regex.I,
)
NO_EMOJI = regex.compile(
    r"\b(?:no|without|skip|drop|remove|omit|leave out|don't use|do not use|zero)(?: any| the"
    r"| all)? emojis?\b",
    regex.I,
)
SHORT = regex.compile(
    r"\b(?:not (?:too |so |that )?(?:long|wordy)|(?:super |very |extra )?(?:short|shorter"
    r"|shorten|brief|briefer|concise|compact|tight|tighter|terse)|less text|fewer words"
    r"|fewer sentences)\b",
    regex.I,
)
PUNCHY = regex.compile(r"\b(?:(?:punch|snapp|catch)(?:y|ier)|crisp(?:er)?)\b", regex.I)
LONG = regex.compile(
    r"\b(?:not (?:too |so |that )?short|long|longer|lengthy|detailed|in depth|in-depth"
    r"|more (?:detail|details|text|words)|elaborate)\b",
    regex.I,
)


def wishes(instruction: str) -> Wishes:
    """Read an instruction; what is not understood is kept to be told, never ignored."""
    plain = instruction.replace("’", "'")
    quoted = tuple(match.strip() for match in QUOTED.findall(plain))
    unquoted = without_ceiling(QUOTED.sub(" ", plain))
    clauses = regex.split(r"[.;!?\n]+|,|\b(?:and|but)\b", unquoted)
    return Wishes(
        size=_size(unquoted),
        is_punchy=bool(PUNCHY.search(unquoted)),
        has_hashtags=not NO_HASHTAGS.search(plain),
        quoted=quoted,
        unmet=tuple(clause.strip() for clause in clauses if _is_unmet(clause)),
    )


def ceiling_for(platform: Platform, instruction: str) -> Ceiling:
    """How much one network's text may be at most by an instruction; quoted words ask nothing."""
    return ceiling_in(QUOTED.sub(" ", instruction), platform)


def without_size(instruction: str) -> str:
    """An instruction without its words on length, for when another length is wished since."""
    return LONG.sub("", SHORT.sub("", PUNCHY.sub("", without_ceiling(instruction)))).strip()


def _size(plain: str) -> Size:
    if SHORT.search(plain):
        return Size.SHORT
    return Size.LONG if LONG.search(plain) else Size.USUAL


def _is_unmet(clause: str) -> bool:
    for understood in (NO_HASHTAGS, NO_EMOJI, SHORT, LONG, PUNCHY):
        clause = understood.sub(" ", clause)
    known = word_list("instruction_words") | _network_words()
    return any(word not in known for word in regex.findall(r"[\p{L}\p{N}'-]+", clause.lower()))


def _network_words() -> frozenset[str]:
    names = (name for platform in Platform for name in rules(platform).names)
    return frozenset(word for name in names for word in regex.findall(r"[\p{L}]+", name.lower()))


NOT_FOLLOWED = "Not followed: "


def is_about_a_wish(note: str) -> bool:
    """Whether a note says what became of a wish; it belongs to the version that was wished for."""
    return note.startswith(NOT_FOLLOWED)


FEWEST_CHARACTERS = 20
FEWEST_WORDS = 3
"""What is asked to be smaller still is no post, and not followed."""

UNITS = {
    "characters": r"characters?|chars?|letters|signs|个?(?:汉?字符?)",
    "words": r"words?|个?单?词",
    "hashtags": r"hash ?tags?|个?(?:话题)?标签",
}
_LESS = r"\b(?:under|below|less than|fewer than|shorter than)\b|少于|不到"
_MOST = (
    r"\b(?:within|at(?: the)? most|no(?:t)? (?:more|longer) than|up to|(?:a )?max(?:imum)?(?: of)?"
    r"|limit(?:ed)?(?: it| them| the \w+)? to|only|just)\b|不超过|最多|至多|控制在"
)
_BEHIND = (
    r"\s*(?:\b(?:or (?:less|fewer|under)|max(?:imum)?|at(?: the)? most|tops)\b|以内|之内|以下)"
)
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in UNITS.items())
CEILING = regex.compile(
    rf"(?:(?P<less>{_LESS})|(?P<most>{_MOST}))?\s*(?:an?\s+)?(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}})"
    rf"[\s-]*(?:{_UNIT})(?![A-Za-z])(?P<behind>{_BEHIND})?",
    regex.I,
)
ONE_OR_TWO = regex.compile(rf"\b(?:one|two)(?=[\s-]+(?:{'|'.join(UNITS.values())}))", regex.I)
"""What the reader of number words leaves alone, since they are often no numbers."""
CLAUSE = regex.compile(r"[.;!?\n。；！？]+|[,，](?!\d)|\bbut\b", regex.I)


class Ceiling(Value):
    """How much one text may be at most; none where nothing was said."""

    characters: int | None = None
    """In the unit the network counts in, as everywhere."""
    words: int | None = None
    hashtags: int | None = None

    def allows(self, platform: Platform, text: str) -> bool:
        """Whether a text keeps it."""
        return (
            (self.characters is None or length(platform, text) <= self.characters)
            and (self.words is None or len(text.split()) <= self.words)
            and (self.hashtags is None or len(hashtags(text)) <= self.hashtags)
        )

    @property
    def told(self) -> str:
        """As people say it; what it says is read back as the same ceiling."""
        return " and ".join(f"at most {most} {unit}" for unit, most in self if most is not None)


def ceiling_in(text: str, platform: Platform | None = None) -> Ceiling:
    """The ceiling a text asks for; a clause that names networks speaks of those alone.

    Said twice of one unit, the last counts. Numbers may be English words.
    """
    found: dict[str, int] = {}
    for clause in CLAUSE.split(_in_digits(text)):
        named = named_in(clause)
        if platform is None or not named or platform in named:
            found |= dict(_ceilings(clause))
    return Ceiling(**found)


def without_ceiling(text: str) -> str:
    """A text without what was read as a ceiling; untouched where nothing was."""
    digits = _in_digits(text)
    rest = CEILING.sub(lambda match: "" if _most(match) else match.group(), digits)
    return text if rest == digits else rest


def _in_digits(text: str) -> str:
    small = ONE_OR_TWO.sub(lambda word: "1" if word.group().lower() == "one" else "2", text)
    return counted(small, "en")


def _ceilings(clause: str) -> Iterator[tuple[str, int]]:
    for match in CEILING.finditer(clause):
        if most := _most(match):
            yield most


def _most(match: regex.Match[str]) -> tuple[str, int] | None:
    """The unit and its number; none for a bare "5 hashtags", which is no ceiling."""
    unit = next(name for name in UNITS if match[name])
    most = int(match["number"].replace(",", "")) - bool(match["less"])
    fewest = {"characters": FEWEST_CHARACTERS, "words": FEWEST_WORDS}.get(unit, 0)
    is_bound = match["less"] or match["most"] or match["behind"]
    return (unit, most) if is_bound and most >= fewest else None
