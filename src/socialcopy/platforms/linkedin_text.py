"""LinkedIn's "little" text format: what its API wants escaped, and cuts silently when it is not.

Reserved signs have to be escaped even where they form no element (the page, read on 2026-11-22).

https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
"""

from __future__ import annotations

import regex

from socialcopy.platforms.counting import HASHTAG

RESERVED = regex.compile(r"[\\|{}@\[\]()<>#*_~]")


def escaped(text: str) -> str:
    """Escape a text as the API takes it; a hashtag keeps its sign.

    The page's HashtagElement is `#word`. Limits are counted before: the escapes do not count.
    """
    parts: list[str] = []
    position = 0
    for tag in HASHTAG.finditer(text):
        parts += [_escaped(text[position : tag.start()]), "#", _escaped(tag["tag"])]
        position = tag.end()
    return "".join([*parts, _escaped(text[position:])])


def _escaped(text: str) -> str:
    return RESERVED.sub(lambda sign: f"\\{sign.group()}", text)
