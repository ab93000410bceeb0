"""Frame twelve kinds of video upright and measure what is seen: docs/framing.md and its sheet.

    python benchmarks/framing_table.py FOLDER [kind ...]

Faces and text are looked for again in the finished files. What is made stays in the folder, so that
a few kinds may be made at a time; docs are written as soon as all are there.
"""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from framing_inputs import KINDS, SECONDS, film

from socialcopy.media.canvas.camera import MAX_JERK, MAX_SPEED
from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import WHOLE, main_faces
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.plan import Text, plan
from socialcopy.media.renditions.render import Detectors, render_all
from socialcopy.models import MediaInfo, Platform, Region, Rendition, SafeZone, Sighting, Word
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings
from socialcopy.understanding.faces import FaceFinder, SecondLook, look
from socialcopy.understanding.ocr import read_screen

DOCS = Path(__file__).parent.parent / "docs"
SETTINGS = MediaSettings(preset="fast")
SAID = tuple(
    Word(start_ms=300 + 330 * n, end_ms=600 + 330 * n, text=word)
    for n, word in enumerate(["Here", "is", "what", "we", "made", "for", "you"])
)
EVERY, LEAST_TEXT, STEP_MS = 10, 0.95, 50
FULL = rules(Platform.INSTAGRAM).video
# Two thirds of the size, where text is harder to read again than in what is delivered.
SPEC = FULL.model_copy(
    update={
        "width": 720,
        "height": 1280,
        "safe_zone": SafeZone(**{k: v * 2 // 3 for k, v in FULL.safe_zone.model_dump().items()}),
    }
)
# How far, in heights of a face, a detector's box may be from where the face is.
NEAR = 0.5
MOMENTS = (0.1, 0.5, 0.9)


class Measured(NamedTuple):
    kind: str
    layouts: str
    share: float
    faces: str
    has_whole_faces: bool
    speed: float
    jerk: float
    text: float | None
    faults: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        calm = self.speed <= MAX_SPEED + 1e-6 and self.jerk <= MAX_JERK + 1e-6
        return (
            calm and self.has_whole_faces and not self.faults and (self.text or 1.0) >= LEAST_TEXT
        )

    @property
    def row(self) -> str:
        text = "none" if self.text is None else f"{self.text:.1%}"
        verdict = "; ".join(self.faults) or ("✓" if self.is_good else "✗")
        return (
            f"| {self.kind} | {self.layouts} | {self.share:.0%} | {self.faces} "
            f"| {self.speed:.2f} | {self.jerk:.0f} | {text} | {verdict} |"
        )


def info_of(path: Path) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=SETTINGS)


def frames(path: Path) -> Iterator[tuple[int, np.ndarray]]:
    """Every tenth frame, at most 960 pixels on a side."""
    video, number = cv2.VideoCapture(str(path)), 0
    rate = video.get(cv2.CAP_PROP_FPS)
    while True:
        is_there, frame = video.read()
        if not is_there:
            return
        if number % EVERY == 0:
            scale = min(1.0, 960 / max(frame.shape[:2]))
            small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            yield round(number * 1000 / rate), small
        number += 1


def sightings(path: Path) -> tuple[Sighting, ...]:
    finder, times_ms = FaceFinder(), []
    for at_ms, frame in frames(path):
        finder.see(frame)
        times_ms.append(at_ms)
    return finder.sightings(times_ms)


def count_whole(source: Path, made: Path, layout: Layout) -> tuple[int, int]:
    """How many of the source's faces are seen whole in the file, of all in every tenth frame."""
    before, after = sightings(source), sightings(made)
    wanted = found = 0
    for seen, there in zip(before, after, strict=False):
        for face in main_faces(seen, smallest=0.05):
            place = layout.on_canvas(face, seen.at_ms)
            wanted += 1
            is_inside = min(place.left, place.top) > 0 and max(place.right, place.bottom) < 1
            found += is_inside and any(is_near(place, other) for other in there.faces)
    return found, wanted


def is_near(place: Region, other: Region) -> bool:
    across = abs(place.left + place.right - other.left - other.right) / 2 / place.width
    down = abs(place.top + place.bottom - other.top - other.bottom) / 2 / place.height
    return max(across, down) < NEAR


def camera(layout: Layout) -> tuple[float, float]:
    """The highest speed and jerk of any window, in window widths a second, and cubed."""
    speed = jerk = 0.0
    for shot in layout.shots:
        for pane in shot.panes:
            if pane.path == WHOLE:
                continue
            moments = range(shot.from_ms, 1000 * SECONDS, STEP_MS)
            lefts = np.array([pane.region(at_ms).left for at_ms in moments])
            lefts /= pane.path[0].region.width
            speed = max(speed, np.abs(np.diff(lefts)).max() * 1000 / STEP_MS)
            jerk = max(jerk, np.abs(np.diff(lefts, 3)).max() * (1000 / STEP_MS) ** 3)
    return speed, jerk


def lines(path: Path) -> list[str]:
    return [line.text for line in read_screen(path, info_of(path), SETTINGS, threads=2)]


def text_kept(wanted: list[str], made: Path) -> float | None:
    """Share of the source's characters that are read again in the file, line by line."""
    if not wanted:
        return None
    found = lines(made)
    characters = sum(map(len, wanted))
    kept = sum(
        max((matching(line, other) for other in [*found, " ".join(found)]), default=0)
        for line in wanted
    )
    return kept / characters


def matching(line: str, other: str) -> int:
    matcher = difflib.SequenceMatcher(None, line, other, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def framed(kind: str, folder: Path) -> tuple[Measured, Path]:
    source = film(kind, folder)
    info = info_of(source)
    screen = read_screen(source, info, SETTINGS, threads=2)
    focus = look(source, info, settings=SETTINGS, screen=screen)
    text = Text(SAID, look=SETTINGS.look(), focus=focus)
    made = rendered(source, info, text, folder)
    layout = plan(0, SPEC, (Platform.INSTAGRAM,), info, text).promise.layout
    found, wanted = count_whole(source, Path(made.path), layout)
    ends = [*(shot.from_ms for shot in made.shots[1:]), info.duration_ms]
    seconds = [end - shot.from_ms for shot, end in zip(made.shots, ends, strict=True)]
    return Measured(
        kind=kind,
        layouts=", ".join(dict.fromkeys(shot.layout for shot in made.shots)),
        share=float(np.average([shot.picture_share for shot in made.shots], weights=seconds)),
        faces=f"{found} of {wanted}" if wanted else "none",
        has_whole_faces=found == wanted,
        speed=camera(layout)[0],
        jerk=camera(layout)[1],
        text=text_kept([line.text for line in screen], Path(made.path)),
        faults=made.faults,
    ), Path(made.path)


def rendered(source: Path, info: MediaInfo, text: Text, folder: Path) -> Rendition:
    (made,) = render_all(
        source, info, {Platform.INSTAGRAM: SPEC}, text,
        name=source.stem, folder=folder, settings=SETTINGS,
        detectors=Detectors(look_again=SecondLook),
    )  # fmt: skip
    print(f"{source.stem}: {made.framing}", file=sys.stderr)
    return made


def sheet(files: list[Path], output: Path) -> None:
    """Three frames of each file, one file a column."""
    columns = []
    for path in files:
        seconds = info_of(path).duration_ms / 1000
        stills = []
        for moment in MOMENTS:
            command = ["ffmpeg", "-v", "error", "-ss", str(moment * seconds), "-i", str(path),
                       "-frames:v", "1", "-vf", "scale=180:320", "-f", "rawvideo", "-pix_fmt",
                       "bgr24", "-"]  # fmt: skip
            raw = subprocess.run(command, check=True, capture_output=True).stdout
            stills.append(np.frombuffer(raw, np.uint8).reshape(320, 180, 3))
        columns.append(np.vstack(stills))
    rows = [np.hstack(columns[n : n + 6]) for n in range(0, len(columns), 6)]
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 8), (0, width - row.shape[1]), (0, 0))) for row in rows]
    cv2.imwrite(str(output), np.vstack(padded), [cv2.IMWRITE_JPEG_QUALITY, 60])


