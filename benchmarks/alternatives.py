"""Clips by socialcopy, and by what a user would pick instead, in one run.

    uv run --with whisper-ctranslate2==0.5.8 --with moviepy==2.2.1 \\
        python benchmarks/alternatives.py clip.mp4 clip.mp4 clip.mp4 [--ways caption script]

Each way is asked for one 9:16 MP4 with subtitles burned in and a transcript of each clip, with the
same weights of Whisper, the same encoder settings and the same clips at once. Services run before
the clips are there; programs are started by them. CPU seconds and memory are those of the whole
process tree: memory as the kernel shares it out between processes (PSS), sampled.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from socialcopy.cli.stack import store_of_running_stack
from socialcopy.media.ffmpeg.encoders import PRESETS
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store
from socialcopy.understanding.weights import packaged_weights

TICKS = os.sysconf("SC_CLK_TCK")
X264 = ["-c:v", "libx264", *PRESETS["standard"], "-c:a", "aac", "-movflags", "+faststart"]
UPRIGHT = "crop=ih*9/16:ih,scale=1080:1920,subtitles={}"
POLL_SECONDS = 10.0
SETTLE_SECONDS = 8.0
"""After a service says it is ready, before the clips come."""


class Place(NamedTuple):
    """A way that has been set going."""

    process_id: int
    drop: Callable[[list[Path]], None]
    made: Callable[[], list[str]]
    """Names of all transcripts and MP4s so far."""


class Figures(NamedTuple):
    """What three clips took."""

    wall_s: float
    cpu_s: float
    first_words_s: float
    first_mp4_s: float
    peak_mb: float


def tree(process_id: int) -> Iterator[int]:
    """Yield a process and all that live below it."""
    yield process_id
    for path in Path(f"/proc/{process_id}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in path.read_text().split():
                yield from tree(int(child))


def cpu_seconds(process_id: int) -> float:
    """Of all that live, and of those whose end they have seen."""
    ticks = 0
    for found in tree(process_id):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{found}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def memory_mb(process_id: int) -> float:
    kilobytes = 0
    for found in tree(process_id):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{found}/smaps_rollup").read_text().splitlines()
            kilobytes += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return kilobytes / 1024


def measured(place: Place, clips: list[Path]) -> Figures:
    """Drop the clips, and look until each has its MP4 and its transcript."""
    before, began, peak = cpu_seconds(place.process_id), time.monotonic(), 0.0
    first: dict[str, float] = {}
    place.drop(clips)
    while True:
        made, seconds = place.made(), time.monotonic() - began
        for name in made:
            first.setdefault("mp4" if name.endswith(".mp4") else "words", seconds)
        if sum(name.endswith(".mp4") for name in made) == len(clips) and len(made) > len(clips):
            break
        peak = max(peak, memory_mb(place.process_id))
        time.sleep(0.25)
    used = cpu_seconds(place.process_id) - before
    return Figures(seconds, used, first["words"], first["mp4"], peak)


@contextlib.contextmanager
def running(argv: list[str], folder: Path, **env: str) -> Generator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            argv, cwd=folder, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, **env},
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def caption(folder: Path, weights: Path) -> Generator[Place]:
    """Ours without a stack: `socialcopy caption`, copy and MP4 for one network."""
    env = f"SOCIALCOPY_DATA_DIR={folder}/data SOCIALCOPY_CACHE_DIR={weights.parent}"
    argv = f"{env} {sys.executable} -m socialcopy.cli caption in/*.mp4 --platform instagram"
    text = f"{argv} --out out; exec sleep 600"
    with started_by_clips(["bash", "-c", text], folder) as place:
        yield place._replace(
            made=lambda: [
                str(path)
                for ending in ("subtitles.srt", "*.instagram.mp4")
                for path in (folder / "out").rglob(ending)
            ]
        )


@contextlib.contextmanager
def up(folder: Path, weights: Path, **more: str) -> Generator[Place]:
    """`socialcopy up`, with copy and MP4 for one network."""
    data = DataSettings(data_dir=folder / "data", cache_dir=weights.parent)
    env = {"SOCIALCOPY_DATA_DIR": str(data.data_dir), "SOCIALCOPY_CACHE_DIR": str(data.cache_dir)}
    argv = [sys.executable, "-m", "socialcopy.cli", "up"]
    with running(argv, folder, **env, **more) as stack:
        while "ready" not in (folder / "log").read_text():
            assert stack.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        time.sleep(SETTLE_SECONDS)
        settings = store_of_running_stack(data)
        assert settings
        bucket = Bucket(settings)
        bucket.write("inbox/brief.yaml", b"platforms: [instagram]\n", "application/yaml")
        yield Place(
            stack.pid, lambda clips: upload(bucket, clips),
            lambda: outputs(bucket, "/subtitles.srt", ".instagram.mp4"),
        )  # fmt: skip


def upload(bucket: Bucket, clips: list[Path]) -> None:
    for clip in clips:
        bucket.upload(clip, f"inbox/{clip.name}", "video/mp4")


def outputs(bucket: Bucket, *endings: str) -> list[str]:
    return [key for key in bucket.list_keys("outbox/") if key.endswith(endings)]


def up_a_process_each(folder: Path, weights: Path) -> AbstractContextManager[Place]:
    """The same, but each video as a Prefect run of its own on a process worker."""
    return up(folder, weights, WATCH_DISPATCH="deployment")


@contextlib.contextmanager
def script(folder: Path, weights: Path) -> Generator[Place]:
    """A shell script: Whisper's command line, then ffmpeg."""
    ffmpeg = shlex.join(["-v", "error", "-y", "-vf", UPRIGHT.format("$n.srt"), *X264])
    text = f"""
        for clip in in/*.mp4; do
            n=$(basename "$clip" .mp4)
            whisper-ctranslate2 "$clip" --model_directory {weights} --compute_type int8 \\
                --threads 2 --output_format srt --output_dir . --verbose False
            ffmpeg -nostdin -i "$clip" {ffmpeg.replace("'", '"')} "draft.mp4"
            mv draft.mp4 "$n.mp4"
        done
        exec sleep 600"""
    with started_by_clips(["bash", "-c", text], folder) as place:
        yield place


