"""Advanced SubStation Alpha and SubStation Alpha: the dialogue lines of a script.

Comments, whether lines or braces, are never shown, and neither are the points of a drawing.
"""

from __future__ import annotations

import regex

from socialcopy.media.subtitles.readers.events import Event, Parsed, milliseconds, said
from socialcopy.media.subtitles.readers.markup import without_blocks

SECTION = regex.compile(r"\s*\[(?P<name>[\p{L}\d +._-]{1,60})\]\s*")
# What tells a script from other texts; comments may stand before it.
BEGINNING = regex.compile(
    r"^[ \t]*\[(?:script info|v4\+? styles(?:\+| plus)?"
    r"|events\][ \t]*\n[ \t]*(?:format|dialogue|comment):)",
    regex.I | regex.M,
)
# The fields of a dialogue line where no `Format:` says otherwise.
USUAL = (
    *("layer", "start", "end", "style", "name"),
    *("marginl", "marginr", "marginv", "effect", "text"),
)


def parse(text: str) -> Parsed:
    """Read the events of a script."""
    events: list[Event] = []
    fields, in_events, broken = USUAL, False, 0
    for line in text.split("\n"):
        section = SECTION.fullmatch(line[:100])
        in_events = section["name"].strip().lower() == "events" if section else in_events
        kind, _, rest = line.partition(":")
        kind = kind.strip().lower()[:20]
        if in_events and kind == "format":
            fields = tuple(name.strip().lower() for name in rest.split(",", 40))
        if not in_events or kind != "dialogue":
            continue
        values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
        start, end = (milliseconds(values.get(name, "")) for name in ("start", "end"))
        if start is None or end is None:
            broken += 1
            continue
        events.append(Event(start, end, _shown(values.get("text", ""))))
    notes = said(broken, "has times nobody can read", "have times nobody can read")
    return Parsed(events, tuple(notes))


def _shown(text: str) -> str:
    # `\n` is a soft break, which players show as a space unless a script asks for no wrapping.
    plain = without_blocks(text)
    return plain.replace("\\N", "\n").replace("\\n", " ").replace("\\h", "\u00a0")
