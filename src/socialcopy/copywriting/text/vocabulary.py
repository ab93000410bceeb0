"""What a language is made of, as far as copy needs it: `words/<language>.yaml`, one file each.

A list is asked for by its name, `word_list("light", "de")`, an expression likewise; a language
without a file has empty lists, and no expression of it matches anything.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import regex

from socialcopy.resources import read_yaml

LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt", "sv")
NEVER = regex.compile(r"(?!)")


@cache
def _file(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        return {}
    return read_yaml("socialcopy.copywriting.text", "words", f"{language}.yaml")


@lru_cache(maxsize=1_024)
def word_list(name: str, language: str = "en") -> frozenset[str]:
    """Return a list of words in lower case; `_` stands for the space inside one."""
    listed = str(_file(language).get(name, ""))
    return frozenset(word.replace("_", " ") for word in listed.split())


@lru_cache(maxsize=1_024)
def text(name: str, language: str = "en") -> str:
    """Tell what a language's file says under a name; lines may be broken before any `|`."""
    return str(_file(language).get(name, "")).replace("\n", "")


@lru_cache(maxsize=1_024)
def pattern(name: str, language: str = "en", form: str = "(?:{})") -> regex.Pattern[str]:
    """Compile an expression of a language in a form, any case; it may match nothing."""
    told = text(name, language)
    return regex.compile(form.replace("{}", f"(?:{told})"), regex.I) if told else NEVER


def every(name: str) -> frozenset[str]:
    """Return a list of all languages together."""
    return frozenset[str]().union(*(word_list(name, language) for language in LANGUAGES))


def every_pattern(name: str, form: str = "(?:{})") -> regex.Pattern[str]:
    """Return an expression of all languages together."""
    told = "|".join(filter(None, (text(name, language) for language in LANGUAGES)))
    return regex.compile(form.replace("{}", f"(?:{told})"), regex.I)


@cache
def quote_form(language: str) -> tuple[str, str, str]:
    """Tell how a language quotes: the marks, and the sentence with who said it."""
    opening, closing, sentence = _file(language).get("quote") or _file("en")["quote"]
    return opening, closing, sentence


def is_verb(word: str) -> bool:
    """Tell whether a lower-case English word is a common verb in any of its forms."""
    if word in word_list("verbs") or word in word_list("irregular"):
        return True
    known = word_list("verbs") | word_list("handling")
    return any(word.endswith(end) and _bases(word, end) & known for end in ("s", "ed", "ing"))


def says(word: str) -> bool:
    """Tell whether a lower-case English word may be the verb of a sentence."""
    is_form = word.endswith("ed") or "'" in word
    return is_verb(word) or word in word_list("auxiliaries") or is_form


def _bases(word: str, ending: str) -> frozenset[str]:
    """Tell what a verb form may come from.

    `trying` try, `making` make, `cutting` cut, `tries` try.
    """
    stem = word.removesuffix(ending)
    undoubled = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem  # noqa: PLR2004  (a stem keeps two letters)
    third = stem.removesuffix("ie") + "y" if ending in ("s", "ed") else stem
    return frozenset({stem, f"{stem}e", undoubled, third, stem.removesuffix("e")})
