"""Spoken words as they can be read: without what only belongs to speaking, never rephrased."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from functools import cache

import regex

from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.cleaning import unlinked, visible

END = regex.compile(r"[.?!…。？！।]+[\"'”’)\]»」』]*$")


def clean(heard: str, language: str = "en") -> str:
    """Take out what only belongs to speaking: fillers, false starts, a leading "so"."""
    text = _finished(without_announcement(_without_speaking(heard, language), language))
    return FRENCH_MARKS.sub("\u00a0\\1", text) if language == "fr" else text


# French puts a space that does not break before these.
FRENCH_MARKS = regex.compile(r"(?<=[\p{L}\p{N}»%€])\s?([?!;]|:(?=\s))")


def _without_speaking(heard: str, language: str) -> str:
    text = regex.sub(r"\s+", " ", unlinked(visible(heard)))
    if spoken := QUOTED.match(text):  # somebody else's words within the talk stay marked
        return f'{spoken["before"]}"{spoken["quote"]}"'
    text = text.strip(' "“”«»-–—*_>')
    if language == "en":
        return _without_fillers(text)
    text = _without_foreign_fillers(FAREWELL.sub(r"\1", GREETING.sub("", text)), language)
    return vocabulary.pattern("openers_bare", language, r"^{}\s+").sub("", text)


QUOTED = regex.compile(r"^(?P<before>)[\"“„«](?P<quote>[^\"“”„«»]+)[\"”“»][.!?]?$")


IDEOGRAPH_AT_END = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]$")
FILLER = regex.compile(r"(?:^|,?\s)(?:um+|uhm?|erm?|hmm+|mm+|ah+|uh-huh)\b[,.]?(?=\s|$)", regex.I)
# A statement that only asks for a nod.
TAG = regex.compile(r",\s(?:right|okay|you know)\?$", regex.I)

FRANKLY = regex.compile(r"(?<=\b(?:and|but)),?\s(?:honestly|frankly|to be honest),?(?=\s)", regex.I)
ASIDE = regex.compile(
    r"(?P<before>\b(?:and|but|so|think|is|was|it's|are|to|the|a|of|with"
    r"|really)),\s+(?:you know|i mean|like),(?=\s)"
    r"|,\s+(?:you know|i mean|like),(?=\s)",
    regex.I,
)
GREETING = regex.compile(
    r"^¡?(?:hola|buen[oa]s (?:días|tardes|noches)|bonjour|bonsoir|salut|hallo|guten (?:tag|morgen"
    r"|abend)|servus|moin|olá|oi|bom dia|boa (?:tarde|noite)|ciao|salve|buon(?:giorno|asera)|hoi"
    r"|goede(?:morgen|middag|navond))(?: \p{L}+){0,4}[,!] ",
    regex.I,
)
# Both stand with a comma before or behind what is said, where the recogniser heard no stop.
FAREWELL = regex.compile(
    r", (?:tschüss|adiós|hasta (?:luego|pronto)|ciao|au revoir|tchau|arrivederci|doei)([.!]?)$",
    regex.I,
)

# `It got like really strong`; before a number it means "about", and stays.
IDLE_LIKE = regex.compile(
    r"(?<=\b(?:got|gets|get|was|were|is|are|it's|i'm|so)) like (?=(?:really|so|super|totally|very"
    r"|completely|incredibly)\b)",
    regex.I,
)

STUTTER = regex.compile(
    r"\b(the|an?|i|we|to|and|it|is|in|of|you|my|our|for|so)(?:,?\s+\1\b)+", regex.I
)
OPENER = regex.compile(
    r"^(?:(?:like|so|well|okay|ok|alright|all right|right|now|anyway|basically|actually|you know"
    r"|i mean|look|oh wow|wow|oh|yeah"
    r"|yes|and|honestly),\s+"
    r"|(?:and so|and then|and|okay so|ok so|alright so|well|yeah|okay)\s+(?!so\b)"
    r"|so\s+(?!(?:much|many|far|long|little|few|good|bad|great|easy|hard|simple|fast|quick"
    r"|happy|excited"
    r"|proud|glad|sorry|is|are|do|does|be|\w+ly)\b))",
    regex.I,
)


# What is announced stands behind a colon: `One thing: it is not for the dishwasher.`
ONE_THING = regex.compile(r"^((?:just )?one (?:more )?thing),(?= \p{Ll})", regex.I)


def _without_fillers(text: str) -> str:
    text = TAG.sub(".", FRANKLY.sub("", text))
    text = STUTTER.sub(r"\1", ASIDE.sub(_without_aside, FILLER.sub("", text).strip(" ,")))
    text = vocabulary.pattern("greeting").sub("", IDLE_LIKE.sub(" ", text))
    while (shorter := OPENER.sub("", text, count=1)) != text:
        text = shorter
    return ONE_THING.sub(r"\1:", text.strip())


def _without_foreign_fillers(text: str, language: str) -> str:
    """Do the same for languages we have a list for; others keep what was said."""
    if language not in vocabulary.LANGUAGES:
        return text
    filler, opener = _spoken_signs(language)
    text = filler.sub("", text).strip(" ,")
    while (shorter := opener.sub("", text, count=1)) != text:
        text = shorter
    return text


@cache
def _spoken_signs(language: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """Compile a filler between two commas or at the beginning, and an opener before a comma."""
    filler = r"(?:^|,\s+){}(?:,(?=\s)|(?=[.?!…]|$))"
    return (
        vocabulary.pattern("fillers", language, filler),
        vocabulary.pattern("openers", language, r"^{},\s+"),
    )


def _without_aside(aside: regex.Match[str]) -> str:
    return aside["before"] or ""


def _finished(text: str) -> str:
    """Begin with a capital and end with a stop; a word such as `iPhone` keeps its own case."""
    text = regex.sub(r"\s+([,.;:?!])", r"\1", text).strip(" ,;:-–—")
    if not text:
        return ""
    if text[0] == '"':
        return text
    first = text.split(" ", 1)[0]
    if first.islower():
        text = text[0].upper() + text[1:]
    if END.search(text):
        return text
    return f"{text}。" if IDEOGRAPH_AT_END.search(text) else f"{text}."


# What is left with fewer is no opener.
FEWEST_WORDS = 4


def without_announcement(text: str, language: str) -> str:
    """Take off the words that only announce a sentence; not where nothing else is left.

    `Today I'm going to show you how to sharpen a knife` is the talk about the talk; `How to
    sharpen a knife` is what a post opens with.
    """
    for name in ("announcements", "welcome"):
        text = _without(vocabulary.pattern(name, language), text)
    first = text.split(" ", 1)[0].lower()
    if first in vocabulary.word_list("subordinators", language):
        return text
    return _without(vocabulary.pattern("announced_after", language), text)


def _without(announcing: regex.Pattern[str], text: str) -> str:
    rest = announcing.sub("", text, count=1)
    return rest if len(rest.split()) >= FEWEST_WORDS else text


def spoken_length(duration_ms: int) -> str:
    """Say a length in milliseconds as a person does: in whole seconds or minutes."""
    seconds = max(1, round(duration_ms / 1000))
    minutes, rest = divmod(seconds, 60)
    parts = [_counted(minutes, "minute")] if minutes else []
    if rest:
        parts.append(_counted(rest, "second"))
    return " ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
