"""The instruction of a brief, as far as a writer without a language model can follow it.

An instruction is read clause by clause, in English, German, Spanish, French and Chinese. What a
clause asks for is met by the writer, or the clause is kept to be told back: nothing is passed over.
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import regex
import yaml

from socialcopy.copywriting.text.facts import counted
from socialcopy.models import Brief, Platform, Value
from socialcopy.platforms import hashtags, length, named_in, rules

_ASKED: dict[str, Any] = yaml.safe_load(
    (files("socialcopy.copywriting.briefs") / "wishes.yaml").read_text(encoding="utf-8")
)


class Size(StrEnum):
    """How much copy is wanted."""

    SHORT = "short"
    USUAL = "usual"
    LONG = "long"


Manner = Literal["only", "added", "dropped"]


class Wishes(Value):
    """What an instruction asks for."""

    size: Size = Size.USUAL
    is_punchy: bool = False
    """Whether short sentences and a strong opening are wanted."""
    has_hashtags: bool = True
    tags: tuple[str, ...] = ()
    """Hashtags it names; they are the customer's own."""
    language: str | None = None
    platforms: tuple[Platform, ...] = ()
    platforms_are: Manner = "only"
    quoted: tuple[str, ...] = ()
    """What the customer put in quotation marks: their own words."""
    lines: tuple[str, ...] = ()
    """Those of them that are to be posted."""
    opening: str = ""
    """The one that is to be posted first."""
    unmet: tuple[str, ...] = ()
    """The clauses this writer cannot follow, in the customer's words."""
    is_of_copy: bool = False
    """Whether every clause asks something of the copy, and none of the picture."""

    def networks(self, before: tuple[Platform, ...]) -> tuple[Platform, ...]:
        """Tell which networks are to be written for, of those there were; none where none is left.

        An instruction that names no network with "only", "also" or "without" changes none.
        """
        match self.platforms_are:
            case "only":
                return self.platforms or before
            case "added":
                return tuple(dict.fromkeys((*before, *self.platforms)))
            case "dropped":
                return tuple(platform for platform in before if platform not in self.platforms)


def _either(name: str) -> str:
    told = _ASKED[name]
    return "|".join(told.values()) if isinstance(told, dict) else str(told)


def _whole(words: str) -> regex.Pattern[str]:
    """Compile words that stand alone; Chinese puts no space between two."""
    letter = r"[\p{L}\p{N}--\p{Han}]"
    return regex.compile(rf"(?<!{letter})(?:{words})(?!{letter})", regex.I | regex.V1)


NO_HASHTAGS, NO_EMOJI = _whole(_either("no_hashtags")), _whole(_either("no_emoji"))
SHORT, LONG, PUNCHY = (_whole(_either(name)) for name in ("short", "long", "punchy"))
OTHERS, NEGATIONS = _whole(_either("others")), _whole(_either("negations"))
SAYS, OPENS = _whole(_either("says")), _whole(_either("opens"))
VIDEO, COPY = _whole(_either("video")), _whole(_either("copy"))
MANNERS: dict[Manner, regex.Pattern[str]] = {
    "added": _whole(_either("added")),
    "dropped": _whole(_either("dropped")),
    "only": _whole(_either("only")),
}
LANGUAGES = {code: _whole(words) for code, words in _ASKED["languages"].items()}
UNDERSTOOD: tuple[tuple[regex.Pattern[str], dict[str, Any]], ...] = (
    (NO_HASHTAGS, {"has_hashtags": False}),
    (NO_EMOJI, {}),
    (SHORT, {"size": Size.SHORT}),
    (LONG, {"size": Size.LONG}),
    (PUNCHY, {"is_punchy": True}),
    *((name, {"language": code}) for code, name in LANGUAGES.items()),
)
QUOTED = regex.compile(r"[\"“”„«»]([^\"“”„«»]{2,300})[\"“”„«»]")
# What stands for the first quotation while a text is taken apart: a sign nobody writes.
QUOTE_MARK = 0xE000
PRIVATE_USE = regex.compile(r"\p{Co}")

TAG = regex.compile(r"#[\p{L}\p{M}\p{N}_]+")
CLAUSES = regex.compile(
    r"[.;!?\n。；！？]+|[,，、]|\b(?:and|but|und|aber|y|pero|et|mais)\b|并且|而且|但是?", regex.I
)
BETWEEN_SCRIPTS = regex.compile(r"(?<=\p{Han})(?=[A-Za-z#])|(?<=[A-Za-z])(?=\p{Han})")