def main() -> None:
    folder, kinds = Path(sys.argv[1]), sys.argv[2:] or list(KINDS)
    folder.mkdir(exist_ok=True)
    for kind in kinds:
        row, path = framed(kind, folder)
        print(row.row, flush=True)
        path.rename(folder / f"{kind}.upright.mp4")
        (folder / f"{kind}.json").write_text(json.dumps(row._asdict()))
    if all((folder / f"{kind}.json").is_file() for kind in KINDS):
        rows = [json.loads((folder / f"{kind}.json").read_text()) for kind in KINDS]
        (DOCS / "framing.md").write_text(page([Measured(**row) for row in rows]), encoding="utf-8")
        sheet([folder / f"{kind}.upright.mp4" for kind in KINDS], DOCS / "framing.jpg")


def page(measured: list[Measured]) -> str:
    good = sum(row.is_good for row in measured)
    rows = "\n".join(row.row for row in measured)
    worst = sorted(measured, key=lambda row: row.share)[:3]
    least = ", ".join(f"{row.kind} ({row.share:.0%})" for row in worst)
    return f"""# Framing

Written by `python benchmarks/framing_table.py FOLDER`: twelve kinds of video, drawn by
`benchmarks/framing_inputs.py`, made upright with subtitles, at 720x1280; {good} of
{len(measured)} within all limits. Each is looked at again in the finished file:

- *picture*: share of the frame that shows picture. Beside it stands the picture's own colour,
  where its ends are plain, or a blurred copy.
- *faces*: of those the source shows in every tenth frame, how many the file shows whole, at their
  place.
- *speed* and *jerk* of the camera, in frame widths a second (at most {MAX_SPEED:g}) and a second
  cubed (at most {MAX_JERK:g}).
- *text*: share of the characters read in the source that are read again in the file (at least
  {LEAST_TEXT:.0%}).

Least picture: {least}.
What takes the whole width, be it text, faces or movement, can't be made larger.

![Frames at a tenth, the middle and nine tenths of each file, in the table's order](framing.jpg)

| kind | layout | picture | faces | speed | jerk | text | within limits |
|---|---|---|---|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main()
