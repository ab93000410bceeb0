"""What a sentence needs of its neighbours, and whose voice it is in."""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import regex

from socialcopy.copywriting.text.sentences import PARTICIPLE, tokens
from socialcopy.copywriting.text.spoken import TAG
from socialcopy.copywriting.text.verbs import has_verb
from socialcopy.copywriting.text.vocabulary import every_pattern, is_verb, pattern, says, word_list
from socialcopy.understanding.speech import UNSPACED_LANGUAGES

SHORT = 5
# Words without a verb that are half of the thought before them: `Half an hour.`
FRAGMENT_WORDS = 3

# Verbs of a sentence that says what is, and when.
CLAUSES = 2

# Words among which a pronoun stands for something in the sentence before.
EARLY = 4

QUESTION = regex.compile(r"[?？][\"'”’»]*$")
# `This is 14 Willow Lane`, `It is hard to …`: what is shown is named, not pointed back to.
PRESENTS = regex.compile(
    r"(?i:this is) (?:\p{N}|\p{Lu}(?!\b))"
    r"|(?i:it(?:'s| is| was)(?: \w+ly)? \w+ (?:because|that|to|when|how)\b)"
)

OPENS = regex.compile(r"(?<![\p{L}\p{N}])['‘\"“](?=\p{Lu})")
CLOSES = regex.compile(r"(?<=[.!?,…])['’\"”](?![\p{L}\p{N}])|(?<=\p{L})['’\"”](?=[.,;!?])")
INNER_QUOTE = regex.compile(
    r"[\"“„«][^\"”“»]*[\"”“»]|(?<![\p{L}\p{N}])['‘]\p{Lu}[^'’]*['’](?!\p{L})"
)


def asks(text: str) -> bool:
    """Tell whether a sentence is a question; `It is free, right?` is none."""
    is_stated = every_pattern("nods", TAG).search(text.rstrip())
    return not is_stated and bool(QUESTION.search(text.rstrip()))


def without_please(text: str) -> str:
    """Return a request without its `please`, and without quotation marks around it."""
    return every_pattern("please", r"^{}\W+").sub("", text.strip('“”"«»„ '))


def unjoined(text: str, language: str) -> str:
    """Return a sentence without the relative word that hung it on another: `En donde aprendí …`."""
    rest = pattern("joints", language, r"^{}\s+").sub("", text)
    return rest[:1].upper() + rest[1:]


@lru_cache(maxsize=4_096)
def without_connective(text: str, language: str) -> str:
    """Return a sentence without the `But` it begins with, which only ties it to the one before."""
    text = unjoined(text, language)
    first, _, rest = text.partition(" ")
    bare = first.rstrip(",").lower()
    if pattern("or", language, r"^{}$").match(bare):
        return text  # a choice needs what it is one to
    if asks(text) or bare not in word_list("soft", language) or len(rest.split()) < FRAGMENT_WORDS:
        return text
    return rest[:1].upper() + rest[1:]


@lru_cache(maxsize=4_096)
def leans(text: str, language: str) -> bool:
    """Tell whether a sentence only makes sense behind the one before it."""
    is_choice = pattern("or", language, r"^{}\b").match(text) and not asks(text)
    text = without_connective(text, language)
    if is_choice:
        return True
    if pattern("named_behind", language, r", {} \p{L}+\s?[.?!]$").search(text):
        return False  # `Elle rouvre quand, cette piscine ?`
    if pattern("leaning", language, r"^{}").match(text) or _quotes_open(text) < 0:
        return True
    found = tokens(text)
    if language != "en":
        return len(found) < FRAGMENT_WORDS and language not in UNSPACED_LANGUAGES
    if len(found) < FRAGMENT_WORDS + (found[:1] == ("the",)):
        return True
    return _leans_in_english(text, found) or _is_fragment(found)


def _leans_in_english(text: str, found: tuple[str, ...]) -> bool:
    first, *others = found or ("",)
    if PRESENTS.match(text):
        return False
    begins = found[first == "not" :]
    if begins and PARTICIPLE.match(begins[0]) and not any(map(says, begins[1:])):
        return True  # `Clicking Run.`, `Not knowing why.`
    # Behind a comma it may stand for what was named before it: `I get this call, it's a Sunday`.
    clause = tokens(text.partition(",")[0]) if first == "i" else found
    early = {word.partition("'")[0] for word in clause[1 : EARLY + 1]}
    if first in word_list("leaning_words") or early & word_list("pronouns"):
        return True
    if first in word_list("pointing_words"):
        return not others or others[0] in word_list("function_words") or is_verb(others[0])
    return first in word_list("elliptic") and len(found) <= SHORT and not asks(text)


