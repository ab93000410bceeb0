"""Whether a sentence has a verb, in languages whose verbs show it by their endings.

A form is one where an ending taken off and an infinitive's put on makes a word that the language
has: `zeigt`, `zeigen`; `evalúa`, `evaluar`. What is no clause is sometimes taken for one
(`un libro`, since there is `librar`), a clause hardly ever for none.
"""

# ruff: noqa: RUF001 - letters with accents are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from socialcopy.copywriting.text.vocabulary import word_list
from socialcopy.understanding.dictionary import is_rare

SHORTEST_STEM = 3
WORD = regex.compile(r"[\p{L}’']+")
# What is left out before a noun, and before a verb: `l'installation`, `m'appelle`.
ELIDED_ARTICLE = regex.compile(r"^(?:[dl]|dell|nell|all|dall|sull|un)['’](?=\p{L})", regex.I)
ELIDED_PRONOUN = regex.compile(r"^(?:[cjmnst]|qu)['’](?=\p{L})", regex.I)


class Conjugation(NamedTuple):
    """How the finite forms of a language's verbs end, and how its infinitives do."""

    endings: regex.Pattern[str]
    infinitives: tuple[str, ...]
    swaps: tuple[tuple[str, str], ...] = ()
    """What a stressed stem has instead of the infinitive's letters."""


def _conjugation(
    endings: str, infinitives: str, swaps: tuple[tuple[str, str], ...] = ()
) -> Conjugation:
    longest_first = sorted(endings.split(), key=len, reverse=True)
    return Conjugation(
        regex.compile(rf"(?:{'|'.join(longest_first)})$"), tuple(infinitives.split()), swaps
    )


PLAIN_ACCENTS = (("á", "a"), ("é", "e"), ("í", "i"), ("ó", "o"), ("ú", "u"))

CONJUGATIONS = {
    "de": _conjugation("e st est t et en n te test ten tet", "en n", (("ä", "a"), ("ie", "e"))),
    "nl": _conjugation(
        "t en te ten de den", "en",
        (("aa", "a"), ("ee", "e"), ("oo", "o"), ("uu", "u"), ("f", "v"), ("s", "z")),
    ),
    "es": _conjugation(
        "o as a amos áis an es e emos éis en imos é aste ó aron í iste ió ieron aba abas aban"
        " ía ías ían íamos aré ará arán arás aremos eré erá erán erás iré irá irán irás",
        "ar er ir ear", (("ie", "e"), ("ue", "o"), ("z", "c"), ("qu", "c"), *PLAIN_ACCENTS),
    ),
    "pt": _conjugation(
        "o as a amos am es e emos em imos ei aste ou aram i iste iu iram eu eram ava avam"
        " ia iam arei ará arão aremos erei erá erão irei irá irão",
        "ar er ir", (("qu", "c"), ("ç", "c"), *PLAIN_ACCENTS),
    ),
    "it": _conjugation(
        "o i a iamo ate ano e ete ono isce iscono isco avo avi ava avano evo evi eva evano ivo ivi"
        " iva ivano"
        " erò erà eranno eremo irò irà iranno iremo",
        "are ere ire iare",
    ),
    "fr": _conjugation(
        "e es ent ons ez s t it is issent issons issez ais ait aient ions iez"
        " erai era eras erons erez eront irai ira irons irez iront",
        "er ir re oir dre tir",
        (("è", "e"), ("è", "é"), ("ç", "c"), ("ge", "g"), ("ll", "l"), ("nn", "n")),
    ),
}  # fmt: skip


def has_verb(text: str, language: str) -> bool:
    """Tell whether a sentence may have a finite verb; of languages not known here that it has."""
    if language not in CONJUGATIONS:
        return True
    found = WORD.findall(text)
    if not word_list("clause_subjects", language).isdisjoint(word.lower() for word in found):
        return True
    pairs = pairwise(("", *found))
    words = (w for before, w in pairs if not _is_noun(before, w, language))
    return any(_is_finite(ELIDED_PRONOUN.sub("", w).lower(), language) for w in words)


def _is_noun(before: str, word: str, language: str) -> bool:
    """Tell whether a word is a noun by how it is written, or by the article before it."""
    if language == "de":
        return bool(before) and word[:1].isupper()
    # `Het` is as often what the verb is about.
    articles = word_list("articles", language) - {"het"}
    return before.lower() in articles or bool(ELIDED_ARTICLE.match(word))


@lru_cache(maxsize=16_384)
def _is_finite(word: str, language: str) -> bool:
    if word in word_list("finite", language):
        return True
    if word in word_list("no_verbs", language):
        return False
    return any(not is_rare(infinitive, language) for infinitive in _infinitives(word, language))


def _infinitives(word: str, language: str) -> Iterable[str]:
    known = CONJUGATIONS[language]
    for ending in known.endings.finditer(word, overlapped=True):
        stem = word[: ending.start()]
        if len(stem) >= SHORTEST_STEM:
            stems = [stem, *(stem.replace(a, b) for a, b in known.swaps if a in stem)]
            yield from (one + infinitive for one in stems for infinitive in known.infinitives)
