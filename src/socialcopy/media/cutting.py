"""Where one subtitle ends and the next begins, and when each is shown.

The figures are those of Netflix's timed-text guide (second-hand; docs/why.md): 42 characters a
line, two lines, 5/6 s to 7 s, two frames between subtitles, at most 20 characters a second in
English. A shot that changes within half a second takes a subtitle's end with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from socialcopy.media.lines import (
    columns,
    ends_clause,
    ends_sentence,
    fits,
    join,
    leans_on,
    spoken,
    wrap,
)
from socialcopy.models import Cue, Word

SHORTEST_MS = 833
LONGEST_MS = 7_000
GAP_MS = 80
CHARACTERS_PER_SECOND = 20
CHARACTERS_PER_SECOND_BY_LANGUAGE = {
    "en": CHARACTERS_PER_SECOND,
    "ar": 20,
    "hi": 22,
    "ja": 8,
    "ko": 24,
    "zh": 18,
}
OTHER_CHARACTERS_PER_SECOND = 17
"""For adults, in columns: a wide East Asian character counts two (4, 12 and 9 of them)."""
LINE_BY_LANGUAGE = {"ja": 46, "ko": 32, "zh": 32, "th": 35}
"""Longest line in columns where a language has its own."""
SNAP_MS = 500
"""How near a cut between shots takes the end of a subtitle with it."""
EARLY_MS = 140
"""How far from its first word a subtitle may appear, to meet a cut or to be read."""
LINGER_MS = 400
"""How much longer than the last word a subtitle may stay when nothing follows."""
CLOSED_GAP_MS = 460
"""A gap below this looks like a flicker; it is closed to `GAP_MS`."""
ROOM_MS = GAP_MS + 100
"""The least distance of two subtitles' beginnings, whatever the recogniser's times say."""
MOST_WORDS = 40
"""Words considered for one subtitle; only scripts without spaces come near."""

PAUSE_MS = 300
BREAK_MS = 700
SILENCE_MS = 1_200


def cues(
    words: Sequence[Word],
    *,
    duration_ms: int,
    max_line: int = 42,
    max_lines: int = 2,
    cuts_ms: Sequence[int] = (),
    language: str | None = None,
) -> tuple[Cue, ...]:
    """Turn spoken words into subtitles that end where sentences, phrases or the voice do.

    Every word appears exactly once and in order. A subtitle stays longer than its words where
    silence allows, so that it can be read; none overlaps the next. Widths are in columns, a wide
    East Asian character counts two. `cuts_ms` are the beginnings of new shots.
    """
    pieces = spoken(words)
    if not pieces:
        return ()
    max_line = min(max_line, LINE_BY_LANGUAGE.get(_primary(language), max_line))
    speed = reading_speed(language)
    groups = _cut(pieces, duration_ms, max_line, max_lines, speed)
    texts = ["\n".join(_wrapped(group, max_line, max_lines)) for group in groups]
    times = _relieved(_times(groups, texts, duration_ms, speed), texts, speed)
    times = _snapped(times, [group[-1].end_ms for group in groups], cuts_ms)
    return tuple(
        Cue(start_ms=start, end_ms=end, text=text)
        for (start, end), text in zip(times, texts, strict=True)
    )


def reading_speed(language: str | None) -> int:
    """Columns a second an adult reads; English's where the language is not known."""
    primary = _primary(language) or "en"
    return CHARACTERS_PER_SECOND_BY_LANGUAGE.get(primary, OTHER_CHARACTERS_PER_SECOND)


def _primary(language: str | None) -> str:
    return (language or "").partition("-")[0].lower()


def _relieved(
    times: Sequence[tuple[int, int]], texts: Sequence[str], speed: int
) -> list[tuple[int, int]]:
    """Give a hasty subtitle a moment of its neighbours', too short for the ear to miss."""
    done = list(times)
    for number, text in enumerate(texts):
        start, end = done[number]
        wanted = _wanted_ms(text, speed)
        free_from = done[number - 1][1] + GAP_MS if number else 0
        start -= max(0, min(wanted - (end - start), start - free_from, EARLY_MS))
        short = wanted - (end - start)
        if short > 0 and number + 1 < len(done):
            after, until = done[number + 1]
            spare = until - after - _wanted_ms(texts[number + 1], speed)
            is_close = after - end < CLOSED_GAP_MS
            lent = max(0, min(short, spare, EARLY_MS)) if is_close else 0
            done[number + 1] = (after + lent, until)
            end += lent
        done[number] = (start, end)
    return done


def _snapped(
    times: Sequence[tuple[int, int]], spoken_until: Sequence[int], cuts_ms: Sequence[int]
) -> list[tuple[int, int]]:
    """Begin and end with the shots, where no word is lost and nothing gets too short."""
    done: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(times):
        free_from = done[-1][1] + GAP_MS if done else 0
        free_until = times[number + 1][0] - GAP_MS if number + 1 < len(times) else end
        begins = [cut for cut in cuts_ms if max(free_from, start - EARLY_MS) <= cut < start]
        begin = begins[-1] if begins else start
        ends = [
            cut - GAP_MS
            for cut in cuts_ms
            if abs(cut - GAP_MS - end) <= SNAP_MS
            and max(spoken_until[number], begin + SHORTEST_MS) <= cut - GAP_MS <= free_until
            and (cut - GAP_MS >= end or end - begin > SHORTEST_MS + SNAP_MS)
        ]
        done.append((begin, min(ends[0], begin + LONGEST_MS) if ends else end))
    return done


