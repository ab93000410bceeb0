"""Noise is softened and loudness evened out where that is measured to help, and nowhere else."""

from pathlib import Path

import pytest

from socialcopy.media.renditions.clear_speech import SpeechLevels, helpful
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import render_all
from socialcopy.models import Platform, SpeechClarity, Word
from socialcopy.settings import MediaSettings
from tests.media.clips import SMALL, look, make_clip

SETTINGS = MediaSettings(preset="fast")
SECONDS = 12.0
# A voice for 0.6 s of each 1.5 s: noise, shaped like speech.
WORDS = tuple(Word(start_ms=1_500 * n, end_ms=1_500 * n + 600, text=f"word{n}") for n in range(8))
VOICE = "anoisesrc=c=pink:a=0.5:d={seconds}:seed=1,volume='lt(mod(t,1.5),0.6)':eval=frame"
STEADY = "anoisesrc=c=white:a={level}:d={{seconds}}:seed=2"
TUNE = "sine=330:d={seconds},volume='0.12*pow(abs(sin(4*t)),3)':eval=frame"
FAR = "volume='if(lt(mod(t,6),3),1,0.15)':eval=frame"


def rendered(sound: str, folder: Path) -> SpeechClarity:
    source = make_clip(
        folder / "clip.mp4", size="64x64", rate=25, seconds=SECONDS, sound=sound,
        options=("-shortest",),
    )  # fmt: skip
    (made,) = render_all(
        source, look(source, SETTINGS), {Platform.INSTAGRAM: SMALL}, Text(WORDS), name="x",
        folder=folder, settings=SETTINGS,
    )  # fmt: skip
    assert made.faults == ()
    assert made.speech
    return made.speech


def with_voice(other: str) -> str:
    return f"{VOICE}[voice];{other}[other];[voice][other]amix=inputs=2:normalize=0"


def test_hiss_between_words_is_softened(tmp_path):
    speech = rendered(with_voice(STEADY.format(level=0.02)), tmp_path)

    assert speech.remedies == ("gate",)
    assert speech.speech_to_noise_db >= speech.speech_to_noise_before_db + 3


def test_a_tune_between_words_is_left_as_it_is(tmp_path):
    speech = rendered(with_voice(TUNE), tmp_path)

    assert speech.remedies == ()
    assert speech.speech_to_noise_db == pytest.approx(speech.speech_to_noise_before_db, abs=1.5)


def test_noise_as_loud_as_the_voice_is_left_as_it_is(tmp_path):
    assert rendered(with_voice(STEADY.format(level=0.3)), tmp_path).remedies == ()


def test_a_voice_near_and_far_is_evened_out(tmp_path):
    speech = rendered(f"{VOICE},{FAR}", tmp_path)

    assert speech.remedies == ("levelling",)
    assert speech.loudness_range_lu <= speech.loudness_range_before_lu - 2


def test_a_clean_voice_is_left_as_it_is(tmp_path):
    assert rendered(VOICE, tmp_path).remedies == ()


def test_a_gate_that_takes_a_soft_voice_for_noise_is_taken_back():
    before = SpeechLevels(-20.0, -50.0, -51.0, -50.0, -49.0)
    clearer = before._replace(pause_dbfs=-60.0)

    assert helpful({"gate": "agate"}, before, clearer, narrower_lu=-0.5) == {"gate": "agate"}
    assert helpful({"gate": "agate"}, before, clearer, narrower_lu=-5.6) == {}
