"""What never reaches a post: ways out of it, commands to machines, words an account avoids.

Speech, text in the picture, file names and a model's draft are data. Whatever they ask for, an
address, a handle or a phone number is only posted when the brief has it.
"""

# ruff: noqa: RUF001 - full-width and typographic signs are what these patterns look for

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from urllib.parse import urlsplit

import regex

from socialcopy.copywriting.text.cleaning import visible
from socialcopy.models import Brief, Profanity
from socialcopy.platforms import hashtags, links, mentions
from socialcopy.resources import read_yaml

_LISTS: dict[str, str] = read_yaml("socialcopy.copywriting.text", "safety.yaml")


def _pattern(name: str, form: str = "WORDS") -> regex.Pattern[str]:
    """One of the lists as an expression; its lines are folded into one, at ` |`."""
    words = _LISTS[name].replace(" |", "|")
    return regex.compile(form.replace("WORDS", f"(?:{words})"), regex.IGNORECASE | regex.V1)


_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"
DISOBEY = _pattern("disobey", rf"(?<![\p{{L}}--{_UNSPACED}])WORDS")
RULES = _pattern("rules", rf"(?<![\p{{L}}--{_UNSPACED}])WORDS(?![\p{{L}}--{_UNSPACED}])")
COMMANDS = _pattern("commands")
CONTACTS = _pattern("contacts")
PROFANITY = _pattern("profanity", r"(?<!\p{L})WORDS(?!\p{L})")
SPOKEN_ADDRESS = _pattern("spoken_dots", r"(?<![\p{L}\p{N}-])[\p{L}\p{N}-]++[\s(\[]++WORDS")
# Addresses in disguise, and every `word.word`: a missing space after a full stop is no loss.
HIDDEN_ADDRESS = regex.compile(
    r"(?:h(?:tt|xx)ps?|ftp)\s*:|\bwww\b|[\p{L}\p{N}-]+\s?[\[({]\s?\.\s?[\])}]\s?\p{L}{2,}"
    r"|[\p{L}\p{N}-]{2,}\.\p{L}{2,}/|\b[a-z0-9-]{2,}\.(?=[a-z]*[a-z]{2})[a-z]{2,24}\b",
    regex.IGNORECASE,
)

PHONE = regex.compile(r"(?<![\p{N}.,])\+?\p{N}(?:[ ()./-]{0,2}\p{N}){6,14}(?![\p{N}%])")
ABBREVIATION = regex.compile(r"\b(?:e\.g|i\.e|a\.m|p\.m|u\.s|u\.k)\b\.?", regex.IGNORECASE)
HYPHEN = regex.compile(r"(?<=\p{L})[-\u2010-\u2013](?=\p{L})")
EMAIL = regex.compile(r"[\w.+-]+\s?@\s?[\w-]+", regex.IGNORECASE)


def plain(text: str) -> str:
    """Text as a machine compares it: compatibility forms folded, nothing invisible left."""
    folded = unicodedata.normalize("NFKC", visible(text))
    return regex.sub(r"[․‧。．｡](?=\p{L})", ".", folded)


@lru_cache(maxsize=4_096)
def is_unsafe(text: str) -> bool:
    """Tell whether a sentence from outside sends readers somewhere, or commands a machine."""
    return bool(ways_out(text)) or is_command(text)


def is_command(text: str) -> bool:
    """Tell whether a sentence talks to whoever writes the post instead of to its readers."""
    folded = HYPHEN.sub(" ", plain(text))  # a recogniser hears "post-only"
    if COMMANDS.search(folded):
        return True
    return bool(DISOBEY.search(folded) and RULES.search(folded))


@lru_cache(maxsize=4_096)
def ways_out(text: str) -> tuple[str, ...]:
    """Addresses, handles, phone numbers and the like, in plain sight or in disguise."""
    folded = ABBREVIATION.sub(" ", plain(text))
    patterns = (HIDDEN_ADDRESS, SPOKEN_ADDRESS, EMAIL, CONTACTS)
    found = [match.group() for pattern in patterns for match in pattern.finditer(folded)]
    phones = [match.group() for match in PHONE.finditer(folded) if _is_phone(match.group())]
    linked = [*links(folded), *mentions(folded), *hashtags(folded)]
    return tuple(dict.fromkeys([*linked, *found, *phones]))


FEWEST_PHONE_DIGITS = 7


def _is_phone(text: str) -> bool:
    digits = regex.findall(r"\p{N}", text)
    is_amount = regex.fullmatch(r"\d{1,3}(?:[ ,.]\d{3})+", text.strip())
    return len(digits) >= FEWEST_PHONE_DIGITS and not is_amount


def forbidden_ways_out(text: str, brief: Brief) -> tuple[str, ...]:
    """Those the brief does not allow."""
    without = text
    for allowed in _allowed(brief):
        pattern = rf"(?<![\w@./-]){regex.escape(allowed)}(?![\w-]|\.\w|/\w|@)"
        without = regex.sub(pattern, " ", without, flags=regex.IGNORECASE)
    return ways_out(without)


def typed_address(link: str) -> str:
    """Write an address as somebody types it: `harbor.example/mug`."""
    return regex.sub(r"^https?://(?:www\.)?", "", link).rstrip("/")


def _allowed(brief: Brief) -> tuple[str, ...]:
    """Return the brief's own words that lead somewhere; the longest first."""
    link = brief.link or ""
    host = (urlsplit(link).hostname or "") if link else ""
    bare = regex.sub(r"^https?://", "", link).rstrip("/")
    handles = (f"@{handle.lstrip('@')}" for handle in brief.handles)
    words = (brief.call_to_action, link, bare, bare.removeprefix("www."), host, *handles)
    return tuple(sorted({word for word in words if word}, key=len, reverse=True))


def without_profanity(text: str, policy: Profanity) -> str | None:
    """Write the text as the policy wants it; none when it is not to be posted."""
    if policy is Profanity.KEEP or not PROFANITY.search(text):
        return text
    if policy is Profanity.AVOID:
        return None
    return PROFANITY.sub(lambda word: word.group()[0] + "*" * (len(word.group()) - 1), text)


def has_avoided_word(text: str, brief: Brief) -> bool:
    """Tell whether a sentence has a word the brief wants avoided."""
    pattern = _avoided(brief.avoid_words)
    return bool(pattern and pattern.search(plain(text)))


@cache
def _avoided(words: tuple[str, ...]) -> regex.Pattern[str] | None:
    if not words:
        return None
    joined = "|".join(regex.escape(plain(word)) for word in words)
    return regex.compile(rf"(?<!\w)(?:{joined})(?!\w)", regex.IGNORECASE)
