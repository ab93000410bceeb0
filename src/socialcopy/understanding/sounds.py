"""How alike two words sound: letters as sounds, and how easily one is taken for another.

A rough phonetic spelling for the languages of the Latin script, enough to tell `Ektaten`, which
is `Eckdaten`, from another word; it is no transcription.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import accumulate

import regex

# In this order, on lower case without accents: what sounds alike is spelled alike.
SPELLINGS = (
    (r"['’\-]", ""),
    (r"(?<=[aeiou])ghs?(?=t|\b)", ""),
    (r"(?<=[aeiou])h\b", ""),
    (r"(?<=[aeiou])gn\b|\bkn(?=[aeiou])", "n"),
    (r"tsch|tch|sch|sh", "ʃ"),
    (r"chs|ks|x", "ks"),
    (r"c(?=[eiy])|ß|tz|z|ts", "s"),
    (r"ck|qu|q|c(?!h)", "k"),
    (r"wr", "r"),
    (r"ph|v", "f"),
    (r"ng\b", "n"),
    (r"th", "t"),
    (r"j|(?<=[aeiou])y(?=[aeiou])", "i"),
    (r"(?<=\p{L}[^aeiou]|[aeiou][^aeiou])(?<!s)e(?=s?\b)|(?<=[aeiou]s)e\b", ""),
    (r"[aeiouy]*[iy][aeiouy]*|ea|ee", "i"),
    (r"(\p{L})\1", r"\1"),
)

# What only one language spells so, before the rest.
OWN_SPELLINGS = {
    "en": ((r"\bh(?=ours?\b)", ""), (r"ou", "u"), (r"(?<=\p{L}{2})owe?\b", "o")),
    "fr": (
        (r"eau|au", "o"),
        (r"oi", "wa"),
        (r"ai|ei", "e"),
        (r"(?<=\p{L}{2}[^aeiou])es\b", "e"),
        (r"(?<=\p{L}{2})[dpstxz]+\b", ""),  # silent at the end
    ),
    "de": (
        (r"ig\b", "ich"),
        (r"(?<=[aeiouäöü])h(?=[lmnr])", ""),
        (r"d\b", "t"),  # hard at the end
        (r"b\b", "p"),
        (r"(?<!n)g\b", "k"),
    ),
    "pt": ((r"lh", "i"), (r"nh", "ni")),
}
# A letter that is spelled out sounds like its name.
LETTERS = {"b": "bee", "c": "see", "d": "dee", "g": "jee", "p": "pee", "t": "tee"}
# How units are read that are heard as other words; in the languages here, near enough.
UNITS = {
    "hz": "hertz",
    "khz": "kilohertz",
    "mhz": "megahertz",
    "ghz": "gigahertz",
    "db": "decibel",
    "w": "watt",
    "kw": "kilowatt",
    "v": "volt",
    "lx": "lux",
    "lm": "lumen",
    "px": "pixel",
}

SILENT_H = frozenset({"es", "fr", "it", "pt"})
VOWELS = frozenset("aeiou")
# Consonants that a recogniser takes for each other, voice and place being all that differs.
CLASSES = ("bp", "dt", "gk", "fw", "sʃ", "mn", "lr")

PLACES = ("dnt", "bmp", "wrl")
SAME_CLASS, SAME_PLACE, OTHER_VOWEL, WEAK, OTHER = 0.3, 0.6, 0.3, 0.5, 1.0
# What is lost or added most easily, at the end of a syllable above all.
WEAKLY_HEARD = VOWELS | frozenset("rhntw")
PLOSIVES = frozenset("bdgkp")


@lru_cache(maxsize=16_384)
def sound(text: str, language: str) -> str:
    """Spell a word, or several as one, by its sound.

    >>> sound("Ektaten", "de"), sound("Eckdaten", "de")
    ('ektaten', 'ekdaten')
    """
    parts = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    plain = "".join(sign for sign in parts if sign.isalpha() or sign == " ")
    if language == "en":
        plain = LETTERS.get(plain, plain)
    silent_h = ((r"(?<!c)h", ""),) if language in SILENT_H else ()
    for spelled, heard in (*OWN_SPELLINGS.get(language, ()), *silent_h, *SPELLINGS):
        plain = regex.sub(spelled, heard, plain)
    return plain.replace(" ", "")


def distance(one: str, other: str) -> float:
    """Measure how much has to be misheard for one sound to be the other; 0 for the same.

    >>> distance("ektaten", "ekdaten"), distance("mug", "mug")
    (0.3, 0.0)
    """
    lost = [_missed(other, place) for place in range(len(other))]
    row = [0.0, *accumulate(lost)]
    for n, heard in enumerate(one):
        # Levenshtein's table, row by row, with dearer and cheaper mistakes.
        added = _missed(one, n)
        above, row = row, [row[0] + added]
        for place, told in enumerate(other):
            row.append(
                min(
                    above[place] + _mistaken(heard, told),
                    above[place + 1] + added,
                    row[place] + lost[place],
                )
            )
    return row[-1]


def _missed(signs: str, place: int) -> float:
    """Weigh a lost sound; nobody lets go of the lips after `keep` before `training`."""
    is_let_go = place == len(signs) - 1 and signs[place] in PLOSIVES
    return WEAK if is_let_go or signs[place] in WEAKLY_HEARD else OTHER


@lru_cache(maxsize=1_024)
def _mistaken(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        return OTHER_VOWEL
    if any(one in group and other in group for group in CLASSES):
        return SAME_CLASS
    return SAME_PLACE if any(one in group and other in group for group in PLACES) else OTHER
