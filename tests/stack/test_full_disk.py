"""A whole stack on a small disk that fills up under it, and then has room again."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.settings import DataSettings
from socialcopy.storage.bucket import Bucket
from tests.campaign.auditor import audit
from tests.campaign.report import write_down
from tests.campaign.worker_pool import distinct, tiny_clip
from tests.conftest import fill, mounted, own_folders
from tests.stack.conftest import ended
from tests.stack.test_stack import Up, until

CLIPS = 12
FULL_SECONDS = float(os.environ.get("FULL_SECONDS", "90"))
"""Longer than the store takes to notice, and than a lease lasts if made longer."""

LEFT = {"SOCIALCOPY_MIN_FREE_BYTES": "60000000", "ENGINE_MESSAGE_COST_CREDITS": "1"}
QUICK = {"MEDIA_SCREEN_FRAMES": "0", "NEMO_RENDER_POLL_SECONDS": "1"}


@pytest.fixture
def data(tmp_path: Path) -> Iterator[DataSettings]:
    with mounted(tmp_path / "disk", 400) as disk:
        (disk / "tmp").mkdir()
        yield own_folders(disk)


@pytest.fixture
def up(data: DataSettings) -> Iterator[Up]:
    up = Up(data, TMPDIR=str(data.data_dir.parent / "tmp"), **LEFT, **QUICK)
    yield up
    up.process.send_signal(signal.SIGINT)
    up.process.wait(120)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_a_full_disk_parks_nothing_says_so_and_everything_is_delivered_once(
    data: DataSettings, up: Up, tmp_path: Path
):
    clip, bucket, began = tiny_clip(tmp_path), up.bucket, time.monotonic()
    etags = {name: put(bucket, name, distinct(clip, n)) for n, name in enumerate(names())}
    until(lambda: held(bucket) >= 2)
    ballast = data.data_dir.parent / "ballast"
    told: list[str] = []
    with ballast.open("wb", buffering=0):
        full_until = time.monotonic() + FULL_SECONDS
        while time.monotonic() < full_until:
            fill(ballast.with_name(f"ballast-{time.monotonic_ns()}"))
            time.sleep(0.5)
        told += [command(data, "status"), command(data, "drop", str(tmp_path / "tiny.mp4"))]
    for path in ballast.parent.glob("ballast*"):
        path.unlink()
    freed_at = time.monotonic()
    until(lambda: ended(bucket) >= CLIPS, seconds=1_500)
    found = audit(bucket, data.data_dir / "engine", etags)
    moves = Counter(e["move"] for e in json_files.entries(data.data_dir / "engine/ledger.jsonl"))
    write_down(
        "full disk",
        jobs=len(etags),
        seconds=round(time.monotonic() - began),
        seconds_after=round(time.monotonic() - freed_at),
        delivered=found.delivered,
        messages=moves["freeze"] - moves["release"],
        parked=found.parked,
    )

    assert "paused: the disk of" in told[0]
    assert "Make room there; work goes on by itself" in told[0]
    assert all("Traceback" not in text for text in told)
    assert "the disk of" in told[1]
    assert (found.lost, found.duplicates, found.half_visible, found.wrong) == ((), (), (), ())
    assert (found.refused, found.parked) == ((), {})
    assert found.delivered == len(etags) == CLIPS
    assert moves["freeze"] - moves["release"] == CLIPS
    assert open_to_others(data) == []


def names() -> list[str]:
    return [f"inbox/f{n:02}.mp4" for n in range(CLIPS)]


def command(data: DataSettings, *words: str) -> str:
    folders = {
        "SOCIALCOPY_DATA_DIR": str(data.data_dir),
        "SOCIALCOPY_CACHE_DIR": str(data.cache_dir),
    }
    done = subprocess.run(
        [sys.executable, "-m", "socialcopy.cli", *words],
        env={**os.environ, **folders, **LEFT},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return " ".join((done.stdout + done.stderr).split())


def put(bucket: Bucket, key: str, data: bytes) -> str:
    bucket.write(key, data, "video/mp4")
    return bucket.head(key).etag


def held(bucket: Bucket) -> int:
    return sum(1 for _ in bucket.list_keys("_socialcopy/held/"))


def open_to_others(data: DataSettings) -> list[str]:
    """Folders and files of ours that another user of the machine could open.

    The store gives some of its own files another mode (`.vif`, whatever our umask is): nobody gets
    to them, for their folder is closed.
    """
    roots, stored = (data.data_dir, data.cache_dir), data.data_dir / "s3/data"
    found = [path for root in roots for path in (root, *root.rglob("*"))]
    paths = [path for path in found if not path.is_symlink() and stored not in path.parents]
    return [
        f"{stat.filemode(path.stat().st_mode)} {path}"
        for path in paths
        if path.exists() and path.stat().st_mode & 0o077
    ]
