"""Words and loudness are compared only where there is something to compare."""

import numpy as np
import pytest

from socialcopy.media.renditions.reference import Reference
from socialcopy.media.renditions.speech_checks import RATE_HZ, speech_faults
from socialcopy.models import MediaInfo, VideoStream, Word
from socialcopy.settings import MediaSettings

SECONDS = 5
INFO = MediaInfo(
    container="mp4", duration_ms=1_000 * SECONDS, size_bytes=1,
    video=VideoStream(codec="h264", width=64, height=64),
)  # fmt: skip


def faults(words: list[Word], quiet: list[tuple[float, float]], tmp_path) -> list[str]:
    """Judge words against noise with quiet moments, in all of which somebody is heard."""
    noise = np.random.default_rng(1).integers(-9_000, 9_000, SECONDS * RATE_HZ)
    for begin, end in quiet:
        noise[int(begin * RATE_HZ) : int(end * RATE_HZ)] //= 300
    made = np.stack([noise, noise], axis=1).astype(np.int16)
    reference = Reference(tmp_path, INFO, tmp_path, MediaSettings(), None)
    return [*speech_faults(made, words, reference, 0, lambda sound: [(0, len(sound))])]


def words_from(*begins_ms: int, length_ms: int) -> list[Word]:
    return [Word(start_ms=at, end_ms=at + length_ms, text="word") for at in begins_ms]


def test_words_without_a_pause_are_not_found_late_at_the_first_quiet_moment(tmp_path):
    words = words_from(*range(260, 4_800, 250), length_ms=250)

    assert faults(words, [(1.3, 1.5)], tmp_path) == []


@pytest.mark.parametrize(("lag_ms", "told"), [(0, 0), (-800, 1)])
def test_words_with_pauses_are_found_out_when_they_come_too_early(tmp_path, lag_ms, told):
    begins = [900, 1_150, 1_400, 2_200, 2_450, 3_300, 3_550, 3_800, 4_050]
    words = words_from(*(at + lag_ms for at in begins), length_ms=250)
    quiet = [(0, 0.9), (1.65, 2.2), (2.7, 3.3), (4.3, 5)]

    assert len(faults(words, quiet, tmp_path)) == told
