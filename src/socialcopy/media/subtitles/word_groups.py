"""A few spoken words at a time, as people read them in a feed without sound.

Groups follow the voice and not a reader's speed: whoever looks at two to five words as they are
said has read them when they go.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from socialcopy.media.subtitles.costs import BREAK_MS, PAUSE_MS
from socialcopy.media.subtitles.cues import LINGER_MS, keep_apart
from socialcopy.media.subtitles.lines import (
    columns,
    ends_clause,
    ends_sentence,
    fits,
    leans_on,
    line,
    narrowed,
    room,
    spoken,
    wrap,
)
from socialcopy.media.subtitles.segmentation import is_unspaced
from socialcopy.models import Cue, Word

FEWEST_WORDS, USUAL_WORDS, MOST_WORDS = 2, 3, 5
MOST_LINES = 2
# A group that is gone sooner is a flash.
SHORTEST_MS = 500
# How long a group waits for the next one, rather than leave the picture for a moment.
HELD_MS = 900


def word_groups(
    words: Sequence[Word], *, duration_ms: int, max_line: int, cuts_ms: Sequence[int] = ()
) -> tuple[Cue, ...]:
    """Cut what is said into subtitles of two to five words that begin when they are said.

    Sentences and pauses are never bridged; articles and the like stay with what follows. In
    scripts without spaces a group is as much as fits on a line. Where a shot ends during a pause,
    the words go with it. Widths are in columns, times in milliseconds.
    """
    pieces = spoken(words)
    if not pieces:
        return ()
    max_line = room("".join(piece.text for piece in pieces), max_line)
    pieces = narrowed(pieces, max_line)
    groups = _cut(pieces, max_line)
    begins = keep_apart([group[0].start_ms for group in groups], duration_ms)
    return tuple(
        Cue(
            start_ms=begin,
            end_ms=_end(begin, group[-1].end_ms, following, cuts_ms),
            text="\n".join(
                wrap([word.text for word in group], max_line=max_line, max_lines=MOST_LINES)
            ),
        )
        for group, (begin, following) in zip(groups, pairwise([*begins, duration_ms]), strict=True)
    )


def _cut(pieces: Sequence[Word], max_line: int) -> list[Sequence[Word]]:
    """Choose the cheapest of all ways to cut, by the last group of each beginning."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        ways: list[tuple[float, int]] = []
        for begin in range(end - 1, -1, -1):
            group = pieces[begin:end]
            if len(group) > 1 and not _may_stand_together(group, max_line):
                break
            following = pieces[end] if end < len(pieces) else None
            ways.append((best[begin][0] + _cost(group, following), begin))
        best.append(min(ways))
    groups: list[Sequence[Word]] = []
    end = len(pieces)
    while end:
        begin = best[end][1]
        groups.append(pieces[begin:end])
        end = begin
    return groups[::-1]


def _may_stand_together(group: Sequence[Word], max_line: int) -> bool:
    """Tell whether words may be one group; the first of them is the one to be added."""
    texts = [word.text for word in group]
    first, second = group[:2]
    if ends_sentence(first.text) or second.start_ms - first.end_ms >= BREAK_MS:
        return False
    if any(columns(text.rstrip()) > max_line for text in texts):  # it is drawn smaller, alone
        return False
    if is_unspaced(line(texts)[-1:]):
        return fits(texts, max_line=max_line, max_lines=1)
    return len(group) <= MOST_WORDS and fits(texts, max_line=max_line, max_lines=MOST_LINES)


def _cost(group: Sequence[Word], following: Word | None) -> float:
    """Weigh how badly a group reads: its size, its time, and where it ends."""
    last = group[-1]
    until = following.start_ms if following else last.end_ms + LINGER_MS
    cost = 6.0 * (until - group[0].start_ms < SHORTEST_MS)
    if is_unspaced(last.text.strip()[-1:]):
        cost += 1 + 20 / columns(line([word.text for word in group]))
    else:
        cost += abs(len(group) - USUAL_WORDS) + 3.0 * (len(group) < FEWEST_WORDS)
    if following is None or ends_sentence(last.text):
        return cost
    if ends_clause(last.text, following.text):
        return cost - 1
    if following.start_ms - last.end_ms >= PAUSE_MS:
        return cost
    return cost + (5 if leans_on(last.text, following.text.strip()) else 1)


def _end(begin: int, said_ms: int, following_ms: int, cuts_ms: Sequence[int]) -> int:
    """Choose when a group goes: with the next one, or a little after its last word."""
    waits = following_ms - said_ms <= HELD_MS
    end = following_ms if waits else said_ms + LINGER_MS
    cut = next((cut for cut in cuts_ms if said_ms <= cut < end), end)
    return max(begin + 1, min(cut, end, following_ms))
