"""Where another language begins. The loud voice counts as English here, the quiet one as German."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from socialcopy.understanding.language_spans import SAMPLE_RATE_HZ, Passage, Sound, passages

PAUSE = np.zeros(SAMPLE_RATE_HZ, np.float32)


class LanguageByLoudness:
    """Tells languages by loudness, and remembers how often it was asked."""

    def __init__(self, probability: float = 1.0) -> None:
        self.probability = probability
        self.asked = 0

    def __call__(self, sound: Sound) -> tuple[str, float]:
        self.asked += 1
        return ("en" if np.abs(sound).max() > 0.5 else "de"), self.probability


def talk(*voices: Sound) -> Sound:
    return np.concatenate([part for voice in voices for part in (voice, PAUSE)])


@pytest.fixture(scope="module")
def loud(voice: NDArray[np.float32]) -> Sound:
    return voice / np.abs(voice).max() * np.float32(0.9)


@pytest.fixture(scope="module")
def quiet(loud: Sound) -> Sound:
    return loud / np.float32(3)


def test_one_language_is_heard_in_one_piece_for_two_looks(loud: Sound):
    tell_language, said = LanguageByLoudness(), talk(loud, loud, loud)

    assert passages(said, tell_language) == (Passage(0, len(said)),)
    assert tell_language.asked == 2


def test_a_single_sentence_is_not_looked_at(loud: Sound):
    tell_language = LanguageByLoudness()
    sentence = loud[: 5 * SAMPLE_RATE_HZ // 2]

    assert passages(sentence, tell_language) == (Passage(0, len(sentence)),)
    assert tell_language.asked == 0


def test_sound_without_a_voice_stays_whole():
    assert passages(PAUSE, LanguageByLoudness()) == (Passage(0, len(PAUSE)),)


def test_another_language_begins_a_passage_in_the_pause_before_it(loud: Sound, quiet: Sound):
    said = talk(loud, quiet, quiet)

    english, german = passages(said, LanguageByLoudness())

    assert (english.language, german.language) == ("en", "de")
    assert (english.start, english.end, german.end) == (0, german.start, len(said))
    assert 0 <= german.start - len(loud) <= len(PAUSE)


def test_a_guess_at_a_language_begins_none(loud: Sound, quiet: Sound):
    said = talk(loud, quiet)

    assert passages(said, LanguageByLoudness(probability=0.8)) == (Passage(0, len(said)),)


def test_a_switch_between_two_half_minutes_is_found(loud: Sound, quiet: Sound):
    said = talk(*[loud] * 8, *[quiet] * 8)

    assert [one.language for one in passages(said, LanguageByLoudness())] == ["en", "de"]
