"""Render 24 inputs for six networks, check every MP4 independently, write docs/renditions.md.

python benchmarks/renditions_table.py ../shared/inputs
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check_mp4 import check, facts

from socialcopy.media.probe import probe
from socialcopy.media.renditions import render_all
from socialcopy.models import MediaInfo, Platform, Rendition, VideoSpec, Word
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings
from socialcopy.understanding.faces import look, look_again

DOCS = Path(__file__).parent.parent / "docs"
SENTENCE = [
    "Meet",
    "the",
    "Harbor",
    "mug.",
    "It",
    "keeps",
    "your",
    "coffee",
    "hot",
    "for",
    "six",
    "hours.",
]
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


def specs() -> dict[str, VideoSpec]:
    """The registry's networks; three more by platform-rules §2 until the registry has them."""
    known = {platform.value: rules(platform).video for platform in Platform}
    base = known["instagram"]
    added = {
        "tiktok": base.model_copy(update={"max_duration_seconds": 600}),
        "youtube": base.model_copy(
            update={"max_duration_seconds": 180, "max_frame_rate": 60, "min_duration_ms": 500,
                    "max_bitrate_bps": 12_000_000, "audio_bitrate_bps": 384_000, "gop_ms": 500}
        ),
        "bluesky": base.model_copy(
            update={"max_duration_seconds": 180, "max_size_bytes": 100_000_000,
                    "min_duration_ms": 500}
        ),
    }  # fmt: skip
    wanted = ("instagram", "x", "linkedin", "tiktok", "youtube", "bluesky")
    return {name: (added | known)[name] for name in wanted}


def inputs(shared: Path, made: Path) -> list[Path]:
    awkward = [
        p for p in sorted((shared / "awkward").iterdir()) if not p.name.startswith(NOT_VIDEOS)
    ]
    source = shared / "real" / "city_jfk_11s_720p.mp4"
    for name, options in OWN.items():
        command = ["ffmpeg", "-v", "error", "-y", "-t", "4", "-i", str(source), *options.split()]
        subprocess.run([*command, str(made / name)], check=True)
    return [*awkward, *sorted((shared / "real").iterdir()), *(made / name for name in OWN)]


def spoken(info: MediaInfo) -> tuple[Word, ...]:
    """A sentence over and over, for clips that have sound."""
    if not info.has_audio:
        return ()
    return tuple(
        Word(start_ms=at, end_ms=at + 300, text=SENTENCE[n % len(SENTENCE)])
        for n, at in enumerate(range(0, info.duration_ms - 350, 330))
    )


def render(source: Path, info: MediaInfo, folder: Path) -> dict[str, Rendition]:
    """All networks from one decode; `Platform` knows three, so their names stand in for others."""
    settings = MediaSettings()
    names = list(specs())
    focus = look(source, info, settings=settings)
    done: dict[str, Rendition] = {}
    for group in (names[:3], names[3:]):
        stand_ins = dict(
            zip((Platform.INSTAGRAM, Platform.X, Platform.LINKEDIN), group, strict=True)
        )
        made = render_all(
            source, info, () if source.name == "upright.mp4" else spoken(info),
            {platform: specs()[name] for platform, name in stand_ins.items()},
            name=f"{source.name}.{group[0]}", folder=folder, settings=settings,
            focus=focus, look_again=look_again,
        )  # fmt: skip
        done |= {stand_ins[platform]: r for r in made for platform in r.platforms}
    return done


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
        for number, source in enumerate(inputs(Path(sys.argv[1]), Path(folder)), start=1):
            info = probe(source, size_bytes=source.stat().st_size, settings=MediaSettings())
            made = render(source, info, Path(folder))
            cells = []
            for network, rendition in made.items():
                faults = check(rendition.path, network, info.duration_ms / 1000)
                faults += [f"certificate: {fault}" for fault in rendition.faults]
                bad += bool(faults)
                cells.append("; ".join(faults) or "✓")
            first = made["instagram"]
            loud = "none" if first.loudness_lufs is None else f"{first.loudness_lufs:.1f}"
            row = f"| {number} | {source.name} | {first.framing} | {loud} | {' | '.join(cells)} |"
            print(row, flush=True)
            rows.append(row)
            frames.append(Path(folder) / f"{number:02}.jpg")
            middle = float(facts(first.path)["format"]["duration"]) / 2
            subprocess.run(
                ["ffmpeg", "-v", "error", "-y", "-ss", str(middle), "-i", first.path,
                 "-frames:v", "1", "-vf", "scale=180:320", str(frames[-1])], check=True,
            )  # fmt: skip
        contact_sheet(frames, DOCS / "renditions.jpg")
    files = len(rows) * len(specs())
    head = f"""# Renditions

Written by `python benchmarks/renditions_table.py ../shared/inputs`: {len(rows)} inputs for
{len(specs())} networks, {files} verdicts, {bad} with a fault, in {time.time() - began:.0f} s
on two shared cores. A tick means that `benchmarks/check_mp4.py`, which shares no code with the
renderer, found nothing against the network's spec, and our own certificate neither.

![One frame from the middle of each Instagram file, in the table's order](renditions.jpg)

| | input | framing (Instagram) | LUFS | {" | ".join(specs())} |
|---|---|---|---|{"---|" * len(specs())}
"""
    (DOCS / "renditions.md").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{bad} of {files} with a fault, {time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