def is_punchy_tone(tone: str) -> bool:
    """Tell whether a tone can be met with short sentences."""
    return bool(PUNCHY.search(tone))


def meets(tone: str) -> bool:
    """Tell whether a tone is one that this writer has."""
    return is_punchy_tone(tone) or bool(SHORT.search(tone))


def wishes(instruction: str, platform: Platform | None = None) -> Wishes:
    """Read an instruction; what is not understood is kept to be told, never ignored.

    With a network, what is asked of others alone is left out. Said twice, the last counts.
    """
    # Signs of private use stand for quotations below; typed ones mean nothing to anybody.
    plain = PRIVATE_USE.sub(" ", instruction.replace("’", "'"))
    # Quotations leave the text while it is read: their words ask for nothing.
    quoted = tuple(match.strip() for match in QUOTED.findall(plain))
    marks = iter(range(QUOTE_MARK, QUOTE_MARK + len(quoted)))
    asked = QUOTED.sub(lambda _: f" {chr(next(marks))} ", plain)
    found = Wishes(quoted=quoted, is_of_copy=bool(asked.strip()))
    is_anything = ceiling_in(asked) != Ceiling()
    for said in _clauses(without_ceiling(asked)):
        clause = _read(said)
        is_anything = is_anything or clause.is_of_copy
        is_of_copy = found.is_of_copy and (clause.is_of_copy or clause.is_idle)
        named = named_in(said)
        is_for_us = platform is None or not named or platform in named
        changed = dict(clause.asks) if is_for_us else {}
        told = (clause.said,) if clause.is_unmet else ()
        gathered = {
            "tags": (*found.tags, *changed.pop("tags", ())),
            "lines": (*found.lines, *changed.pop("lines", ())),
            "unmet": (*found.unmet, *told),
        }
        found = found.model_copy(update={**changed, **gathered, "is_of_copy": is_of_copy})
    return _with_quotes(found.model_copy(update={"is_of_copy": found.is_of_copy and is_anything}))


def _with_quotes(found: Wishes) -> Wishes:
    """Put quotations back in their places."""
    texts = {chr(QUOTE_MARK + n): text for n, text in enumerate(found.quoted)}
    unmet = (
        "".join(f"“{texts[sign]}”" if sign in texts else sign for sign in clause)
        for clause in found.unmet
    )
    lines = tuple(texts[mark] for mark in found.lines)
    opening = texts.get(found.opening, "")
    return found.model_copy(update={"unmet": tuple(unmet), "lines": lines, "opening": opening})


def with_wishes(brief: Brief) -> Brief:
    """Lay what an instruction says over the fields of its brief: a language, hashtags."""
    asked = wishes(brief.instruction)
    changed: dict[str, Any] = {"hashtags": (*brief.hashtags, *asked.tags)} if asked.tags else {}
    changed |= {"language": asked.language} if asked.language else {}
    return brief.model_copy(update=changed) if changed else brief


def _clauses(text: str) -> Iterator[str]:
    """Yield clauses; one that only goes on naming networks belongs to the one before it."""
    kept = ""
    for part in CLAUSES.split(text):
        said = part.strip()
        is_list = bool(named_in(kept) and named_in(said)) and _is_idle(said)
        if kept and not is_list:
            yield kept
        kept = f"{kept} {said}" if is_list else said
    if kept:
        yield kept


class _Clause(Value):
    """One clause, taken apart."""

    said: str
    asks: Mapping[str, Any]
    """Fields of the wishes that it sets."""
    is_unmet: bool = False
    """Whether something of it is not understood."""
    is_idle: bool = False
    """Whether it asks for nothing."""
    is_of_copy: bool = False


def _read(said: str) -> _Clause:
    text = BETWEEN_SCRIPTS.sub(" ", said)
    rest, asks = _taken(text)
    is_known = rest != text
    if (quotes := PRIVATE_USE.findall(text)) and not NEGATIONS.search(text):
        opens = OPENS.search(rest)
        left = SAYS.sub(" ", OPENS.sub(" ", rest))
        if _is_idle(left):
            rest, is_known = left, True
            asks |= {"opening": quotes[0]} if opens else {"lines": tuple(quotes)}
    # "also", "only" and "not" choose networks only where nothing else is asked in the clause:
    # "no hashtags on X" leaves X.
    manner: Manner | None = next((m for m, words in MANNERS.items() if words.search(rest)), None)
    named = named_in(text)
    if named and manner and not asks:
        rest = MANNERS[manner].sub(" ", rest)
        asks, is_known = {"platforms": named, "platforms_are": manner}, True
    elif NEGATIONS.search(rest):  # "don't make it longer" must not make it longer
        rest, asks = text, {}
    is_of_picture = bool(VIDEO.search(text)) and not COPY.search(text)
    return _Clause(
        said=said,
        asks=asks,
        is_unmet=not _is_idle(rest),
        is_idle=not is_known and _is_idle(text),
        is_of_copy=(is_known or bool(OTHERS.search(text))) and not is_of_picture,
    )


