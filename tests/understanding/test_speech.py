from __future__ import annotations

import json
import threading
from itertools import groupby, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from socialcopy.models import Transcript
from socialcopy.settings import SpeechSettings
from socialcopy.understanding import speech
from socialcopy.understanding.errors import UnderstandingError
from socialcopy.understanding.speech import transcribe
from socialcopy.understanding.weights import packaged_weights
from tests.conftest import INPUTS
from tests.understanding.conftest import sound

RECORDINGS = INPUTS / "speech"
TWO_LANGUAGES = Path(__file__).parent / "two_languages.m4a"
needs_recordings = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not on this machine"
)


def plain(text: str) -> set[str]:
    words = text.replace("-", " ").replace("Mr.", "mister").split()
    return {word.strip(".,:;!?").lower() for word in words}


def test_what_a_voice_says_is_written_down_with_times(voice: NDArray[np.float32], cache_dir: Path):
    transcript = transcribe(voice, SpeechSettings(), cache_dir)

    assert {"boils", "water", "seconds"} <= plain(transcript.text)
    assert transcript.language == "en"
    assert all(word.start_ms <= word.end_ms for word in transcript.words)
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(transcript.words))
    assert transcript.words[-1].end_ms <= len(voice) / 16 + 500
    assert "language" not in transcript.words[0].model_dump()


def test_the_same_sound_gives_the_same_transcript(voice: NDArray[np.float32], cache_dir: Path):
    once, again = (transcribe(voice, SpeechSettings(), cache_dir) for _ in range(2))

    assert once == again


def test_progress_is_told_in_milliseconds_of_sound(voice: NDArray[np.float32], cache_dir: Path):
    told: list[int] = []

    transcribe(voice, SpeechSettings(), cache_dir, on_progress=told.append)

    assert told == sorted(told)
    assert 1_000 < told[-1] <= len(voice) / 16 + 500


def test_listening_can_be_stopped_before_the_first_word(cache_dir: Path):
    """Whoever is told of the progress may raise; the looks for a second language tell it too."""
    told: list[int] = []

    def stop(heard_ms: int) -> None:
        told.append(heard_ms)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        transcribe(sound("-i", str(TWO_LANGUAGES)), SpeechSettings(), cache_dir, on_progress=stop)

    assert told == [0]


def test_two_threads_share_the_model(voice: NDArray[np.float32], cache_dir: Path):
    heard: list[Transcript] = []
    threads = [
        threading.Thread(
            target=lambda: heard.append(transcribe(voice, SpeechSettings(), cache_dir))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard[0].text == heard[1].text != ""


@pytest.mark.parametrize(
    "source",
    [
        "anullsrc=r=16000:d=6",
        "anoisesrc=d=6:c=pink:a=0.3",
        "sine=220:d=6,tremolo=5:0.8",
        "aevalsrc='sin(220*2*PI*t)*gt(mod(t,0.5),0.2)+0.4*sin(330*2*PI*t)':d=6",
    ],
)
def test_silence_noise_and_tones_give_no_words(source: str, cache_dir: Path):
    samples = sound("-f", "lavfi", "-i", source)

    assert transcribe(samples, SpeechSettings(), cache_dir) == Transcript()


@pytest.mark.parametrize("samples", [0, 1, 2_000])
def test_hardly_any_sound_gives_no_words(samples: int, cache_dir: Path):
    assert not transcribe(np.ones(samples, np.float32), SpeechSettings(), cache_dir).has_speech


def test_a_language_that_is_a_guess_is_not_captioned(voice: NDArray[np.float32], cache_dir: Path):
    unsure = SpeechSettings(min_language_probability=1.0)

    assert transcribe(voice, unsure, cache_dir) == Transcript()


def test_the_model_may_be_a_folder(voice: NDArray[np.float32], cache_dir: Path):
    settings = SpeechSettings(model=str(packaged_weights(cache_dir)))

    assert transcribe(voice, settings, cache_dir).has_speech


def test_a_folder_without_a_model_is_named_in_the_error(
    voice: NDArray[np.float32], cache_dir: Path, tmp_path: Path
):
    with pytest.raises(UnderstandingError, match=str(tmp_path)):
        transcribe(voice, SpeechSettings(model=str(tmp_path)), cache_dir)


@needs_recordings
def test_real_recordings_are_heard_as_they_were_read(cache_dir: Path):
    """Nine words of ten, over three sentences read by a person."""
    texts: dict[str, str] = json.loads((RECORDINGS / "transcripts.json").read_text("utf-8"))
    said: set[str] = set()
    heard: set[str] = set()
    for recording in sorted(RECORDINGS.glob("sense_and_sensibility*.wav"))[:3]:
        said |= plain(texts[recording.name])
        samples = sound("-i", str(recording))
        heard |= plain(transcribe(samples, SpeechSettings(), cache_dir).text)

    assert len(said & heard) >= 0.9 * len(said)


@needs_recordings
def test_signs_without_a_space_before_them_stay_with_their_word(cache_dir: Path):
    words = transcribe(sound("-i", str(RECORDINGS / "jfk.flac")), SpeechSettings(), cache_dir).words

    assert words[-1].text == "country."
    assert all(any(sign.isalnum() for sign in word.text) for word in words)


def test_names_to_expect_cost_no_punctuation(voice: NDArray[np.float32], cache_dir: Path):
    heard = transcribe(voice, SpeechSettings(), cache_dir, vocabulary=["Brightline"])

    assert heard.text.count(".") == 2


def test_each_of_two_languages_is_written_down_as_it_is_spoken(cache_dir: Path):
    """Seven seconds of German by SVOX Pico, then seven of English by Piper's "joe"."""
    heard = transcribe(sound("-i", str(TWO_LANGUAGES)), SpeechSettings(), cache_dir)

    assert {"brot", "braucht", "stunden", "zucker", "hinein"} <= plain(heard.text)
    assert {"bread", "rest", "bake", "morning", "sugar"} & plain(heard.text)
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(heard.words))
    assert heard.words[-1].end_ms > 13_000
    assert [language for language, _ in groupby(word.language for word in heard.words)] == [
        "de",
        "en",
    ]


@pytest.mark.parametrize(
    ("language", "pieces", "words"),
    [
        ("th", ["แก้ว", " Har", "bor", " 9", "99", "บาท"], ["แก้ว", "Harbor", "999", "บาท"]),
        ("zh", ["用", "i", "Phone", "拍"], ["用", "iPhone", "拍"]),
        ("en", [" 80", "%", " off"], ["80%", "off"]),
    ],
)
def test_pieces_of_a_word_are_one_word_in_every_language(language, pieces, words):
    """A recogniser hands over tokens; in scripts without spaces only Latin ones tell."""
    said = [
        SimpleNamespace(word=text, start=n / 10, end=n / 10 + 0.1, probability=0.9)
        for n, text in enumerate(pieces)
    ]
    segment: Any = SimpleNamespace(
        words=said, compression_ratio=1.0, no_speech_prob=0.0, avg_logprob=-0.1
    )

    assert [word.text for word in speech._words([segment], language)] == words
