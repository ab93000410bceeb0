"""Shape, title, subtitles and the order of clips."""

from __future__ import annotations

import re

from socialcopy.engine.editing.edits import (
    AddTitle,
    Arrange,
    Edit,
    HideSubtitles,
    How,
    RemoveTitles,
    SetAspect,
    ShowSubtitles,
)
from socialcopy.engine.editing.parser.numbers import milliseconds
from socialcopy.engine.editing.parser.rules import (
    SIGNS,
    WORDS,
    Reading,
    by_rules,
    first_named,
    found,
    rules,
    used_up,
)
from socialcopy.engine.editing.parser.vocabulary import ShapeName

SHAPES: dict[ShapeName, tuple[int, int]] = {
    "vertical": (9, 16),
    "square": (1, 1),
    "landscape": (16, 9),
}
KNOWN_RATIOS = {(16, 9), (9, 16), (1, 1), (4, 5), (5, 4), (4, 3), (3, 4), (3, 2), (2, 3), (21, 9)}


def aspect_of(match: re.Match[str]) -> SetAspect | None:
    """Return the shape that a ratio, or its name, stands for; none for one that is not made."""
    if match["shape"]:
        width, height = next(
            size
            for shape, size in SHAPES.items()
            if found(WORDS.shapes.get(shape, ""), match["shape"])
        )
    else:
        width, height = int(match["w"]), int(match["h"])
    known = (width, height) in KNOWN_RATIOS
    return SetAspect(width=width, height=height) if known else None


def _title(match: re.Match[str]) -> AddTitle:
    group = match.groupdict().get
    start, duration = group("t"), group("d")
    return AddTitle(
        text=match["q"],
        start_ms=milliseconds(start) if start else 0,
        duration_ms=milliseconds(duration) if duration else 3_000,
        at_end=bool(group("end") or group("end2")),
    )


ASPECT = rules("shape", {"shape": aspect_of})
TITLES = rules("title", {"add": _title, "remove": lambda _: RemoveTitles()})
UNQUOTED = re.compile(
    rf"^(?:{WORDS.title.unquoted})\s+(?P<words>[^\x01\x02]{{1,80}})$", re.IGNORECASE
)
"""A title without quotation marks: everything behind "saying" is its text."""
STYLES = (*WORDS.places.values(), *WORDS.sizes.values(), *WORDS.colours.values())


def _subtitles(clause: str) -> Edit | None:
    words = WORDS.subtitles
    own = (words.named, words.fillers, WORDS.common.video)
    if not found(words.named, clause):
        return None
    if found(words.hides, clause) and used_up(clause, words.hides, *own):
        return HideSubtitles()
    # A noun alone asks for nothing: "caption this" wants words to post.
    is_asked_for = any(found(word, clause) for word in (words.shows, *STYLES))
    if not is_asked_for or not used_up(
        clause, *STYLES, words.named, words.shows, words.fillers, WORDS.common.video
    ):
        return None
    return style_of(clause)


def style_of(clause: str) -> ShowSubtitles:
    """Read the place, colour and size that a clause names."""
    return ShowSubtitles(
        position=first_named(WORDS.places, clause),
        colour=first_named(WORDS.colours, clause),
        size=first_named(WORDS.sizes, clause),
    )


def clips_in(text: str) -> tuple[int | str, ...]:
    """Find the clips a text names, in its order; 0 stands for the last one."""
    return tuple(map(_clip, re.findall(SIGNS["clip"], text, re.IGNORECASE)))


def _clip(name: str) -> int | str:
    if "\x01" in name or re.search(r"\.\w{3,4}$", name):
        return name
    for word, value in WORDS.ordinals.items():
        if found(rf"\b{word}\b", name):
            return value
    number = re.search(r"\d+(?!st|nd|rd|th)", name)
    is_last = re.match(WORDS.common.last_clip, name, re.IGNORECASE)
    return int(number[0]) if number and not is_last else 0


def _arranged(how: How, *groups: str) -> Reading:
    def arranged(match: re.Match[str]) -> Arrange:
        return Arrange(how=how, clips=tuple(c for group in groups for c in clips_in(match[group])))

    return arranged


ORDER = rules(
    "order",
    {
        "first": _arranged("first", "x"),
        "last": _arranged("last", "x"),
        "before": _arranged("before", "x", "y"),
        "after": _arranged("before", "y", "x"),
        "swap_two": _arranged("swap", "x", "y"),
        "swap": _arranged("swap"),
        "reverse": _arranged("reverse"),
        "all": _arranged("all"),
        "list": _arranged("list", "list"),
    },
)


def read(clause: str) -> Edit | None:
    """Read what a clause wants of the picture or the order."""
    return (
        by_rules(ASPECT, clause)
        or by_rules(TITLES, clause)
        or _subtitles(clause)
        or by_rules(ORDER, clause)
    )
