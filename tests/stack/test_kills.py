"""Every part of a running stack is killed, one after another: each clip is delivered once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.settings import DataSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StorageError
from tests.campaign.auditor import audit
from tests.campaign.report import write_down
from tests.campaign.worker_pool import distinct, tiny_clip
from tests.conftest import own_folders
from tests.stack.conftest import ended
from tests.stack.test_stack import PARTS, Up, process_of, until

CLIPS = 12
KILL_SECONDS = float(os.environ.get("KILL_SECONDS", "300"))
EVERY_SECONDS = 20.0
ALL_SECONDS = 1_200.0


@pytest.fixture
def data(tmp_path: Path) -> DataSettings:
    return own_folders(tmp_path)


@pytest.fixture
def up(data: DataSettings) -> Iterator[Up]:
    up = Up(
        data,
        ENGINE_MESSAGE_COST_CREDITS="1",
        MEDIA_SCREEN_FRAMES="0",
        NEMO_RENDER_POLL_SECONDS="1",
    )
    yield up
    up.process.send_signal(signal.SIGINT)
    up.process.wait(120)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("parts", [tuple(PARTS), *((part,) for part in PARTS)], ids="+".join)
def test_every_clip_is_delivered_once_whatever_is_killed(
    data: DataSettings, up: Up, tmp_path: Path, parts: tuple[str, ...]
):
    clip, bucket, began = tiny_clip(tmp_path), up.bucket, time.monotonic()
    turns, killed, etags = cycle(parts), Counter[str](), {}
    while time.monotonic() < began + KILL_SECONDS:
        if len(etags) < min(CLIPS, CLIPS * (time.monotonic() - began) / (KILL_SECONDS * 0.8)):
            name = f"inbox/k{len(etags):02}.mp4"
            etags[name] = put(bucket, name, distinct(clip, len(etags)))
        if time.monotonic() > began + EVERY_SECONDS * (killed.total() + 1):
            part = next(turns)
            os.kill(process_of(data, part), signal.SIGKILL)
            killed[part] += 1
        assert up.process.poll() is None, up.said()
        time.sleep(0.2)
    until(lambda: ended(bucket) >= CLIPS, seconds=ALL_SECONDS)
    found = audit(bucket, data.data_dir / "engine", etags)
    moves = Counter(e["move"] for e in json_files.entries(data.data_dir / "engine/ledger.jsonl"))
    renders = len(list((data.data_dir / "engine" / "renders").glob("*/job.json")))
    write_down(
        f"kills {'+'.join(parts)}",
        jobs=len(etags),
        kills=dict(killed),
        seconds=round(time.monotonic() - began),
        delivered=found.delivered,
        messages=moves["freeze"] - moves["release"],
        renders=renders,
        parked=found.parked,
    )

    assert (found.lost, found.duplicates, found.half_visible, found.wrong) == ((), (), (), ())
    assert (found.refused, found.parked) == ((), {})
    assert found.delivered == len(etags) == CLIPS
    assert moves["freeze"] - moves["release"] == CLIPS  # one account for all, so the sums tell
    assert renders == CLIPS


def put(bucket: Bucket, key: str, data: bytes) -> str:
    """Drop a clip as a person would: again, when the store is away."""

    def done() -> bool:
        try:
            bucket.write(key, data, "video/mp4")
        except StorageError:
            return False
        return True

    until(done)
    return until(lambda: bucket.head(key)).etag
