"""What a sentence does in a talk: a step, a restriction, a credit, a price, what came of it.

Each belongs in a post, but few make anybody stop: what may open one is decided by these.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from socialcopy.copywriting.text.facts import DATES, states
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import is_verb, pattern, says, word_list
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.models import FactKind

# Orders that tell nobody what to do with their hands.
PRESENTING = frozenset({"meet", "imagine", "think", "ask", "let", "picture", "stop", "forget"})

COSTS = frozenset({"cost", "costs", "price", "only", "just", "now", "is", "it"})
# Commas, and words, of a sentence that goes on and on.
MANY_COMMAS, LONG_WORDS = 3, 24
WORD = r"(?<!\p{L}){}"


def is_order(text: str) -> bool:
    """Tell whether an English sentence begins with what to do: `Choose Monday at 9.`"""
    first, *others = tokens(text) or ("",)
    is_verb_first = first in word_list("verbs") | word_list("handling")
    return is_verb_first and bool(others) and not is_verb(others[0])


@lru_cache(maxsize=4_096)
def instructs(text: str, language: str) -> bool:
    """Tell whether a sentence is a step of something: `In the app, open the settings.`"""
    if pattern("sequence", language, r"^{}").match(text) or pattern("steps", language).match(text):
        return True
    if language != "en":
        return False
    bare = pattern("first_in", language, r"^{}").sub("", text)
    first, *others = tokens(bare) or ("",)
    is_told = is_order(bare) and first not in PRESENTING and not says(others[0])
    return is_told and not pattern("invitations", language).search(text)


def is_consequence(text: str, language: str) -> bool:
    """Tell whether a sentence says what comes of those before it: `From now on, …`."""
    return bool(pattern("consequences", language, r"^{}(?!\p{L})").match(text))


def is_result(text: str, language: str) -> bool:
    """Tell whether a sentence tells what came of it: `My shoulders don't hurt anymore.`"""
    is_told = pattern("results", language, WORD + r"(?!\p{L})").search(text)
    return bool(is_told) or is_consequence(text, language)


def is_side_matter(text: str, language: str, brand: str = "") -> bool:
    """Tell whether it only restricts, credits, or names a price: nothing to open a post with."""
    is_credit = pattern("credits", language, WORD).search(text)
    return bool(is_credit) or is_condition(text, language, brand)


def is_condition(text: str, language: str, brand: str = "") -> bool:
    """Tell whether it only says who may come, who pays, or how much: no paragraph of its own."""
    names = ("restrictions", "who_pays")
    is_listed = any(pattern(name, language, WORD).search(text) for name in names)
    return is_listed or _is_price_alone(text, language, brand)


def _is_price_alone(text: str, language: str, brand: str) -> bool:
    """Return a price and what it is the price of: `The Harbor Mug costs $29.`"""
    if not states(text, language, FactKind.PRICE):
        return False
    # "The skillet costs $49" names the thing by another word than its brand: one word may be left.
    known = set(content(brand, language)) | COSTS
    left = {word for word in content(text, language) if not any(map(str.isdigit, word))}
    return len(left - known) <= 1


def advises(text: str, language: str) -> bool:
    """Tell whether readers hear how to begin: `If you want to try it, start with one day.`"""
    case = pattern("conditional", language, r"^{}\b[^,]*, ").match(text)
    return case is not None and bool(word_list("you", language) & set(tokens(case.group())))


def is_farewell(text: str, language: str) -> bool:
    """Tell whether a goodbye says where or when to come: `See you at the river.`"""
    is_next_time = pattern("next_time", language, WORD + r"(?!\p{L})").search(text)
    return bool(pattern("farewells", language, r"^{}$").match(text)) and not is_next_time


def offers(text: str, language: str) -> bool:
    """Tell whether it says until when or for how much.

    `Order before March 14th, shipping is free.`
    """
    told = states(text, language, FactKind.PRICE, FactKind.DATE)
    return told or bool(pattern("gifts", language, WORD + r"(?!\p{L})").search(text))


def is_post_request(text: str, language: str) -> bool:
    """Tell whether viewers are asked to do something with the post: `Save this video for later.`"""
    return bool(pattern("post_requests", language, r"^{}").match(text))


def forbids(text: str, language: str) -> bool:
    """Tell whether it says what may not be, to whom it concerns: `Dogs are not allowed.`"""
    is_restriction = pattern("restrictions", language, WORD).search(text)
    return bool(is_restriction) or bool(pattern("never_do", language, r"^{}").match(text))


def rambles(text: str, language: str) -> int:
    """Count what makes a sentence a talk's and no post's: asides that stay, clause upon clause."""
    asides = len(pattern("talk", language, "(?:^|(?<!\\p{L})){}").findall(text))
    return asides + (text.count(",") >= MANY_COMMAS and len(text.split()) > LONG_WORDS)


def narrates(text: str, language: str) -> bool:
    """Tell whether somebody only says what they do on a screen: `I'm going to show you`."""
    return bool(pattern("narrates", language, "^{}").match(text))


def show_in(text: str, language: str, kind: str = "shows") -> str:
    """Name the show that a sentence presents: `Boulder Eats is a show about the farms here.`

    Or whatever else a sentence says what it is, where no list of kinds is named.
    """
    articles = "|".join(sorted(word_list("articles", language)))
    is_a = f"{phrase('copulas', language).partition(' ')[0]} (?:{articles})"
    form = rf"^(?-i:(?P<name>\p{{Lu}}\S*(?: \p{{Lu}}\S*){{0,3}})) {is_a} "
    told = pattern(kind, language, rf"{form}{{}}(?!\p{{L}})") if kind else regex.compile(form)
    found = told.match(text)
    name = found["name"] if found else ""
    is_day = pattern("leaning", language, "^(?:{})$").match(name)  # `Vandaag is de podcast …`
    return "" if is_day or is_small_word(name.split(" ")[0], language) else name


def is_event(text: str, language: str) -> bool:
    """Tell whether a talk says that something takes place, and on which day."""
    is_dated = any(word in DATES for word in tokens(text))
    return is_dated and bool(pattern("event", language, WORD).search(text))
