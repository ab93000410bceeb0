"""The free text a chat agent answers with: written from captions, and read back from any service.

What a service writes is not under our control: headings come as markdown, numbered, bold, with
counts in brackets or in Chinese, texts in fences or quotes. Everything is data; nothing is run.
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

import regex

from socialcopy.models import CaptionSet, Platform, Value
from socialcopy.platforms import rules

NOTES_HEADING = "Notes"
OTHER_NETWORKS = "Mastodon|Pinterest|Snapchat|Reddit|WhatsApp|Telegram|微博|抖音|小红书"
"""Sections of networks nobody asked for end the one before, and are dropped."""

KINDS = r"(?:caption|captions|post|posts|copy|text|tweet|version|reel|update|文案|帖子|标题|推文)"
OPENING = (
    r"(?:\s|\d{1,2}[.)、]|[-•+](?=\s)|#{1,6}(?=\s)|[*_\[【]|\p{Extended_Pictographic}\uFE0F?)*+"
)
"""Marks in front of a heading; `#` without a space behind it begins a hashtag."""

CLOSING = rf"(?:\s*{KINDS}){{0,2}}\s*(?:\(.{{0,60}}?\)|（.{{0,60}}?）)?\s*"
FENCE = regex.compile(r"^\s{0,3}(?P<fence>`{3,}|~{3,})[^`\n]*$")
RULE = regex.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,}|—{2,}|={3,})\s*$")
LABEL = regex.compile(
    rf"^\s*[*_]{{0,3}}(?:{KINDS}|body|hashtags?|hash tags?|正文"
    rf"|标签)[*_]{{0,3}}\s*[:：][*_]{{0,3}}[ \t]*",
    regex.I,
)
COUNT = regex.compile(
    r"^\s*[*_(（]{0,3}(?:character|char|word)s?(?: count)?\s*[:：]?\s*~?\d[\d,./ ]*.{0,30}$"
    r"|^\s*[*_(（]{1,3}~?\d[\d,]*\s*(?:/\s*\d[\d,]*\s*)?(?:characters|chars|字符?)[*_)）]{0,3}\s*$",
    regex.I,
)
TAGS_AT_END = regex.compile(r"^(?P<before>.*?)(?P<tags>\s*(?:[#＃][^\s#＃]+\s*)*+)$", regex.S)
QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("'", "'"), ("‘", "’"))


class _Section(Value):
    """What stands under one heading."""

    platform: Platform | None
    """None for notes and for networks we don't write for."""
    is_notes: bool = False
    lines: tuple[str, ...]


def compose(captions: CaptionSet) -> str:
    """Write captions as one text a person can read and `parse` reads back.

    A text that would be mistaken for something else (a line like a heading, quotes all around)
    is put into a code fence.
    """
    texts = {caption.platform: caption.text for caption in captions.captions}
    sections = [f"**{rules(p).name}**\n\n{_guarded(text)}" for p, text in texts.items()]
    if captions.notes:
        notes = "\n".join(f"- {' '.join(note.split())}" for note in captions.notes)
        sections.append(f"**{NOTES_HEADING}**\n\n{notes}")
    return "\n\n".join(sections)


def parse(text: str, platforms: Collection[Platform]) -> dict[Platform, str]:
    """Find each network's text in a reply; a network without one is not in the result.

    A reply without any heading belongs to the one network asked for, if it is only one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sections = list(_sections(lines))
    if not any(section.platform for section in sections):
        data = {p: text for p, text in structured(text).items() if p in platforms}
        body = _body(lines)
        return data or ({next(iter(platforms)): body} if len(platforms) == 1 and body else {})
    found: dict[Platform, str] = {}
    for section in sections:
        body = _body(section.lines)
        if section.platform and section.platform in platforms and body:
            found.setdefault(section.platform, body)
    return found


def parse_notes(text: str) -> tuple[str, ...]:
    """Read the notes `compose` wrote under the captions."""
    lines = text.replace("\r\n", "\n").split("\n")
    noted = (section.lines for section in _sections(lines) if section.is_notes)
    return tuple(line[2:].strip() for lines in noted for line in lines if line.startswith("- "))


def _guarded(text: str) -> str:
    lines = text.split("\n")
    if _body(lines) == text and not any(_heading(line) or FENCE.match(line) for line in lines):
        return text
    fence = "`" * max(3, 1 + max(map(len, regex.findall(r"`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _sections(lines: Sequence[str]) -> Iterable[_Section]:
    """Cut at headings, except inside fences."""
    current: _Section | None = None
    body: list[str] = []
    fence = ""
    for line in lines:
        fence = _fence_after(line, fence)
        heading = None if fence else _heading(line)
        if heading is None:
            body.append(line)
            continue
        if current:
            yield current.model_copy(update={"lines": tuple(body)})
        current, body = heading, list(heading.lines)
    if current:
        yield current.model_copy(update={"lines": tuple(body)})


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open after a line; a shorter one of its kind doesn't close it."""
    match = FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match["fence"]
    return "" if match["fence"].startswith(fence) and line.strip() == match["fence"] else fence


def _heading(line: str) -> _Section | None:
    """Read a line as a heading, with the text that may follow its colon."""
    for pattern, platform, is_notes in _headings():
        match = pattern.match(line)
        if match:
            rest = (match["rest"] or "").strip()
            return _Section(platform=platform, is_notes=is_notes, lines=(rest,) if rest else ())
    return None


