"""Figures that follow from two that are stated: what is left, the difference, a share.

Only exact arithmetic over numbers of the same thing. What follows is taken out of a sentence, so
that the rest of it is held against the sources like any other.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from socialcopy.copywriting.evidence.amounts import Amount, amounts, parts
from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.stems import content, is_in, telling
from socialcopy.copywriting.text.vocabulary import pairs, pattern

WORD = r"(?<!\p{L}){}(?!\p{L})"
AFTER = regex.compile(r"[,;:.!?–](?=\s|$)")
# A share that is told as almost one has this much of it at least.
ALMOST = 0.85


def without_derived(sentence: str, known: Known) -> str:
    """Return a sentence without the figures that follow from stated ones."""
    language = known.language
    share = _share(sentence, known)
    if share:
        return share
    text = counted(sentence, language)
    for own in amounts(text, language):
        number = next((n for n in NUMBER.finditer(text) if _is_value(n, own)), None)
        is_stated = any(
            own.value == a.value for s in known.sources for a in amounts(s.text, language)
        )
        if number is not None and not is_stated and _follows(own, text, known):
            text = f"{text[: number.start()]} {text[number.end() :]}"
            for name in ("rest", "than"):
                text = pattern(name, language, WORD).sub(" ", text, count=1)
            return " ".join(text.split())
    return sentence


NUMBER = regex.compile(r"[$€£]?\s?\d+(?:[.,:]\d+)*(?:\s?[€£$%])?")


def _is_value(number: regex.Match[str], own: Amount) -> bool:
    found = amounts(number.group().strip("$€£% "), "en")
    return bool(found) and found[0].value == own.value


def _follows(own: Amount, text: str, known: Known) -> bool:
    """Tell whether a number is what is left of one, or how much more or less it is than another."""
    language = known.language
    is_rest = pattern("rest", language, WORD).search(text)
    compared = pattern("than", language, WORD).search(text)
    than = telling(text[compared.end() :], language) if compared else []
    is_more = pattern("more", language, WORD).search(text) is not None
    is_less = pattern("fewer", language, WORD).search(text) is not None
    for (one, of_one), (other, of_other) in _pairs(known):
        if own.nouns[:1] and (one.nouns or other.nouns) and not _is_of(own, one, other, language):
            continue
        difference = abs(_number(one) - _number(other))
        if difference != float(own.value) or not difference:
            continue
        if is_rest and not compared:
            return True
        if than and is_more != is_less:
            greater = of_one if _number(one) > _number(other) else of_other
            lesser = of_other if greater is of_one else of_one
            named, unnamed = (lesser, greater) if is_more else (greater, lesser)
            if any(is_in(w, named, language) and not is_in(w, unnamed, language) for w in than):
                return True
    return False


def _is_of(own: Amount, one: Amount, other: Amount, language: str) -> bool:
    return any(is_in(own.nouns[0], a.nouns, language) for a in (one, other))


def _number(amount: Amount) -> float:
    return float(amount.value)


def _pairs(known: Known) -> Iterator[tuple[tuple[Amount, tuple[str, ...]], ...]]:
    """Yield two numbers of the same thing, each with the words that stand around it.

    They stand in one sentence, or each is one of money in lines of the picture.
    """
    language = known.language
    lone: list[tuple[Amount, tuple[str, ...]]] = []
    for source in known.sources:
        around = [content(part, language) for part in parts(source.text, language)]
        found = [
            (a, around[a.part])
            for a in amounts(source.text, language)
            if regex.fullmatch(r"\d+(?:\.\d+)?", a.value)
        ]
        if len(found) == 1 and source.origin == "screen" and MONEY.search(source.text):
            lone += found
        for n, one in enumerate(found):
            for other in found[n + 1 :]:
                if not (one[0].nouns and other[0].nouns) or _is_one(one[0], other[0], language):
                    yield one, other
    for n, one in enumerate(lone):
        yield from ((one, other) for other in lone[n + 1 :])


MONEY = regex.compile(r"[$€£]")


def _is_one(one: Amount, other: Amount, language: str) -> bool:
    return is_in(one.nouns[0], other.nouns[:1], language)


# ---- Shares -----------------------------------------------------------------------------------


def _share(sentence: str, known: Known) -> str:
    """Return a sentence without its `more than half of`, where stated numbers say so."""
    language = known.language
    found = _fractions(language).search(sentence)
    if found is None:
        return ""
    wanted = float(pairs("fractions", language)[found["share"].lower().replace(" ", "_")])
    thing, *others = telling(AFTER.split(sentence[found.end() :])[0], language) or [""]
    is_rest = pattern("rest", language, WORD).search(sentence) is not None
    for stated, stems, of_part in _ratios(known):
        ratio = 1 - stated if is_rest else stated
        is_bound = bool(thing) and is_in(thing, stems, language)
        # `Most boats are on the rocks`: what is told has to be told of the part, not of the rest.
        is_told = not others or is_rest or any(is_in(w, of_part, language) for w in others)
        if is_bound and is_told and _fits(ratio, wanted, found):
            return " ".join((sentence[: found.start()] + sentence[found.end() :]).split())
    return ""


def _fits(ratio: float, wanted: float, found: regex.Match[str]) -> bool:
    if found["over"] or found["share"].lower().startswith(MOST):
        return ratio > wanted
    if found["almost"]:
        return ALMOST * wanted <= ratio < wanted
    return ratio < wanted if found["under"] else round(ratio, 6) == round(wanted, 6)


@lru_cache(maxsize=32)
def _fractions(language: str) -> regex.Pattern[str]:
    told = "|".join(word.replace("_", " ") for word in pairs("fractions", language)) or "(?!)"
    over, under, almost = (pattern(name, language).pattern for name in ("over", "under", "nearly"))
    article = r"(?:\p{L}{1,5}['’ ])?"
    return regex.compile(
        rf"(?<!\p{{L}})(?:(?P<over>{over}) |(?P<under>{under}) |(?P<almost>{almost}) )?"
        rf"{article}(?P<share>{told})(?!\p{{L}})(?: (?:of|von|de|di|van|av)(?!\p{{L}}))?",
        regex.I,
    )


MOST = ("most", "größte", "meisten", "plupart", "mayoría", "maioria", "maggior", "meeste", "flesta")


def _ratios(known: Known) -> Iterator[tuple[float, tuple[str, ...], tuple[str, ...]]]:
    """Yield the shares that are stated, with the words around both numbers and around the part."""
    for source in known.sources:
        stems = content(source.text, source.language)
        text = counted(source.text, source.language)
        for percent in regex.findall(
            r"(\d+(?:[.,]\d+)?)\s?(?:%|percent|prozent|por|pour|per|procent)", text
        ):
            yield float(percent.replace(",", ".")) / 100, stems, stems
    for (one, of_one), (other, of_other) in _pairs(known):
        is_part = _number(one) < _number(other)
        small, great = (one, other) if is_part else (other, one)
        if _number(small) < _number(great):
            of_part = of_one if is_part else of_other
            yield _number(small) / _number(great), (*of_one, *of_other), of_part
