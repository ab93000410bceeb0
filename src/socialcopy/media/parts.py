"""Is what a brief added really to be seen in a finished MP4? Looked for in the MP4 itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.dressing import Dressing, Logo
from socialcopy.media.framing import Box
from socialcopy.media.runner import Limits, run
from socialcopy.media.stills import grab_part, scaled_picture
from socialcopy.models import Part, VideoSpec
from socialcopy.settings import MediaSettings

OPAQUE = 230
"""Of 255: pixels of a logo that let nothing through, whose colour is therefore known."""
FEWEST_OPAQUE = 40
"""A logo with fewer such pixels is a veil, which can't be looked for."""
OFF = 28.0
"""Mean difference in brightness, of 255, that encoding leaves well below (measured: 2 to 6)."""
MOMENTS = (0.1, 0.5, 0.9)
INK_CONTRAST = 60
CARD_GRAIN = 12.0
"""Standard deviation of brightness in a corner of a card, which is one colour."""
CARD_CORNER_PX = 64


def part_faults(
    path: Path,
    parts: Sequence[Part],
    dressing: Dressing,
    spec: VideoSpec,
    settings: MediaSettings,
) -> Iterator[str]:
    """Say what is missing, or not where it should be."""
    for part in parts:
        if part.kind == "title card":
            yield from _card_faults(path, part, spec, settings)
        elif part.kind == "logo" and dressing.logo:
            yield from _logo_faults(path, part, dressing.logo, spec, settings)


def _card_faults(path: Path, part: Part, spec: VideoSpec, settings: MediaSettings) -> Iterator[str]:
    middle_ms = (part.from_ms + part.until_ms) // 2
    whole = Box(left=0, top=0, width=spec.width, height=spec.height)
    seen = _brightness(_pixels(path, whole, middle_ms, settings))
    corner = seen[:CARD_CORNER_PX, :CARD_CORNER_PX]
    if float(corner.std()) > CARD_GRAIN:
        yield f"there is no title card at {middle_ms / 1000:.1f} s"
    elif float(seen.max() - seen.min()) < INK_CONTRAST:
        yield "the title card shows no words"


def _logo_faults(
    path: Path, part: Part, logo: Logo, spec: VideoSpec, settings: MediaSettings
) -> Iterator[str]:
    left, top, right, bottom = part.box or (0, 0, 0, 0)
    zone = spec.safe_zone
    if left < zone.left or top < zone.top or right > zone.right + 1 or bottom > zone.bottom + 1:
        yield f"the logo leaves the safe zone (x {left} to {right}, y {top} to {bottom})"
        return
    box = Box(left=left, top=top, width=right - left, height=bottom - top)
    wanted = _wanted(logo, box, settings)
    opaque = wanted[..., 3] > OPAQUE
    if opaque.sum() < FEWEST_OPAQUE:
        return
    length_ms = part.until_ms - part.from_ms
    for moment in MOMENTS:
        at_ms = part.from_ms + int(moment * length_ms)
        found = _brightness(_pixels(path, box, at_ms, settings))
        off = np.abs(found - _brightness(wanted[..., :3]))[opaque].mean()
        if off > OFF:
            yield f"the logo is not to be seen at {at_ms / 1000:.1f} s"
            return


def _brightness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Luma by BT.709."""
    return pixels.astype(np.float64) @ np.array((0.2126, 0.7152, 0.0722))


def _pixels(path: Path, box: Box, at_ms: int, settings: MediaSettings) -> NDArray[np.uint8]:
    return _raw(grab_part(path, box, at_ms, "part.raw", settings), box, 3, settings)


def _wanted(logo: Logo, box: Box, settings: MediaSettings) -> NDArray[np.uint8]:
    return _raw(scaled_picture(logo.path, box, "part.raw", settings), box, 4, settings)


def _raw(argv: list[str], box: Box, channels: int, settings: MediaSettings) -> NDArray[np.uint8]:
    """Run and read one picture; black where there is none."""
    size = box.width * box.height * channels
    limits = Limits(
        wall_seconds=60, memory_bytes=settings.max_memory_bytes, file_bytes=2 * size + 1
    )
    with tempfile.TemporaryDirectory(prefix="part-") as folder:
        run(argv, limits=limits, cwd=Path(folder))
        path = Path(folder) / "part.raw"
        found = np.fromfile(path, np.uint8) if path.is_file() else np.empty(0, np.uint8)
    if found.size != size:
        found = np.zeros(size, np.uint8)
    return found.reshape(box.height, box.width, channels)
