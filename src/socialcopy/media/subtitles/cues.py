"""Where one subtitle ends and the next begins, and when each is shown.

The figures are those of Netflix's timed-text guide (second-hand; docs/why.md): 42 characters a
line, two lines, 5/6 s to 7 s, two frames between subtitles, at most 20 characters a second in
English. A shot that changes within half a second takes a subtitle's end with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from socialcopy.media.subtitles import languages
from socialcopy.media.subtitles.condense import condensed
from socialcopy.media.subtitles.costs import (
    GAP_MS,
    LONGEST_MS,
    SHORTEST_MS,
    cost_of_cutting,
    cost_of_haste,
    cost_of_keeping,
    cost_of_shift,
)
from socialcopy.media.subtitles.languages import SubtitleLanguage
from socialcopy.media.subtitles.lines import (
    columns,
    fits,
    line,
    narrowed,
    room,
    spoken,
    wrap,
)
from socialcopy.models import Cue, Word

CHARACTERS_PER_SECOND = languages.of("en").characters_per_second
# How near a cut between shots takes the end of a subtitle with it.
SNAP_MS = 500
# How far before and after its first word a subtitle may appear, to meet a cut or to be read.
EARLY_MS = LATE_MS = 140
# How far after it one that is burned in may, where nothing else makes it readable: its narrow
# lines cost more cuts, and a player can't be told to wait.
BURNED_LATE_MS = 600
# How much longer than the last word a subtitle may stay when nothing follows.
LINGER_MS = 400
# A gap below this looks like a flicker; it is closed to `GAP_MS`.
CLOSED_GAP_MS = 460
# The least distance of two subtitles' beginnings, whatever the recogniser's times say.
ROOM_MS = GAP_MS + 100
# Columns a second that make up for times in whole milliseconds.
ROUNDING = 0.05
# Ways kept to each place; two were enough for every clip at hand.
MOST_WAYS = 6
# Words considered for one subtitle; only scripts without spaces come near.
MOST_WORDS = 40


def cues(
    words: Sequence[Word],
    *,
    duration_ms: int,
    max_line: int = 42,
    max_lines: int = 2,
    cuts_ms: Sequence[int] = (),
    language: str | None = None,
    late_ms: int = LATE_MS,
) -> tuple[Cue, ...]:
    """Turn spoken words into subtitles that end where sentences, phrases or the voice do.

    Every word appears once and in order, but for idle ones where a voice is faster than anyone
    reads (`condense`). A subtitle stays longer than its words where silence allows, so that it
    can be read; none overlaps the next. Widths are in columns, a wide
    East Asian character counts two. `cuts_ms` are the beginnings of new shots.
    A subtitle may begin `late_ms` after its first word.

    >>> said = [("It", 0), ("works.", 300), ("Try", 2_000), ("it.", 2_300)]
    >>> words = [Word(start_ms=at, end_ms=at + 250, text=text) for text, at in said]
    >>> [(cue.start_ms, cue.text) for cue in cues(words, duration_ms=4_000)]
    [(0, 'It works.'), (2000, 'Try it.')]
    """
    return cut(
        spoken(words), duration_ms=duration_ms, max_line=max_line, max_lines=max_lines,
        cuts_ms=cuts_ms, language=language, late_ms=late_ms,
    )  # fmt: skip


def cut(
    pieces: Sequence[Word],
    *,
    duration_ms: int,
    max_line: int = 42,
    max_lines: int = 2,
    cuts_ms: Sequence[int] = (),
    language: str | None = None,
    may_condense: bool = True,
    late_ms: int = LATE_MS,
) -> tuple[Cue, ...]:
    """Do the same with pieces that no line may break, each with the space behind it."""
    if not pieces:
        return ()
    own = languages.of(language)
    max_line = min(max_line, own.longest_line or max_line)
    max_line = room("".join(piece.text for piece in pieces), max_line)
    pieces = narrowed(pieces, max_line)
    speed = reading_speed(language)
    groups = _cut(pieces, duration_ms, (max_line, max_lines), speed, late_ms)
    times = _times(groups, _needs(groups, speed), duration_ms, late_ms)
    if may_condense and own.idle:
        groups = _readable(groups, times, speed, own)
    texts = [
        "\n".join(wrap([word.text for word in group], max_line=max_line, max_lines=max_lines))
        for group in groups
    ]
    needs = _needs(groups, speed)
    times = _times(groups, needs, duration_ms, late_ms)
    times = _snapped(times, groups, needs, cuts_ms)
    return tuple(
        Cue(start_ms=start, end_ms=end, text=text)
        for (start, end), text in zip(times, texts, strict=True)
    )


def _needs(groups: Sequence[Sequence[Word]], speed: int) -> list[int]:
    """Measure how long each subtitle takes to read, in milliseconds."""
    return [_reading_ms(columns(line([word.text for word in group])), speed) for group in groups]


def _readable(
    groups: Sequence[Sequence[Word]],
    times: Sequence[tuple[int, int]],
    speed: int,
    own: SubtitleLanguage,
) -> list[Sequence[Word]]:
    """Leave idle words out of subtitles whose time is too short for them."""
    needs = _needs(groups, speed)
    return [
        condensed(group, (end - start) * speed // 1000, own) if end - start < need else group
        for group, need, (start, end) in zip(groups, needs, times, strict=True)
    ]


def reading_speed(language: str | None) -> int:
    """Return the columns a second an adult reads; English's where the language is not known.

    >>> reading_speed("en-GB"), reading_speed("ja"), reading_speed(None)
    (20, 8, 20)
    """
    return languages.of(language or "en").characters_per_second


def count_too_fast(shown: Sequence[Cue], language: str | None) -> int:
    """Count the subtitles that are gone before an adult has read them."""
    speed = reading_speed(language)
    widths = [columns(cue.text.replace("\n", " ")) for cue in shown]
    return sum(
        width * 1000 > (speed + ROUNDING) * (cue.end_ms - cue.start_ms)
        for width, cue in zip(widths, shown, strict=True)
    )


def _snapped(
    times: Sequence[tuple[int, int]],
    groups: Sequence[Sequence[Word]],
    needs: Sequence[int],
    cuts_ms: Sequence[int],
) -> list[tuple[int, int]]:
    """Begin and end with the shots, where no word is lost and all can still be read."""
    done: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(times):
        free_from = done[-1][1] + GAP_MS if done else 0
        free_until = times[number + 1][0] - GAP_MS if number + 1 < len(times) else end
        earliest = max(free_from, groups[number][0].start_ms - EARLY_MS)
        begins = [cut for cut in cuts_ms if earliest <= cut < start]
        begin = begins[-1] if begins else start
        ends = [
            cut - GAP_MS
            for cut in cuts_ms
            if abs(cut - GAP_MS - end) <= SNAP_MS
            and max(groups[number][-1].end_ms, begin + needs[number]) <= cut - GAP_MS <= free_until
            and (cut - GAP_MS >= end or end - begin > SHORTEST_MS + SNAP_MS)
        ]
        done.append((begin, min(ends[0], begin + LONGEST_MS) if ends else end))
    return done


class _Way(NamedTuple):
    """One way to cut the words up to a place."""

    cost: float
    free_from: int
    """When the next subtitle may begin, if this one is gone as soon as it can have been read."""
    begin: int
    before: _Way | None


def _cut(
    words: Sequence[Word], duration_ms: int, room: tuple[int, int], speed: int, late_ms: int
) -> list[Sequence[Word]]:
    """Choose the cheapest of all ways to cut, by dynamic programming over the last cut.

    What is cheap so far may leave the next words no time, so a few ways to each place are kept.
    """
    max_line, max_lines = room
    keeping = list(accumulate((cost_of_keeping(a, b) for a, b in pairwise(words)), initial=0.0))
    ways: list[list[_Way]] = [[_Way(0.0, 0, 0, None)]]
    for end in range(1, len(words) + 1):
        cutting = cost_of_cutting(words, end)
        is_last = end == len(words)
        free_until = duration_ms if is_last else words[end].start_ms
        latest = duration_ms if is_last else free_until + late_ms - GAP_MS
        found: list[_Way] = []
        # Backwards from the last word: where a group is too long, all longer ones are.
        for begin in range(end - 1, max(-1, end - 1 - MOST_WORDS), -1):
            group = words[begin:end]
            if not _is_possible(group, max_line, max_lines):
                break
            width = columns(line([word.text for word in group]))
            cost = cutting + keeping[end - 1] - keeping[begin]
            cost += cost_of_haste(group, width, free_until, speed)
            need = _reading_ms(width, speed)
            found += [
                _extended(way, begin, group[0].start_ms, (cost, need, latest, late_ms))
                for way in ways[begin]
            ]
        ways.append(_worth_keeping(found))
    return _follow(ways[-1][0], words)


def _extended(way: _Way, begin: int, said_ms: int, given: tuple[float, int, int, int]) -> _Way:
    """Add one more subtitle to a way, as early as may be and as short as it can be read."""
    cost, need_ms, latest, most_late_ms = given
    start = max(way.free_from, said_ms - EARLY_MS, 0)
    short_ms = max(0, start + need_ms - latest)
    late_ms = max(0, start - said_ms - most_late_ms)
    cost += way.cost + cost_of_shift(short_ms, late_ms)
    return _Way(cost, start + need_ms - short_ms + GAP_MS, begin, way)


def _worth_keeping(found: list[_Way]) -> list[_Way]:
    """Keep the cheapest ways, and dearer ones only where they leave more time."""
    kept: list[_Way] = []
    for way in sorted(found, key=lambda way: (way.cost, way.free_from)):
        if not kept or way.free_from < kept[-1].free_from:
            kept.append(way)
    return kept[:MOST_WAYS]


def _follow(way: _Way, words: Sequence[Word]) -> list[Sequence[Word]]:
    groups: list[Sequence[Word]] = []
    end, at = len(words), way
    while at.before is not None:
        groups.append(words[at.begin : end])
        end, at = at.begin, at.before
    return groups[::-1]


def _is_possible(group: Sequence[Word], max_line: int, max_lines: int) -> bool:
    if len(group) == 1:
        return True
    spoken_ms = group[-1].end_ms - group[0].start_ms
    texts = [word.text for word in group]
    return spoken_ms <= LONGEST_MS and fits(texts, max_line=max_line, max_lines=max_lines)


def _times(
    groups: Sequence[Sequence[Word]], needs: Sequence[int], duration_ms: int, late_ms: int
) -> list[tuple[int, int]]:
    """Choose when each subtitle is shown: near its words, and long enough to read if possible."""
    said = keep_apart([group[0].start_ms for group in groups], duration_ms)
    starts = _eased(said, needs, duration_ms, late_ms)
    times: list[tuple[int, int]] = []
    for number, (start, group) in enumerate(zip(starts, groups, strict=True)):
        is_last = number + 1 == len(groups)
        latest = duration_ms if is_last else starts[number + 1] - GAP_MS
        end = _end(start, group[-1].end_ms, latest, needs[number], is_last=is_last)
        times.append((start, end))
    return times


def _eased(said: Sequence[int], needs: Sequence[int], duration_ms: int, late_ms: int) -> list[int]:
    """Move beginnings by what the ear does not miss, to where every subtitle has its time.

    Backwards: when each has to begin at the latest. Forwards: as near to its word as that allows.
    """
    latest = list(said)
    until = duration_ms
    for number in reversed(range(len(said))):
        wanted = min(said[number] + late_ms, until - needs[number])
        latest[number] = max(wanted, said[number] - EARLY_MS, 0)
        until = latest[number] - GAP_MS
    starts: list[int] = []
    free_from = 0
    for begin, last, need in zip(said, latest, needs, strict=True):
        start = max(min(begin, last), free_from)
        start = min(start, max(begin + late_ms, starts[-1] + ROOM_MS if starts else 0))
        starts.append(start)
        free_from = start + need + GAP_MS
    return starts


def keep_apart(starts: list[int], duration_ms: int) -> list[int]:
    """Keep beginnings in order, apart, and inside the video, whatever a recogniser says; in ms."""
    for number in range(1, len(starts)):
        starts[number] = max(starts[number], starts[number - 1] + ROOM_MS)
    # The last one has to begin inside the video, and pushes those before it forward.
    ceiling = duration_ms - ROOM_MS
    for number in reversed(range(len(starts))):
        starts[number] = max(0, min(starts[number], ceiling))
        ceiling = starts[number] - ROOM_MS
    return starts


def _reading_ms(width: int, speed: int) -> int:
    return min(LONGEST_MS, max(SHORTEST_MS, width * 1000 // speed + 1))


def _end(start: int, last_word_end: int, latest: int, wanted: int, *, is_last: bool) -> int:
    """Choose when a subtitle goes: after its words, when it has been read, never in a flicker."""
    end = max(min(last_word_end + LINGER_MS, latest), start + wanted)
    if not is_last and latest + GAP_MS - end < CLOSED_GAP_MS:
        end = latest
    return max(start + 1, min(end, latest, start + LONGEST_MS))
