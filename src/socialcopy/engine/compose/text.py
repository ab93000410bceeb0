"""Titles and subtitles of a draft as one ASS file for ffmpeg to draw.

Words are data: in ASS braces and backslashes are instructions, so those are made harmless.
"""

from __future__ import annotations

from pysubs2 import Alignment, Color, SSAEvent, SSAFile, SSAStyle

from socialcopy.engine.editing import timeline
from socialcopy.engine.errors import UnrenderableError
from socialcopy.media.subtitles.formats import EMOJI, FONT, FONTS_BY_SCRIPT
from socialcopy.nemovideo.drafts import TEXT
from socialcopy.nemovideo.schemas import JSON

COLOURS = {
    "white": Color(255, 255, 255),
    "yellow": Color(255, 221, 0),
    "red": Color(255, 64, 64),
    "green": Color(72, 220, 96),
    "blue": Color(96, 160, 255),
    "cyan": Color(64, 224, 224),
    "orange": Color(255, 160, 32),
    "pink": Color(255, 128, 192),
}
PLACES = {
    "top": Alignment.TOP_CENTER,
    "middle": Alignment.MIDDLE_CENTER,
    "bottom": Alignment.BOTTOM_CENTER,
}
# Height of subtitles in shorter sides of the frame.
SIZES = {"small": 0.045, "medium": 0.06, "large": 0.085}

# Height of a title in shorter sides of the frame, where it fits.
TITLE_SIZE = 0.13

# Distance of words from the edge, in shorter sides of the frame.
MARGIN = 0.06

# Width of a bold letter in its heights; generous, so that a title stays inside the frame.
LETTER_WIDTH = 0.62

# Of a letter's height; chosen by eye, so that white stays readable on white.
OUTLINE_SHARE, SHADOW_SHARE = 0.07, 0.04

TITLE_LINES = 2
MOST_CHARACTERS = 500


def words_of(draft: JSON, width: int, height: int) -> str | None:
    """Write all text of a draft as ASS; none when there is none. Raises UnrenderableError."""
    tracks = [t for t in draft.get("t") or [] if t.get("tt") == TEXT and t.get("sg")]
    if not tracks:
        return None
    drawn = SSAFile()
    drawn.info.update({"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "0",
                       "ScaledBorderAndShadow": "yes", "YCbCr Matrix": "TV.709"})  # fmt: skip
    drawn.styles = {}
    for number, track in enumerate(tracks):
        text = "".join(str(segment.get("text") or "") for segment in track["sg"])
        drawn.styles[f"t{number}"] = _style(track, text, width, height)
        drawn.extend(_event(segment, f"t{number}") for segment in track["sg"])
    return drawn.to_string("ass")


def _event(segment: JSON, style: str) -> SSAEvent:
    text, start = segment.get("text"), segment.get("at", 0)
    if not isinstance(text, str) or not text.strip():
        raise UnrenderableError("a text segment has no text")
    if not isinstance(segment.get("d"), int) or not isinstance(start, int) or start < 0:
        raise UnrenderableError("a text segment does not say when it is shown")
    return SSAEvent(start=start, end=start + segment["d"], style=style, text=_harmless(text))


def _harmless(text: str) -> str:
    lines = [" ".join(EMOJI.sub("", line).split()) for line in text[:MOST_CHARACTERS].split("\n")]
    kept = ["".join(c for c in line if c.isprintable()) for line in lines if line]
    return r"\N".join(
        line.replace("\\", "\\\u2060").replace("{", r"\{").replace("}", r"\}") for line in kept
    )


def _style(track: JSON, text: str, width: int, height: int) -> SSAStyle:
    short = min(width, height)
    style = track.get("style")
    wanted: JSON = style if isinstance(style, dict) else {}
    place = PLACES.get(str(wanted.get("position")), PLACES["bottom"])
    height_share = SIZES.get(str(wanted.get("size")), SIZES["medium"])
    is_title = track.get("role") != timeline.SUBTITLES
    size = _title_px(track, width, short) if is_title else short * height_share
    return SSAStyle(
        fontname=next((font for script, font in FONTS_BY_SCRIPT if script.search(text)), FONT),
        fontsize=round(size, 1),
        bold=True,
        primarycolor=COLOURS.get(str(wanted.get("colour")), COLOURS["white"]),
        outlinecolor=Color(0, 0, 0, 40),
        backcolor=Color(0, 0, 0, 90),
        borderstyle=1,
        outline=round(size * OUTLINE_SHARE, 1),
        shadow=round(size * SHADOW_SHARE, 1),
        alignment=PLACES["middle"] if is_title else place,
        marginl=round(MARGIN * short),
        marginr=round(MARGIN * short),
        marginv=round(MARGIN * short),
        encoding=-1,
    )


def _title_px(track: JSON, width: int, short: int) -> float:
    """Choose the size of titles: as large as the longest allows on two lines."""
    longest = max((len(str(segment.get("text") or "")) for segment in track["sg"]), default=1)
    room = TITLE_LINES * width * (1 - 2 * MARGIN) / (LETTER_WIDTH * max(longest, 1))
    return max(short * SIZES["small"], min(short * TITLE_SIZE, room))
