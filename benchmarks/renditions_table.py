"""Render 24 inputs for eight networks, check every MP4 independently, write docs/renditions.md.

python benchmarks/renditions_table.py ../shared/inputs
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check_mp4 import check, facts

from socialcopy.media.ffmpeg.audio import speech_samples
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import Detectors, render_all
from socialcopy.models import MediaInfo, Platform, Rendition, Transcript
from socialcopy.platforms import rules
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.faces import SecondLook, look
from socialcopy.understanding.sound_tracks import choose_sound
from socialcopy.understanding.speech import transcribe
from socialcopy.understanding.voice import spoken

DOCS = Path(__file__).parent.parent / "docs"
NOT_VIDEOS = ("audio_only", "concat", "dash", "hls", "html", "huge", "random", "text", "truncated",
              "zero")  # fmt: skip
OWN = {
    "prores.mov": "-c:v prores_ks -profile:v 2 -c:a pcm_s16le",
    "phone.mov": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ar 44100",
    "camcorder.avi": "-c:v mpeg4 -q:v 4 -c:a libmp3lame",
    "browser.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus",
    "film.mkv": "-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a flac -ac 6",
    "60fps.mp4": "-r 60 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a ac3 -ac 6",
    "upright.mp4": "-vf crop=406:720,scale=1080:1920 -c:v libx264 -preset veryfast "
    "-profile:v high -pix_fmt yuv420p -g 60 -colorspace bt709 -color_trc bt709 "
    "-color_primaries bt709 -c:a aac",
}


NETWORKS = tuple(Platform)


def inputs(shared: Path, made: Path) -> list[Path]:
    awkward = [
        p for p in sorted((shared / "awkward").iterdir()) if not p.name.startswith(NOT_VIDEOS)
    ]
    source = shared / "real" / "city_jfk_11s_720p.mp4"
    for name, options in OWN.items():
        command = ["ffmpeg", "-v", "error", "-y", "-t", "4", "-i", str(source), *options.split()]
        subprocess.run([*command, str(made / name)], check=True)
    return [*awkward, *sorted((shared / "real").iterdir()), *(made / name for name in OWN)]


def render(source: Path, info: MediaInfo, folder: Path) -> tuple[Rendition, ...]:
    """All networks from one decode, by the registry's own specs, subtitled with what is said."""
    settings = MediaSettings()
    info = choose_sound(source, info, settings)
    said = Transcript()
    if info.has_audio and source.name != "upright.mp4":
        samples = speech_samples(source, info, settings=settings)
        said = transcribe(samples, SpeechSettings(), DataSettings().cache_dir)
    return render_all(
        source, info, {platform: rules(platform).video for platform in NETWORKS},
        Text(
            said.words,
            language=said.language,
            look=settings.look(),
            focus=look(source, info, settings=settings),
        ),
        name=source.name, folder=folder, settings=settings,
        detectors=Detectors(look_again=SecondLook, find_speech=spoken),
    )  # fmt: skip


def contact_sheet(frames: list[Path], output: Path) -> None:
    listing = [argument for frame in frames for argument in ("-i", str(frame))]
    columns = 8
    places = "|".join(f"{n % columns * 180}_{n // columns * 320}" for n in range(len(frames)))
    graph = f"xstack=inputs={len(frames)}:layout={places}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *listing, "-filter_complex", graph, "-frames:v", "1",
         "-q:v", "4", str(output)], check=True,
    )  # fmt: skip


def main() -> None:
    rows, frames, bad, began = [], [], 0, time.time()
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(inputs(Path(sys.argv[1]).resolve(), Path(folder)), start=1):
            info = probe(source, size_bytes=source.stat().st_size, settings=MediaSettings())
            files = render(source, info, Path(folder))
            made = {platform: file for file in files for platform in file.platforms}
            cells = []
            for network in NETWORKS:
                faults = check(made[network].path, network.value, info.duration_ms / 1000)
                faults += [f"certificate: {fault}" for fault in made[network].faults]
                bad += bool(faults)
                cells.append("; ".join(faults) or "✓")
            first = made[Platform.INSTAGRAM]
            shares = " + ".join(str(len(file.platforms)) for file in files)
            loud = "none" if first.loudness_lufs is None else f"{first.loudness_lufs:.1f}"
            about = (source.name, first.framing, shares, first.encoder, loud)
            row = f"| {number} | {' | '.join((*about, *cells))} |"
            print(row, flush=True)
            rows.append(row)
            frames.append(Path(folder) / f"{number:02}.jpg")
            middle = float(facts(first.path)["format"]["duration"]) / 2
            subprocess.run(
                ["ffmpeg", "-v", "error", "-y", "-ss", str(middle), "-i", first.path,
                 "-frames:v", "1", "-vf", "scale=180:320", str(frames[-1])], check=True,
            )  # fmt: skip
        contact_sheet(frames, DOCS / "renditions.jpg")
    verdicts = len(rows) * len(NETWORKS)
    head = f"""# Renditions

Written by `python benchmarks/renditions_table.py ../shared/inputs`: {len(rows)} inputs for
{len(NETWORKS)} networks, {verdicts} verdicts, {bad} with a fault, in {time.time() - began:.0f} s
on two shared cores. A tick means that `benchmarks/check_mp4.py`, which shares no code with the
renderer, found nothing against the network's spec, and our own certificate neither.

![One frame from the middle of each Instagram file, in the table's order](renditions.jpg)

`shares` says how many networks have one file: 5 + 3 is one for Instagram, TikTok, Shorts, Threads
and Facebook, which are upright, and one in the shape of the video for X, LinkedIn and Bluesky.

| | input | framing (Instagram) | shares | by | LUFS | {" | ".join(NETWORKS)} |
|---|---|---|---|---|---|{"---|" * len(NETWORKS)}
"""
    (DOCS / "renditions.md").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{bad} of {verdicts} with a fault, {time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
