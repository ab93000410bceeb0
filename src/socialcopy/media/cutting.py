"""Where one subtitle ends and the next begins, and when each is shown.

The figures are those of Netflix's timed-text guide (second-hand; docs/why.md): 42 characters a
line, two lines, 5/6 s to 7 s, two frames between subtitles, at most 20 characters a second.
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
    words: Sequence[Word], *, duration_ms: int, max_line: int = 42, max_lines: int = 2
) -> tuple[Cue, ...]:
    """Turn spoken words into subtitles that end where sentences, phrases or the voice do.

    Every word appears exactly once and in order. A subtitle stays longer than its words where
    silence allows, so that it can be read; none overlaps the next. Widths are in columns, a wide
    East Asian character counts two.
    """
    pieces = spoken(words)
    if not pieces:
        return ()
    groups = _cut(pieces, duration_ms, max_line, max_lines)
    texts = ["\n".join(_wrapped(group, max_line, max_lines)) for group in groups]
    times = _times(groups, texts, duration_ms)
    return tuple(
        Cue(start_ms=start, end_ms=end, text=text)
        for (start, end), text in zip(times, texts, strict=True)
    )


def _wrapped(group: Sequence[Word], max_line: int, max_lines: int) -> list[str]:
    return wrap([word.text for word in group], max_line=max_line, max_lines=max_lines)


def _cut(
    words: Sequence[Word], duration_ms: int, max_line: int, max_lines: int
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
            cost = least[begin] + 1 + cutting + inside + _cost_of_haste(group, free_until)
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


def _cost_of_haste(group: Sequence[Word], free_until_ms: int) -> float:
    """How much it hurts that a subtitle is gone before it can be read, or holds next to nothing."""
    shown_ms = min(LONGEST_MS, max(1, free_until_ms - GAP_MS - group[0].start_ms))
    width = columns(join([word.text for word in group]))
    excess = max(0.0, width * 1000 / shown_ms - CHARACTERS_PER_SECOND)
    is_fragment = width < 12 and not ends_sentence(group[-1].text)  # noqa: PLR2004
    return 8 * (shown_ms < SHORTEST_MS) + min(10, 0.6 * excess) + 3 * is_fragment


def _times(
    groups: Sequence[Sequence[Word]], texts: Sequence[str], duration_ms: int
) -> list[tuple[int, int]]:
    starts = _spread([group[0].start_ms for group in groups], duration_ms)
    times: list[tuple[int, int]] = []
    previous_end = -GAP_MS
    for number, group in enumerate(groups):
        is_last = number + 1 == len(groups)
        latest = duration_ms if is_last else starts[number + 1] - GAP_MS
        wanted = _wanted_ms(texts[number])
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


def _wanted_ms(text: str) -> int:
    reading_ms = columns(text.replace("\n", " ")) * 1000 // CHARACTERS_PER_SECOND
    return min(LONGEST_MS, max(SHORTEST_MS, reading_ms))


def _end(start: int, last_word_end: int, latest: int, wanted: int, *, is_last: bool) -> int:
    """When a subtitle goes: after its words, when it has been read, and never in a flicker."""
    end = max(min(last_word_end + LINGER_MS, latest), start + wanted)
    if not is_last and latest + GAP_MS - end < CLOSED_GAP_MS:
        end = latest
    return max(start + 1, min(end, latest, start + LONGEST_MS))
