"""Word lists for English speech: what to drop, what asks the viewer to act, what is no topic."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from functools import cache
from importlib.resources import files

import regex
import yaml

_WORDS: dict[str, str] = yaml.safe_load(
    (files("socialcopy.copywriting.text") / "english.yaml").read_text(encoding="utf-8")
)


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORDS[name].split())


INTRODUCERS = _words("introducers")
NUMBER_WORDS = _words("number_words")
LEANING_WORDS = _words("leaning_words")
POINTING_WORDS = _words("pointing_words")
PRONOUNS = _words("pronouns")
ELLIPTIC = _words("elliptic")
FUNCTION_WORDS = _words("function_words")
VERBS = _words("verbs")
IRREGULAR = _words("irregular")
VAGUE_NOUNS = _words("vague_nouns")
GENERIC = _words("generic")
GIVEN_NAMES = _words("given_names")
CONJUNCTIONS = _words("conjunctions")
SUBJECTS = _words("subjects")
ATTRACTIVE = _words("attractive")
ADJECTIVES = _words("adjectives")
UNFINISHED = _words("unfinished")
SUBORDINATORS = _words("subordinators")
CLAUSE_OPENERS = _words("clause_openers")
AUXILIARIES = _words("auxiliaries")
TIME_OPENERS = _words("time_openers")
HANDLING = _words("handling")
INSTRUCTION_WORDS = _words("instruction_words")
SETS_UP = regex.compile(
    r"(?:at first|in the beginning|to begin with)\b|(?:and )?one (?:more )?thing(?: \w+)?[.:…]*$",
    regex.I,
)
"""How a sentence begins that only makes sense with the next."""

NEGATION = regex.compile(
    r"not|no|never|none|nothing|nobody|cannot|without|\p{L}+n't|nunca|nada|sin|pas|jamais|sans"
    r"|nicht|kein\p{L}*|nie|ohne|non|senza|mai|não|sem|niet|geen|zonder",
    regex.IGNORECASE,
)
"""Words whose loss turns a sentence into its opposite."""

SPEAKING: dict[str, dict[str, str]] = yaml.safe_load(
    (files("socialcopy.copywriting.text") / "speaking.yaml").read_text(encoding="utf-8")
)
"""Fillers and the like of other languages than English, by language."""


STEP = regex.compile(
    r"^(?:(?:step|number|tip|reason|rule|lesson|mistake|no\.)\s+(?:\d+|one|two|three|four"
    r"|five|six|seven|eight|nine|ten)\b"
    r"|(?:first|second|third|fourth|fifth|firstly|secondly|thirdly|lastly|finally)(?: of all)?,"
    r"|(?:the )?(?:first|second|third|fourth|fifth|last)(?: (?:one|thing|change|step|tip|reason"
    r"|rule|lesson|mistake|point|trick))? is\b(?! not\b)(?: (?:that|to)\b)?)",
    regex.IGNORECASE,
)
"""How one item of a spoken list begins."""

_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
LABEL = regex.compile(
    r"(?:step|number|tip|reason|rule|lesson|mistake)\s+(?:\d+|one|two|three|four|five|six|seven"
    r"|eight|nine|ten)[.:]",
    regex.IGNORECASE,
)
"""The beginning of an item that a pause cut off."""

PLACES = {word: n for words in (_CARDINALS, _ORDINALS) for n, word in enumerate(words, start=1)}
"""The number that the word of an item stands for."""


GREETING_CLAUSE = regex.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))"
    r"(?: there| everyone| everybody| all| guys| folks| friends| team| you guys)*[,.!]\s+",
    regex.IGNORECASE,
)
_NAME = r"\p{Lu}[\w'’-]+(?: \p{Lu}[\w'’-]+)?"
PRESENTS = regex.compile(r"(?i:this is) (?:\p{N}|\p{Lu}(?!\b))")
"""`This is 14 Willow Lane`: what is shown is named, not pointed back to."""

TURN = regex.compile(r"(?:but|however|yet|still,)\b", regex.IGNORECASE)
"""How a sentence begins that takes back some of the one before it."""

INTRODUCTION = regex.compile(
    rf"^(?:(?i:i'm|i am|my name is|my name's)\s+{_NAME}"
    r"(?:[ ,]+(?:and (?:I'm|I am) |here |from |at |of |with |your ).{0,60})?"
    rf"|(?i:this is|it's)\s+{_NAME} (?:here|from|with)\b.{{0,60}})[.!]?$"
)
"""A sentence in which somebody only says who they are."""

NAME_IN_INTRODUCTION = regex.compile(
    r"\b(?:(?:designed|written|founded|hosted|invented|painted|directed|filmed|sung) by"
    r"|said|says|explains|hosts|host|chef|coach|doctor|professor|director|engineer|designer"
    r"|founder|colleague|friend|son|daughter|wife|husband|mother|mom|father|dad|brother|sister"
    r"|aunt|uncle|cousin|boss|neighbou?r|guest"
    r"|[Ii]'m|[Ii] am|[Mm]y name is|[Mm]y name's|[Mm]r\.|[Mm]rs\.|[Mm]s\.|[Dd]r\.)\s+"
    rf"(?P<name>{_NAME})"
)
"""Names of people, as far as the words around them tell."""

NAME_OF_SOMEBODY_SHOWN = regex.compile(
    rf"\b(?:[Tt]his is|[Hh]ere is|[Mm]eet) (?P<name>{_NAME})"
    r"(?= (?:here|from|with)\b|[.,!] (?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Ww]ho)\b)"
)
"""`This is Marcus. He …`"""

SMALL_TALK = regex.compile(
    r"^(?:welcome(?: back)?(?: everyone| everybody| guys| friends| all)?[.!]"
    r"|welcome(?: back)? to (?:my|our|the|another|this|a new)\b.{0,40}"
    r"|(?:hi|hello|hey|good (?:morning|afternoon|evening))\b(?:\W+\w+){0,6}\W*"
    r"|(?:¡?hola|buen[oa]s|bonjour|salut|hallo|guten|olá|oi|ciao|buongiorno)\b(?:\W+\w+){0,4}\W*"
    r"|(?:muchas gracias|gracias|merci|vielen dank|danke|obrigad[oa]|grazie)\b(?:\W+\w+){0,5}\W*"
    r"|(?:thanks?|thank you)\b.{0,60}"
    r"|(?:see you|bye|goodbye|take care|cheers|that's (?:it|all)|that is (?:it|all)"
    r"|and that's it)\b.{0,50}"
    r"|(?:let's (?:get started|dive in|go|begin|jump in)|here we go|stay tuned)\b.{0,30}"
    r"|(?:come on in|oh wow|what's up|how are you)\b.{0,20}"
    r"|(?:without further ado|can you hear me|is this on|testing)\b.{0,40})$",
    regex.IGNORECASE,
)
"""Sentences that say nothing about the matter."""

ABOUT_ITSELF = regex.compile(
    r"\b(?:(?:in|about) (?:this|today's) (?:video|episode|clip|tutorial)|today (?:i|we)(?:'m"
    r"|'re|'ll| am| are| want| will)"
    r"|i(?:'m going to| want to| wanted to|'ll) (?:show|tell|talk|walk)"
    r"|let me (?:show|tell|walk|open|try|check|see)"
    r"|we(?:'re going to|'ll) (?:look|talk|be)|as you can see|last (?:couple"
    r"|few) (?:of )?episodes?)\b",
    regex.IGNORECASE,
)
"""The talk about the talk."""

CALL_TO_ACTION = regex.compile(
    r"^(?:(?:so |and |now |please |just )*"
    r"(?:try (?:it|us|them|our|out|(?-i:\p{Lu}\w+)|the (?:app|demo|beta|free))|visit|go to"
    r"|head (?:over )?to"
    r"|check (?:it|us|them|out)|sign up|download|join|book (?:a|your|now|today)|order (?:now"
    r"|today|your|yours|at|online|it)"
    r"|pre-?order|register|shop|buy|get (?:yours|started|your|in touch|it (?:now|today))"
    r"|start your|learn more"
    r"|find (?:out more|us)|come (?:and )?(?:see|visit|by|say)|follow (?:us|me|along|for)"
    r"|call (?:us|me)|email us|message (?:us|me)|give (?:us|me) a call"
    r"|reach out|share this|save this|send this|comment|leave a comment|tell (?:us|me)"
    r"|let (?:us|me) know|tag (?:us|me)"
    r"|if you (?:make|try|build|cook|bake) it, (?:tag|tell|send|show)"
    r"|send us|write to us|apply (?:now|today|at|by)|don't miss|tune in"
    r"|click (?:the|on the) link|tap the link|use (?:the )?code|save (?:the date|your)))\b"
    r"|\blink in (?:the |our )?(?:bio|description|comments)\b"
    r"|^(?:if you|for more|to (?:learn|find|try|get|see|sign|book|order))\b.*\b(?:visit|go to"
    r"|head to|sign up|check|call|dot com)\b",
    regex.IGNORECASE,
)
"""What a speaker says to send viewers somewhere."""


@cache
def _foreign(language: str, kind: str) -> regex.Pattern[str] | None:
    """An expression of another language's list; none where we have no list."""
    told = SPEAKING.get(language)
    form = {
        "small_talk": "^¡?{}(?:\\W+\\w+){{0,5}}\\W*$",
        "about_itself": "(?:{})",
        "announcements": "^(?:{}),? ",
        "leaning": "^(?:{})\\b",
        "turns": "^(?:{})\\b",
    }
    return regex.compile(form.get(kind, "^(?:{})").format(told[kind]), regex.I) if told else None


