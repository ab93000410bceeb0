"""How much each mouth changes from look to look, where several faces stand in a picture.

Who speaks moves the lips all along, beyond what the whole face does. Two looks at a face are laid
upon each other by eyes, nose and cheeks; what then still differs where the mouth is, is the mouth.
Measured a quarter of a second apart, 11 people who spoke moved 0.19 to 0.47 on
average, 3 who didn't 0.03 to 0.06; over 1.5 s, pauses included, the twentieth of the first that
moved least 0.10, that of the others that moved most 0.13. It takes a millisecond a mouth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

# Of a face, turned upright and to one size: right eye, left eye, nose, corners of the mouth.
WIDTH, HEIGHT = 64, 80
LANDMARKS = np.array([[20, 22], [44, 22], [32, 36], [23, 50], [41, 50]], np.float32)
UPPER, MOUTH = np.s_[8:40, 8:56], np.s_[42:66, 16:48]
# Only turned and moved, since a face that may be stretched takes the mouth along; beyond so many
# steps, or below such a step, nothing changes.
ECC_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 15, 1e-2)
BLUR_PX = 3
# A face is the one of the look before where its middle moved less, in widths.
NEAR = 0.7
# And came nearer by less than this: landmarks jitter by a few hundredths, which would move a mouth
# by a pixel.
NEARER = 0.15
# Share of what the upper half still differs that a mouth would differ as well.
WITH_THE_FACE = 0.5
# Standard deviation of brightness, of 255, of a face that is too dark to be measured.
DARK = 6.0

Numbers = NDArray[np.floating]


class _Seen(NamedTuple):
    """A face as it was at the last look."""

    middle: Numbers
    upright: MatLike
    scale: float

    def is_same(self, middle: Numbers, scale: float, width: float) -> bool:
        """Tell whether it is the same face as one seen there, at about the same distance."""
        is_near = float(np.hypot(*(self.middle - middle))) < NEAR * width
        return is_near and abs(scale / self.scale - 1) < NEARER


class LipMeter:
    """Measures mouths in frames that are looked at one after the other."""

    def __init__(self) -> None:
        self._last: list[_Seen] = []

    def see(self, levels: MatLike, rows: Sequence[Numbers | None]) -> tuple[float | None, ...]:
        """Return how much each face's mouth changed since the look before.

        `rows` are what YuNet found: place, size and landmarks in pixels. None stands for a face
        that counts nothing, as well as for a change that is not known.
        """
        last, self._last = self._last, []
        return tuple(None if row is None else self._change(levels, row, last) for row in rows)

    def _change(self, levels: MatLike, row: Numbers, last: list[_Seen]) -> float | None:
        turn: Any = cv2.estimateAffinePartial2D(
            row[4:14].reshape(5, 2), LANDMARKS, method=cv2.LMEDS
        )[0]
        if turn is None:  # which its type does not say
            return None
        middle, scale = row[:2] + row[2:4] / 2, float(np.hypot(turn[0, 0], turn[1, 0]))
        before = min(last, key=lambda one: float(np.hypot(*(one.middle - middle))), default=None)
        if before and not before.is_same(middle, scale, row[2]):
            before = None
        scale = before.scale if before else scale
        upright = _upright(levels, turn, middle, scale)
        self._last.append(_Seen(middle, upright, scale))
        return _difference(before.upright, upright) if before else None


def _upright(levels: MatLike, turn: MatLike, middle: Numbers, scale: float) -> MatLike:
    """Turn a face upright at a scale of its own, whatever the jitter of its landmarks."""
    wanted = turn.copy()
    wanted[:, :2] *= scale / np.hypot(turn[0, 0], turn[1, 0])
    wanted[:, 2] += (turn[:, :2] - wanted[:, :2]) @ middle
    turned = cv2.warpAffine(levels, wanted, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return cv2.GaussianBlur(turned, (BLUR_PX, BLUR_PX), 0)


def _difference(before: MatLike, after: MatLike) -> float | None:
    """Measure by how many contrasts of the face a mouth differs, beyond the rest of the face."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[UPPER] = 255
    turn = np.eye(2, 3, dtype=np.float32)
    try:
        _, found = cv2.findTransformECC(
            before, after, turn, cv2.MOTION_EUCLIDEAN, ECC_STEPS, mask, BLUR_PX
        )
    except cv2.error:  # the two have nothing in common
        return None
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(
        after, found, (WIDTH, HEIGHT), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    off = laid.astype(np.float32) - before
    off -= off[UPPER].mean()
    contrast = max(DARK, float(before[UPPER].std()))
    mouth, upper = (float(np.sqrt((off[part] ** 2).mean())) for part in (MOUTH, UPPER))
    return (mouth - WITH_THE_FACE * upper) / contrast
