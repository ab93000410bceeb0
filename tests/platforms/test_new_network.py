"""A new network is one data file and one member of `Platform`, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import socialcopy

ROOT = Path(__file__).parents[2]
SEEN = """
import json
from datetime import date
from pathlib import Path
from socialcopy.copywriting.writers.write import write
from socialcopy.engine.editing.parser import edits_in
from socialcopy.media.canvas.branding import Dressing
from socialcopy.media.renditions.certificate import length_faults
from socialcopy.media.renditions.plan import shared
from socialcopy.models import Aspect, Brief, MediaInfo, Platform, VideoStream
from socialcopy.platforms import faults, named_in, rules
from tests.copywriting.conftest import spoken

new = Platform.MASTODON
said = "We spent four weeks on this small desk lamp. It runs for nine hours on one charge. "
captions = write(spoken(said), Brief(platforms=(new,)))
video = VideoStream(codec="h264", width=1920, height=1080, frame_rate=30)
info = MediaInfo(container="mp4", duration_ms=400_000, size_bytes=1, video=video)
groups = shared({new: rules(new).video}, info, Aspect.AUTO, Dressing())
print(json.dumps({
    "caption": [(c.platform, c.limit, 0 < c.length <= c.limit) for c in captions.captions],
    "rendition": [f for spec, who in groups.items() for f in length_faults(400_000, spec, who)],
    "edit": [edit.platforms for edit in edits_in("only for the Fediverse")],
    "shape": len(edits_in("make it vertical for Mastodon")),
    "named": named_in("a post for Mastodon, please"),
    "faults": faults(date(2026, 11, 23)),
}))
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the library, with a network it has never heard of."""
    copied = tmp_path / "socialcopy"
    skipped = shutil.ignore_patterns("*.pyc")
    shutil.copytree(Path(socialcopy.__file__).parent, copied, ignore=skipped)
    networks = copied / "platforms" / "networks"
    told = (networks / "threads.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("platform: threads", "platform: mastodon"),
        ("name: Threads", "name: Mastodon"),
        ("[Meta Threads]", "[Fediverse]"),
        ("{value: 500, unit: characters", "{value: 444, unit: characters"),
    ):
        assert old in told
        told = told.replace(old, new, 1)
    (networks / "mastodon.yaml").write_text(told, encoding="utf-8")
    members = copied / "models" / "platforms.py"
    code = members.read_text(encoding="utf-8")
    last = '    BLUESKY = "bluesky"\n'
    members.write_text(code.replace(last, f'{last}    MASTODON = "mastodon"\n'), encoding="utf-8")
    return tmp_path


def test_a_new_network_has_captions_limits_and_names_from_its_file_alone(library: Path):
    path = os.pathsep.join((str(library), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-c", SEEN],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "caption": [["mastodon", 444, True]],
        "rendition": ["longer than Mastodon accepts (300 s)"],
        "edit": [["mastodon"]],
        "shape": 1,
        "named": ["mastodon"],
        "faults": [],
    }
