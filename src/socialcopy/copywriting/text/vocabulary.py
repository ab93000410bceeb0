"""What a language is made of, as far as copy needs it: `words/<language>.yaml`, one file each.

A list is asked for by its name, `word_list("light", "de")`, an expression likewise; a language
without a file has empty lists, and no expression of it matches anything.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import regex

from socialcopy.resources import read_yaml
from socialcopy.understanding.dictionary import stem

LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt", "sv")
# `bed`, `shed`, `seed` end like a verb that is past, and are none.
SHORTEST_PAST = 4
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


@cache
def pairs(name: str, language: str = "en") -> dict[str, str]:
    """Return what a list of a language's file has for each of its words: `ran=run`."""
    return dict(pair.split("=", 1) for pair in text(name, language).split())


def every(name: str) -> frozenset[str]:
    """Return a list of all languages together."""
    return frozenset[str]().union(*(word_list(name, language) for language in LANGUAGES))


@lru_cache(maxsize=1_024)
def every_pattern(name: str, form: str = "(?:{})") -> regex.Pattern[str]:
    """Return an expression of all languages together."""
    told = "|".join(filter(None, (text(name, language) for language in LANGUAGES)))
    return regex.compile(form.replace("{}", f"(?:{told})"), regex.I)


@cache
def quote_form(language: str) -> tuple[str, str, str]:
    """Tell how a language quotes: the marks, and the sentence with who said it."""
    opening, closing, sentence = _file(language).get("quote") or _file("en")["quote"]
    return opening, closing, sentence


def closings(language: str, *, is_formal: bool = False) -> dict[str, dict[str, list[str]]]:
    """Give the last lines of posts, by what they do and by what the post is."""
    usual = _file(language).get("closings", {})
    return _file(language).get("formal_closings", usual) if is_formal else usual


def is_verb(word: str) -> bool:
    """Tell whether a lower-case English word is a common verb in any of its forms."""
    if word in word_list("verbs") or word in word_list("irregular"):
        return True
    return word.endswith(("s", "ed", "ing")) and stem(word, "en") in _verb_stems()


@cache
def _verb_stems() -> frozenset[str]:
    return frozenset(stem(word, "en") for word in word_list("verbs") | word_list("handling"))


def says(word: str) -> bool:
    """Tell whether a lower-case English word may be the verb of a sentence."""
    is_form = (word.endswith("ed") and len(word) > SHORTEST_PAST) or "'" in word
    return is_verb(word) or word in word_list("auxiliaries") or is_form
