"""What was heard, written as the picture and the brief write it.

A recogniser hears "harbor mug" and a full stop; the slide says "Harbor Mug" and asks a question.
Only spelling and the end of a sentence are taken over, and a word of a name that was heard badly.
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import regex
from text_to_num import alpha2digit

from socialcopy.models import ScreenText, Transcript, Word

NAME_RUN = regex.compile(
    r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{N}]*(?:[ -]\p{Lu}[\p{L}\p{N}]*)+(?![\p{L}\p{N}])"
)
MIXED_CASE = regex.compile(r"(?<![\p{L}\p{N}])(?:\p{Ll}+\p{Lu}|\p{Lu}\p{Ll}+\p{Lu})[\p{L}\p{N}]*")
BARE = regex.compile(r"^\P{L}*(?P<core>.*?)(?P<end>['’]s)?(?P<stop>[\p{P}]*)$", regex.S)
HEADING_WORDS = range(2, 5)
FEWEST_QUESTION_WORDS = 3
BADLY_HEARD = 0.5
"""Only a word the recogniser doubts may be another."""

ALIKE = 0.6
"""Share of letters in common from which a doubted word is the name that is shown."""

CONFIRMED = 0.9
"""Probability of a word that was heard and read."""


def respelled(
    transcript: Transcript, screen: Sequence[ScreenText], vocabulary: Sequence[str]
) -> Transcript:
    """Give names the capitals, and questions the mark, that the screen or the brief shows."""
    words = list(transcript.words)
    for spelling in dict.fromkeys([*vocabulary, *spellings(screen)]):
        words = _with_spelling(words, spelling.split())
    for name in dict.fromkeys([*vocabulary, *_names(screen)]):
        words = _with_name(words, name.split())
    for heading in _headings(screen):
        words = _with_heading(words, heading)
    words = _confirmed(words, screen)
    for question in _questions(screen):
        words = _with_question_mark(words, question)
    return transcript.model_copy(update={"words": tuple(words)})


def spellings(screen: Sequence[ScreenText]) -> Iterable[str]:
    """Names the picture writes in the middle of other text, so that capitals mean something."""
    for line in screen:
        words = regex.findall(r"\p{L}+", line.text)
        yield from MIXED_CASE.findall(line.text)
        if any(word.islower() for word in words):
            yield from (run for run in NAME_RUN.findall(line.text) if not run.isupper())


def _names(screen: Sequence[ScreenText]) -> Iterable[str]:
    """Names of several words that the picture writes, also where they stand alone."""
    for line in screen:
        yield from (run for run in NAME_RUN.findall(line.text) if not run.isupper())


def _with_name(words: Sequence[Word], name: Sequence[str]) -> list[Word]:
    """A name of which one word was heard badly: `Clark Bennett` under “Clara Bennett”."""
    found, size = list(words), len(name)
    for start in range(len(found) - size + 1 if size > 1 else 0):
        part = found[start : start + size]
        differing = [
            n for n, (word, told) in enumerate(zip(part, name, strict=True))
            if _core(word) != told.casefold()
        ]  # fmt: skip
        if len(differing) == 1 and _is_misheard(part[differing[0]], name[differing[0]]):
            place = start + differing[0]
            mended = _spelled(found[place], name[differing[0]])
            found[place] = mended.model_copy(update={"probability": CONFIRMED})
    return found


def _is_misheard(word: Word, told: str) -> bool:
    if word.probability >= BADLY_HEARD or not word.text[:1].isupper():
        return False
    return SequenceMatcher(None, _core(word), told.casefold()).ratio() >= ALIKE


def _headings(screen: Sequence[ScreenText]) -> Iterable[list[str]]:
    """Short lines all in capitals; what of them is a name, the recogniser has to say."""
    for line in screen:
        words = line.text.split()
        if len(words) in HEADING_WORDS and line.text.isupper():
            yield [word.capitalize() for word in words]


def _with_heading(words: Sequence[Word], heading: Sequence[str]) -> list[Word]:
    """Capitals for all of a name of which the recogniser wrote a word with one: `Harbor mug`."""
    wanted, size = [word.casefold() for word in heading], len(heading)
    for start in range(len(words) - size + 1):
        part = words[start : start + size]
        if [_core(word) for word in part] == wanted and any(w.text[:1].isupper() for w in part[:1]):
            return _with_spelling(words, heading)
    return list(words)


def _questions(screen: Sequence[ScreenText]) -> Iterable[list[str]]:
    """What each frame asks; a question may run over several lines."""
    by_frame: dict[int, list[str]] = {}
    for line in screen:
        by_frame.setdefault(line.start_ms, []).append(line.text)
    for lines in by_frame.values():
        text = " ".join(lines)
        for question in regex.findall(r"[^.!?…]+[?？]", text):
            words = regex.findall(r"[\p{L}\p{N}'’]+", question.lower())
            if len(words) >= FEWEST_QUESTION_WORDS:
                yield words


def _with_spelling(words: Sequence[Word], spelling: Sequence[str]) -> list[Word]:
    found, size = list(words), len(spelling)
    wanted = [part.casefold() for part in spelling]
    for start in range(len(found) - size + 1):
        if [_core(word) for word in found[start : start + size]] == wanted and size:
            for n, part in enumerate(spelling):
                found[start + n] = _spelled(found[start + n], part)
    return found


def _core(word: Word) -> str:
    match = BARE.match(word.text)
    return match["core"].casefold() if match else ""


def _spelled(word: Word, spelling: str) -> Word:
    match = BARE.match(word.text)
    if match is None:
        return word
    begin, end = match.span("core")
    return word.model_copy(update={"text": word.text[:begin] + spelling + word.text[end:]})


def _confirmed(words: Sequence[Word], screen: Sequence[ScreenText]) -> list[Word]:
    """What the picture writes too was heard right."""
    shown = {
        word.casefold() for line in screen for word in regex.findall(r"[\p{L}\p{N}]+", line.text)
    }
    shown |= {alpha2digit(word, "en") for word in shown}
    cores = [regex.sub(r"[^\p{L}\p{N}]", "", word.text).casefold() for word in words]
    return [
        word.model_copy(update={"probability": max(word.probability, CONFIRMED)})
        if core in shown or alpha2digit(core, "en") in shown
        else word
        for word, core in zip(words, cores, strict=True)
    ]


def _with_question_mark(words: Sequence[Word], question: Sequence[str]) -> list[Word]:
    found, size = list(words), len(question)
    for start in range(len(found) - size + 1):
        heard = [
            regex.sub(r"[^\p{L}\p{N}'’]", "", w.text.lower()) for w in found[start : start + size]
        ]
        last = found[start + size - 1] if size else None
        if last and heard == list(question) and last.text.endswith((".", ",")):
            text = f"{last.text[:-1]}?"
            found[start + size - 1] = last.model_copy(update={"text": text})
    return found
