"""Which text of a picture is there to be read: that which stands still for as long as it takes.

A title or a name is laid over a video and rests, while a sign in the street goes by as the camera
moves. Text is read in a few frames only; the many small ones that are looked at for faces say from
when to when it stands where it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from socialcopy.media.ffmpeg.frames import Frame
from socialcopy.models import Region, ScreenText

# Less can't be read; the shortest subtitle of Netflix's guide takes five sixths of a second.
SHORTEST_READ_MS = 800
# Correlation of a text's place in two frames, above which both show the same; what only shows
# through a title lowers it.
SAME = 0.6
# Standard deviation of brightness, of 255, in a place too even to compare.
EVEN = 3.0


def lasting(
    frames: Iterable[tuple[int, Frame]], screen: Sequence[ScreenText]
) -> tuple[ScreenText, ...]:
    """Keep the text that can be read, with the times of the frames that show it."""
    if not screen:
        return ()
    looked_at = [(at_ms, grey(frame)) for at_ms, frame in frames]
    shown = (_shown(looked_at, text) for text in screen)
    return tuple(text for text in shown if text.end_ms - text.start_ms >= SHORTEST_READ_MS)


def _shown(frames: Sequence[tuple[int, MatLike]], text: ScreenText) -> ScreenText:
    """Find from when to when a text stands in its place, half of what lies between looks added."""
    if not frames:
        return text
    times = [at_ms for at_ms, _ in frames]
    places = [_place(frame, text.box) for _, frame in frames]
    first, last = (_nearest(times, at_ms) for at_ms in (text.start_ms, text.end_ms))
    while first > 0 and _is_same(places[first - 1], places[first]):
        first -= 1
    while last < len(times) - 1 and _is_same(places[last + 1], places[last]):
        last += 1
    # Half of what lies between two looks is added; what shows at the first or last goes on.
    start_ms = (times[first - 1] + times[first]) // 2 if first else 0
    ends = [*times, times[-1] + 2 * SHORTEST_READ_MS]
    end_ms = (ends[last] + ends[last + 1]) // 2
    extent = {"start_ms": min(start_ms, text.start_ms), "end_ms": max(end_ms, text.end_ms)}
    return text.model_copy(update=extent)


def grey(frame: Frame) -> MatLike:
    """Return a frame's brightness."""
    return cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_BGR2GRAY)


def _nearest(times: Sequence[int], at_ms: int) -> int:
    return min(range(len(times)), key=lambda n: abs(times[n] - at_ms))


def _place(frame: MatLike, box: Region) -> MatLike:
    height, width = frame.shape[:2]
    left, top = int(box.left * width), int(box.top * height)
    right, bottom = int(np.ceil(box.right * width)), int(np.ceil(box.bottom * height))
    return frame[top : max(bottom, top + 1), left : max(right, left + 1)].astype(np.float32)


def _is_same(one: MatLike, other: MatLike) -> bool:
    if min(one.std(), other.std()) < EVEN:
        return bool(np.abs(one - other).mean() < EVEN)
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1]) > SAME
