"""Rolling captions made plain: live captioning and YouTube repeat a line until it is gone.

Each cue shows the lines before it again, or grows word by word. A file counts as rolling only when
most of its cues do so: a chorus, or somebody who says no twice, stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from socialcopy.media.subtitles.readers.events import Event

# How far apart two cues are at most of which the second carries the first on.
CLOSE_MS = 250
# Cues that have to repeat what was there, and add to it, before a file rolls.
FEWEST = 2
MOSTLY = 0.5


def unrolled(events: Sequence[Event]) -> tuple[list[Event], bool]:
    """Say each line once, when it is new; events come and go in the order of their beginnings.

    The flag says whether the file rolls at all.
    """
    if not events:
        return [], False
    repeated = [0, *map(_repeated, events, events[1:])]
    near = sum(map(_is_near, events, events[1:]))
    added = sum(
        bool(count) and count < len(event.text)
        for count, event in zip(repeated, events, strict=True)
    )
    has_times = any(event.has_times for event in events)
    if not added or (added < FEWEST and not has_times) or sum(map(bool, repeated)) < MOSTLY * near:
        return list(events), False
    plain: list[Event] = []
    for event, count in zip(events, repeated, strict=True):
        text = event.text[count:].strip()
        if text:
            plain.append(event._replace(text=text))
        elif plain and count:
            plain[-1] = plain[-1]._replace(end_ms=max(plain[-1].end_ms, event.end_ms))
    return plain, True


def _is_near(before: Event, event: Event) -> bool:
    return event.start_ms - before.end_ms <= CLOSE_MS


def _repeated(before: Event, event: Event) -> int:
    """Count the characters of a cue that were there already: last lines before it, or all of it."""
    if not _is_near(before, event):
        return 0
    lines, last = event.text.split("\n"), before.text.split("\n")
    for count in range(min(len(lines), len(last)), 0, -1):
        if lines[:count] == last[-count:]:
            return len("\n".join(lines[:count]))
    is_longer = event.text.startswith(before.text) and len(event.text) > len(before.text)
    return len(before.text) if is_longer and not event.text[len(before.text)].isalnum() else 0
