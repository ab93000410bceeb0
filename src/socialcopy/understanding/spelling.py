"""What was heard, written as the picture and the brief write it.

A recogniser hears "harbor mug" and a full stop; the slide says "Harbor Mug" and asks a question.
Spelling and the end of a sentence are taken over, and words that were misheard (`mishearing`).
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex
from text_to_num import alpha2digit

from socialcopy.models import ScreenText, Transcript, Word
from socialcopy.understanding.dictionary import is_small
from socialcopy.understanding.mishearing import corrected
from socialcopy.understanding.spoken_words import phrases
from socialcopy.understanding.word_spelling import CONFIRMED, ENDS, core, spelled

NAME_RUN = regex.compile(
    r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{N}]*(?:[ -]\p{Lu}[\p{L}\p{N}]*)+(?![\p{L}\p{N}])"
)
MIXED_CASE = regex.compile(r"(?<![\p{L}\p{N}])(?:\p{Ll}+\p{Lu}|\p{Lu}\p{Ll}+\p{Lu})[\p{L}\p{N}]*")
HEADING_WORDS = range(2, 5)
FEWEST_QUESTION_WORDS = 3
# A clause so long that is said as shown has the capitals of its nouns.
FEWEST_CLAUSE_WORDS = 3


def respelled(
    transcript: Transcript, screen: Sequence[ScreenText], vocabulary: Sequence[str]
) -> Transcript:
    """Give names the capitals, and questions the mark, that the screen or the brief shows."""
    language = (transcript.language or "").partition("-")[0]
    words = list(corrected(transcript, screen, vocabulary).words)
    for spelling in dict.fromkeys([*vocabulary, *spellings(screen, language)]):
        words = _with_spelling(words, spelling.split())
    if language == "de":
        # Without neighbours: the second line begins with a capital too.
        for clause in (phrase.words for phrase in phrases(screen, joined=False)):
            words = (
                _with_spelling(words, clause[1:]) if len(clause) >= FEWEST_CLAUSE_WORDS else words
            )
    for heading in _headings(screen, language):
        words = _with_heading(words, heading)
    words = _confirmed(words, screen)
    for question in _questions(screen):
        words = _with_question_mark(words, question)
    return transcript.model_copy(update={"words": tuple(words)})


def spellings(screen: Sequence[ScreenText], language: str = "") -> Iterable[str]:
    """Yield names written in the middle of other text, so that their capitals mean something."""
    every_noun = language == "de"
    for line in screen:
        words = regex.findall(r"\p{L}+", line.text)
        yield from MIXED_CASE.findall(line.text)
        if any(word.islower() for word in words):
            runs = NAME_RUN.finditer(line.text)
            begins = 1 if every_noun else 0  # a line begins with a capital, and its noun has one
            yield from (
                m.group()
                for m in runs
                if m.start() >= begins and not (m.group().isupper() or _is_cut(m.group(), language))
            )


def _is_cut(run: str, language: str) -> bool:
    """Tell whether it is half a headline, as of `How to Begin Your`, and no name."""
    return is_small(run.rsplit(maxsplit=1)[-1].lower(), language)


def _headings(screen: Sequence[ScreenText], language: str) -> Iterable[list[str]]:
    """Yield short lines all in capitals; what of them is a name, the recogniser has to say."""
    for line in screen:
        words = line.text.split()
        is_heading = len(words) in HEADING_WORDS and line.text.isupper()
        if is_heading and not _is_cut(line.text, language):
            yield [word.capitalize() for word in words]


def _with_heading(words: Sequence[Word], heading: Sequence[str]) -> list[Word]:
    """Give a whole name capitals if the recogniser wrote a word of it with one: `Harbor mug`."""
    wanted, size = [word.casefold() for word in heading], len(heading)
    for start in range(len(words) - size + 1):
        part = words[start : start + size]
        begins = start == 0 or words[start - 1].text.endswith(ENDS)
        telling = part[1:] if begins else part[:1]  # a sentence gives its first word a capital
        if [core(word) for word in part] == wanted and any(w.text[:1].isupper() for w in telling):
            # Letters that were heard as such stay so: `PC`.
            letters = [regex.sub(r"\P{L}", "", word.text) for word in part]
            told = zip(letters, heading, strict=True)
            kept = [a if len(a) > 1 and a.isupper() else b for a, b in told]
            return _with_spelling(words, kept)
    return list(words)


def _questions(screen: Sequence[ScreenText]) -> Iterable[list[str]]:
    """Yield what each frame asks; a question may run over several lines."""
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
        if [core(word) for word in found[start : start + size]] == wanted and size:
            for n, part in enumerate(spelling):
                found[start + n] = spelled(found[start + n], part)
    return found


def _confirmed(words: Sequence[Word], screen: Sequence[ScreenText]) -> list[Word]:
    """Trust what the picture writes too: it was heard right."""
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
