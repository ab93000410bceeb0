"""A finished text as a caption: held to its network's signs, hashtags and links, and counted."""

from __future__ import annotations

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
