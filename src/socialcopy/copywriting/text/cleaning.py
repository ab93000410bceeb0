"""Text a reader sees is the text that is posted: nothing invisible, nothing that acts.

Zero-width, bidirectional and tag characters can hide words, or show them in another order than they
are read by machines. What some scripts and emoji need of them stays.
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

import unicodedata

import regex

from socialcopy.platforms.counting import EMOJI, LINK, MENTION

# England, Scotland and the like: the one honest use of tag characters.
FLAG_OF_A_REGION = regex.compile(
    r"\U0001F3F4[\U000E0061-\U000E007A\U000E0030-\U000E0039]{4,6}\U000E007F"
)

JOINER_IN_WORD = regex.compile(
    r"(?<=[\p{Arabic}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Mongolian}\p{M}])[\u200C\u200D](?=[\p{L}\p{M}])"
)
KEPT = regex.compile(
    rf"{FLAG_OF_A_REGION.pattern}|(?:{JOINER_IN_WORD.pattern})|(?P<emoji>{EMOJI.pattern})"
)
EMAIL = regex.compile(r"(?<![\w.+-])([\w.+-]{1,64})[@＠](?=[\w-]+\.)")
# What makes a hashtag, a mention or a cashtag of a word; "$20" and "#1" stay.
SIGILS = regex.compile(
    r"(?<![#＃@＠$])[#＃@＠$]++(?=\p{L}|(?<=[#＃@＠])[\p{L}\p{M}\p{N}_]*[\p{L}\p{M}])"
)

LINE_BREAK = regex.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
SPACE_AT_END = regex.compile(r"[^\S\n]+\n")
EMPTY_LINES = regex.compile(r"\n{3,}")
INVISIBLE = regex.compile(r"[\p{C}\p{Default_Ignorable_Code_Point}--[\n]]", regex.V1)


def visible(text: str) -> str:
    """Normalise to NFC with plain line breaks, and drop every character that shows nothing.

    At most one empty line in a row, none at the ends.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    text = LINE_BREAK.sub("\n", text).replace("\t", " ")
    text = SPACE_AT_END.sub("\n", _without_invisible(text))
    return EMPTY_LINES.sub("\n\n", text).strip()


def _without_invisible(text: str) -> str:
    kept: list[str] = []
    position = 0
    for match in KEPT.finditer(text):
        kept += [INVISIBLE.sub("", text[position : match.start()]), _kept(match)]
        position = match.end()
    return "".join([*kept, INVISIBLE.sub("", text[position:])])


def _kept(match: regex.Match[str]) -> str:
    if match["emoji"] is None:
        return match.group()
    return regex.sub(r"[\U000E0000-\U000E007F]", "", match.group())


def unlinked(text: str) -> str:
    """Write addresses, handles and hashtags as words, so that no network makes links of them.

    `www.brightline.com/start` becomes `brightline dot com`; `@maya` becomes `maya`.
    """
    while (words := _unlinked_once(text)) != text:
        text = words
    return text


def _unlinked_once(text: str) -> str:
    """Each change takes a sign away that makes links, so repeating it comes to an end."""
    text = EMAIL.sub(r"\1 at ", text)
    text = LINK.sub(_spoken_host, text)
    return SIGILS.sub("", MENTION.sub(lambda mention: mention["name"], text))


def _spoken_host(link: regex.Match[str]) -> str:
    host = regex.sub(r"^www\.", "", link["host"], flags=regex.IGNORECASE)
    return host.replace(".", " dot ")
