"""The same video and brief give the same captions, byte for byte, whoever makes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CLIP = Path(__file__).parents[2] / "examples" / "demo.mp4"
PROGRAM = """
import sys
from pathlib import Path
from socialcopy.copywriting.writers.write import write
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Brief, Platform
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.video import understand

clip, media = Path(sys.argv[1]), MediaSettings()
info = probe(clip, size_bytes=clip.stat().st_size, settings=media)
seen = understand(clip, info, speech=SpeechSettings(), media=media,
                  cache_dir=DataSettings().cache_dir, vocabulary=("Harbor Mug",))
brief = Brief(platforms=tuple(Platform), use_words=("Harbor Mug",), variants=3)
sys.stdout.write(seen.model_dump_json() + write(seen, brief).model_dump_json())
"""


def test_two_processes_see_and_write_the_same_of_one_video():
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(CLIP)],
            capture_output=True,
            check=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home()), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    assert b"Harbor Mug" in runs[0]
    assert runs[0] == runs[1]
