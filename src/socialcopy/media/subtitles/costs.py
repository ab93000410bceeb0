"""What is bad about a way to cut words into subtitles, and how bad: the lowest sum is chosen.

The unit is one more subtitle. The weights are ours, and it is their order that was meant, from
what a reader forgives to what makes a subtitle useless. Measured on 28 transcripts (628 words, cut
for 42 and for 24 columns into 190 subtitles): with any one weight halved or doubled the cuts are
the same, but for the two that then are equal, `AT_WORD` and `AT_LEANING_WORD`, which moves 18.
"""

from __future__ import annotations

from collections.abc import Sequence

from socialcopy.media.subtitles.lines import ends_clause, ends_sentence, leans_on
from socialcopy.models import Word

# Shortest subtitle, five sixths of a second, and longest, by Netflix's guide (docs/why.md).
SHORTEST_MS, LONGEST_MS = 833, 7_000
# The distance of two subtitles: two frames at 25.
GAP_MS = 80

# How long nobody speaks.
PAUSE_MS, BREAK_MS, SILENCE_MS = 300, 700, 1_200

ONE_MORE = 1.0
# Two neighbours stay in one subtitle, and between them ...
OVER_SILENCE, OVER_BREAK, OVER_SENTENCE = 30.0, 8.0, 2.5
# A subtitle ends where a clause ends, somebody pauses, the next word stands by itself, or does not.
AT_CLAUSE, AT_PAUSE, AT_WORD, AT_LEANING_WORD = 1.0, 1.5, 4.0, 8.0
# It is shown for less than the shortest time; each column a second above what an adult reads, up to
# the dearest; and it is a word or two that end no sentence.
FLASH, COLUMN_TOO_FAST, MOST_TOO_FAST, FRAGMENT = 8.0, 1.5, 15.0, 3.0
FRAGMENT_COLUMNS = 12
# It can't be read in its time, whatever comes after it: more than any other way to cut.
TOO_FAST = 40.0
MS_TOO_FAST = 1 / 20


def cost_of_keeping(word: Word, following: Word) -> float:
    """Weigh how much it hurts that two neighbours stay in one subtitle."""
    pause = following.start_ms - word.end_ms
    if pause >= SILENCE_MS:
        return OVER_SILENCE
    if pause >= BREAK_MS:
        return OVER_BREAK
    return OVER_SENTENCE if ends_sentence(word.text) else 0


def cost_of_cutting(words: Sequence[Word], end: int) -> float:
    """Weigh how much it hurts that a subtitle ends before word number `end`."""
    last = words[end - 1]
    if end == len(words):
        return ONE_MORE
    pause = words[end].start_ms - last.end_ms
    if pause >= BREAK_MS or ends_sentence(last.text):
        return ONE_MORE
    if ends_clause(last.text, words[end].text):
        return ONE_MORE + AT_CLAUSE
    if pause >= PAUSE_MS:
        return ONE_MORE + AT_PAUSE
    leans = leans_on(last.text, words[end].text.strip())
    return ONE_MORE + (AT_LEANING_WORD if leans else AT_WORD)


def cost_of_haste(group: Sequence[Word], width: int, free_until_ms: int, speed: int) -> float:
    """Weigh how much it hurts that a subtitle goes before it is read, or holds next to nothing."""
    shown_ms = min(LONGEST_MS, max(1, free_until_ms - GAP_MS - group[0].start_ms))
    excess = max(0.0, width * 1000 / shown_ms - speed)
    is_fragment = width < FRAGMENT_COLUMNS and not ends_sentence(group[-1].text)
    too_fast = min(MOST_TOO_FAST, COLUMN_TOO_FAST * excess)
    return FLASH * (shown_ms < SHORTEST_MS) + too_fast + FRAGMENT * is_fragment


def cost_of_shift(short_ms: int, late_ms: int) -> float:
    """Weigh how much it hurts that a subtitle lacks time, or comes after its words."""
    missed = (short_ms > 0) + (late_ms > 0)
    return TOO_FAST * missed + MS_TOO_FAST * (short_ms + late_ms)
