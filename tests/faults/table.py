"""The table of faults that real files showed: what came of each input before, and what comes now.

One YAML file a kind in `cases/`, and the subtitles of tests/media/subtitles/files.py, which carry
their own right values; docs/make_faults.py makes docs/faults.md of all of them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.media.subtitles.files import ENCODINGS, FILES, GivenFile

FOLDER = Path(__file__).parent / "cases"

KINDS = {
    "A": "Whole files whose streams end at different times",
    "B": "Streams nobody needs, and codecs of cameras and discs",
    "C": "Clocks and beginnings",
    "D": "Which sound",
    "E": "Subtitles people bring",
    "F": "Line breaks and direction",
    "G": "Files that don't say how long they are",
    "H": "Objects that never end",
    "I": "Names",
}

MOST_OUT_OF_STEP_MS = 40

STEP_TEST = (
    "tests/faults/test_inputs.py::"
    "test_flash_and_beep_stay_together_through_conform_and_through_the_engine"
)
SUBTITLES_TEST = "tests/media/subtitles/test_parse.py::test_a_persons_subtitles_are_read_as_written"


DEFAULTS = {"C": {"test": STEP_TEST}}
"""What all rows of a kind have in common."""


class Case(NamedTuple):
    """One input."""

    kind: str
    name: str
    input: str
    """What somebody has, in a few words."""
    before: str
    """What came of it before it was found."""
    now: str = ""
    """What the test proves; a recorded result wins over it."""
    test: str = "tests/faults/test_inputs.py::test_each_input_is_described_as_it_should_be"
    expect: dict[str, Any] = {}  # noqa: RUF012  (NamedTuple fields are never shared by writing)
    """The right values, for tests that read them from here."""
    slow: bool = True
    """Whether CI leaves it to the longer campaign."""
    file: str = ""
    ffmpeg: str = ""
    then: str = ""
    """How it is made, for `inputs.py`: the file's name, a command line, and what is broken then."""

    @property
    def held_to(self) -> str:
        """What the test holds the input to, in words."""
        if self.now or not (self.expect or self.kind == "C"):
            return self.now
        if says := self.expect.get("says", self.expect.get("code")):
            return f"refused: {says}"
        if self.kind == "C":
            return f"in step within {MOST_OUT_OF_STEP_MS} ms"
        track = self.expect.get("track")
        note = f"; said: “… {self.expect['note']} …”" if "note" in self.expect else ""
        used = f", sound track {track} is used" if track else ""
        return f"taken, {self.expect['seconds']} s{used}{note}"


def cases(*kinds: str) -> list[Case]:
    """All cases of some kinds, or of all, in the order of the kinds."""
    written = [
        Case(kind=path.stem, **DEFAULTS.get(path.stem, {}), **row)
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    every = [*written, *map(_of_subtitles, (*ENCODINGS, *FILES))]
    return sorted((c for c in every if not kinds or c.kind in kinds), key=lambda c: c.kind)


def _of_subtitles(file: GivenFile) -> Case:
    said = f"; said: “… {file.note} …”" if file.note else ""
    return Case(
        kind="E",
        name=file.name,
        input=f"{file.name.rpartition('.')[2].upper()}: {file.what}",
        before=file.before,
        now=("shown as written" if file.shown else "not shown") + said,
        test=SUBTITLES_TEST,
        slow=False,
    )


def record(name: str, result: str) -> None:
    """Note what came of an input, in the file that FAULTS_REPORT names."""
    if report := os.environ.get("FAULTS_REPORT"):
        with Path(report).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "now": result}, ensure_ascii=False) + "\n")
