"""Words in quotation marks: said like that, and by whom the post says so."""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import regex

from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text.sentences import normal
from socialcopy.copywriting.text.spoken import SENTENCE_END, clean
from socialcopy.copywriting.text.vocabulary import pattern

QUOTE = regex.compile(r"[“„”\"]([^“„”\"]+)[“”\"]|«\s?([^«»]+?)\s?»|»\s?([^«»]+?)\s?«")
# Between two sentences of one person it says that something was left out.
LEFT_OUT = "…"
NAME = regex.compile(r"(?:\p{Lu}[\p{L}'’.-]*)(?: (?:van|de|der|von|da|di)? ?\p{Lu}[\p{L}'’.-]*)*")


def quoted(text: str) -> tuple[str, ...]:
    """Tell what stands in quotation marks, without them."""
    return tuple(next(filter(None, found.groups()), "") for found in QUOTE.finditer(text))


def unquoted(text: str) -> str:
    """Tell what stands around the quotations."""
    return " ".join(QUOTE.sub(" ", text).split())


def fault_in_quotes(text: str, known: Known) -> str:
    """Why a quotation may not stand: nobody said it, or somebody else did."""
    said = [source for quote in quoted(text) for source in _origins(quote, known)]
    missing = next((q for q in quoted(text) if not [*_origins(q, known)]), "")
    if missing:
        return f"nobody says “{missing.strip(' .,')}” word for word"
    return fault_in_attribution(unquoted(text), said, known)


def fault_in_attribution(frame: str, said: Iterable[Source], known: Known) -> str:
    """Why a name may not stand beside what was said."""
    name = attributed(frame, known.language)
    if not name:
        return ""
    parts = frozenset(regex.findall(r"\p{L}{2,}", name.lower()))
    fitting = [speaker for speaker in known.everybody if parts & speaker.parts]
    if not fitting:
        return f"nothing shows that {name} says it"
    by_others = [s for s in said if s.is_said and s.speaker not in fitting]
    return f"nothing shows that {name} says it" if by_others else ""


@lru_cache(maxsize=2_048)
def attributed(frame: str, language: str) -> str:
    """Who is named as saying something; nobody where nobody is."""
    verb = pattern("says", language, r"(?<!\p{L}){}(?!\p{L})").search(frame)
    if verb is None:
        return ""
    behind, ahead = frame[verb.end() :], frame[: verb.start()]
    names = [found.group() for found in NAME.finditer(behind)] or [
        found.group() for found in NAME.finditer(ahead)
    ]
    return names[0] if names else ""


def without_attribution(text: str, language: str) -> str:
    """Return a statement without the `, says Agnes Rowe` behind it."""
    found = pattern("says", language, r",\s+{}\s+\p{L}[^,.;]*(?:,[^.;]*)?[.!]?$").search(text)
    return f"{text[: found.start()]}." if found else text


@lru_cache(maxsize=2_048)
def _readings(text: str, language: str) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys((normal(text), normal(clean(text, language)))))


def _origins(quote: str, known: Known) -> tuple[Source, ...]:
    """Return the sentences that a quotation repeats; nothing when a part of it was never said."""
    found: list[Source] = []
    for sentence in SENTENCE_END.split(quote.strip(" ,.…")):
        own = normal(sentence)
        if not own and sentence == LEFT_OUT:
            continue
        origin = next((s for s in known.sources if own and _has(s, own)), None)
        if origin is None:
            origin = _over_two(own, known)
        if origin is None:
            return ()
        found.append(origin)
    return tuple(found)


def _has(source: Source, own: tuple[str, ...]) -> bool:
    return any(_runs_in(own, said) for said in _readings(source.text, source.language))


def _over_two(own: tuple[str, ...], known: Known) -> Source | None:
    """Two sentences that were joined by a comma."""
    for first, second in pairwise(known.spoken):
        both = (
            *_readings(first.text, first.language)[-1],
            *_readings(second.text, second.language)[-1],
        )
        if own and _runs_in(own, both):
            return first
    return None


def _runs_in(own: tuple[str, ...], said: tuple[str, ...]) -> bool:
    size = len(own)
    return any(said[n : n + size] == own for n in range(len(said) - size + 1))
