"""Which characters this machine can draw, asked before anything is rendered.

libass takes any installed outline font that has a glyph, by way of fontconfig; a character that
none of them has becomes an empty box. Fonts of coloured bitmaps don't count: libass draws none.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from socialcopy.media.ffmpeg.runner import Limits, run

LIMITS = Limits(wall_seconds=30, memory_bytes=2_000_000_000)
# A fontconfig pattern: scalable fonts, and none that draws in colours of its own.
OUTLINES = ":outline=true:color=false"
# Fonts with emoji as outlines; the first is Debian's `fonts-symbola`, the second Homebrew's.
EMOJI_FAMILIES = ("Symbola", "Noto Emoji")
# Categories without a shape of their own: controls, joiners, spaces; marks are composed.
INVISIBLE = ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")


def missing_glyphs(text: str) -> tuple[str, ...]:
    """Return the characters of a text that no installed font can draw, each once, in order."""
    coverage = _coverage()
    visible = (c for c in dict.fromkeys(text) if unicodedata.category(c) not in INVISIBLE)
    return tuple(c for c in visible if not any(ord(c) in span for span in coverage))


@functools.cache
def is_installed(family: str) -> bool:
    """Tell whether fontconfig knows a family by exactly this name."""
    names = {name.strip().casefold() for line in _families() for name in line.split(",")}
    return family.casefold() in names


@functools.cache
def emoji_family() -> str:
    """Return the installed font that has emoji as outlines; empty when there is none."""
    return next((family for family in EMOJI_FAMILIES if is_installed(family)), "")


def is_covered(character: str, family: str) -> bool:
    """Tell whether a family has a character; no family has none."""
    return bool(family) and any(ord(character) in span for span in _coverage(family))


@functools.cache
def _families() -> tuple[str, ...]:
    return tuple(_list("%{family}\n").splitlines())


@functools.cache
def _coverage(family: str = "") -> tuple[range, ...]:
    listed = _list("%{charset}\n", f"{family}{OUTLINES}").splitlines()
    spans = {span for line in listed for span in line.split()}
    return tuple(_merged(_range(span) for span in spans))


def _range(span: str) -> range:
    first, _, last = span.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def _merged(spans: Iterable[range]) -> list[range]:
    merged: list[range] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(merged[-1].stop, span.stop))
        else:
            merged.append(span)
    return merged


def _list(form: str, pattern: str = OUTLINES) -> str:
    # fc-list escapes `-`, `:` and `,` in names by a backslash.
    printed = run(["fc-list", pattern, "-f", form], limits=LIMITS).stdout.decode(errors="replace")
    return re.sub(r"\\(.)", r"\1", printed)
