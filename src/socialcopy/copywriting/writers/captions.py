"""A finished text as a caption: held to its network's signs, hashtags and links, and counted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import regex

from socialcopy.models import Caption, Platform
from socialcopy.platforms import api_text, hashtags, length, links, rules
from socialcopy.platforms.counting import HASHTAG


def caption(platform: Platform, text: str, account: str = "", **parts: Any) -> Caption:
    """Count a finished text; `parts` are the caption's other fields."""
    return Caption(
        platform=platform,
        text=text,
        api_text=api_text(platform, text),
        hashtags=hashtags(text),
        length=length(platform, text, account),
        limit=rules(platform, account).text_limit.value,
        **parts,
    )


def allowed(platform: Platform, text: str) -> str:
    """Without the signs, the hashtags and the links that a network refuses or has no room for."""
    tagged = with_allowed_hashtags(platform, allowed_signs(platform, text))
    return with_allowed_links(platform, tagged)


def allowed_signs(platform: Platform, text: str) -> str:
    """Without the signs that a network refuses."""
    refused = rules(platform).post.refused_signs
    return regex.sub(f"[{regex.escape(refused)}]", "", text) if refused else text


def with_allowed_hashtags(platform: Platform, text: str) -> str:
    """Take out the hashtags beyond the limit: those at the end whole, others become words."""
    # A hashtag inside a sentence is a word of it, so it loses its sign and stays.
    limit = rules(platform).hashtag_limit
    found = list(HASHTAG.finditer(text))
    surplus = found[limit.value :] if limit else []
    for match in reversed(surplus):
        before, behind = text[: match.start()], text[match.end() :]
        is_trailing = not HASHTAG.sub("", behind).strip()
        text = before.rstrip(" ") + behind if is_trailing else before + match["tag"] + behind
    return text.strip()


def with_allowed_links(platform: Platform, text: str) -> str:
    """Take out links beyond the number of different ones that the network takes."""
    limit = rules(platform).link_limit
    different = list(dict.fromkeys(links(text)))
    for surplus in different[limit.value :] if limit else []:
        text = text.replace(surplus, "")
    return text.strip()


CLAUSES, WORDS, SIGNS = r"[,;:.!?]\s", r"\s", r"(?s:.)"


def cut(text: str, fits: Callable[[str], bool], least: int = 1) -> str:
    """Shorten a text that is too long, to no fewer characters than `least` if that can be."""
    if fits(text):
        return text
    for ends in (CLAUSES, WORDS, SIGNS):
        places = [match.start() for match in regex.finditer(ends, text)]
        # By halving, since a longer beginning never counts less.
        fitting = bisect_right(places, 0, key=lambda end: 0 if fits(f"{text[:end]}…") else 1)
        if fitting and places[fitting - 1] >= least:
            return f"{text[: places[fitting - 1]].rstrip(',;: ')}…"
    return "…"
