"""Which text of a picture is there to be read: that which stands still for as long as it takes.

A title or a name is laid over a video and rests, while a sign in the street goes by as the camera
moves. Text is read in a few frames only; the many small ones that are looked at for faces say from
when to when it stands where it was read.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from socialcopy.media.ffmpeg.frames import Frame
from socialcopy.models import Region, ScreenText

# Less can't be read; the shortest subtitle of Netflix's guide takes five sixths of a second.
SHORTEST_READ_MS = 800
# Correlation of a text's place in two frames, above which both show the same; what only shows
# through a title lowers it.
SAME = 0.6
# Standard deviation of brightness, of 255, in a place too even to compare.
EVEN = 3.0

Numbers = NDArray[np.float64]


class TextWatch:
    """Tells which text stands in its place in frames that are looked at one after the other."""

    def __init__(self, screen: Sequence[ScreenText]) -> None:
        self._screen = screen
        self._last: Numbers | None = None
        self._same: list[NDArray[np.bool_]] = []
        """Of each text, whether it stands where it stood at the look before."""

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""
        if not self._screen:
            return
        levels = grey(frame).astype(np.float64)
        if self._last is not None:
            self._same.append(_same(self._last, levels, self._screen))
        self._last = levels

    def lasting(self, times_ms: Sequence[int]) -> tuple[ScreenText, ...]:
        """Keep the text that can be read, with the times of the frames that show it."""
        if not self._screen:
            return ()
        same = np.reshape(self._same, (-1, len(self._screen)))
        shown = (_shown(times_ms, same[:, n], text) for n, text in enumerate(self._screen))
        return tuple(text for text in shown if text.end_ms - text.start_ms >= SHORTEST_READ_MS)


def _shown(times: Sequence[int], same: NDArray[np.bool_], text: ScreenText) -> ScreenText:
    """Find from when to when a text stands in its place, half of what lies between looks added."""
    if not times:
        return text
    first, last = (_nearest(times, at_ms) for at_ms in (text.start_ms, text.end_ms))
    while first > 0 and same[first - 1]:
        first -= 1
    while last < len(times) - 1 and same[last]:
        last += 1
    # Half of what lies between two looks is added; what shows at the first or last goes on.
    start_ms = (times[first - 1] + times[first]) // 2 if first else 0
    ends = [*times[last : last + 2], times[-1] + 2 * SHORTEST_READ_MS]
    end_ms = (ends[0] + ends[1]) // 2
    extent = {"start_ms": min(start_ms, text.start_ms), "end_ms": max(end_ms, text.end_ms)}
    return text.model_copy(update=extent)


def grey(frame: Frame) -> MatLike:
    """Return a frame's brightness."""
    return cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_BGR2GRAY)


def _nearest(times: Sequence[int], at_ms: int) -> int:
    return min(range(len(times)), key=lambda n: abs(times[n] - at_ms))


def _same(one: Numbers, other: Numbers, screen: Sequence[ScreenText]) -> NDArray[np.bool_]:
    """Tell of each text whether two frames show the same in its place.

    Sums over the whole frame's integrals, so that a page of text costs as little as a line.
    """
    corners = np.array([_corners(text.box, one.shape) for text in screen])
    area = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])

    def mean(values: Numbers) -> Numbers:
        sums = cv2.integral(values)
        left, top, right, bottom = corners.T
        total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return np.asarray(total / area)

    means = mean(one), mean(other)
    spreads = [
        np.sqrt(np.maximum(0.0, mean(frame * frame) - middle**2))
        for frame, middle in zip((one, other), means, strict=True)
    ]
    is_even = np.minimum(*spreads) < EVEN
    together = mean(one * other) - means[0] * means[1]
    correlation = together / np.where(is_even, 1.0, spreads[0] * spreads[1])
    return np.where(is_even, mean(np.abs(one - other)) < EVEN, correlation > SAME)


def _corners(box: Region, shape: Sequence[int]) -> tuple[int, int, int, int]:
    """Return a box's edges in pixels: left, top, right and bottom, at least one pixel apart."""
    height, width = shape[:2]
    left, top = min(int(box.left * width), width - 1), min(int(box.top * height), height - 1)
    right, bottom = int(np.ceil(box.right * width)), int(np.ceil(box.bottom * height))
    return left, top, min(width, max(right, left + 1)), min(height, max(bottom, top + 1))
