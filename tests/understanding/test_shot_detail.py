"""Where a shot shows something, in frames the tests draw."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from socialcopy.models import DETAIL_GRID, ShotDetail
from socialcopy.understanding.shot_detail import DetailMeter

WIDTH, HEIGHT = 480, 270


def slide(*words: tuple[int, int], color: int = 240) -> np.ndarray:
    """A plain slide, with a word at each of these places."""
    picture = np.full((HEIGHT, WIDTH, 3), color, np.uint8)
    for place in words:
        cv2.putText(picture, "HARBOR", place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (30,) * 3, 2)
    return picture


def measured(*frames: np.ndarray, cuts_ms=()) -> tuple[ShotDetail, ...]:
    meter = DetailMeter()
    for frame in frames:
        meter.see(frame)
    return meter.details([250 * n for n in range(len(frames))], cuts_ms)


def columns(amounts: tuple[float, ...]) -> set[int]:
    return {int(n) for n in np.flatnonzero(np.reshape(amounts, DETAIL_GRID).sum(axis=0))}


def test_edges_are_where_something_was_drawn_in_any_look():
    (one,) = measured(slide((30, 100)), slide((300, 200)))

    found = columns(one.edges)
    assert {2, 3, 20, 21} <= found
    assert not found & {10, 11, 12, 13, 14, 15, 28, 29, 30, 31}


def test_noise_is_no_detail():
    noise = np.random.default_rng(3).integers(-4, 5, (HEIGHT, WIDTH, 3))

    (one,) = measured((slide() + noise).astype(np.uint8), slide())

    assert set(one.edges) == {0}
    assert set(one.movement) == {0}


def test_movement_is_where_something_changes():
    (one,) = measured(slide((30, 100)), slide((30, 100), (300, 200)))

    assert min(columns(one.movement)) >= 19


def test_every_shot_is_measured_for_itself():
    first, second = measured(slide((30, 100)), slide((300, 200)), cuts_ms=(250,))

    assert (first.from_ms, second.from_ms) == (0, 250)
    assert not columns(first.edges) & columns(second.edges)


def test_a_slide_with_a_light_on_it_has_plain_ends():
    shine = np.linspace(-1, 1, WIDTH) ** 2 * 60
    lit = np.clip(slide((30, 100), color=60) + shine[None, :, None], 0, 255).astype(np.uint8)
    striped = slide((30, 100), color=60)
    striped[:, ::40] = 110

    assert measured(lit)[0].has_plain_ends
    assert not measured(striped)[0].has_plain_ends


def test_where_a_logo_stood_before_it_faded_into_a_street_is_known():
    street = np.random.default_rng(5).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)

    (one,) = measured(slide((200, 130)), street, street)

    assert not one.has_plain_ends
    assert one.drawn == pytest.approx((0.4, 0.6), abs=0.04)
    assert measured(street)[0].drawn is None


def test_a_slide_has_plain_ends_and_a_street_has_not():
    street = np.random.default_rng(5).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    with_pointer = slide((30, 100))
    cv2.circle(with_pointer, (200, 0), 3, (0, 0, 0), -1)

    assert measured(slide((30, 100)), with_pointer)[0].has_plain_ends
    assert not measured(street)[0].has_plain_ends
