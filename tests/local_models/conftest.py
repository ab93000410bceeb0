"""A model file, and a runtime that serves it without weights."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from socialcopy.local_models.choice import Choice, choose
from socialcopy.settings import ModelSettings

RUNTIME = Path(__file__).parent / "runtime"

Made = Callable[..., Path]


@pytest.fixture
def model_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Makes a file that the runtime takes for a model; its script says what it answers."""
    monkeypatch.syspath_prepend(str(RUNTIME))
    monkeypatch.setenv("PYTHONPATH", f"{RUNTIME}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")

    def make(**script: object) -> Path:
        path = tmp_path / "small.gguf"
        path.write_bytes(b"GGUF" + json.dumps(script).encode())
        return path

    return make


@pytest.fixture
def chosen_model(model_file: Made, tmp_path: Path) -> Callable[..., ModelSettings]:
    """Makes such a file and chooses it; the settings that find it."""

    def make(settings: dict[str, object] | None = None, **script: object) -> ModelSettings:
        path = model_file(**script)
        folder = tmp_path / "models"
        choose(folder, Choice(name="small", path=str(path)))
        return ModelSettings(folder=folder, **(settings or {}))  # type: ignore[arg-type]

    return make
