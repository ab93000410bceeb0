"""Burned-in subtitles as somebody without sound meets them: read again from the finished file."""

from __future__ import annotations

import difflib
from pathlib import Path

import numpy as np
import pytest

from socialcopy.media.canvas.shots import overlap
from socialcopy.media.ffmpeg.frames import frames
from socialcopy.media.renditions.plan import Text, plan
from socialcopy.media.renditions.render import render_all
from socialcopy.media.subtitles.contrast import LEAST_RATIO, ratio
from socialcopy.media.subtitles.word_groups import word_groups
from socialcopy.models import Platform, Region, SafeZone, ScreenText
from socialcopy.settings import MediaSettings
from socialcopy.understanding.ocr import read_screen
from tests.media.clips import VERTICAL, look, make_clip, say

SETTINGS = MediaSettings(preset="fast")
# Scripts that RapidOCR's packaged model knows.
SAID = {
    "en": "Meet the Harbor mug that keeps your coffee hot until the evening.",
    "de": "Drei neue Filialen in Bremen, und sieben Prozent mehr Umsatz.",
    "es": "Tres consejos para dormir mejor cada noche sin pastillas.",
    "zh": "这个杯子 能让 咖啡 一整天 都是 热的",
}
LEAST_FOUND = 0.97
# Pixels by which a reader's box may be larger than the letters.
AROUND = 12


@pytest.mark.slow
@pytest.mark.parametrize("language", SAID)
def test_subtitles_are_read_again_inside_their_zone_and_stand_out(language, tmp_path):
    # As slow as the clip allows: what is shown for less than 0.7 s is not read.
    words = tuple(say(SAID[language], word_ms=4_300 // len(SAID[language].split()) - 40))
    source = make_clip(tmp_path / "clip.mp4", size="640x360", seconds=4.5, rate=25)
    info = look(source, SETTINGS)
    text = Text(words, language=language, look=SETTINGS.look())
    layout = plan(0, VERTICAL, (Platform.INSTAGRAM,), info, text).promise.layout
    shown = word_groups(words, duration_ms=info.duration_ms, max_line=layout.max_line)
    (made,) = render_all(
        source, info, {Platform.INSTAGRAM: VERTICAL}, text, name="x", folder=tmp_path,
        settings=SETTINGS,
    )  # fmt: skip

    path, begins = Path(made.path), [cue.start_ms for cue in shown[1:]]
    read = read_screen(path, made.info, SETTINGS, threads=2, shots_ms=begins)
    lines = [line for line in read if overlap(line.box, layout.subtitles.shares(layout.size))]

    assert made.faults == ()
    wanted = letters(" ".join(cue.text for cue in shown))
    assert matching(wanted, letters(" ".join(in_order(lines)))) >= LEAST_FOUND * len(wanted)
    for line in lines:
        assert is_inside(line.box, VERTICAL.safe_zone)
        ((_, frame),) = frames(path, made.info, [line.start_ms], SETTINGS)
        assert contrast(frame, line.box) >= LEAST_RATIO


def in_order(lines: list[ScreenText]) -> list[str]:
    return [line.text for line in sorted(lines, key=lambda one: (one.start_ms, one.box.top))]


def letters(text: str) -> str:
    """Without spaces and marks, which readers of pictures join and drop."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def matching(wanted: str, found: str) -> int:
    matcher = difflib.SequenceMatcher(None, wanted, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def is_inside(box: Region, zone: SafeZone) -> bool:
    return (
        box.left * VERTICAL.width >= zone.left - AROUND
        and box.right * VERTICAL.width <= zone.right + AROUND
        and box.top * VERTICAL.height >= zone.top - AROUND
        and box.bottom * VERTICAL.height <= zone.bottom + AROUND
    )


def contrast(frame: np.ndarray, box: Region) -> float:
    """Contrast of the letters, the brightest tenth of their box, with what most of it shows."""
    height, width = frame.shape[:2]
    rows = slice(int(box.top * height), int(box.bottom * height))
    part = frame[rows, int(box.left * width) : int(box.right * width)]
    linear = (part / 255.0) ** 2.2 @ np.array((0.0722, 0.7152, 0.2126))
    return ratio(float(np.percentile(linear, 95)), float(np.median(linear)))
