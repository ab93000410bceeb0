"""The package under every Python it says it runs on, installed as a user installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.models import CaptionSet
from tests.installations import install

OTHERS = ("3.12", "3.13")


def interpreters(version: str) -> Iterator[str]:
    """What may be that Python; pyenv's shims are there for versions that are not chosen."""
    if found := shutil.which(f"python{version}"):
        yield found
    yield from map(str, sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))


def runs(interpreter: str) -> bool:
    return subprocess.run([interpreter, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("version", OTHERS)
def test_a_video_is_captioned_under_another_python(version: str, clips: Path, tmp_path: Path):
    found = next(filter(runs, interpreters(version)), None)
    if found is None:
        pytest.skip(f"no Python {version} on this machine")
    program, out = install(tmp_path / "venv", found) / "socialcopy", tmp_path / "out"
    own = {
        "SOCIALCOPY_DATA_DIR": str(tmp_path / "data"), "MEDIA_PRESET": "fast",
        "SOCIALCOPY_CACHE_DIR": str(tmp_path / "cache"),
    }  # fmt: skip

    command = [program, "caption", clips / "spoken.mp4", "--out", out]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, **own}, check=True)

    told = (out / "spoken" / "captions.json").read_text()
    assert CaptionSet.model_validate_json(told).captions
    assert [*out.glob("spoken/*.instagram.mp4")]
