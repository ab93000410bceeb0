"""Many at once, and much at once: one request for a token, flat memory for an upload."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)
from tests.engine.conftest import EngineProcess, start

__all__ = ["start"]

RUNS, PROCESSES = 100, 4
EIGHT_DAYS = 8 * 86_400
MOST_GROWTH_BYTES = 64_000_000


def test_a_hundred_runs_with_an_expired_token_make_one_request(tmp_path: Path):
    data = DataSettings(data_dir=tmp_path / "engine")
    now = [1_800_000_000.0]
    app = create_app(EngineSettings(), SpeechSettings(), MediaSettings(), data, now=lambda: now[0])
    settings = NemoVideoSettings(token=None)

    def token(url: str) -> str:
        store = TokenStore(tmp_path / "client", settings, now=lambda: now[0])
        return store.token(url, min_life_seconds=7_200).get_secret_value()

    with serve(app) as url:
        old = token(url)
        now[0] += EIGHT_DAYS
        with ThreadPoolExecutor(RUNS) as pool:
            new = set(pool.map(lambda _: token(url), range(RUNS)))

    issued = json_files.entries(tmp_path / "engine" / "engine" / "identities" / "issued.jsonl")
    assert len(new) == 1
    assert old not in new
    assert len(issued) == 2  # the old one, and one for all hundred


def _ask_many(folder: str, url: str) -> list[str]:
    settings = NemoVideoSettings(token=None)

    def ask(_: int) -> str:
        store = TokenStore(Path(folder), settings)
        return store.token(url, min_life_seconds=7_200).get_secret_value()

    with ThreadPoolExecutor(RUNS // PROCESSES) as pool:
        return list(pool.map(ask, range(RUNS // PROCESSES)))


def test_a_hundred_runs_in_several_processes_make_one_request_too(tmp_path: Path):
    data = DataSettings(data_dir=tmp_path / "engine")

    def app(age_seconds: float):
        clock = lambda: time.time() - age_seconds  # noqa: E731  (as short as what it stands for)
        return create_app(EngineSettings(), SpeechSettings(), MediaSettings(), data, now=clock)

    with serve(app(EIGHT_DAYS)) as url:
        past = TokenStore(
            tmp_path / "client", NemoVideoSettings(token=None), now=lambda: time.time() - EIGHT_DAYS
        )
        old = past.token(url).get_secret_value()
    with serve(app(0)) as url, multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        told = pool.starmap(_ask_many, [(str(tmp_path / "client"), url)] * PROCESSES, chunksize=1)

    issued = json_files.entries(tmp_path / "engine" / "engine" / "identities" / "issued.jsonl")
    new = {token for tokens in told for token in tokens}
    assert sum(map(len, told)) == RUNS
    assert len(new) == 1
    assert old not in new
    assert len(issued) == 2


UPLOADER = """
import json, resource, sys
from pathlib import Path
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.settings import NemoVideoSettings

url, folder, clip, size = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
settings = NemoVideoSettings()

class Padded:
    "A clip, then one `free` box of zeroes up to the wanted size: a whole MP4 that no disk holds."
    def __init__(self, head, size):
        self.head = head + (size - len(head)).to_bytes(4, "big") + b"free"
        self.at, self.size = 0, size
    def read(self, size):
        size = min(size, self.size - self.at)
        piece = self.head[self.at : self.at + size]
        self.at += size
        return piece + bytes(size - len(piece))

with NemoVideo(url, TokenStore(folder, settings).token(url), settings) as nemo:
    session = nemo.open_session()
    nemo.credits()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asset = nemo.upload_stream(session, "long.mp4", Padded(clip.read_bytes(), size), size)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"grown": (after - before) * 1024, "seconds": asset.duration_seconds}))
"""


@pytest.mark.parametrize(
    "megabytes", [50, pytest.param(500, marks=pytest.mark.slow)], ids=lambda n: f"{n}MB"
)
def test_an_upload_of_any_size_takes_little_memory_and_no_temporary_file(
    start: Callable[..., EngineProcess], tmp_path: Path, clips: Path, megabytes: int
):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    engine = start(TMPDIR=str(temporary))
    before = engine.peak_rss_bytes()
    arguments = [engine.url, str(tmp_path / "client"), str(clips / "silent.mp4")]
    argv = [sys.executable, "-c", UPLOADER, *arguments, str(megabytes * 1_000_000)]
    done = subprocess.run(
        argv, check=True, capture_output=True, env={**os.environ, "TMPDIR": str(temporary)}
    )

    told = json.loads(done.stdout)
    assert told["grown"] < MOST_GROWTH_BYTES
    assert engine.peak_rss_bytes() - before < MOST_GROWTH_BYTES
    assert told["seconds"] == pytest.approx(4, abs=0.2)
    assert list(temporary.iterdir()) == []