def _taken(text: str) -> tuple[str, dict[str, Any]]:
    """Take out of a clause what is understood; give back the rest, and what that asks for."""
    asks: dict[str, Any] = {}
    if tags := tuple(TAG.findall(text)):
        asks["tags"] = tags
        text = SAYS.sub(" ", TAG.sub(" ", text))
    for words, wish in UNDERSTOOD:
        if words.search(text):
            asks |= wish
            text = words.sub(" ", text)
    return text, asks


def _is_idle(text: str) -> bool:
    """Tell whether a text asks for nothing: networks, and words that go with any wish."""
    words, chinese = _fillers()
    known = words | _network_words()
    rest = chinese.sub(" ", text)
    return all(word in known for word in regex.findall(r"[\p{L}\p{N}'-]+", rest.lower()))


@cache
def _fillers() -> tuple[frozenset[str], regex.Pattern[str]]:
    told = _ASKED["fillers"]
    words = (told[language].split() for language in told if language != "zh")
    return frozenset(word for listed in words for word in listed), regex.compile(told["zh"])


@cache
def _network_words() -> frozenset[str]:
    names = (name for platform in Platform for name in rules(platform).names)
    return frozenset(word for name in names for word in regex.findall(r"[\p{L}]+", name.lower()))


def ceiling_for(platform: Platform, instruction: str) -> Ceiling:
    """Tell how much one network's text may be at most; quoted words ask nothing."""
    return ceiling_in(QUOTED.sub(" ", instruction), platform)


def without_size(instruction: str) -> str:
    """Take the words on length out of an instruction, where another length is wished since."""
    return LONG.sub("", SHORT.sub("", PUNCHY.sub("", without_ceiling(instruction)))).strip()


NOT_FOLLOWED = "Not followed: "


def is_about_a_wish(note: str) -> bool:
    """Tell whether a note says what became of a wish; it belongs to the version wished for."""
    return note.startswith(NOT_FOLLOWED)


FEWEST_CHARACTERS = 20
# What is asked to be smaller still is no post, and not followed.
FEWEST_WORDS = 3

UNITS = {
    "characters": (
        r"characters?|chars?|letters|signs|zeichen|caracteres|caractères|signes|个?(?:汉?字符?)"
    ),
    "words": r"words?|wörtern?|worte[ns]?|palabras?|mots?|个?单?词",
    "hashtags": r"hash ?tags?|个?(?:话题)?标签",
}
_LESS = (
    r"\b(?:under|below|less than|fewer than|shorter than|unter|weniger als|menos de|moins de)\b"
    r"|少于|不到"
)
_MOST = (
    r"\b(?:within|at(?: the)? most|no(?:t)? (?:more|longer) than|up to|(?:a )?max(?:imum)?(?: of)?"
    r"|limit(?:ed)?(?: it| them| the \w+)? to|only|just|höchstens|maximal|nicht (?:mehr|länger) als"
    r"|bis zu|nur|(?:un )?máximo(?: de)?|como (?:mucho|máximo)|no más de|solo|sólo|hasta"
    r"|au (?:plus|maximum)|(?:un )?maximum(?: de)?|pas plus de|seulement)\b"
    r"|不超过|最多|至多|控制在"
)
_BEHIND = (
    r"\s*(?:\b(?:or (?:less|fewer|under)|max(?:imum)?|at(?: the)? most|tops|oder weniger|maximal"
    r"|como (?:mucho|máximo)|máximo|o menos|au (?:plus|maximum)|ou moins)\b|以内|之内|以下)"
)
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in UNITS.items())
CEILING = regex.compile(
    rf"(?:(?P<less>{_LESS})|(?P<most>{_MOST}))?\s*(?:an?\s+)?(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}})"
    rf"[\s-]*(?:{_UNIT})(?![A-Za-z])(?P<behind>{_BEHIND})?",
    regex.I,
)
SMALL = {
    **dict.fromkeys(("one", "ein", "einen", "eine", "un", "una", "une"), "1"),
    **dict.fromkeys(("two", "zwei", "dos", "deux", "两"), "2"),
    **dict.fromkeys(("drei", "tres", "trois", "三"), "3"),
}
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
    return counted(small, "en")


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
