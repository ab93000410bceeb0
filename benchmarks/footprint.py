"""How much memory and disk one video takes while its MP4s are made.

    python benchmarks/footprint.py clip.mp4 [seconds]

Looks for faces, renders for the three default networks and certifies, in a process of its own;
meanwhile memory (the proportional share of the whole process tree, and its largest process) and
the work folder are looked at four times a second. With a number it is stopped after so long.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import Detectors, render_all, thumbnail
from socialcopy.models import DEFAULT_PLATFORMS, Word
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings
from socialcopy.understanding.faces import SecondLook, best_moment, look

SENTENCE = ["Meet", "the", "Harbor", "mug.", "It", "keeps", "your", "coffee", "hot", "today."]


def work(clip: Path, folder: Path) -> None:
    settings = MediaSettings()
    info = probe(clip, size_bytes=clip.stat().st_size, settings=settings)
    words = tuple(
        Word(start_ms=at, end_ms=at + 300, text=SENTENCE[n % len(SENTENCE)])
        for n, at in enumerate(range(0, info.duration_ms - 350, 330))
    )
    print("looking", flush=True)
    focus = look(clip, info, settings=settings)
    thumbnail(clip, info, folder, settings, best_moment(focus))
    specs = {platform: rules(platform).video for platform in DEFAULT_PLATFORMS}
    made = render_all(
        clip, info, specs, Text(words, language="en", focus=focus),
        name="clip", folder=folder, settings=settings, detectors=Detectors(look_again=SecondLook),
        on_progress=lambda percent: print(f"{percent} %", flush=True),
    )  # fmt: skip
    print([(r.platforms, r.faults, r.info.size_bytes) for r in made], flush=True)


def tree(root: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def share_mb(process: int, field: str) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


def main() -> None:
    clip = Path(sys.argv[1]).resolve()
    if sys.argv[2:3] == ["--only"]:
        work(clip, Path(sys.argv[3]))
        return
    until = time.monotonic() + float(sys.argv[2]) if sys.argv[2:] else float("inf")
    most = {"tree_mb": 0.0, "largest_process_mb": 0.0, "disk_mb": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, str(clip), "--only", folder]
        # Every temporary file counts.
        child = subprocess.Popen(
            command, start_new_session=True, env={**os.environ, "TMPDIR": folder}
        )
        while child.poll() is None and time.monotonic() < until:
            processes = tree(child.pid)
            most["tree_mb"] = max(most["tree_mb"], sum(share_mb(p, "Pss") for p in processes))
            largest = max(share_mb(p, "Rss") for p in processes)
            most["largest_process_mb"] = max(most["largest_process_mb"], largest)
            sizes = [f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()]
            most["disk_mb"] = max(most["disk_mb"], sum(sizes) / 1e6)
            time.sleep(0.25)
        ended = child.poll() is not None
        if not ended:
            os.killpg(child.pid, signal.SIGKILL)
    source_mb = clip.stat().st_size / 1e6
    figures = {name: round(value) for name, value in most.items()}
    print(json.dumps({**figures, "source_mb": round(source_mb), "ended": ended}))


if __name__ == "__main__":
    main()
