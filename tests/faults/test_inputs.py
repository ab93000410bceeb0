"""Every input of the table, by its right value: described, in step, and delivered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.cli.local import LocalPipeline, caption_file, private_context
from socialcopy.cli.progress import Ending
from socialcopy.engine.compose.video import Cut, compose
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.validation import validate
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import render_all
from socialcopy.models import Brief, MediaInfo, Platform, Rejection
from socialcopy.settings import MediaSettings
from socialcopy.understanding.sound_tracks import choose_sound
from tests.faults.inputs import FLASHES
from tests.faults.step import steps_ms
from tests.faults.table import MOST_OUT_OF_STEP_MS, Case, cases, record
from tests.media.clips import SMALL

SETTINGS = MediaSettings(preset="fast")
ROUNDING_SECONDS = 0.2


def parameters(*kinds: str, all_slow: bool = False) -> list[pytest.ParameterSet]:
    """The cases of some kinds; those CI has no time for are marked."""
    return [
        pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow or all_slow else [])
        for case in cases(*kinds)
    ]


@pytest.mark.parametrize("case", parameters("A", "B", "D", "G"))
def test_each_input_is_described_as_it_should_be(case: Case, input_named):
    path = input_named(case.name)

    verdict = validate(path, path.stat().st_size, SETTINGS)

    if "code" in case.expect:
        assert isinstance(verdict, Rejection)
        assert verdict.code == case.expect["code"]
        assert case.expect.get("says", "") in verdict.reason
        record(case.name, f"refused: {verdict.reason}")
        return
    assert isinstance(verdict, MediaInfo)
    info = choose_sound(path, verdict, SETTINGS, case.expect.get("language"))
    assert info.duration_ms / 1000 == pytest.approx(case.expect["seconds"], abs=ROUNDING_SECONDS)
    assert info.video.codec == case.expect.get("picture", info.video.codec)
    if "track" in case.expect:
        assert _track(info) == case.expect["track"]
        assert (info.audio.repair if info.audio else "") == case.expect.get("repair", "")
        assert case.expect.get("note", "") in (info.sound_choice or "")


def _track(info: MediaInfo) -> int:
    indexes = [sound.index for sound in info.sounds]
    return 1 + indexes.index(info.audio.index) if info.audio else 0


@pytest.mark.parametrize("case", parameters("C"))
def test_flash_and_beep_stay_together_through_conform_and_through_the_engine(
    case: Case, input_named, tmp_path
):
    source = input_named(case.name)
    info = probe(source, size_bytes=source.stat().st_size, settings=SETTINGS)
    found = {"conform": _finished(source, info, tmp_path / "conform")}
    cut = Cut(source=source, info=info, start_ms=0, duration_ms=info.duration_ms)
    master = tmp_path / "master.mp4"
    composed = compose((cut,), master, SETTINGS, on_progress=lambda _: None, stop=threading.Event())
    found["engine"] = _finished(master, composed, tmp_path / "engine")

    for steps in found.values():
        assert len(steps) == len(FLASHES)
        assert max(map(abs, steps)) <= MOST_OUT_OF_STEP_MS
    told = ", ".join(f"{way} {' and '.join(map(str, steps))}" for way, steps in found.items())
    record(case.name, f"in step: {told}")


def _finished(source: Path, info: MediaInfo, folder: Path) -> list[int]:
    folder.mkdir()
    (rendition,) = render_all(
        source, info, {Platform.X: SMALL}, Text(), name="out", folder=folder, settings=SETTINGS
    )
    assert rendition.faults == ()
    return steps_ms(Path(rendition.path))


@pytest.mark.parametrize("case", parameters("C"))
def test_a_cut_keeps_flash_and_beep_together(case: Case, input_named, tmp_path):
    """From two seconds in, between key frames, on a clock that may start anywhere."""
    source = input_named(case.name)
    info = probe(source, size_bytes=source.stat().st_size, settings=SETTINGS)
    cut = Cut(source=source, info=info, start_ms=1_700, duration_ms=info.duration_ms - 2_000)

    compose(
        (cut,), tmp_path / "cut.mp4", SETTINGS, on_progress=lambda _: None, stop=threading.Event()
    )

    steps = steps_ms(tmp_path / "cut.mp4")
    assert len(steps) == case.expect.get("flashes_in_cut", len(FLASHES))
    assert max(map(abs, steps)) <= MOST_OUT_OF_STEP_MS


@pytest.fixture(scope="module")
def pipeline() -> Iterator[LocalPipeline]:
    """A store and an engine of their own."""
    with private_context() as found:
        yield found


@pytest.mark.parametrize("case", parameters("A", "B", "C", "D", "G", all_slow=True))
def test_each_input_is_delivered_or_refused_with_its_reason(
    case: Case, input_named, pipeline, tmp_path
):
    source = input_named(case.name)
    named = tmp_path / f"{case.name}{source.suffix}"
    named.symlink_to(source)
    brief = Brief(platforms=(Platform.X,), language=case.expect.get("language"))

    outcome = caption_file(pipeline, named, brief, tmp_path / "out", lambda _, __: None)

    if "code" in case.expect:
        assert outcome.ending is Ending.REJECTED
        return
    assert outcome.ending is Ending.DELIVERED
    assert outcome.document["failed"] == {}
    (folder,) = (tmp_path / "out").iterdir()
    certificate = json.loads((folder / "certificate.json").read_text())
    (file,) = certificate["files"]
    assert certificate["passed"]
    words = len(json.loads((folder / "transcript.json").read_text())["words"])
    if case.kind == "C":
        steps = steps_ms(folder / file["file"])
        assert max(map(abs, steps)) <= MOST_OUT_OF_STEP_MS
        record(case.name, f"delivered, in step: {' and '.join(map(str, steps))}")
        return
    seconds = file["media"]["duration_ms"] / 1000
    assert seconds == pytest.approx(case.expect["seconds"], abs=ROUNDING_SECONDS)
    notes = outcome.document["captions"]["notes"]
    assert any(case.expect.get("note", "") in note for note in [*notes, ""])
    told = f"delivered, {seconds:.1f} s, {words} words"
    record(case.name, "; ".join([told, *(note for note in notes if "sound" in note)]))