MOVIEPY = """
import sys
from pathlib import Path
from faster_whisper import WhisperModel
from moviepy import CompositeVideoClip, TextClip, VideoFileClip
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
for path in sorted(Path("in").glob("*.mp4")):
    lines = list(model.transcribe(str(path))[0])
    path.with_suffix(".txt").write_text(" ".join(line.text for line in lines))
    path.with_suffix(".txt").rename(path.stem + ".txt")
    film = VideoFileClip(str(path)).resized(height=1920)
    texts = [TextClip(font=sys.argv[2], text=line.text.strip(), font_size=60, color="white",
                      stroke_color="black", stroke_width=3, size=(900, None), method="caption")
             .with_start(line.start).with_end(min(line.end, film.duration))
             .with_position(("center", 1300)) for line in lines]
    upright = film.cropped(x_center=film.w / 2, width=1080)
    CompositeVideoClip([upright, *texts]).write_videofile(
        "draft.mp4", codec="libx264", audio_codec="aac", logger=None, preset="veryfast",
        ffmpeg_params=["-crf", "22", "-x264-params", sys.argv[3]], threads=2)
    Path("draft.mp4").rename(path.stem + ".mp4")
"""


@contextlib.contextmanager
def moviepy(folder: Path, weights: Path) -> Generator[Place]:
    """A Python script: faster-whisper, then MoviePy."""
    command = ["fc-match", "-f", "%{file}", "Inter:bold"]
    font = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    argv = [sys.executable, "-c", MOVIEPY, str(weights), font, PRESETS["standard"][-1]]
    text = f"{shlex.join(argv)}; exec sleep 600"
    with started_by_clips(["bash", "-c", text], folder) as place:
        yield place


