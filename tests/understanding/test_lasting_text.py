"""Which text stands long enough to be read, in frames the tests draw."""

from __future__ import annotations

import cv2
import numpy as np

from socialcopy.models import Region, ScreenText
from socialcopy.understanding.lasting_text import TextWatch

BOX = Region(left=0.25, top=0.5, right=0.5, bottom=0.6)


def frame(left: int | None) -> np.ndarray:
    """A grey street with a word in it, or without."""
    picture = np.random.default_rng(7).integers(90, 130, (270, 480, 3)).astype(np.uint8)
    if left is not None:
        cv2.putText(picture, "HARBOR", (left, 158), cv2.FONT_HERSHEY_SIMPLEX, 1, (255,) * 3, 3)
    return picture


def read(at_ms: int) -> ScreenText:
    return ScreenText(text="HARBOR", box=BOX, start_ms=at_ms, end_ms=at_ms)


def lasting(lefts: list[int | None], *screen: ScreenText) -> tuple[ScreenText, ...]:
    watch = TextWatch(screen)
    for left in lefts:
        watch.see(frame(left))
    return watch.lasting([250 * n for n in range(len(lefts))])


def test_a_title_counts_from_when_it_comes_to_when_it_goes():
    (text,) = lasting([*[None] * 4, *[120] * 8, *[None] * 4], read(2_000))

    assert (text.start_ms, text.end_ms) == (875, 2_875)


def test_a_sign_that_goes_by_is_not_there_to_be_read():
    assert lasting([60 + 30 * n for n in range(10)], read(500)) == ()


def test_text_that_rests_to_the_end_holds_to_the_end():
    (text,) = lasting([120] * 8, read(1_000))

    assert text.start_ms == 0
    assert text.end_ms > 1_750


def test_where_no_text_was_read_none_lasts():
    assert lasting([120] * 4) == ()
