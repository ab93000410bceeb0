"""Facts in a text: what a reader could hold against us, so what needs evidence.

Numbers are compared by value, however they are written: `twenty nine dollars`, `29 dollars` and
`$29` are one price. Number words are read by `text2num`, in seven languages.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import regex
from text_to_num import alpha2digit

from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.names import is_given_name
from socialcopy.copywriting.text.quantities import uniform
from socialcopy.copywriting.text.vocabulary import every, every_pattern, is_verb, pairs, word_list
from socialcopy.models import FactKind, Value
from socialcopy.platforms.counting import HASHTAG

WHOLE_WORD = r"(?<![\p{L}\p{N}]){}(?![\p{L}\p{N}])"
MEASURES = every("measures")
DATES = every("dates")
DATES_WITH_CAPITAL = word_list("dates_with_capital")
EMPTY = word_list("empty")
OPENERS = word_list("name_openers")
NO_SUPERLATIVES = word_list("no_superlatives")
SUPERLATIVE = every_pattern("superlatives", WHOLE_WORD)
NEGATION = every_pattern("negations", WHOLE_WORD)

COUNTABLE_LANGUAGES = frozenset({"en", "es", "fr", "de", "pt", "it", "nl"})
CURRENCIES, UNITS, MULTIPLES = map(pairs, ("currencies", "units", "multiples"))
SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9, "bn": 1e9}

NUMBER = regex.compile(
    r"(?<![\p{L}\p{N}])(?P<sign>[$€£¥])?\s?(?P<digits>\d+(?:[.,:]\d+)*)"
    r"(?P<scale>k|m|bn)?(?(scale)(?!\p{L}))"
    r"(?:st|nd|rd|th)?(?:\s?(?P<mark>[$€£%])|[\s-]{0,2}(?P<unit>\p{L}+))?",
    regex.I,
)
SCALED = regex.compile(
    r"(?<![\d.,])(?P<digits>\d+(?:\.\d+)?) (?P<scale>thousand|million|billion)\b", regex.I
)
ONE = regex.compile(r"\bone(?= (?P<unit>\p{L}+))", regex.I)
ELIDED = regex.compile(r"(?<=\b(?:[dlnjcsmt]|qu))['’](?=\p{L}{3})", regex.I)
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*")
CAPITALS = regex.compile(
    r"(?<![\p{L}\p{N}#])(?:\p{Lu}[\p{L}\p{M}\p{N}]*|\p{Ll}+\p{Lu}[\p{L}\p{N}]*)(?:['’-]\p{L}+)*"
    r"(?: (?:\p{Lu}[\p{L}\p{M}\p{N}]*)(?:['’-]\p{L}+)*)*"
)
TITLE_CASE_SHARE = 0.6


class Fact(Value):
    """One thing a text states."""

    kind: FactKind
    text: str
    key: tuple[str, ...]
    """What has to be found in a source: a value, or words in lower case."""
    unit: str = ""
    noun: str = ""
    """What is counted, where it is no measure: `patient` of "24 patients"."""


@lru_cache(maxsize=4_096)
def counted(text: str, language: str) -> str:
    """Write number words as digits, and days and times of day one way."""
    if language not in COUNTABLE_LANGUAGES:
        return uniform(text, language)
    text = SCALED.sub(lambda n: _scaled(n["digits"], n["scale"].lower()), text)
    if language == "en":
        text = ONE.sub(lambda one: "1" if singular(one["unit"]) in MEASURES else one.group(), text)
    return uniform(str(alpha2digit(text, language)), language)


@lru_cache(maxsize=4_096)
def facts(text: str, language: str) -> tuple[Fact, ...]:
    """Return the facts of one sentence, hashtags aside."""
    language = language.partition("-")[0]
    bare = HASHTAG.sub(" ", visible(text))
    found = (
        *_numbers(counted(bare, language)),
        *_names(bare, language),
        *_worded(uniform(bare, language)),
    )
    return tuple(dict.fromkeys(found))


def states(text: str, language: str, *kinds: FactKind) -> bool:
    """Tell whether a text has a fact of one of these kinds."""
    return any(fact.kind in kinds for fact in facts(text, language))


def singular(word: str) -> str:
    """Return a rough stem, for comparing: `hours` and `hour`, `working` and `works` are one."""
    plain = regex.sub(r"['’]s$", "", word.lower()).replace("’", "'")
    for ending in ("ing", "ied", "ies", "ed", "es", "s"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:  # noqa: PLR2004  (a stem keeps three letters)
            return plain.removesuffix(ending).rstrip("ey")
    return plain.rstrip("ey") if len(plain) > 3 else plain  # noqa: PLR2004  (a stem keeps three letters)


@lru_cache(maxsize=4_096)
def matter(text: str) -> frozenset[str]:
    """Return the stems of what a sentence is about, negations and empty words aside."""
    return frozenset(_stems(text))


def _unjoined(text: str) -> str:
    """Without hashtags, and with hyphens and elided articles as spaces: `pas d'eau`."""
    text = HASHTAG.sub(" ", visible(text))
    return ELIDED.sub(" ", regex.sub(r"(?<=\p{L})-(?=\p{L})", " ", text))


def _stems(text: str) -> list[str]:
    words = (word.lower() for word in WORD.findall(_unjoined(text)))
    return [singular(word) for word in words if word not in EMPTY and not NEGATION.fullmatch(word)]


_MEASURE_STEMS = frozenset(map(singular, MEASURES))


def _numbers(text: str) -> Iterable[Fact]:
    for match in NUMBER.finditer(text):
        word = singular(match["unit"] or "")
        raw = UNITS.get((match["mark"] or match["unit"] or "").lower(), word)
        money = CURRENCIES.get(match["sign"] or match["mark"] or "") or CURRENCIES.get(
            (match["unit"] or "").lower().rstrip("s")
        )
        unit = money or (singular(raw) if singular(raw) in _MEASURE_STEMS else "")
        shown = match.group().strip() if unit else f"{match['sign'] or ''}{match['digits']}"
        kind = FactKind.PRICE if money else FactKind.NUMBER
        scale = (match["scale"] or "").lower()
        noun = "" if unit or (match["unit"] or "").lower() in EMPTY else word
        value = _value(match["digits"], scale)
        yield Fact(kind=kind, text=shown, key=(value,), unit=unit, noun=noun)


def _value(digits: str, scale: str) -> str:
    """Write a number by its value, so that `1,000` is `1000` and `2.50` is `2.5`; times stay."""
    if ":" in digits:
        return digits
    plain = regex.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    if plain.count(".") > 1:
        return plain
    return _scaled(plain, scale)


def _scaled(digits: str, scale: str) -> str:
    """Multiply a number by its scale; digits newer than Python's Unicode tables stay."""
    try:
        return f"{float(digits) * SCALES.get(scale, 1):.10g}"
    except ValueError:
        return digits


