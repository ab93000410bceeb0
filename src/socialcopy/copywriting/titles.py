"""Copy for a video in which nobody speaks: only what was measured, and what the customer wrote."""

from __future__ import annotations

import regex

from socialcopy.copywriting.captions import caption
from socialcopy.copywriting.cleaning import unlinked, visible
from socialcopy.copywriting.layouts import cut
from socialcopy.copywriting.wishes import Wishes, notes_on_wishes
from socialcopy.models import Brief, CaptionSet, Confidence, Platform, Understanding
from socialcopy.platforms import fits

CAMERA_WORD = regex.compile(
    r"^(?:img|vid|mov|mvi|dsc[nf]?|pxl|gopr?|gx|dji|clip|video|movie|untitled"
    r"|screen ?recording|recording"
    r"|final|export|render|output|sequence|copy|new|draft|v\d*|wa\d+|test|mp4|mov|avi|webm|whatsapp"
    r"|signal|am|pm|at"
    r"|\d+p?|[0-9a-f-]{8,}|\W+|[\d\W]+)$",
    regex.IGNORECASE,
)
"""Words of a file name that name no content: `IMG 1234`, `final v2`, a date."""

MAX_TITLE = 100
ASK = (
    "Nobody speaks in this video, so the copy only gives its name and length. Write what it shows "
    "before you post, or put the sentence to post in quotation marks in the brief's instruction."
)


LANGUAGE = "en"


def write_without_speech(understanding: Understanding, brief: Brief, wanted: Wishes) -> CaptionSet:
    """Claim nothing but the file's name, its length and that it has no sound.

    Words in quotation marks in the instruction are the customer's own, and take the title's place.
    """
    opening = visible(" ".join(wanted.quoted)) or title(understanding.title_hint)
    texts = {platform: _text(platform, opening, understanding) for platform in brief.platforms}
    return CaptionSet(
        language=LANGUAGE,
        confidence=Confidence.LOW,
        captions=tuple(caption(platform, text) for platform, text in texts.items()),
        notes=(ASK, *notes_on_wishes(brief, wanted, LANGUAGE)),
    )


def title(hint: str) -> str:
    """A file's name as a title, or nothing when it was named by a camera."""
    words = unlinked(visible(hint.replace("\n", " "))).split()
    named = [word for word in words if not CAMERA_WORD.match(word)]
    if not named:
        return ""
    text = " ".join(words)[:MAX_TITLE].strip()
    return text[0].upper() + text[1:] if text.split()[0].islower() else text


def _text(platform: Platform, opening: str, understanding: Understanding) -> str:
    facts = _facts(understanding)
    if not opening:
        return facts
    stop = "" if opening.endswith((".", "!", "?", "…")) else "."
    text = f"{opening}{stop} {facts}" if platform is Platform.X else f"{opening}\n\n{facts}"
    return text if fits(platform, text) else cut(platform, opening)


def _facts(understanding: Understanding) -> str:
    sound = "" if understanding.has_audio else ", no sound"
    return f"{spoken_length(understanding.duration_ms)} of video{sound}."


def spoken_length(duration_ms: int) -> str:
    """A length in whole seconds or minutes, as a person says it."""
    seconds = max(1, round(duration_ms / 1000))
    minutes, rest = divmod(seconds, 60)
    parts = [_counted(minutes, "minute")] if minutes else []
    if rest:
        parts.append(_counted(rest, "second"))
    return " ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
