"""What the facts of a caption rest on: words that were spoken, text in a frame, or the brief.

A fact is supported where a source states it *about the same matter*: a number that is said of
something else, or a sentence that lost its "not", is as wrong as an invention. Everything here
is counting and comparing: the same texts give the same verdicts.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from socialcopy.copywriting.evidence.sources import Source
from socialcopy.copywriting.text.facts import DATES, WORD, Fact, counted, facts, matter
from socialcopy.copywriting.text.quantities import uniform
from socialcopy.copywriting.text.stems import is_in, stem
from socialcopy.models import Evidence, FactKind, Value, Word
from socialcopy.understanding.dictionary import is_rare

# Share of a sentence's stems from which a source is about the same matter.
SAME_MATTER = 0.5

FEWEST_COMMON = 2
# Letters from which a name written as one word is looked for in neighbouring ones.
FEWEST_JOINED = 4

# No number or name takes more words than these.
SPAN_WORDS = 6


class Finding(Value):
    """One fact of a sentence with its evidence, or with what speaks against it."""

    fact: Fact
    evidence: Evidence | None = None
    fault: str = ""


def examine(sentence: str, known: Sequence[Source], language: str) -> tuple[Finding, ...]:
    """Look at every fact of one sentence."""
    return tuple(_look_up(fact, sentence, known) for fact in facts(sentence, language))


def _look_up(fact: Fact, sentence: str, known: Sequence[Source]) -> Finding:
    stating = [source for source in known if _states(source, fact)]
    if not stating:
        return Finding(fact=fact, fault=f"nothing in the video or the brief says “{fact.text}”")
    best = max(stating, key=lambda source: _closeness(sentence, source))
    rival = _rival(fact, sentence, best, known)
    if rival:
        return Finding(fact=fact, fault=f"“{fact.text}” is said of something else: “{rival.text}”")
    return Finding(fact=fact, evidence=_evidence(fact, best))


def _rival(fact: Fact, sentence: str, best: Source, known: Sequence[Source]) -> Source | None:
    """Return a source that is closer to the sentence and states another fact of the kind."""
    own = {found.key for found in facts(sentence, best.language)}
    words = _tokens(sentence)
    mine = matter(sentence) - matter(fact.text)
    is_weekday = fact.key[0].removesuffix("s") in DATES  # `Saturdays` is no name
    for source in () if is_weekday else known:
        if source.origin == "screen" and fact.kind is FactKind.NAME:
            continue  # labels stand beside each other and speak of the same thing
        common = mine & matter(source.text)
        is_close = len(common) >= FEWEST_COMMON and len(common) >= SAME_MATTER * len(mine)
        if not is_close or len(common) <= len(mine & matter(best.text)):
            continue
        others = [found for found in _facts(source) if _is_alike(found, fact)]
        # A name that opens the sentence is none of its facts: its capital tells nothing there.
        is_named = fact.kind is FactKind.NAME and any(_has_run(words, f.key) for f in others)
        if others and not is_named and not any(found.key in own for found in others):
            return source
    return None


def _is_alike(one: Fact, other: Fact) -> bool:
    """Tell whether two facts answer the same question, so that they can contradict each other."""
    is_form = one.key[0].startswith(other.key[0]) or other.key[0].startswith(one.key[0])
    is_one_word = one.kind is FactKind.SUPERLATIVE and is_form  # `gratuit`, `gratuite`
    is_other = one.key != other.key and not is_one_word
    return one.kind is other.kind and one.unit == other.unit and is_other


def _facts(source: Source) -> tuple[Fact, ...]:
    return facts(source.text, source.language)


def _states(source: Source, fact: Fact) -> bool:
    if fact.kind in {FactKind.NUMBER, FactKind.PRICE}:
        return any(_is_same_amount(fact, found) for found in _facts(source))
    if fact.kind is FactKind.NAME:
        return _has_run(_tokens(source.text), fact.key) or _has_noun(source, fact.key)
    word = rf"(?<!\p{{L}}){regex.escape(fact.key[0])}(?!\p{{L}})"
    return bool(regex.search(word, uniform(source.text, source.language).lower().replace("’", "'")))


def _has_noun(source: Source, key: tuple[str, ...]) -> bool:
    """`Völker` of “von 40 Völkern”: a German noun has a capital as a name has."""
    is_noun = source.language == "de" and len(key) == 1 and not is_rare(key[0], "de")
    return is_noun and is_in(stem(key[0], "de"), source.stems, "de")


def _is_same_amount(fact: Fact, found: Fact) -> bool:
    """Tell whether a source's number is this one: `24 patients` is neither $24 nor 24 hours."""
    if found.kind not in {FactKind.NUMBER, FactKind.PRICE} or found.key != fact.key:
        return False
    if fact.unit and found.unit:
        return fact.unit == found.unit
    return not (fact.unit and found.noun) and not (fact.noun and found.unit)


@lru_cache(maxsize=4_096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(regex.sub(r"['’]s?$", "", w.lower()).replace("’", "'") for w in WORD.findall(text))


def _has_run(words: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether the words stand next to each other; `GoogleAds` is found as `google ads` too."""
    size = len(run)
    if any(tuple(words[n : n + size]) == tuple(run) for n in range(len(words) - size + 1)):
        return True
    joined = "".join(regex.sub(r"\W", "", word) for word in run)
    if size == 1 and any(run[0] in regex.split(r"[-.]", word) for word in words):
        return True
    return len(joined) >= FEWEST_JOINED and any(
        "".join(words[n : n + size]) == joined for size in (1, 2, 3) for n in range(len(words))
    )


def _closeness(sentence: str, source: Source) -> tuple[float, int]:
    """How much of a sentence a source is about; speech before the rest where it's the same."""
    own = matter(sentence)
    order = ("brief", "screen", "subtitles", "speech").index(source.origin)
    return len(own & matter(source.text)) / (len(own) or 1), order


def _evidence(fact: Fact, source: Source) -> Evidence:
    words = _span(fact, source)
    return Evidence(
        kind=fact.kind,
        fact=fact.text,
        source=source.origin,
        quote=" ".join(word.text for word in words) if words else source.text,
        start_ms=words[0].start_ms if words else source.start_ms,
        end_ms=words[-1].end_ms if words else source.end_ms,
        box=source.box,
    )


def _span(fact: Fact, source: Source) -> tuple[Word, ...]:
    """Return the fewest spoken words that state a fact; the whole sentence where none alone do."""
    words = source.words
    for size in range(1, min(SPAN_WORDS, len(words)) + 1):
        for start in range(len(words) - size + 1):
            part = words[start : start + size]
            piece = Source(
                origin="speech", text=" ".join(w.text for w in part), language=source.language
            )
            if _states(piece, fact) and _is_whole(fact, piece):
                return part
    return words


def _is_whole(fact: Fact, piece: Source) -> bool:
    """Tell whether a piece has a number together with its unit."""
    units = {found.unit for found in _facts(piece) if found.key == fact.key}
    return not fact.unit or fact.unit in units or not counted(piece.text, piece.language)
