"""A transcript and what is shown with it, prepared for comparing."""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex
from text_to_num import text2num

from socialcopy.models import ScreenText, Word
from socialcopy.understanding.dictionary import LANGUAGES, is_known, is_rare, stem
from socialcopy.understanding.sounds import distance, sound
from socialcopy.understanding.word_spelling import ENDS, core

# Probability below which the recogniser itself says that it may be another word.
DOUBTED = 0.5

SURELY_READ = 0.9
FEWEST_LETTERS = 4
# Letters at the end in which a word differs from one that is made of it.
MOST_ENDING = 2
LONG_WORD = 6
VOWELS = regex.compile(r"[aeiouyäöüå]+")
VOWELS_CHANGE_IN = frozenset({"de", "nl", "sv"})
# Distance for each sound, up to which a word is the shown one with nothing else shown around it.
ALIKE_ALONE = 0.08
# The same for a word among words that are shown.
ALIKE_IN_CONTEXT = 0.2

WORDS = regex.compile(r"&|[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*")
# Articles and the like that French and Italian run into what follows.
ELISION = regex.compile(r"^(?:l|d|dell|nell|all|dall|sull|un|qu|j|n|s|c)['’](?=\p{L}{2})", regex.I)
CLAUSES = regex.compile(r"[.!?:;|•…](?:\s|$)|\s[–—-]\s")
AND = {
    "en": "and",
    "de": "und",
    "fr": "et",
    "es": "y",
    "it": "e",
    "nl": "en",
    "pt": "e",
    "sv": "och",
}


class Phrase(NamedTuple):
    """Words that are shown together, in order."""

    words: tuple[str, ...]
    start_ms: int
    end_ms: int


def phrases(screen: Sequence[ScreenText], *, joined: bool = True) -> Iterable[Phrase]:
    """Yield what each line says, clause by clause, and what two neighbouring lines say."""
    lines = [line for line in screen if line.probability >= SURELY_READ]
    both = [
        one.model_copy(update={"text": f"{one.text} {two.text}", "end_ms": two.end_ms})
        for one, two in pairwise(lines if joined else ())
    ]
    for line in (*lines, *both):
        for clause in CLAUSES.split(line.text):
            told = (clause, *(clause.split(", ") if ", " in clause else ()))
            for words in (tuple(WORDS.findall(part)) for part in told):
                if words:
                    yield Phrase(words, line.start_ms, line.end_ms)


class SpokenWords:
    """A transcript and what is shown, prepared for comparing."""

    def __init__(self, said: Sequence[Word], phrases: Sequence[Phrase], language: str) -> None:
        self.said, self.phrases, self.language = said, phrases, language
        self.cores = [core(word) for word in said]
        self.stems = [matter(heard, language) for heard in self.cores]
        self.shown = {word.lower() for phrase in phrases for word in phrase.words}
        self.places: Mapping[str, list[int]] = defaultdict(list)
        for place, heard in enumerate(self.stems):
            self.places[heard].append(place)

    def is_doubted(self, place: int) -> bool:
        """Tell whether a word may be another: the recogniser says so, or no dictionary has it."""
        heard, word = self.cores[place], self.said[place]
        if word.probability < DOUBTED or self.language not in LANGUAGES:
            return word.probability < DOUBTED
        if self.is_name(place):
            return is_rare(heard, self.language)
        return not is_known(heard, self.language)

    def is_unknown(self, place: int) -> bool:
        """Tell whether no dictionary of the language has a word."""
        return self.language in LANGUAGES and not is_known(self.cores[place], self.language)

    def is_number(self, heard: str) -> bool:
        """Tell whether a word is an amount."""
        return matter(heard.replace("-", " "), self.language).isdigit()

    def is_name(self, place: int) -> bool:
        """Tell whether a word has a capital that neither its place nor its language gives it."""
        begins = place == 0 or self.said[place - 1].text.endswith(ENDS)
        return self.language != "de" and self.said[place].text[:1].isupper() and not begins

    def heard(self, places: Iterable[int]) -> list[str]:
        """Return words without an article run into the first: `in gobbo` of `l'in gobbo`."""
        first, *others = (self.cores[place] for place in places)
        return [ELISION.sub("", first), *others]

    def distance(self, places: Iterable[int], right: Sequence[str]) -> tuple[float, float]:
        """Measure how far what was heard sounds from what is shown: in all, and for each sound."""
        heard = sound(" ".join(self.heard(places)), self.language)
        forms = [" ".join(right)]
        if self.language == "fr" and right[-1][:1].isupper():  # `Maud` is said with its `d`
            forms.append(f"{forms[0]}e")
        return min(_distance(heard, sound(form, self.language)) for form in forms)


def _distance(heard: str, told: str) -> tuple[float, float]:
    far = distance(heard, told) if heard[:1] and told[:1] else 1.0
    return far, far / max(len(heard), len(told), 1)


@lru_cache(maxsize=4_096)
def matter(word: str, language: str) -> str:
    """Return the part of a word that its forms share; a number in digits, however it is told."""
    if word == "&":
        return AND.get(language, word)
    try:
        return str(text2num(word, language))
    except ValueError:
        return stem(word, language)


def is_form(spoken: SpokenWords, place: int, term: Sequence[str]) -> bool:
    """Tell whether both are forms of one word, which may be said one way and shown another."""
    heard, shown = spoken.cores[place], term[0].lower()
    if len(term) > 1 or heard == shown:
        return False
    short, long = sorted((heard, shown), key=len)
    root = short[:-MOST_ENDING]
    is_derived = (
        len(root) >= FEWEST_LETTERS and len(long) - len(short) > 1
    )  # a `costureira` of `costura`
    return (
        spoken.stems[place] == stem(shown, spoken.language)
        or (is_derived and long.startswith(root))
        or _differ_by_vowels(heard, shown, spoken.language)
    )


def _differ_by_vowels(heard: str, shown: str, language: str) -> bool:
    """Tell whether both are words, as forms of a verb are: `entschieden` and `entscheiden`."""
    frames = {VOWELS.sub("", word) for word in (heard, shown)}
    is_long = language in VOWELS_CHANGE_IN and min(len(heard), len(shown)) >= LONG_WORD
    are_words = is_long and all(is_known(word, language) for word in (heard, shown))
    return len(frames) == 1 and are_words
