"""A 30 s 1080p clip to the three default networks: ours against three other ways, in one run.

    uv run --with moviepy==2.2.1 python benchmarks/render_speed.py clip.mp4

CPU seconds (user and system, children included) are the figure to trust on a busy machine; each
way runs in a process of its own, one after the other, with the same encoder settings.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from socialcopy.media.canvas.branding import Dressing
from socialcopy.media.ffmpeg.commands import render
from socialcopy.media.ffmpeg.encoders import PRESETS
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.renditions.plan import Text, plan_all, shared
from socialcopy.media.renditions.render import Detectors, render_all
from socialcopy.models import (
    DEFAULT_PLATFORMS,
    Aspect,
    Focus,
    MediaInfo,
    Platform,
    VideoSpec,
    Word,
)
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings
from socialcopy.understanding.faces import SecondLook, look

SETTINGS = MediaSettings()
SENTENCE = ["Meet", "the", "Harbor", "mug.", "It", "keeps", "your", "coffee", "hot", "today."]
LIMITS = Limits(wall_seconds=3_600, memory_bytes=8_000_000_000)


def spoken(duration_ms: int) -> tuple[Word, ...]:
    return tuple(
        Word(start_ms=at, end_ms=at + 300, text=SENTENCE[n % len(SENTENCE)])
        for n, at in enumerate(range(0, duration_ms - 350, 330))
    )


def ours(clip: Path, folder: Path) -> None:
    """Everything: faces, loudness, subtitles, two files for three networks, certificate."""
    info = probe(clip, size_bytes=clip.stat().st_size, settings=SETTINGS)
    specs = {platform: rules(platform).video for platform in DEFAULT_PLATFORMS}
    made = render_all(
        clip, info, specs,
        Text(
            spoken(info.duration_ms),
            look=SETTINGS.look(),
            focus=look(clip, info, settings=SETTINGS),
        ),
        name="clip", folder=folder, settings=SETTINGS,
        detectors=Detectors(look_again=SecondLook),
    )  # fmt: skip
    print([rendition.faults for rendition in made], file=sys.stderr)


def encode_only(clip: Path, folder: Path) -> None:
    """The render step of ours alone: no analysis, no loudness, no certificate."""
    info = probe(clip, size_bytes=clip.stat().st_size, settings=SETTINGS)
    text = Text(spoken(info.duration_ms), (), "en", SETTINGS.look(), Focus())
    _write_and_run(clip, folder, [plan_all(files(info, DEFAULT_PLATFORMS), info, text)])


def files(info: MediaInfo, platforms: Sequence[Platform]) -> dict[VideoSpec, tuple[Platform, ...]]:
    """The files these networks need, by the registry."""
    specs = {platform: rules(platform).video for platform in platforms}
    return shared(specs, info, Aspect.AUTO, Dressing())


def one_each(clip: Path, folder: Path) -> None:
    """The same filters and encoders, one ffmpeg process for each network."""
    info = probe(clip, size_bytes=clip.stat().st_size, settings=SETTINGS)
    text = Text(spoken(info.duration_ms), (), "en", SETTINGS.look(), Focus())
    plans = [plan_all(files(info, [platform]), info, text) for platform in DEFAULT_PLATFORMS]
    _write_and_run(clip, folder, plans)


def _write_and_run(clip: Path, folder: Path, runs: list) -> None:
    info = probe(clip, size_bytes=clip.stat().st_size, settings=SETTINGS)
    for plans in runs:
        for p in plans:
            (folder / p.version.subtitles).write_text(p.promise.script)
        argv = render(clip, info, [p.version for p in plans], sound=None, settings=SETTINGS)
        run(argv, limits=LIMITS, cwd=folder)


def floor(clip: Path, folder: Path) -> None:
    """Bare ffmpeg: the same two encodes, scaled and nothing else, and one AAC track."""
    info = probe(clip, size_bytes=clip.stat().st_size, settings=SETTINGS)
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(clip)]
    for number, spec in enumerate(files(info, DEFAULT_PLATFORMS)):
        size = f"{spec.width}x{spec.height}"
        command += ["-s", size, "-c:v", "libx264", *PRESETS["standard"], "-g", "60",
                    "-profile:v", "high", "-c:a", "aac", str(folder / f"{number}.mp4")]  # fmt: skip
    subprocess.run(command, check=True)


def moviepy(clip: Path, folder: Path) -> None:
    """A file for each network by MoviePy, with the same words and the same preset and CRF."""
    from moviepy import CompositeVideoClip, TextClip, VideoFileClip

    font = subprocess.run(
        ["fc-match", "-f", "%{file}", "Inter:bold"], capture_output=True, text=True, check=True
    ).stdout
    info = probe(clip, size_bytes=clip.stat().st_size, settings=SETTINGS)
    for platform in DEFAULT_PLATFORMS:
        (spec,) = files(info, [platform])
        width, height = spec.width, spec.height
        film = VideoFileClip(str(clip))
        words = spoken(int(film.duration * 1000))
        lines = [words[n : n + 5] for n in range(0, len(words), 5)]
        texts = [
            TextClip(font=font, text=" ".join(w.text for w in line), font_size=width // 16,
                     color="white", size=(int(width * 0.8), None), method="caption")
            .with_start(line[0].start_ms / 1000).with_end(line[-1].end_ms / 1000)
            .with_position(("center", int(height * 0.58)))
            for line in lines
        ]  # fmt: skip
        placed = film.resized(width=width).with_position("center")
        CompositeVideoClip([placed, *texts], size=(width, height)).write_videofile(
            str(folder / f"{platform}.mp4"), fps=30, preset="veryfast", codec="libx264",
            audio_codec="aac", logger=None,
            ffmpeg_params=["-crf", "22", "-x264-params", PRESETS["standard"][-1]],
        )  # fmt: skip
        film.close()


WAYS = {f.__name__: f for f in (floor, ours, encode_only, one_each, moviepy)}


def measured(way: str, clip: str) -> dict[str, float]:
    """CPU and wall seconds and the largest process of one way, run as a child."""
    began, before = time.monotonic(), os.times()
    command = ["/usr/bin/env", sys.executable, __file__, "--only", way, clip]
    subprocess.run(command, check=True)
    after = os.times()
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return {"cpu_s": round(cpu, 1), "wall_s": round(time.monotonic() - began, 1)}


def main() -> None:
    if sys.argv[1] == "--only":
        with tempfile.TemporaryDirectory() as folder:
            WAYS[sys.argv[2]](Path(sys.argv[3]).resolve(), Path(folder))
        return
    ways = sys.argv[2:] or list(WAYS)
    figures = {}
    for way in ways:
        figures[way] = measured(way, sys.argv[1])
        print(way, json.dumps(figures[way]), flush=True)
    for way, figure in figures.items():
        ratio = figure["cpu_s"] / figures["floor"]["cpu_s"]
        print(f"{way:<12}{ratio:5.2f} x the floor's CPU time")


if __name__ == "__main__":
    main()
