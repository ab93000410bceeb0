"""Speech mixed with noise, music and itself from afar: how clear it is before and after.

    python benchmarks/clear_speech.py ../shared/inputs

Makes the sound alone as `render_all` does, with tiny pictures. Names at the end choose mixes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from socialcopy.media.canvas.branding import NOTHING_ADDED
from socialcopy.media.ffmpeg.loudness import measure
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.clear_speech import speech_levels
from socialcopy.media.renditions.plan import Text, plan_all
from socialcopy.media.renditions.reference import Reference
from socialcopy.media.renditions.render import NO_DETECTORS, Job, _level  # pyright: ignore[reportPrivateUsage]
from socialcopy.models import Platform, Word
from socialcopy.platforms import rules
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.speech import transcribe

RATE_HZ = 48_000
SETTINGS = MediaSettings()
LIMITS = Limits(wall_seconds=120, memory_bytes=4_000_000_000)
SPEC = rules(Platform.INSTAGRAM).video
READINGS = ("0870", "0880", "0890")
Sound = np.ndarray[Any, np.dtype[np.float32]]


def decoded(path: Path, rate_hz: int = RATE_HZ) -> Sound:
    argv = ["ffmpeg", "-v", "error", "-i", str(path), "-ar", str(rate_hz), "-ac", "1", "-f",
            "f32le", "-"]  # fmt: skip
    return np.frombuffer(subprocess.run(argv, check=True, capture_output=True).stdout, "<f4")


def speech(shared: Path) -> Sound:
    """Half a minute of three passages, with a second of silence between them."""
    named = "sense_and_sensibility_01_austen_64kb-{}.wav"
    parts = [decoded(shared / "speech" / named.format(number)) for number in READINGS]
    joined = np.concatenate([part for p in parts for part in (p, np.zeros(RATE_HZ, np.float32))])
    return (joined / np.abs(joined).max() * 0.5)[: 30 * RATE_HZ]


def mixes(clean: Sound, shared: Path) -> dict[str, Sound]:
    at = np.arange(len(clean)) / RATE_HZ
    random = np.random.default_rng(1)
    hiss = random.standard_normal(len(clean))
    shape = np.sqrt(np.maximum(np.fft.rfftfreq(len(clean), 1 / RATE_HZ), 20))
    room = np.fft.irfft(np.fft.rfft(hiss) / shape, len(clean))
    hum = sum(np.sin(2 * np.pi * 50 * n * at) / n for n in range(1, 7))
    music = np.resize(decoded(shared / "real" / "bigbuckbunny.mp4"), len(clean))
    beat = np.abs(np.sin(np.pi * 1.5 * at)) ** 3
    tune = sum(np.sin(2 * np.pi * hz * at) for hz in (131, 165, 196, 262, 330, 392)) * beat
    far = np.where(at % 6 < 3, 1.0, 10 ** (-14 / 20))
    power = float(np.mean(clean[np.abs(clean) > 0.01] ** 2))

    def under(noise: Any, db: float) -> Sound:
        return clean + noise * np.sqrt(power / 10 ** (db / 10) / np.mean(noise**2))

    return {
        "clean": clean, "hiss, 10 dB": under(hiss, 10), "hiss, 20 dB": under(hiss, 20),
        "hiss, 30 dB": under(hiss, 30), "room, 20 dB": under(room, 20),
        "hum, 20 dB": under(hum, 20),
        "tune, 12 dB": under(tune, 12), "tune, 20 dB": under(tune, 20),
        "film music, 12 dB": under(music, 12), "film music, 20 dB": under(music, 20),
        "two distances": clean * far, "two distances, hiss": under(hiss, 25) * far,
        "silence": np.zeros_like(clean),
    }  # fmt: skip


def filmed(sound: Sound, path: Path) -> Path:
    argv = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "color=s=64x64:r=25", "-f", "f32le",
            "-ar", str(RATE_HZ), "-ac", "1", "-i", "-", "-shortest", "-c:v", "libx264", "-c:a",
            "flac", str(path)]  # fmt: skip
    subprocess.run(argv, input=sound.astype("<f4").tobytes(), check=True)
    return path


def row(name: str, mixed: Sound, words: tuple[Word, ...], folder: Path) -> str:
    source = filmed(mixed, folder / "mixed.mkv")
    info = probe(source, size_bytes=source.stat().st_size, settings=SETTINGS)
    plans = plan_all({SPEC: (Platform.INSTAGRAM,)}, info, Text(words))
    reference = Reference(source, info, folder, SETTINGS, None, words)
    job = Job(master=source, info=info, work=folder, settings=SETTINGS, limits=LIMITS,
              report=lambda _: None, reference=reference, detectors=NO_DETECTORS, stop=None,
              dressing=NOTHING_ADDED)  # fmt: skip
    _, remedies = _level(job, plans, 128_000)
    output, before = folder / "sound.m4a", reference.speech
    heard = measure(output, settings=SETTINGS, limits=LIMITS)
    made = (decoded(output, 16_000) * 32_767).clip(-32_768, 32_767).astype(np.int16)
    after = speech_levels(made, words)
    ratio = (
        f"{before.speech_to_noise_db:.1f} → {after.speech_to_noise_db:.1f}"
        if before and after
        else ""
    )
    return (
        f"| {name} | {', '.join(remedies) or 'nothing'} | {ratio} "
        f"| {reference.loudness.range_lu:.1f} → {heard.range_lu:.1f} "
        f"| {heard.integrated_lufs:.1f} |"
    )


def main() -> None:
    shared, names = Path(sys.argv[1]).resolve(), sys.argv[2:]
    clean = speech(shared)
    with tempfile.TemporaryDirectory() as folder:
        film = filmed(clean, Path(folder) / "clean.mkv")
        heard = transcribe(decoded(film, 16_000), SpeechSettings(), DataSettings().cache_dir)
        print("| sound | done | speech to noise, dB | range, LU | LUFS |")
        print("|---|---|---|---|---|")
        for name, mixed in mixes(clean, shared).items():
            if names and name not in names:
                continue
            print(row(name, mixed, heard.words, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
