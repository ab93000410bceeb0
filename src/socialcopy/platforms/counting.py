"""Counting text the way a network counts it, and finding the hashtags it would link.

PyPI's twitter-text-parser is not used: its last release (May 2023) imports `pkg_resources`, which
setuptools has dropped, and it knows no emoji later than its own. The `regex` package follows
Unicode, so an emoji of any year counts two, as X's page says.
"""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from importlib.resources import files

import regex

from socialcopy.platforms.rules import Unit

LINK_WEIGHT = 23
"""What X's link shortener makes of any address."""

DNS_LABEL_BYTES = 63

NARROW = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points X counts once; all others count two."""

EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}"
    r"|[0-9#*]\uFE0F?\u20E3"
    r"|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)\p{Emoji_Modifier}?"
    r"(?:[\U000E0020-\U000E007E]+\U000E007F)?"
    r"(?:\u200D(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)\p{Emoji_Modifier}?)*"
)

_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?"
_PATH = r"(?::\d{1,5})?(?:[/?#][^\s\p{C}<>\"“”]*[^\s\p{C}<>\"“”.,:;!?)\]'’。，])?/?"
LINK = regex.compile(
    rf"(?<![@#$\p{{L}}\p{{N}}_])(?P<scheme>https?://)?(?P<host>(?:{_LABEL}\.(?=\p{{L}}|\p{{N}})){{1,10}}(?P<top>\p{{L}}{{2,24}}))"
    rf"(?![\p{{L}}\p{{N}}_@]){_PATH}",
    regex.IGNORECASE,
)
COMMON_TOPS = frozenset(
    (files("socialcopy.platforms") / "common_top_level_domains.txt").read_text().split()
)
"""Endings X surely links without `https://`; with another an address counts as the longer."""

_JOINERS = (
    r"\u00B7\u05BE\u05F3\u05F4\u0F0B\u0F0C\u200C\u200D\u3003\u301C\u309B\u309C\u30A0\u30FB\uFF5E"
)
"""Signs that belong to words of some scripts, so hashtags may contain them."""

HASHTAG = regex.compile(
    r"(?<![\p{L}[\p{M}--[\uFE0E\uFE0F]]\p{N}_&/])[#＃](?![\uFE0F\u20E3])"
    rf"(?P<tag>[\p{{L}}\p{{M}}\p{{N}}_{_JOINERS}]*+(?<=[\p{{L}}\p{{M}}][^#＃]*))(?!://)",
    regex.V1,
)
MENTION = regex.compile(
    r"(?<![A-Za-z0-9_!#$%&*@＠./-])[@＠](?P<name>[A-Za-z0-9_](?:\.?[A-Za-z0-9_]){0,29}+)(?![@＠\u00C0-\u024F]|://)"
)


def characters(text: str) -> int:
    """Count Unicode code points after NFC.

    >>> characters("Cafe\N{COMBINING ACUTE ACCENT}")
    4
    """
    return len(unicodedata.normalize("NFC", text))


def weighted(text: str) -> int:
    """Count as X does; never less than X counts.

    A bare domain whose ending is not a common one may or may not be a link: it counts as the
    larger of the two.

    >>> weighted("Hot: https://harbor.example/mug"), weighted("東京"), weighted("☕")
    (31, 4, 2)
    """
    text = unicodedata.normalize("NFC", text)
    total, position = 0, 0
    for link in LINK.finditer(text):
        total += _plain_weight(text[position : link.start()]) + _link_weight(link)
        position = link.end()
    return total + _plain_weight(text[position:])


def graphemes(text: str) -> int:
    """Count what a reader sees as one character; the `regex` package follows UAX #29.

    >>> graphemes("👩\N{ZERO WIDTH JOINER}🍳"), characters("👩\N{ZERO WIDTH JOINER}🍳")
    (1, 3)
    """
    return len(regex.findall(r"\X", unicodedata.normalize("NFC", text)))


def utf16_units(text: str) -> int:
    """Count as JavaScript and Java do."""
    return len(unicodedata.normalize("NFC", text).encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    """Count the bytes that are stored."""
    return len(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass"))


def with_emoji_bytes(text: str) -> int:
    """Count as Threads does: code points, but an emoji as the bytes of its UTF-8 form."""
    text = unicodedata.normalize("NFC", text)
    emoji = sum(utf8_bytes(match) for match in EMOJI.findall(text))
    return emoji + len(EMOJI.sub("", text))


COUNTERS: dict[Unit, Callable[[str], int]] = {
    Unit.CHARACTERS: characters,
    Unit.WEIGHTED: weighted,
    Unit.GRAPHEMES: graphemes,
    Unit.UTF16: utf16_units,
    Unit.BYTES: utf8_bytes,
    Unit.EMOJI_BYTES: with_emoji_bytes,
}


def hashtags(text: str) -> tuple[str, ...]:
    """Find the hashtags of a text in order, with their `#`; one of digits alone is none.

    >>> hashtags("#HarborMug, #1 of #2026Mugs")
    ('#HarborMug', '#2026Mugs')
    """
    return tuple(f"#{match['tag']}" for match in HASHTAG.finditer(text))


def mentions(text: str) -> tuple[str, ...]:
    """Find the `@names` a network would link."""
    return tuple(match.group() for match in MENTION.finditer(text))


def links(text: str) -> tuple[str, ...]:
    """Find the web addresses a network would link."""
    return tuple(match.group() for match in LINK.finditer(text) if _is_link(match))


def _is_link(match: regex.Match[str]) -> bool:
    known = match["scheme"] or match["top"].lower() in COMMON_TOPS
    return bool(known) and _is_host(match["host"])


def _is_host(host: str) -> bool:
    """Tell whether each label fits into the 63 bytes that DNS has for it."""
    labels = (label.encode("punycode") for label in host.split(".") if not label.isascii())
    return all(len(label) + len("xn--") <= DNS_LABEL_BYTES for label in labels)


def _link_weight(match: regex.Match[str]) -> int:
    """Weigh a link: 23 where X surely links; else 23 or its own length, whichever is more.

    X may not link `https://a.example`, whose ending may not exist.
    """
    if _is_link(match) and match["top"].lower() in COMMON_TOPS:
        return LINK_WEIGHT
    return max(LINK_WEIGHT, _plain_weight(match.group()))


def _plain_weight(text: str) -> int:
    emoji = 2 * len(EMOJI.findall(text))
    return emoji + sum(_weight(character) for character in EMOJI.sub("", text))


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in NARROW) else 2
