"""Twelve kinds of video that people make, a few seconds each, drawn by script.

The one face is Eileen Collins by NASA (public domain), from `tests/understanding/astronaut.jpg`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

FACE = Path(__file__).parent.parent / "tests" / "understanding" / "astronaut.jpg"
RATE, SECONDS = 25, 3
FONT = cv2.FONT_HERSHEY_DUPLEX
Color = tuple[int, int, int]
Picture = np.ndarray[Any, np.dtype[np.uint8]]
BULLETS = ("Revenue grew by 12 percent", "Costs fell in every region", "Two new offices opened",
           "Next review on 3 March")  # fmt: skip
CODE = ("import csv", "def total(path):", "    with open(path) as file:",
        "        rows = csv.reader(file)", "        return sum(float(row[2]) for row in rows)",
        "print(total('sales.csv'))")  # fmt: skip


@cache
def portrait(side: int, *, is_flipped: bool = False) -> Picture:
    found = cv2.resize(cv2.imread(str(FACE)), (side, side), interpolation=cv2.INTER_AREA)
    return cv2.flip(found, 1) if is_flipped else found


def plain(width: int, height: int, color: Color = (232, 232, 232)) -> Picture:
    return np.full((height, width, 3), color, np.uint8)


@cache
def room(width: int, height: int) -> Picture:
    """Shelves out of focus, as behind most who talk."""
    noise = np.random.default_rng(1).integers(0, 255, (9, 16, 3)).astype(np.float32)
    large = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return (90 + 0.4 * np.clip(large, 0, 255)).astype(np.uint8)


def put(picture: Picture, part: Picture, left: float, top: float) -> Picture:
    x, y = round(left), round(top)
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(picture.shape[1], x + part.shape[1]), min(picture.shape[0], y + part.shape[0])
    picture[y0:y1, x0:x1] = part[y0 - y : y1 - y, x0 - x : x1 - x]
    return picture


def write(
    picture: Picture, text: str, at: tuple[int, int], scale: float, color: Color = (30, 30, 30)
) -> Picture:
    width = max(1, round(scale * 1.5))
    return cv2.putText(picture, text, at, FONT, scale, color, width, cv2.LINE_AA)


def sway(t: float) -> float:
    return 8 * np.sin(2 * t)


def talking_head_left(t: float) -> Picture:
    return put(room(1280, 720).copy(), portrait(600), 20 + sway(t), 120)


def walking_head(t: float) -> Picture:
    return put(
        room(1280, 720).copy(), portrait(480), 40 + 740 * np.clip((t - 0.8) / 2.2, 0, 1), 120
    )


def two_people(t: float) -> Picture:
    picture = put(room(1280, 720).copy(), portrait(520, is_flipped=True), 40, 100)
    return put(picture, portrait(520), 700 + sway(t), 100)


def panel_of_four(t: float) -> Picture:
    picture = plain(1280, 720, (60, 50, 40))
    for n in range(4):
        tile = portrait(480, is_flipped=n % 2 == 0)[:, 85:385]
        put(picture, tile, 12 + 318 * n + sway(t + n) / 4, 120)
    return picture


def slides_with_speaker(t: float) -> Picture:
    picture = plain(1280, 720, (250, 248, 245))
    write(picture, "Quarterly results", (50, 110), 2.0, (120, 60, 10))
    for n, line in enumerate(BULLETS):
        write(picture, f"- {line}", (60, 230 + 110 * n), 1.3)
    return put(picture, portrait(360), 900 + sway(t), 340)


def screen_recording(t: float) -> Picture:
    picture = plain(1280, 720, (36, 30, 28))
    for n, line in enumerate(CODE):
        write(picture, line, (40, 80 + 60 * n), 0.9, (220, 220, 210))
    return cv2.circle(
        picture, (round(200 + 60 * t), round(300 + 40 * np.sin(t))), 8, (255, 255, 255), -1
    )


def product_on_a_table(t: float) -> Picture:
    picture = room(1280, 720).copy()
    picture[460:] = (60, 90, 130)
    cv2.rectangle(picture, (700, 220), (900, 560), (200, 60, 30), -1)
    cv2.ellipse(picture, (910, 390), (70, 100), 0, -90, 90, (200, 60, 30), 26)
    for n in range(9):
        cv2.line(picture, (700, 240 + 36 * n), (900, 250 + 36 * n), (240, 200, 180), 3)
    write(picture, "HARBOR", (722, 400), 1.2, (255, 255, 255))
    steam = (round(800 + 20 * np.sin(3 * t)), round(180 - 15 * (t % 1)))
    return cv2.circle(picture, steam, 26, (210, 210, 210), -1)


def crowd(t: float) -> Picture:
    picture = room(1280, 720).copy()
    for n in range(10):
        left, top = 8 + 256 * (n % 5), 100 + 270 * (n // 5)
        put(picture, portrait(236, is_flipped=n % 3 == 0), left + sway(t + n) / 2, top)
    return picture


def animation(t: float) -> Picture:
    picture = plain(1280, 720, (235, 206, 135))
    picture[560:] = (90, 180, 110)
    for n in range(3):
        cv2.circle(picture, (120 + 480 * n, 640), 40, (70, 140, 80), -1)
    ball = (round(380 + 130 * t), round(420 - 180 * abs(np.sin(3 * t))))
    cv2.circle(picture, ball, 90, (60, 80, 230), -1)
    for side in (-30, 30):
        cv2.circle(picture, (ball[0] + side, ball[1] - 20), 14, (255, 255, 255), -1)
    return picture


def vertical_phone(t: float) -> Picture:
    return put(room(720, 1280).copy(), portrait(700), 10 + sway(t), 300)


def square(t: float) -> Picture:
    return put(room(720, 720).copy(), portrait(520), 150 + sway(t), 200)


def old_4_3(t: float) -> Picture:
    return put(room(640, 480).copy(), portrait(360), 240 + sway(t), 120)


KINDS: dict[str, Callable[[float], Picture]] = {
    f.__name__.replace("_", " "): f
    for f in (
        talking_head_left, walking_head, two_people, panel_of_four, slides_with_speaker,
        screen_recording, product_on_a_table, crowd, animation, vertical_phone, square, old_4_3,
    )
}  # fmt: skip


def pictures(kind: str, seconds: int = SECONDS) -> Iterator[Picture]:
    for n in range(RATE * seconds):
        yield KINDS[kind](n / RATE)


def film(kind: str, folder: Path, seconds: int = SECONDS) -> Path:
    """Draw one kind, with a tone that stands for a voice."""
    path = folder / f"{kind.replace(' ', '-')}.mp4"
    height, width = KINDS[kind](0).shape[:2]
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s",
               f"{width}x{height}", "-r", str(RATE), "-i", "-", "-f", "lavfi", "-i",
               f"sine=220:d={seconds}", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
               "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", str(path)]  # fmt: skip
    drawn = b"".join(picture.tobytes() for picture in pictures(kind, seconds))
    subprocess.run(command, input=drawn, check=True)
    return path
