"""The instruction of a brief, as far as a writer without a language model can follow it.

An instruction is read clause by clause, in English, German, Spanish, French and Chinese. What a
clause asks for is met by the writer, or the clause is kept to be told back: nothing is passed over.
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Literal

import regex

from socialcopy.copywriting.briefs.ceilings import (
    ASKED,
    Ceiling,
    ceiling_in,
    either,
    without_ceiling,
)
from socialcopy.models import Brief, Platform, Value
from socialcopy.platforms import named_in, rules


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
    closing: str = ""
    """The one that is to be posted last."""
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


def _whole(words: str) -> regex.Pattern[str]:
    """Compile words that stand alone; Chinese puts no space between two."""
    letter = r"[\p{L}\p{N}--\p{Han}]"
    return regex.compile(rf"(?<!{letter})(?:{words})(?!{letter})", regex.I | regex.V1)


NO_HASHTAGS, NO_EMOJI = _whole(either("no_hashtags")), _whole(either("no_emoji"))
SHORT, LONG, PUNCHY = (_whole(either(name)) for name in ("short", "long", "punchy"))
OTHERS, NEGATIONS = _whole(either("others")), _whole(either("negations"))
SAYS, OPENS, ENDS = (_whole(either(name)) for name in ("says", "opens", "ends"))
VIDEO, COPY = _whole(either("video")), _whole(either("copy"))
MANNERS: dict[Manner, regex.Pattern[str]] = {
    "added": _whole(either("added")),
    "dropped": _whole(either("dropped")),
    "only": _whole(either("only")),
}
GOES_ON = regex.compile(rf"^\s*(?:{either('goes_on')})(?:(?<=\p{{Han}})|(?!\w))\s*", regex.I)
LANGUAGES = {code: _whole(words) for code, words in ASKED["languages"].items()}
UNDERSTOOD: tuple[tuple[regex.Pattern[str], dict[str, Any]], ...] = (
    (NO_HASHTAGS, {"has_hashtags": False}),
    (NO_EMOJI, {}),
    (SHORT, {"size": Size.SHORT}),
    (LONG, {"size": Size.LONG}),
    (PUNCHY, {"is_punchy": True}),
    *((name, {"language": code}) for code, name in LANGUAGES.items()),
)
QUOTED = regex.compile(
    r"(?|[\"“”„«»「」]([^\"“”„«»「」]{2,300})[\"“”„«»「」]"
    r"|(?<!\w)['‘](?=\S)([^\n]{2,300}?)(?<=\S)['’](?!\w))"
)
# What stands for the first quotation while a text is taken apart: a sign nobody writes.
QUOTE_MARK = 0xE000
PRIVATE_USE = regex.compile(r"\p{Co}")

TAG = regex.compile(r"#[\p{L}\p{M}\p{N}_]+")
CLAUSES = regex.compile(
    r"[.;!?\n。；！？]+|[,，、]|\b(?:and|but|und|aber|y|pero|et|mais)\b|并且|而且|但是?", regex.I
)
BETWEEN_SCRIPTS = regex.compile(r"(?<=\p{Han})(?=[A-Za-z#])|(?<=[A-Za-z])(?=\p{Han})")


def quotations(instruction: str) -> tuple[str, ...]:
    """List what stands in quotation marks."""
    return tuple(match[1].strip() for match in QUOTED.finditer(instruction))


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
    plain = PRIVATE_USE.sub(" ", instruction)
    # Quotations leave the text while it is read: their words ask for nothing.
    quoted = quotations(plain)
    marks = iter(range(QUOTE_MARK, QUOTE_MARK + len(quoted)))
    asked = _joined(QUOTED.sub(lambda _: f" {chr(next(marks))} ", plain).replace("’", "'"))
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
        if changed.get("platforms_are", "only") == found.platforms_are != "only":
            changed["platforms"] = (*found.platforms, *changed["platforms"])
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
    ends = {name: texts.get(getattr(found, name), "") for name in ("opening", "closing")}
    return found.model_copy(update={"unmet": tuple(unmet), "lines": lines, **ends})


def _joined(text: str) -> str:
    """Write a message that goes on with networks as one that adds them: `and TikTok`."""
    rest = GOES_ON.sub("", text)
    first = next(_clauses(rest), "")
    return f"also {rest}" if rest != text and named_in(first) and _is_idle(first) else text


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
        left = SAYS.sub(" ", ENDS.sub(" ", OPENS.sub(" ", rest)))
        if _is_idle(left):
            asks |= _placed(rest, quotes)
            rest, is_known = left, True
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


def _placed(text: str, quotes: Sequence[str]) -> dict[str, Any]:
    """Tell where each quotation goes by the words before it; behind the last they are its too."""
    *before, last, behind = PRIVATE_USE.split(text)
    told = zip(quotes, (*before, f"{last} {behind}"), strict=True)
    found: dict[str, Any] = {}
    for quote, said in told:
        place = "opening" if OPENS.search(said) else "closing" if ENDS.search(said) else "lines"
        found[place] = (*found.get("lines", ()), quote) if place == "lines" else quote
    return found


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
    told = ASKED["fillers"]
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