@cache
def _headings() -> tuple[tuple[regex.Pattern[str], Platform | None, bool], ...]:
    ours = tuple((_pattern(_names(platform)), platform, False) for platform in Platform)
    notes = (_pattern(rf"{NOTES_HEADING}?|备注|说明"), None, True)
    return (*ours, (_pattern(OTHER_NETWORKS), None, False), notes)


def _names(platform: Platform) -> str:
    """Every name of a network; the longest first, since one may begin another."""
    escaped = (regex.escape(name, literal_spaces=True) for name in rules(platform).names)
    return "|".join(sorted(escaped, key=len, reverse=True))


def _pattern(names: str) -> regex.Pattern[str]:
    """Match a line that is only a heading, or a name with a colon and the text behind it."""
    emphasis = r"[*_\]】]*+"
    return regex.compile(
        rf"^{OPENING}(?:(?:for|on)\s+)?(?:{names}){emphasis}{CLOSING}{emphasis}"
        rf"(?:\s*[:：]\s*{emphasis}(?P<rest>.*)|\s*[-–—]*\s*{emphasis}\s*#*\s*)$",
        regex.IGNORECASE,
    )


def _body(lines: Sequence[str]) -> str:
    """Pick what is to be posted among the lines of a section."""
    fenced = _first_fenced(lines)
    if fenced is not None:
        return fenced
    plain = _without_emphasis("\n".join(lines)).split("\n")
    kept = [LABEL.sub("", line) for line in plain if not RULE.match(line) and not COUNT.match(line)]
    filled = [line for line in kept if line.strip()]
    if filled and all(line.lstrip().startswith(">") for line in filled):
        kept = [regex.sub(r"^\s*>\s?", "", line) for line in kept]
    return _unquoted(regex.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, kept))).strip())


def _first_fenced(lines: Sequence[str]) -> str | None:
    fence, inside = "", list[str]()
    for line in lines:
        before, fence = fence, _fence_after(line, fence)
        if before and not fence:
            return "\n".join(inside)
        if before:
            inside.append(line)
    return "\n".join(inside).strip() if inside else None


def _without_emphasis(text: str) -> str:
    """No network shows markdown's bold."""
    return regex.sub(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*", r"\1", text)


def _unquoted(text: str) -> str:
    """Take quotes off that stand around the text, or around all of it but the hashtags."""
    quoted, tags = TAGS_AT_END.match(text).group("before", "tags")  # type: ignore[union-attr]
    for opening, closing in QUOTES:
        inner = quoted[1:-1]
        is_wrapped = len(quoted) > 2 and quoted.startswith(opening) and quoted.endswith(closing)  # noqa: PLR2004  (two quotation marks and something between)
        if is_wrapped and opening not in inner and closing not in inner:
            return inner.strip() + tags
    return text


OBJECT, LIST = (regex.compile(form, regex.S) for form in (r"\{.*\}", r"\[.*\]"))
ROW = regex.compile(r"^\s*\|(?P<name>[^|\n]+)\|(?P<text>(?:[^|\n\\]|\\.)+)\|", regex.M)
NAME_KEYS = ("platform", "network", "channel", "name")
TEXT_KEYS = ("caption", "text", "content", "post", "copy", "body")
TAG_KEYS = ("hashtags", "tags")
DEEPEST = 4
LONGEST = 200_000
"""Characters of a reply that are looked at."""


def structured(reply: str) -> dict[Platform, str]:
    """Each network's text in a reply that is data; nothing when it is none."""
    found: dict[Platform, str] = {}
    for platform, text in (*_walk(read_json(reply), DEEPEST), *_in_table(reply[:LONGEST])):
        if text.strip():
            found.setdefault(platform, text.strip())
    return found


def read_json(reply: str) -> Any:
    """Read the object or the list in a reply; nothing where there is none."""
    for found in (form.search(reply[:LONGEST]) for form in (OBJECT, LIST)):
        try:
            if found:
                return json.loads(found.group())
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int) -> Iterable[tuple[Platform, str]]:
    """Objects keyed by network, or that name their network in a field; lists of either."""
    if not depth:
        return
    if isinstance(value, list):
        for part in value:
            yield from _walk(part, depth - 1)
    elif isinstance(value, dict):
        told = next((value[key] for key in NAME_KEYS if isinstance(value.get(key), str)), "")
        if (own := _network(told)) is not None:
            yield own, _text(value)
            return
        for key, part in value.items():
            platform = _network(str(key))
            if platform is None:
                yield from _walk(part, depth - 1)
            else:
                yield platform, _text(part)


def _text(value: Any) -> str:
    """Write a caption, with its hashtags where they are kept apart."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    text = next((value[key] for key in TEXT_KEYS if isinstance(value.get(key), str)), "")
    tags = next((value[key] for key in TAG_KEYS if isinstance(value.get(key), list)), [])
    line = " ".join(f"#{str(tag).lstrip('#')}" for tag in tags if tag)
    return f"{text}\n\n{line}" if text and line and line not in text else text


def _in_table(reply: str) -> Iterable[tuple[Platform, str]]:
    for row in ROW.finditer(reply):
        platform = _network(row["name"])
        if platform is not None:
            text = regex.sub(r"<br\s*/?>", "\n", row["text"], flags=regex.I)
            yield platform, regex.sub(r"\\(.)", r"\1", text)


def _network(name: str) -> Platform | None:
    plain = regex.sub(r"[^\p{L}\p{N}]", "", name).casefold()
    return _networks().get(plain)


@cache
def _networks() -> dict[str, Platform]:
    """Every network by every name it goes by, in letters alone."""
    return {
        regex.sub(r"[^\p{L}\p{N}]", "", name).casefold(): platform
        for platform in Platform
        for name in (platform.value, *rules(platform).names)
    }
