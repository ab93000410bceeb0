"""Mouths of drawn people, by the real detector: one opens, both heads move."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from socialcopy.media.canvas.speakers import CLEARLY_MORE, LEAST, STILL
from socialcopy.understanding.faces import FaceFinder
from socialcopy.understanding.lips import LipMeter

PORTRAIT = Path(__file__).parent / "astronaut.jpg"
LOOKS = 12


def portrait(opened: float) -> np.ndarray:
    """Somebody whose mouth is open by so much, or who smiles."""
    found = cv2.imread(str(PORTRAIT))
    assert found is not None
    picture = np.asarray(cv2.resize(found, (300, 300), interpolation=cv2.INTER_AREA), np.uint8)
    if not opened:
        return picture
    finder = FaceFinder()
    finder.see(picture)
    (face,) = finder.sightings([0])[0].faces
    middle = round(150 * (face.left + face.right)), round(300 * (face.top + 0.82 * face.height))
    axes = round(36 * face.width), round(60 * face.height * opened)
    cv2.ellipse(picture, middle, axes, 0, 0, 360, (30, 20, 60), -1, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="module")
def looks():
    """One speaks, at the left; both sway."""
    drawn = {opened: portrait(opened) for opened in (0.0, 0.4, 0.8)}
    finder = FaceFinder(LipMeter())
    for n in range(LOOKS):
        frame = np.full((300, 640, 3), 128, np.uint8)
        turn = cv2.getRotationMatrix2D((150, 150), 4 * np.sin(n), 1.0)
        for left, opened in ((0, (0.0, 0.8, 0.4)[n % 3]), (340, 0.0)):
            frame[:, left : left + 300] = cv2.warpAffine(drawn[opened], turn, (300, 300))
        finder.see(frame)
    return finder.sightings(range(0, 250 * LOOKS, 250))


def mouths(looks) -> np.ndarray:
    rows = [sorted(zip(look.faces, look.lips, strict=True), key=lambda one: one[0].left)
            for look in looks[1:]]  # fmt: skip
    return np.array([[moved for _, moved in row] for row in rows])


def test_the_mouth_that_opens_moves_more_than_the_one_that_does_not(looks):
    speaks, listens = mouths(looks).mean(axis=0)

    assert listens < STILL < LEAST + CLEARLY_MORE < speaks


def test_the_first_look_tells_nothing_and_one_person_is_not_measured(looks):
    alone = FaceFinder(LipMeter())
    for opened in (0.0, 0.8):
        alone.see(portrait(opened))

    assert looks[0].lips == (None, None)
    assert [look.lips for look in alone.sightings([0, 250])] == [(None,), (None,)]