@contextlib.contextmanager
def started_by_clips(argv: list[str], folder: Path) -> Generator[Place]:
    """What a person starts once the clips are there; it waits for them in a shell."""
    (folder / "in").mkdir()
    text = f"while [ ! -e go ]; do sleep 0.05; done; exec {shlex.join(argv)}"
    waiting = ["bash", "-c", text]
    with running(waiting, folder) as process:

        def drop(clips: list[Path]) -> None:
            for clip in clips:
                (folder / "in" / clip.name).write_bytes(clip.read_bytes())
            (folder / "go").touch()

        yield Place(
            process.pid, drop,
            lambda: [p.name for p in folder.iterdir() if p.suffix in {".srt", ".txt", ".mp4"}
                     and p.stem != "draft"],
        )  # fmt: skip


POLLING = """
import subprocess, sys, time
from pathlib import Path
from faster_whisper import WhisperModel
from socialcopy.settings import S3Settings
import boto3
own = S3Settings()
s3 = boto3.client("s3", endpoint_url=own.endpoint_url, region_name="us-east-1",
    aws_access_key_id=own.access_key_id,
    aws_secret_access_key=own.secret_access_key.get_secret_value())
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
filters, options, pause, seen = sys.argv[2], sys.argv[4:], float(sys.argv[3]), set()
def stamp(seconds):
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{part:03}"
while True:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=own.bucket, Prefix="inbox/")
    for key in [o["Key"] for page in pages for o in page.get("Contents", ())]:
        if key in seen:
            continue
        seen.add(key)
        name = Path(key).stem
        s3.download_file(own.bucket, key, "clip.mp4")
        lines = list(model.transcribe("clip.mp4")[0])
        Path("clip.srt").write_text("".join(
            f"{n}\\n{stamp(l.start)} --> {stamp(l.end)}\\n{l.text.strip()}\\n\\n"
            for n, l in enumerate(lines, 1)))
        s3.upload_file("clip.srt", own.bucket, f"outbox/{name}.srt")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-nostdin", "-i", "clip.mp4",
                        "-vf", filters, *options, "out.mp4"], check=True)
        s3.upload_file("out.mp4", own.bucket, f"outbox/{name}.mp4")
    time.sleep(pause)
"""


@contextlib.contextmanager
def polling(folder: Path, weights: Path) -> Generator[Place]:
    """A loop that lists the bucket every ten seconds, and works off what is new."""
    with embedded_store(folder / "s3") as store:
        bucket = Bucket(store)
        bucket.ensure()
        filters = UPRIGHT.format("clip.srt")
        argv = [sys.executable, "-c", POLLING, str(weights), filters, str(POLL_SECONDS), *X264]
        with running(argv, folder, **variables(store)) as process:
            time.sleep(SETTLE_SECONDS)
            yield Place(
                process.pid, lambda clips: upload(bucket, clips),
                lambda: outputs(bucket, ".srt", ".mp4"),
            )  # fmt: skip


def variables(store: S3Settings) -> dict[str, str]:
    assert store.secret_access_key
    return {
        "S3_ENDPOINT_URL": str(store.endpoint_url),
        "S3_BUCKET": store.bucket,
        "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": store.secret_access_key.get_secret_value(),
    }


WAYS = {f.__name__: f for f in (caption, up, up_a_process_each, script, polling, moviepy)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    given = parser.parse_args()
    clips = [clip.resolve() for clip in given.clips]
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name:
        weights = packaged_weights(Path(name) / "cache")
        for way in given.ways:
            folder = Path(name) / way
            folder.mkdir()
            load = os.getloadavg()[0]
            with WAYS[way](folder, weights) as place:
                found[way] = measured(place, clips)
            figures = {key: round(n, 1) for key, n in found[way]._asdict().items()}
            print(f"{way} (load {load:.0f}): {json.dumps(figures)}", flush=True)
    base = found.get("caption")
    for way, figures in found.items() if base else ():
        ratios = (f"{a / b:.2f}" for a, b in zip(figures, base or figures, strict=True))
        print(f"{way} against `caption`: {dict(zip(Figures._fields, ratios, strict=True))}")


if __name__ == "__main__":
    main()
