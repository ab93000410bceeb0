"""What of a subtitle's text is shown: tags, override codes and entities are not.

Every scan is linear in the text and bounded: these are strangers' files.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import NamedTuple

import regex

# WebVTT's and those of HTML that SubRip files use.
TAGS = frozenset(
    {
        *("b", "i", "u", "s", "c", "v", "lang", "ruby", "rt"),
        *("font", "span", "em", "strong", "small", "big", "center", "strike", "tt"),
        *("p", "div", "sub", "sup", "br", "pre", "html", "body", "ins", "del", "mark"),
    }
)

TAG = regex.compile(
    r"<(?P<closes>/?)(?:(?P<name>\p{L}[\p{L}\d]{0,19})(?=[\s./>])[^<>]{0,400}"
    r"|(?P<time>\d{1,4}:[\d:.]{2,20})|)/?>"
    r"|<\s?/?\s?(?:[biu]|font)\s?>"  # as programs that translate leave them
)
ENTITY = regex.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
OVERRIDE = regex.compile(
    r"\{\\[^{}]{0,1000}\}"  # Advanced SubStation's, in SubRip too
    r"|\{[cCfFoPsSyY]:[^{}]{0,200}\}"  # MicroDVD's
    r"|\{/?[bius]\}",
    regex.I,
)
DRAWING = regex.compile(r"\\p(\d{1,3})")


class Plain(NamedTuple):
    """A text as it is shown, and what was left out of it."""

    text: str
    has_times: bool = False
    """Whether words carried times of their own."""
    readings: int = 0
    """Annotations above words (ruby) that were left out."""
    unknown: tuple[str, ...] = ()
    """Names of tags that the format does not have."""


def without_tags(text: str, *, keeps_unknown: bool) -> Plain:
    """Take WebVTT's and HTML's tags off; a lone `<` stays, as do unknown tags where asked for."""
    kept: list[str] = []
    unknown: list[str] = []
    has_times, readings, reads, position = False, 0, False, 0
    for tag in TAG.finditer(text):
        name = (tag["name"] or "").lower()
        if name and name not in TAGS:
            if keeps_unknown:
                continue
            unknown.append(f"<{name}>")
        if not reads:
            kept.append(text[position : tag.start()])
        position = tag.end()
        has_times = has_times or bool(tag["time"])
        readings += name == "rt" and not tag["closes"]
        reads = (reads or name == "rt") and not (tag["closes"] and name in ("rt", "ruby", ""))
        kept += ["\n"] if name == "br" else []
    kept += [] if reads else [text[position:]]
    return Plain("".join(kept), has_times, readings, tuple(unknown))


def without_overrides(text: str) -> str:
    """Take out of SubRip what ASS, MicroDVD and SubRip itself write in braces; others are text."""
    if "{" not in text:
        return text
    undrawn = "".join(part for _, part in _blocks(text)) if r"\p" in text else text
    return OVERRIDE.sub("", undrawn)


def without_blocks(text: str) -> str:
    """Keep the shown part of an ASS event: no braces (codes or comments), and no drawing."""
    return "".join(part for is_block, part in _blocks(text) if not is_block)


def unescaped(text: str) -> str:
    """Read entities, but nothing that only looks like one.

    >>> unescaped("R&D &amp; AT&T")
    'R&D & AT&T'
    """
    return ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    """Yield blocks in braces, and the text between them that is no drawing's points."""
    position, draws = 0, False
    while (begin := text.find("{", position)) >= 0 and (end := text.find("}", begin)) >= 0:
        if not draws:
            yield False, text[position:begin]
        block = text[begin : end + 1]
        yield True, block
        scale = DRAWING.findall(block) if block.startswith("{\\") else []
        draws = int(scale[-1]) > 0 if scale else draws
        position = end + 1
    if not draws:
        yield False, text[position:]
