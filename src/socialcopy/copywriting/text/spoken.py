"""Spoken words as they can be read: without what only belongs to speaking, never rephrased."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

import regex

from socialcopy.copywriting.text.cleaning import unlinked, visible
from socialcopy.copywriting.text.repairs import without_repairs
from socialcopy.copywriting.text.vocabulary import pattern, word_list
from socialcopy.copywriting.text.vocabulary import text as text_of

END = regex.compile(r"[.?!…。？！।]+[\"'”’)\]»」』]*$")
# `Everything you own… in your pocket.` goes on behind its pause.
SENTENCE_END = regex.compile(r"(?<=[.!?…])(?!(?<=…|\.\.)\s+\p{Ll})\s+")


def clean(heard: str, language: str = "en") -> str:
    """Take out what only belongs to speaking: fillers, false starts, a leading "so"."""
    text = _finished(without_announcement(_without_speaking(heard, language), language))
    return FRENCH_MARKS.sub("\u00a0\\1", text) if language == "fr" else text


# French puts a space that does not break before these.
FRENCH_MARKS = regex.compile(r"(?<=[\p{L}\p{N}»%€])\s?([?!;]|:(?=\s))")


def _without_speaking(heard: str, language: str) -> str:
    text = regex.sub(r"\s+", " ", unlinked(visible(heard)))
    text = pattern("openers", language, r"^{},\s+").sub("", text)  # `So, ähm, wenn`
    if spoken := QUOTED.match(text):  # somebody else's words within the talk stay marked
        return f'"{spoken["quote"]}"'
    text = _unmarked(text)
    text = without_repairs(text, language)
    text = pattern("asides", language, ASIDE).sub(lambda found: _comma(found, language), text)
    for name, form, instead in TAKEN_OUT:
        text = pattern(name, language, form).sub(instead, text).strip(" ,")
    while (shorter := _without_opener(text, language)) != text:
        text = shorter
    text = pattern("broken_off", language).sub("", text)
    text = pattern("trailing", language, r",?\s{}(?=[.!?]?$)").sub("", text)
    # What is announced stands behind a colon: `One thing: it is not for the dishwasher.`
    return pattern("one_thing", language, r"^({}),(?= \p{Ll})").sub(r"\1:", text.strip())


def _unmarked(text: str) -> str:
    """Take off the marks around a sentence; one that closes what it quotes stays."""
    bare = text.strip(' "“”«»-–—*_>')
    behind = text[text.find(bare) + len(bare) :]
    is_open = bare.count('"') % 2 or any(bare.count(a) > bare.count(b) for a, b in ("«»", "“”"))
    if is_open and behind[:1] in tuple('"”»'):
        return f"{bare}{behind[:1]}"
    before = text[: text.find(bare)][-1:]  # of what is quoted at the beginning: `“Est modus” …`
    is_closed = any(bare.count(b) > bare.count(a) and before == a for a, b in ("«»", "“”"))
    return f"{before}{bare}" if is_closed else bare


def _comma(found: regex.Match[str], language: str) -> str:
    """Leave one comma where a clause begins behind: `a drill, right, they want a shelf`."""
    before, first, second = found.group("before", "first", "second")
    subject = regex.split("['’]", first.lower())[0]  # `I'm`
    begins = any(subject in word_list(name, language) for name in BEGINS)
    is_name = first in word_list("articles", language) and (second or "").istitle()
    is_parted = begins or (is_name and language != "de") or len(found.captures("phrase")) > 1
    is_waiting = any(before.lower() in word_list(name, language) for name in WAITS)
    return "," if is_parted and not is_waiting else ""


def uncounted(text: str, language: str) -> str:
    """Take the word that counts it off a step: `First, you weigh` is `Weigh`."""
    for name in ("steps", "sequence"):
        text = pattern(name, language, r"^{}[\s,.:;-]*").sub("", text)
    text = pattern("tells_you", language, r"^{}\s+(?:just\s+)?").sub("", text).strip(" ,")
    return f"{text[:1].upper()}{text[1:]}"


# How a clause may begin, and what it waits behind.
BEGINS = ("clause_subjects", "soft")
WAITS = ("copulas", "auxiliaries", "reports", "needs_object", "soft", "subordinators")
# Not where the sentence is begun again behind it: `Two boats are, well, two are afloat.`
ASIDE = (
    r"(?<!\p{L})(?P<before>\p{L}+)\K,(?P<phrase>\s+{},)+(?=\s(?P<first>\S+)(?:\s(?P<second>\S+))?)"
    r"(?!\s(?:\p{L}+ ){1,3}(?P=before)\b)"
)
# What asks for a nod behind a statement: `It is free, right?`
TAG = r"(?:,\s|,?\s¿){}\s?\?$"
QUOTED = regex.compile(r"^[\"“„«](?P<quote>[^\"“”„«»]+)[\"”“»][.!?]?$")
IDEOGRAPH_AT_END = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]$")
# What only belongs to speaking: a list of the language's file, the form its words stand in, and
# what takes their place. A greeting or a goodbye has a comma where the recogniser heard no stop.
TAKEN_OUT = (
    ("nods", TAG, "."),
    ("frankly", r"(?<=\b(?:and|but)),?\s{},?(?=\s)", ""),
    ("hesitations", r"(?:^|,?\s){}\b[,.]?(?=\s|$)", ""),
    ("stutter", r"\b({})(?:,?\s+\1\b)+", r"\1"),
    ("idle", "{}", " "),
    ("goodbyes", r", {}(?=[.!]?$)", ""),
    ("fillers", r"(?:^|,\s+){}(?:,(?=\s)|(?=[.?!…]|$))", ""),
)


def _without_opener(text: str, language: str) -> str:
    for name, form in (("openers", r"^{},\s+"), ("openers_bare", r"^{}\s+")):
        text = pattern(name, language, form).sub("", text)
    # `Hello, all the people` stays one, and is told apart as small talk.
    return _without(pattern("greeting", language), text)


def _finished(text: str) -> str:
    """Begin with a capital and end with a stop; a word such as `iPhone` keeps its own case."""
    text = regex.sub(r"\s+([,.;:?!])", r"\1", text).strip(" ,;:-–—")
    text = regex.sub(r"[,;:]+(?=[.!?]$)", "", text)
    text = regex.sub(r"(?<=\p{L}[.!?]['\"])(?=\p{Lu})", " ", text)
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
DOES_MORE = regex.compile(
    r", .*,? and (?:then )?(?:try|see|come|look|find|show|give|talk|go|do|make)\b"
)


def without_announcement(text: str, language: str) -> str:
    """Take off the words that only announce a sentence; not where nothing else is left.

    `Today I'm going to show you how to sharpen a knife` is the talk about the talk; `How to
    sharpen a knife` is what a post opens with.
    """
    named, announced = _without_name(text, language), pattern("announcements", language, "^{}")
    # `We'll look at the walls, what was done, and try …` has more to do behind its object.
    if (text := _without(announced, named)) != named:
        if DOES_MORE.search(text) and language == "en":
            return named
        # `Our mug, which keeps coffee hot`
        nouns = "|".join(word_list("articles", language) | word_list("determiners", language))
        joined = pattern("relatives", language, rf"^((?:{nouns}) [^,]+), {{}} ")
        text = joined.sub(r"\1 ", text, count=1)
    if (rest := _without(pattern("welcome", language), text)) != text:
        text = _presented(rest, text, language)
    first = text.split(" ", 1)[0].lower()
    if first in word_list("subordinators", language):
        return text
    return _without(pattern("announced_after", language), text)


def _without_name(text: str, language: str) -> str:
    """Take off who somebody is, where more is told: `My name is Ana, and since I came here, …`."""
    begins = word_list("subordinators", language) | word_list("clause_subjects", language)
    joints, openers = ("|".join(sorted(w)) for w in (word_list("soft", language), begins))
    house = rf"(?: (?:{text_of('belongs', language)}) [^,.]{{1,50}}|, [^,.]{{1,50}},)?"
    form = rf"^(?:\p{{L}}+,? ){{0,3}}?{{}}{house}[.,]? (?:{joints}) (?=(?:{openers})\b)"
    rest = _without(pattern("introduces", language, form), text) if openers else text
    # `I'm Bram, and I own a gym` only says who speaks.
    return text if pattern("describes_self", language, "^{}").match(rest) else rest


def _presented(rest: str, text: str, language: str) -> str:
    """Make a sentence of what was welcomed to: `Boulder Eats, a show` becomes `… is a show`."""
    name, comma, what = rest.partition(", ")
    is_told = comma and what.split(" ", 1)[0] in word_list("articles", language)
    if is_told and word_list("first_person", language) & set(regex.findall(r"\p{L}+", what)):
        return text  # `Welcome to Echo, a project of ours` says nothing of it
    if is_told:
        return f"{name} {text_of('copulas', language).split()[0]} {what}"
    return text  # `the Spoke and Grease podcast` says nothing


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