def _wrapped(group: Sequence[Word], max_line: int, max_lines: int) -> list[str]:
    return wrap([word.text for word in group], max_line=max_line, max_lines=max_lines)


def _cut(
    words: Sequence[Word], duration_ms: int, max_line: int, max_lines: int, speed: int
) -> list[Sequence[Word]]:
    """Choose the cheapest of all ways to cut, by dynamic programming over the last cut."""
    keeping = list(accumulate((_cost_of_keeping(a, b) for a, b in pairwise(words)), initial=0.0))
    least = [0.0] + [float("inf")] * len(words)
    came_from = [0] * (len(words) + 1)
    for end in range(1, len(words) + 1):
        cutting = _cost_of_cutting(words, end)
        free_until = words[end].start_ms if end < len(words) else duration_ms
        for begin in range(end - 1, max(-1, end - 1 - MOST_WORDS), -1):
            group = words[begin:end]
            if not _is_possible(group, max_line, max_lines):
                break
            inside = keeping[end - 1] - keeping[begin]
            cost = least[begin] + 1 + cutting + inside + _cost_of_haste(group, free_until, speed)
            if cost < least[end]:
                least[end], came_from[end] = cost, begin
    return _follow(came_from, words)


def _follow(came_from: Sequence[int], words: Sequence[Word]) -> list[Sequence[Word]]:
    groups: list[Sequence[Word]] = []
    end = len(words)
    while end:
        groups.append(words[came_from[end] : end])
        end = came_from[end]
    return groups[::-1]


def _is_possible(group: Sequence[Word], max_line: int, max_lines: int) -> bool:
    if len(group) == 1:
        return True
    spoken_ms = group[-1].end_ms - group[0].start_ms
    texts = [word.text for word in group]
    return spoken_ms <= LONGEST_MS and fits(texts, max_line=max_line, max_lines=max_lines)


def _cost_of_keeping(word: Word, following: Word) -> float:
    """How much it hurts that two neighbours stay in one subtitle."""
    pause = following.start_ms - word.end_ms
    if pause >= SILENCE_MS:
        return 30
    if pause >= BREAK_MS:
        return 8
    return 2.5 if ends_sentence(word.text) else 0


def _cost_of_cutting(words: Sequence[Word], end: int) -> float:
    """How much it hurts that a subtitle ends before word number `end`."""
    last = words[end - 1]
    if end == len(words):
        return 0
    pause = words[end].start_ms - last.end_ms
    if pause >= BREAK_MS or ends_sentence(last.text):
        return 0
    if ends_clause(last.text):
        return 1
    if pause >= PAUSE_MS:
        return 1.5
    return 8 if leans_on(last.text, words[end].text) else 4


def _cost_of_haste(group: Sequence[Word], free_until_ms: int, speed: int) -> float:
    """How much it hurts that a subtitle is gone before it can be read, or holds next to nothing."""
    shown_ms = min(LONGEST_MS, max(1, free_until_ms - GAP_MS - group[0].start_ms))
    width = columns(join([word.text for word in group]))
    excess = max(0.0, width * 1000 / shown_ms - speed)
    is_fragment = width < 12 and not ends_sentence(group[-1].text)  # noqa: PLR2004
    return 8 * (shown_ms < SHORTEST_MS) + min(15, 1.5 * excess) + 3 * is_fragment


def _times(
    groups: Sequence[Sequence[Word]], texts: Sequence[str], duration_ms: int, speed: int
) -> list[tuple[int, int]]:
    starts = _spread([group[0].start_ms for group in groups], duration_ms)
    times: list[tuple[int, int]] = []
    previous_end = -GAP_MS
    for number, group in enumerate(groups):
        is_last = number + 1 == len(groups)
        latest = duration_ms if is_last else starts[number + 1] - GAP_MS
        wanted = _wanted_ms(texts[number], speed)
        end = _end(starts[number], group[-1].end_ms, latest, wanted, is_last=is_last)
        start = min(starts[number], max(previous_end + GAP_MS, end - SHORTEST_MS))
        times.append((start, end))
        previous_end = end
    return times


def _spread(starts: list[int], duration_ms: int) -> list[int]:
    """Keep beginnings in order, apart, and inside the video."""
    for number in range(1, len(starts)):
        starts[number] = max(starts[number], starts[number - 1] + ROOM_MS)
    ceiling = duration_ms - ROOM_MS
    for number in reversed(range(len(starts))):
        starts[number] = max(0, min(starts[number], ceiling))
        ceiling = starts[number] - ROOM_MS
    return starts


def _wanted_ms(text: str, speed: int) -> int:
    reading_ms = columns(text.replace("\n", " ")) * 1000 // speed + 1
    return min(LONGEST_MS, max(SHORTEST_MS, reading_ms))


def _end(start: int, last_word_end: int, latest: int, wanted: int, *, is_last: bool) -> int:
    """When a subtitle goes: after its words, when it has been read, and never in a flicker."""
    end = max(min(last_word_end + LINGER_MS, latest), start + wanted)
    if not is_last and latest + GAP_MS - end < CLOSED_GAP_MS:
        end = latest
    return max(start + 1, min(end, latest, start + LONGEST_MS))