def _is_fragment(found: tuple[str, ...]) -> bool:
    is_order = bool(found) and (is_verb(found[0]) or found[0] in word_list("handling"))
    return len(found) <= FRAGMENT_WORDS and not is_order and not any(map(says, found))


def is_clause(text: str, language: str) -> bool:
    """Tell whether a sentence has a verb, or asks.

    `A box if you're not building` has one only in what hangs on it.
    """
    if language != "en":
        return asks(text) or has_verb(text, language)
    found = tokens(text)
    hangs = (n for n, word in enumerate(found) if n and word in word_list("clause_openers"))
    return any(map(says, found[: next(hangs, None)]))


def is_cause(text: str, language: str) -> bool:
    """Tell whether a sentence says why: `It's because we own shops.`"""
    return not word_list("causes", language).isdisjoint(tokens(text)[:2])


def is_half(text: str, language: str) -> bool:
    """Tell whether an English sentence waits for what happens then: `If we change a colour.`"""
    first, *others = tokens(text) or ("",)
    is_waiting = first in word_list("clause_openers") - word_list("causes") and "," not in text
    said = sum(says(word) and not PARTICIPLE.match(word) for word in others)
    return language == "en" and is_waiting and not asks(text) and said < CLAUSES


def turns(text: str, language: str) -> bool:
    """Tell whether a sentence takes back some of the one before it: "But …"."""
    return bool(pattern("turns", language, r"^{}\b").match(text))


def waits(text: str, language: str) -> bool:
    """Tell whether a sentence is only the way to the next.

    A question, "At first", "you get this".
    """
    points_on = regex.search(r"(?::|\b(?:this|these|the following))[.:…]*$", text, regex.I)
    sets_up = bool(pattern("sets_up", language, r"^{}").match(text)) or _quotes_open(text) > 0
    return asks(text) or sets_up or (language == "en" and bool(points_on))


def _quotes_open(text: str) -> int:
    """Count the quotation marks that open and do not close in it, or the other way round below 0.

    An apostrophe at the end of a word is taken for none.
    """
    ends = len(CLOSES.findall(text))
    return len(OPENS.findall(text)) - ends


@lru_cache(maxsize=4_096)
def is_first_person(text: str, language: str) -> bool:
    """Tell whether somebody speaks of themselves; what sends readers to "us" is not that."""
    found = _own_words(text)
    own = word_list("first_person", language)
    if invites(text, language):
        own = own - {"us", "me", "uns", "mir", "nos", "nous", "ons", "mij", "oss", "mig"}
    if own & set(found):
        return True
    forms = pattern("first_person_forms", language, r"^{}$")
    return any(map(forms.match, found)) or _has_bare_verb(found, language)


@lru_cache(maxsize=4_096)
def is_singular(text: str, language: str) -> bool:
    """Tell whether one person speaks of themselves: `I`, not only `we`."""
    alone = word_list("first_person", language) - word_list("first_person_plural", language)
    return any(word in alone for word in _own_words(text))


def _own_words(text: str) -> list[str]:
    """List the words outside quotation marks."""
    bare = every_pattern("shared_by_all", r"(?<!\p{L}){}(?!\p{L})").sub(
        " ", INNER_QUOTE.sub(" ", text)
    )
    return [word for token in tokens(bare) for word in _unelided(token)]


def _unelided(token: str) -> tuple[str, ...]:
    """`j'achetais` is `j'` and `achetais`; `I'm` stays."""
    head, mark, rest = token.partition("'")
    return (f"{head}'", rest) if mark and len(head) == 1 and head != "i" else (token,)


def _has_bare_verb(found: list[str], language: str) -> bool:
    """Tell whether a verb stands without its pronoun: `hoy trabajo`."""
    ends = word_list("before_a_verb", language)
    return any(
        before in ends and len(word) > FRAGMENT_WORDS and word.endswith("o")
        for before, word in pairwise(found)
    )


@lru_cache(maxsize=4_096)
def invites(text: str, language: str) -> bool:
    """Tell whether a sentence sends viewers somewhere."""
    form = "{}" if language == "en" else "^[¡«„]?{}"
    return bool(pattern("invitations", language, form).search(text))


def is_small_talk(text: str, language: str) -> bool:
    """Tell whether a sentence greets, thanks or introduces its speaker, and says nothing else."""
    form = "{}" if language == "en" else r"^¡?{}(?:\W+\w+){0,5}\W*$"
    return bool(pattern("small_talk", language, form).match(text))


def is_about_itself(text: str, language: str) -> bool:
    """Tell whether a sentence talks about the video instead of the matter."""
    return bool(pattern("about_itself", language, r"{}").search(text))