def announcement(language: str) -> regex.Pattern[str] | None:
    """What speakers of another language than English say before what their talk is about."""
    return _foreign(language, "announcements")


def leans(text: str, language: str) -> bool:
    """Whether a sentence of another language than English begins in need of the one before."""
    found = None if language == "en" else _foreign(language, "leaning")
    return bool(found and found.match(text))


def turns(text: str, language: str) -> bool:
    """Whether a sentence takes back some of the one before it: "But …"."""
    found = TURN if language == "en" else _foreign(language, "turns")
    return bool(found and found.match(text))


def is_small_talk(text: str, language: str) -> bool:
    """Whether a sentence greets, thanks or introduces its speaker, and says nothing else."""
    if language == "en" or language not in SPEAKING:
        return bool(SMALL_TALK.match(text) or INTRODUCTION.match(text))
    found = _foreign(language, "small_talk")
    return bool(found and found.match(text))


def is_about_itself(text: str, language: str) -> bool:
    """Whether a sentence talks about the video instead of the matter."""
    found = ABOUT_ITSELF if language == "en" else _foreign(language, "about_itself")
    return bool(found and found.search(text))


def invites(text: str, language: str) -> bool:
    """Whether a sentence sends viewers somewhere."""
    found = CALL_TO_ACTION if language == "en" else _foreign(language, "invitations")
    return bool(found and found.search(text))


def is_verb(word: str) -> bool:
    """Whether a lower-case word is a common verb in any of its forms."""
    if word in VERBS or word in IRREGULAR:
        return True
    return any(
        word.endswith(ending) and _stems(word, ending) & VERBS for ending in ("s", "ed", "ing")
    )


def says(word: str) -> bool:
    """Whether a lower-case word may be the verb of a sentence."""
    is_form = word.endswith("ed") or "'" in word
    return is_verb(word) or word in AUXILIARIES or is_form


def _stems(word: str, ending: str) -> frozenset[str]:
    """What a verb form may come from: `trying` try, `making` make, `cutting` cut, `tries` try."""
    stem = word.removesuffix(ending)
    undoubled = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem  # noqa: PLR2004
    third = stem.removesuffix("ie") + "y" if ending in ("s", "ed") else stem
    return frozenset({stem, f"{stem}e", undoubled, third, stem.removesuffix("e")})
