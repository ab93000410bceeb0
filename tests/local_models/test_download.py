"""A model is fetched whole or not at all, from a hub on a real socket."""

from __future__ import annotations

import random
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.engine.api.server import serve
from socialcopy.local_files import DiskFullError
from socialcopy.local_models import download
from socialcopy.local_models.catalogue import catalogue, open_model
from socialcopy.local_models.errors import (
    LocalModelError,
    ModelDamagedError,
    NoSuchModelError,
)
from tests.local_models.hub import Hub, entry

DATA = random.Random(0).randbytes(24 << 20)
"""The hub's client reads ten megabytes at a time."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    found = Hub(DATA)
    with serve(found.app) as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        yield found


def fetch(hub: Hub, folder: Path, **changes: object) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    download.get(entry(hub, **changes), folder, lambda *told_: told.append(told_))
    return told


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_model_arrives_whole_with_its_progress_told(hub: Hub, tmp_path: Path):
    told = fetch(hub, tmp_path / "models")

    assert (tmp_path / "models/tiny.gguf").read_bytes() == DATA
    assert left_in(tmp_path / "models") == ["tiny.gguf"]
    assert told == sorted(told)
    assert told[-1] == (len(DATA), len(DATA))
    assert stat.S_IMODE((tmp_path / "models/tiny.gguf").stat().st_mode) == 0o600


def test_what_is_there_is_not_fetched_again(hub: Hub, tmp_path: Path):
    fetch(hub, tmp_path)
    fetch(hub, tmp_path)

    assert len(hub.ranges) == 1


def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub: Hub, tmp_path: Path):
    hub.breaks_at = [15 << 20]

    fetch(hub, tmp_path)

    assert (tmp_path / "tiny.gguf").read_bytes() == DATA
    assert hub.ranges == ["", f"bytes={10 << 20}-"]


def test_what_a_killed_process_left_is_gone_on_with(hub: Hub, tmp_path: Path):
    (tmp_path / "tiny.gguf.part").write_bytes(DATA[: 20 << 20])

    told = fetch(hub, tmp_path)

    assert (tmp_path / "tiny.gguf").read_bytes() == DATA
    assert hub.ranges == [f"bytes={20 << 20}-"]
    assert told[0][0] > 20 << 20


@pytest.mark.parametrize("left", [b"x" * (20 << 20), DATA + b"x"], ids=["other", "longer"])
def test_a_file_that_is_not_the_known_one_is_never_used(hub: Hub, tmp_path: Path, left: bytes):
    (tmp_path / "tiny.gguf.part").write_bytes(left)
    if len(left) > len(DATA):
        fetch(hub, tmp_path)
        assert (tmp_path / "tiny.gguf").read_bytes() == DATA
    else:
        with pytest.raises(ModelDamagedError):
            fetch(hub, tmp_path)
        assert left_in(tmp_path) == []


def test_a_hub_that_states_another_hash_is_asked_for_no_byte(hub: Hub, tmp_path: Path):
    hub.sha256 = "0" * 64

    with pytest.raises(ModelDamagedError, match="0000000000000000"):
        fetch(hub, tmp_path)

    assert hub.ranges == []


def test_ctrl_c_leaves_nothing(hub: Hub, tmp_path: Path):
    def interrupt(done: int, _: int) -> None:
        if done > 5 << 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download.get(entry(hub), tmp_path, interrupt)

    assert left_in(tmp_path) == []


def test_without_room_nothing_is_fetched(hub: Hub, tmp_path: Path):
    with pytest.raises(DiskFullError):
        fetch(hub, tmp_path, size_bytes=10**16)

    assert hub.ranges == []


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal_is_one_sentence(hub: Hub, tmp_path: Path, status: int):
    hub.status = status

    with pytest.raises(LocalModelError, match=f"HTTP {status}"):
        fetch(hub, tmp_path)


def test_a_hub_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(LocalModelError, match=r"http://127\.0\.0\.1:9"):
        fetch(Hub(b"x"), tmp_path)


def test_a_model_is_removed_with_what_was_begun_of_it(hub: Hub, tmp_path: Path):
    fetch(hub, tmp_path)
    (tmp_path / "tiny.gguf.part").write_bytes(b"x")

    assert download.remove(entry(hub), tmp_path) == len(DATA) + 1
    assert left_in(tmp_path) == []


def test_every_model_of_the_catalogue_is_pinned_and_open():
    for model in catalogue():
        assert len(model.revision) == 40
        assert model.license in {"Apache-2.0", "MIT"}
        assert model.size_bytes < model.memory_bytes
        assert open_model(model.name) == model


def test_a_name_nobody_knows_is_told_with_those_that_are():
    with pytest.raises(NoSuchModelError, match="qwen3-4b"):
        open_model("gpt-9")
