"""Spoken words as sentences that can stand in a post: lightly cleaned, never rephrased."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

import regex

from socialcopy.copywriting import vocabulary
from socialcopy.copywriting.cleaning import unlinked, visible
from socialcopy.copywriting.safety import is_unsafe
from socialcopy.models import Transcript, Value, Word
from socialcopy.understanding.speech import UNSPACED_LANGUAGES

END = regex.compile(r"[.?!…。？！।]+[\"'”’)\]»」』]*$")
ABBREVIATION = regex.compile(
    r"^(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|[a-z]|(?:[a-z]\.)+[a-z])\.$", regex.I
)
PAUSE_MS = 1_500
"""A silence that ends a sentence even where the recogniser wrote no full stop."""

ADDRESS_WORDS = frozenset({"www", "dot", "com", "org", "net", "io"})

RUN_ON_WORDS = 40
"""A longer sentence is one the recogniser found no full stop in."""

CLAUSE_WORDS = 6

BROKEN_OFF = regex.compile(r"(?:\.{2,}|…|[-–—])[\"'”’]?$")

DOUBTFUL_PROBABILITY = 0.5
"""A word recognised with less may be another word."""


class Sentence(Value):
    """One spoken sentence, as it may be posted."""

    text: str
    position: float
    """Where in the talk it begins, from 0 to 1."""
    is_complete: bool
    """Whether the recogniser heard it end."""
    doubtful: tuple[str, ...] = ()
    """Words that may have been misheard."""
    words: int
    is_safe: bool = True
    """Whether it sends nobody anywhere and commands nobody; else it is never posted."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its words in lower case, without punctuation."""
        return tokens(self.text)


def tokens(text: str) -> tuple[str, ...]:
    """Words in lower case; apostrophes, inner hyphens and numbers stay whole."""
    plain = text.lower().replace("’", "'")
    return tuple(regex.findall(r"[\p{L}\p{M}\p{N}]+(?:['.,-][\p{L}\p{M}\p{N}]+)*%?", plain))


def spoken_sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """Split a transcript into cleaned sentences, in the order they were spoken."""
    language = (transcript.language or "en").partition("-")[0]
    total = max((word.end_ms for word in transcript.words), default=0) or 1
    found = (_sentence(group, language, total) for group in groups(transcript.words))
    return tuple(sentence for sentence in found if sentence.words)


def groups(words: Sequence[Word]) -> Iterable[list[Word]]:
    """Spoken words sentence by sentence, as they were heard."""
    group: list[Word] = []
    for word, following in zip_longest(words, words[1:]):
        group.append(word)
        if following is None or _ends_after(word, following):
            yield from _clauses(group)
            group = []


def _clauses(group: list[Word]) -> Iterable[list[Word]]:
    """Take a run-on sentence apart where a new clause with its own subject begins."""
    start = 0
    if len(group) > RUN_ON_WORDS:
        for position in range(1, len(group) - 2):
            if position - start >= CLAUSE_WORDS and _begins_clause(group[position : position + 2]):
                yield group[start:position]
                start = position
    yield group[start:]


def _begins_clause(words: list[Word]) -> bool:
    first, second = (word.text.lower() for word in words)
    return first in vocabulary.CONJUNCTIONS and second in vocabulary.SUBJECTS


def _ends_after(word: Word, following: Word) -> bool:
    if following.start_ms - word.end_ms >= PAUSE_MS:
        return True
    is_word = any(sign.isalnum() for sign in word.text)  # "evil { . } com" is one sentence
    return is_word and bool(END.search(word.text)) and not ABBREVIATION.match(word.text)


def _sentence(group: list[Word], language: str, total_ms: int) -> Sentence:
    glue = "" if language in UNSPACED_LANGUAGES else " "
    heard = glue.join(word.text for word in group)
    text = clean(heard, language)
    return Sentence(
        text=text,
        position=group[0].start_ms / total_ms,
        is_complete=bool(END.search(heard)) and not BROKEN_OFF.search(heard),
        doubtful=_doubtful(group, text),
        words=len(tokens(text)) if glue else len(text) // 2,
        is_safe=not is_unsafe(heard),
    )


def _doubtful(group: list[Word], text: str) -> tuple[str, ...]:
    kept = set(tokens(text))
    doubted = (word for word in group if word.probability < DOUBTFUL_PROBABILITY)
    found = (tokens(unlinked(visible(word.text))) for word in doubted)
    telling = kept - vocabulary.FUNCTION_WORDS - ADDRESS_WORDS
    return tuple(token for part in found for token in part if token in telling)


def clean(heard: str, language: str = "en") -> str:
    """Take out what only belongs to speaking: fillers, false starts, a leading "so"."""
    text = regex.sub(r"\s+", " ", unlinked(visible(heard))).strip(' "“”«»-–—*_>')
    if language == "en":
        text = _without_fillers(text)
    return _finished(text)


IDEOGRAPH_AT_END = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]$")
FILLER = regex.compile(r"(?:^|,?\s)(?:um+|uhm?|erm?|hmm+|mm+|ah+|uh-huh)\b[,.]?(?=\s|$)", regex.I)
ASIDE = regex.compile(
    r"(?P<before>\b(?:and|but|so|think|is|was|it's|are|to|the|a|of|with"
    r"|really)),\s+(?:you know|i mean|like),(?=\s)"
    r"|,\s+(?:you know|i mean|like)(?=,)",
    regex.I,
)
STUTTER = regex.compile(
    r"\b(the|an?|i|we|to|and|it|is|in|of|you|my|our|for|so)(?:,?\s+\1\b)+", regex.I
)
OPENER = regex.compile(
    r"^(?:(?:so|well|okay|ok|alright|all right|right|now|anyway|basically|actually|you know"
    r"|i mean|look|oh|yeah"
    r"|yes|and|honestly),\s+"
    r"|(?:and so|and then|and|okay so|ok so|alright so|well|yeah|okay)\s+(?!so\b)"
    r"|so\s+(?!(?:much|many|far|long|little|few|good|bad|great|easy|hard|simple|fast|quick"
    r"|happy|excited"
    r"|proud|glad|sorry|is|are|do|does|be|\w+ly)\b))",
    regex.I,
)


def _without_fillers(text: str) -> str:
    text = STUTTER.sub(r"\1", ASIDE.sub(_without_aside, FILLER.sub("", text).strip(" ,")))
    text = vocabulary.GREETING_CLAUSE.sub("", text)
    while (shorter := OPENER.sub("", text, count=1)) != text:
        text = shorter
    return text.strip()


def _without_aside(aside: regex.Match[str]) -> str:
    return aside["before"] or ""


def _finished(text: str) -> str:
    """Begin with a capital and end with a stop; a word such as `iPhone` keeps its own case."""
    text = regex.sub(r"\s+([,.;:?!])", r"\1", text).strip(" ,;:-–—")
    if not text:
        return ""
    first = text.split(" ", 1)[0]
    if first.islower():
        text = text[0].upper() + text[1:]
    if END.search(text):
        return text
    return f"{text}。" if IDEOGRAPH_AT_END.search(text) else f"{text}."
