"""When words begin, told by the sound where Whisper is early.

Whisper gives a word the pause before it, and begins it a tenth of a second before it is heard
(measured against voices whose times are known, docs/subtitles.md). Where a pause ends near a
word, the word begins there. Elsewhere it begins later, and the more so the longer it was heard for
its letters: what is too much is the word before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.models import Word

RATE_HZ = 16_000
STEP_MS = 10
# How far below the loudest moment near a word a pause is, and how long it lasts at least; the
# closure of a `t` or `k` is shorter.
PAUSE_DB, PAUSE_MS = 35.0, 60
NEAR_MS = 500
# How far before and behind a beginning by Whisper its pause may end.
BEFORE_MS, BEHIND_MS = 40, 250
# What is left of a word behind its pause, at least.
LEFT_MS = 30
# How late words are on the whole, what each millisecond too much adds, and the most; fitted to 11
# sentences by Piper, checked on espeak's in six languages and on words joined one by one.
LATE_MS, LATE_SHARE, MOST_LATE_MS = 75, 0.4, 150
# The share of a word's time by which it may begin later.
MOST_SHARE = 0.7


class Pause(NamedTuple):
    """A stretch in which nobody speaks."""

    begin_ms: int
    end_ms: int


def settled(words: Sequence[Word], sound: NDArray[np.float32]) -> tuple[Word, ...]:
    """Let words begin when they are heard; `sound` is mono at 16 kHz."""
    if not words:
        return ()
    level = _level(sound)
    usual_ms = _letter_ms(words)
    pauses = [_pause_before(word, level) for word in words]
    # A pause may end a little before the beginning by Whisper, but no word begins before the last.
    begins = list(
        accumulate(
            (
                pause.end_ms if pause else word.start_ms + _late_ms(word, usual_ms)
                for word, pause in zip(words, pauses, strict=True)
            ),
            max,
        )
    )
    ends = [
        _end_ms(word, following, pause, begin)
        for (word, following), pause, begin in zip(
            pairwise(words), pauses[1:], begins[1:], strict=True
        )
    ]
    return tuple(
        word.model_copy(update={"start_ms": begin, "end_ms": max(begin, end)})
        for word, begin, end in zip(words, begins, [*ends, words[-1].end_ms], strict=True)
    )


def _end_ms(word: Word, following: Word, pause: Pause | None, begin_ms: int) -> int:
    """Let a word go on until the next one, or the pause, where Whisper left nothing between."""
    if following.start_ms - word.end_ms > STEP_MS:
        return word.end_ms
    return min(begin_ms, max(word.end_ms, pause.begin_ms)) if pause else begin_ms


def _late_ms(word: Word, usual_ms: float) -> int:
    length_ms, letters = word.end_ms - word.start_ms, _letters(word)
    late = float(LATE_MS)
    if letters and not any(sign.isdigit() for sign in word.text):  # digits are many letters
        late += LATE_SHARE * (length_ms - usual_ms * letters)
    return round(min(max(0.0, late), MOST_LATE_MS, MOST_SHARE * length_ms))


def _letter_ms(words: Sequence[Word]) -> float:
    """Return how long a letter is spoken, in the middle of all words."""
    return float(np.median([(w.end_ms - w.start_ms) / max(1, _letters(w)) for w in words]))


def _letters(word: Word) -> int:
    return sum(sign.isalnum() for sign in word.text)


def _pause_before(word: Word, level: NDArray[np.float32]) -> Pause | None:
    """Find the last pause that ends near a word's beginning."""
    near = max(0, word.start_ms - NEAR_MS) // STEP_MS
    around = level[near : (word.end_ms + NEAR_MS) // STEP_MS]
    if not around.size:
        return None
    is_quiet = around < around.max() - PAUSE_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_quiet, [False]]).astype(np.int8)))
    found = [
        Pause(int(near + begin) * STEP_MS, int(near + end) * STEP_MS)
        for begin, end in edges.reshape(-1, 2)
    ]
    fitting = [
        pause
        for pause in found
        if pause.end_ms - pause.begin_ms >= PAUSE_MS
        and pause.end_ms > word.start_ms - BEFORE_MS
        and pause.begin_ms < word.start_ms + BEHIND_MS
        and pause.end_ms <= word.end_ms - LEFT_MS
    ]
    return fitting[-1] if fitting else None


def _level(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Measure every 10 ms in decibels."""
    length = RATE_HZ * STEP_MS // 1000
    steps = sound[: len(sound) // length * length].reshape(-1, length)
    power = np.einsum("ij,ij->i", steps, steps) / length
    return 10 * np.log10(np.maximum(power, 1e-10))
