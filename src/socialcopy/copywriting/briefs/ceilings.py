"""How much a text may be at most, where an instruction says so, in the languages of wishes."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import regex

from socialcopy.copywriting.text.facts import counted
from socialcopy.models import Platform, Value
from socialcopy.platforms import hashtags, length, named_in
from socialcopy.resources import read_yaml

FEWEST_CHARACTERS = 20
# What is asked to be smaller still is no post, and not followed.
FEWEST_WORDS = 3

ASKED: dict[str, Any] = read_yaml("socialcopy.copywriting.briefs", "wishes.yaml")


def either(name: str) -> str:
    """Join what is asked in any language, as one expression."""
    told = ASKED[name]
    return "|".join(told.values()) if isinstance(told, dict) else str(told)


UNITS = {name: either(name) for name in ("characters", "words", "hashtags")}
# Words stand alone; Chinese puts no space between two.
_LESS, _MOST, _BEHIND = (
    rf"\b(?:{either(n)})\b|(?:{ASKED[n]['zh']})" for n in ("less", "most", "behind")
)
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in UNITS.items())
CEILING = regex.compile(
    rf"(?:(?P<less>{_LESS})|(?P<most>{_MOST}))?\s*(?:an?\s+)?(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}})"
    rf"[\s-]*(?:{_UNIT})(?![A-Za-z])(?P<behind>\s*(?:{_BEHIND}))?",
    regex.I,
)
UNITLESS = regex.compile(
    rf"(?:{_LESS}|{_MOST})\s*\d{{1,5}}(?![,.]?\d)"
    r"(?=\s*(?:$|[.,;!?，。；]|\b(?:for|on|and|für|auf|und|para|en|y|pour|sur|et)\b))",
    regex.I,
)
SMALL = dict(pair.split("=") for told in ASKED["small_numbers"].values() for pair in told.split())
# What the reader of English number words leaves alone, or does not know.
ONE_TO_THREE = regex.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(SMALL)})(?=[\s-]*(?:{'|'.join(UNITS.values())}))", regex.I
)
CLAUSE = regex.compile(r"[.;!?\n。；！？]+|[,，](?!\d)|\bbut\b", regex.I)


class Ceiling(Value):
    """How much one text may be at most; none where nothing was said."""

    characters: int | None = None
    """In the unit the network counts in, as everywhere."""
    words: int | None = None
    hashtags: int | None = None

    def allows(self, platform: Platform, text: str) -> bool:
        """Tell whether a text keeps it."""
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
    """Read the ceiling a text asks for; a clause that names networks speaks of those alone.

    Said twice of one unit, the last counts. Numbers may be English words.
    """
    found: dict[str, int] = {}
    for clause in CLAUSE.split(_in_digits(text)):
        named = named_in(clause)
        if platform is None or not named or platform in named:
            found |= dict(_ceilings(clause))
    return Ceiling(**found)


def without_ceiling(text: str) -> str:
    """Take out of a text what was read as a ceiling; untouched where nothing was."""
    digits = _in_digits(text)
    rest = CEILING.sub(lambda match: "" if _most(match) else match.group(), digits)
    return text if rest == digits else rest


def _in_digits(text: str) -> str:
    small = ONE_TO_THREE.sub(lambda word: SMALL[word.group().lower()], text)
    digits = counted(small, "en")
    # A second ceiling may leave out its unit: "LinkedIn under 300 characters, X under 100".
    first = CEILING.search(digits)
    unit = next((first[name] for name in UNITS if first[name]), "") if first else ""
    return UNITLESS.sub(rf"\g<0> {unit}", digits) if unit else digits


def _ceilings(clause: str) -> Iterable[tuple[str, int]]:
    for match in CEILING.finditer(clause):
        if most := _most(match):
            yield most


def _most(match: regex.Match[str]) -> tuple[str, int] | None:
    """Read the unit and its number; none for a bare "5 hashtags", which is no ceiling."""
    unit = next(name for name in UNITS if match[name])
    most = int(match["number"].replace(",", "")) - bool(match["less"])
    fewest = {"characters": FEWEST_CHARACTERS, "words": FEWEST_WORDS}.get(unit, 0)
    is_bound = match["less"] or match["most"] or match["behind"]
    return (unit, most) if is_bound and most >= fewest else None
