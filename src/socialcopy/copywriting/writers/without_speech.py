"""Copy for a video in which nobody speaks: what the brief says of it, else what the picture shows.

Nothing is described that was not read: text in the picture, the file's name, its length.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.copywriting.briefs.wishes import Wishes, ceiling_for, notes_on_wishes
from socialcopy.copywriting.evidence.lookup import sources
from socialcopy.copywriting.evidence.repair import mend, sentences
from socialcopy.copywriting.text.cleaning import unlinked, visible
from socialcopy.copywriting.text.safety import has_avoided_word, is_unsafe, without_profanity
from socialcopy.copywriting.text.screen_text import is_read_otherwise, phrases, spoken_length
from socialcopy.copywriting.text.topics import given_hashtags
from socialcopy.copywriting.text.vocabulary import says
from socialcopy.copywriting.writers import extras
from socialcopy.copywriting.writers.layout import ROOMY, Order, allowed_signs, caption, cut
from socialcopy.models import (
    Brief,
    Caption,
    CaptionSet,
    Confidence,
    HashtagPolicy,
    Platform,
    ScreenText,
    Understanding,
)
from socialcopy.platforms import rules

CAMERA_WORD = regex.compile(
    r"^(?:img|vid|mov|mvi|dsc[nf]?|pxl|gopr?|gx|dji|clip|video|movie|untitled"
    r"|screen ?recording|recording"
    r"|final|export|render|output|sequence|copy|new|draft|v\d*|wa\d+|test|mp4|mov|avi|webm|whatsapp"
    r"|signal|am|pm|at|b-?roll|footage|raw|silent|take|edit(?:ed)?"
    r"|\d+p?|[0-9a-f-]{8,}|\W+|[\d\W]+)$",
    regex.IGNORECASE,
)
"""Words of a file name that name no content: `IMG 1234`, `final v2`, a date."""

VERSION = regex.compile(r"v\d+|final|draft|copy|export|render|edit(?:ed)?", regex.IGNORECASE)
"""Says at the end of a name which of several files it is."""

MAX_TITLE = 100
ASK = (
    "Nobody speaks in this video and no words could be read in its picture for sure, so the copy "
    "only gives its name or length. Say in a brief (`about: …`, or a sentence in quotation marks) "
    "what to post."
)
OWN_WORDS = "Nobody speaks in this video; the copy is what the brief says about it."
ASK_ABOUT_SCREEN = (
    "Nobody speaks in this video; the copy is what its picture shows in letters. Look at it before "
    "you post, or say in the brief what the video is about."
)
LANGUAGE = "en"
MOST_LINES = 4
MOST_NAME_WORDS = 3
GLOSS = regex.compile(r"(?:The|A|An|Our|Your) \p{L}")
FEWEST_WORDS = 2
SURE = 0.9
"""Reading probability from which a line may be posted."""


def write_without_speech(understanding: Understanding, brief: Brief, wanted: Wishes) -> CaptionSet:
    """Claim nothing but what the brief says, the picture shows, or the file is called.

    Words in quotation marks in the instruction are the customer's own, and take the first place.
    """
    own = visible(" ".join([brief.about, *wanted.quoted]).strip())
    shown = shown_sentences(understanding.screen, brief)
    opening = [own] if own else shown or [name_of(understanding)]
    is_told = bool(shown and not own)
    return CaptionSet(
        language=brief.language or LANGUAGE,
        confidence=Confidence.SCREEN if is_told else Confidence.LOW,
        captions=tuple(_caption(p, opening, understanding, brief, wanted) for p in brief.platforms),
        notes=(
            OWN_WORDS if own else ASK_ABOUT_SCREEN if is_told else ASK,
            *notes_on_wishes(brief, wanted, brief.language or LANGUAGE),
        ),
    )


def shown_sentences(screen: tuple[ScreenText, ...], brief: Brief) -> list[str]:
    """The telling lines of the picture, those of one frame as one sentence."""
    by_frame: dict[int, list[str]] = {}
    for line in screen:
        sure = line.probability >= SURE and not is_read_otherwise(line, screen)
        if sure and _may_be_posted(line.text, brief):
            by_frame.setdefault(line.start_ms, []).append(visible(line.text))
    found = (_as_sentences(lines) for lines in by_frame.values())
    telling = [text for text in found if len(text.split()) >= FEWEST_WORDS and not is_unsafe(text)]
    kept: list[str] = []
    for text in dict.fromkeys(telling):  # two harmless lines may make an address
        if not is_unsafe(" ".join([*kept, text])):
            kept.append(text)
    return kept[:MOST_LINES]


def _as_sentences(lines: Sequence[str]) -> str:
    name, *others = phrases(lines) or [""]
    if others and _is_name(name) and _is_gloss(others[0]):
        gloss, *others = others
        name = f"{name}, {gloss[0].lower()}{gloss[1:]}"
    return " ".join(_sentence(phrase) for phrase in (name, *others))


def _is_name(line: str) -> bool:
    words = line.split()
    return len(words) <= MOST_NAME_WORDS and all(word[0].isupper() for word in words)


def _is_gloss(line: str) -> bool:
    """Whether a line only says what the name above it is: `The glass kettle`."""
    words = line.lower().rstrip(".").split()
    return bool(GLOSS.match(line)) and not any(map(says, words))


def _may_be_posted(text: str, brief: Brief) -> bool:
    if is_unsafe(text) or has_avoided_word(text, brief):
        return False
    return without_profanity(text, brief.profanity) == text


def _sentence(text: str) -> str:
    plain = unlinked(text).strip(" -–—|•·*")
    plain = plain.capitalize() if plain.isupper() else plain
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."


def name_of(understanding: Understanding) -> str:
    """What the file is called: by its name, else by its container's title; may be nothing."""
    named = (title(hint) for hint in (understanding.title_hint, *understanding.hints[:1]))
    return next(filter(None, named), "")


