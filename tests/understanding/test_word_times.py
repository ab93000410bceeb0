"""Words begin when they are heard, and not where a recogniser puts them."""

from itertools import pairwise

import numpy as np

from socialcopy.models import Word
from socialcopy.understanding.word_times import LATE_MS, settled

RATE_HZ = 16_000


def sound(*voiced_ms: tuple[int, int], length_ms: int = 3_000) -> np.ndarray:
    """Noise where somebody speaks, and almost nothing elsewhere."""
    made = np.random.default_rng(1).normal(0, 0.0001, length_ms * RATE_HZ // 1000)
    for begin, end in voiced_ms:
        made[begin * RATE_HZ // 1000 : end * RATE_HZ // 1000] *= 1_000
    return made.astype(np.float32)


def word(text: str, start_ms: int, end_ms: int) -> Word:
    return Word(start_ms=start_ms, end_ms=end_ms, text=text)


def test_a_word_begins_behind_the_pause_before_it():
    first, second = settled(
        [word("Hello", 0, 500), word("there", 500, 1_500)], sound((0, 500), (1_000, 1_500))
    )

    assert second.start_ms == 1_000
    assert first.end_ms == 500


def test_words_without_a_pause_begin_a_little_later_and_leave_no_hole():
    first, second = settled([word("Hello", 100, 500), word("there", 500, 900)], sound((0, 3_000)))

    assert first.start_ms == 100 + LATE_MS
    assert first.end_ms == second.start_ms == 500 + LATE_MS


def test_a_word_heard_too_long_for_its_letters_begins_later_still():
    words = settled(
        [word("one", 0, 300), word("two", 300, 600), word("six", 600, 1_050)], sound((0, 3_000))
    )

    assert words[2].start_ms - 600 > words[1].start_ms - 300


def test_closures_inside_words_are_no_pauses():
    (only,) = settled([word("actor", 0, 600)], sound((0, 120), (160, 600)))

    assert only.start_ms == LATE_MS


def test_times_never_run_backwards_in_silence():
    words = settled([word("a", n * 40, n * 40 + 40) for n in range(20)], sound())

    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert all(one.start_ms <= one.end_ms for one in words)
