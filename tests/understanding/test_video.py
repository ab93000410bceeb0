from __future__ import annotations

from pathlib import Path

import pytest

from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Transcript, Understanding
from socialcopy.settings import MediaSettings, SpeechSettings
from socialcopy.understanding.video import understand
from tests.conftest import INPUTS, SPOKEN

SHOP = INPUTS / "real" / "presenter-shop.mp4"


def understood(video: Path, cache_dir: Path) -> Understanding:
    media = MediaSettings()
    info = probe(video, size_bytes=video.stat().st_size, settings=media)
    speech = SpeechSettings()
    return understand(video, info, speech=speech, media=media, cache_dir=cache_dir)


def test_a_spoken_video_is_heard(clips: Path, cache_dir: Path):
    understanding = understood(clips / "spoken.mp4", cache_dir)

    said, heard = (set(text.split()) for text in (SPOKEN, understanding.transcript.text))

    assert len(said & heard) >= len(said) / 2
    assert understanding.has_audio


def test_a_video_without_sound_is_not_listened_to(clips: Path, tmp_path: Path):
    understanding = understood(clips / "silent.mp4", tmp_path)

    assert understanding.transcript == Transcript()
    assert not understanding.has_audio
    assert not list(tmp_path.iterdir()), "not even the weights were joined"


@pytest.mark.skipif(not SHOP.exists(), reason="the video is not on this machine")
def test_a_real_presenter_is_heard(cache_dir: Path):
    text = understood(SHOP, cache_dir).transcript.text

    assert "from the farm to the table" in text