def _worded(text: str) -> Iterable[Fact]:
    """Find what words alone state: `twice`, `Monday`, `the best`."""
    for word in WORD.findall(text):
        plain = word.lower()
        if plain in MULTIPLES:
            yield Fact(kind=FactKind.NUMBER, text=word, key=(MULTIPLES[plain],))
        if plain in DATES and (plain not in DATES_WITH_CAPITAL or word[0].isupper()):
            yield Fact(kind=FactKind.DATE, text=word, key=(plain,))
    for word in (match.group() for match in SUPERLATIVE.finditer(text)):
        plain = word.lower().replace("’", "'")
        if plain not in NO_SUPERLATIVES:
            yield Fact(kind=FactKind.SUPERLATIVE, text=word, key=(plain,))


def _names(text: str, language: str) -> Iterable[Fact]:
    found = WORD.findall(text)
    capitals = sum(word[:1].isupper() for word in found)
    is_title = len(found) > 3 and capitals >= TITLE_CASE_SHARE * len(found)  # noqa: PLR2004  (fewer words are a name)
    for match in CAPITALS.finditer(text):
        run = match.group().split(" ")
        opens = not regex.search(
            r"[\p{L}\p{N}]", regex.split(r"[.?!…:]\s|\n", text[: match.start()])[-1]
        )
        while run and (opens or is_title) and _is_plain(run[0], language):
            run = run[1:]
        yield from _named(run, apart=is_title or language == "de")


def _named(run: list[str], *, apart: bool) -> Iterable[Fact]:
    words = [word for word in run if word not in ("I", "I'm", "I've", "I'd", "I’m", "A")]
    parts = [[word] for word in words] if apart else [words]
    for part in parts:
        key = tuple(_bare(word) for word in part)
        if key and key[0] not in DATES and not all(_is_function(word) for word in key):
            yield Fact(kind=FactKind.NAME, text=" ".join(part), key=key)


def _bare(word: str) -> str:
    return regex.sub(r"['’]s?$", "", word.lower()).replace("’", "'")


def _is_function(word: str) -> bool:
    return word in EMPTY or word in word_list("function_words")


def _is_plain(word: str, language: str) -> bool:
    """Tell whether a capital at the beginning of a sentence says nothing about the word."""
    plain = word.lower().replace("’", "'")
    if any(letter.isupper() for letter in word[1:]) or is_given_name(plain):
        return False
    if language != "en":
        return True
    common = (
        word_list("function_words") | word_list("vague_nouns") | word_list("number_words") | OPENERS
    )
    return plain in common or is_verb(plain) or plain.endswith(("ly", "ing"))