def title(hint: str) -> str:
    """A file's name as a title, or nothing when it was named by a camera or wants something."""
    if is_unsafe(hint):
        return ""
    words = unlinked(visible(hint.replace("\n", " "))).split()
    named = [word for word in words if not CAMERA_WORD.match(word)]
    if not named:
        return ""
    while VERSION.fullmatch(words[-1]):
        words.pop()
    text = " ".join(words)[:MAX_TITLE].strip()
    return text[0].upper() + text[1:] if text.split()[0].islower() else text


def _caption(
    platform: Platform,
    opening: Sequence[str],
    understanding: Understanding,
    brief: Brief,
    wanted: Wishes,
) -> Caption:
    account = brief.accounts.get(platform, "")
    ceiling = ceiling_for(platform, brief.instruction)
    order = Order(platform=platform, account=account, ceiling=ceiling)
    tags = " ".join(_tags(platform, brief, wanted))
    ending = extras.ending(platform, brief)
    text = _text(
        order, allowed_signs(platform, _joined(platform, opening)), understanding, [ending, tags]
    )
    known = sources(understanding, brief, name_of(understanding))
    limit = rules(platform).title_limit
    return caption(
        platform,
        text,
        account,
        title=extras.shortened(_title(platform, opening[0], understanding), limit) if limit else "",
        alt_text=extras.alt_text(platform, understanding),
        first_comment=extras.first_comment(platform, brief),
        evidence=mend(text, known, brief, LANGUAGE).evidence,
    )


def _joined(platform: Platform, opening: Sequence[str]) -> str:
    """The first sentence by itself where a network is read in paragraphs."""
    first, *others = opening
    gap = "\n\n" if platform in ROOMY else " "
    return gap.join(part for part in (first, " ".join(others)) if part)


def _title(platform: Platform, first: str, understanding: Understanding) -> str:
    """The first sentence, without its full stop."""
    sentence = next(iter(sentences(first)), "") or _facts(understanding)
    return allowed_signs(platform, sentence.removesuffix("."))


def _tags(platform: Platform, brief: Brief, wanted: Wishes) -> tuple[str, ...]:
    """Only the brief's: without speech no word is sure enough to be a topic."""
    if not wanted.has_hashtags or brief.hashtag_policy is HashtagPolicy.NONE:
        return ()
    return given_hashtags(brief)[: rules(platform).usual_hashtags.value]


def _text(order: Order, opening: str, understanding: Understanding, last: list[str]) -> str:
    """The opening alone where there is one; a length in seconds is no copy, only all we know."""
    endings = [part for part in last if part]
    stop = "" if not opening or opening.endswith((".", "!", "?", "…")) else "."
    text = f"{opening}{stop}" or _facts(understanding)
    return _fitting(order, "\n\n".join([text, *endings]), text)


def _fitting(order: Order, *choices: str) -> str:
    """The first text that the network takes, else the last one cut."""
    return next((text for text in choices if order.fits(text)), cut(order, choices[-1]))


def _facts(understanding: Understanding) -> str:
    sound = "" if understanding.has_audio else ", no sound"
    return f"{spoken_length(understanding.duration_ms)} of video{sound}."
