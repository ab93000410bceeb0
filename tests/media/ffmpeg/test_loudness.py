import math
from pathlib import Path

import pytest

from socialcopy.media.ffmpeg.loudness import TARGET_LUFS, Loudness, level, measure
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.settings import MediaSettings
from tests.media.clips import look

LIMITS = Limits(wall_seconds=60, memory_bytes=4_000_000_000)
QUIET_SPEECH = "anoisesrc=c=pink:a=0.06:d={seconds}:seed=1,tremolo=f=3:d=0.9"
SPIKES = "aevalsrc='0.9*exp(-20*mod(t,0.5))*sin(2*PI*300*t)|0':d={seconds}"
SILENCE = "anullsrc=d={seconds}"


def levelled(source: Path, output: Path, settings: MediaSettings) -> Loudness:
    info = look(source, settings)
    return level(
        source,
        info,
        info.duration_ms,
        output,
        bitrate_bps=128_000,
        settings=settings,
        limits=LIMITS,
    )


@pytest.mark.parametrize("sound", [QUIET_SPEECH, SPIKES, "sine=1000:d={seconds},volume=15dB"])
def test_sound_comes_out_at_the_target_with_its_peaks_kept_down(clip, sound, tmp_path, settings):
    source = clip(sound=sound, seconds=5.0, size="64x64")
    output = tmp_path / "sound.m4a"

    heard = levelled(source, output, settings)

    assert heard == measure(output, settings=settings, limits=LIMITS)
    assert heard.integrated_lufs == pytest.approx(TARGET_LUFS, abs=1)
    assert heard.true_peak_dbtp <= -1


def test_silence_is_left_alone(clip, tmp_path, settings):
    source = clip(sound=SILENCE, size="64x64")

    heard = levelled(source, tmp_path / "sound.m4a", settings)

    assert heard.is_silent
    assert heard.true_peak_dbtp < -80


def test_digital_silence_has_no_peak(clip, settings):
    heard = measure(clip(sound=SILENCE, size="64x64"), settings=settings, limits=LIMITS)

    assert heard == Loudness(integrated_lufs=-70.0, true_peak_dbtp=-math.inf)
