"""Is what a brief added really to be seen in a finished MP4? Looked for in the MP4 itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.canvas.branding import Dressing, Logo
from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import WHOLE_PICTURE, Box, main_faces, overlap
from socialcopy.media.canvas.wipes import parted
from socialcopy.media.ffmpeg.pixels import Pixels, raw_frames
from socialcopy.media.ffmpeg.still_commands import grab_part, scaled_picture
from socialcopy.models import Focus, Part, Region, Sighting, VideoSpec
from socialcopy.settings import MediaSettings

# Of 255: pixels of a logo that let nothing through, whose colour is therefore known.
OPAQUE = 230
# A logo with fewer such pixels is a veil, which can't be looked for.
FEWEST_OPAQUE = 40
# Mean difference in brightness, of 255, that encoding leaves well below (measured: 2 to 6).
OFF = 28.0
MOMENTS = (0.1, 0.5, 0.9)
INK_CONTRAST = 60
# Standard deviation of brightness in a corner of a card, which is one colour.
CARD_GRAIN = 12.0
CARD_CORNER_PX = 64


def part_faults(
    path: Path, parts: Sequence[Part], dressing: Dressing, spec: VideoSpec, settings: MediaSettings
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
    wanted = _raw(scaled_picture(logo.path, box, settings), box, 4, settings)
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


def _brightness(pixels: Pixels) -> NDArray[np.float64]:
    """Return the luma by BT.709."""
    return pixels.astype(np.float64) @ np.array((0.2126, 0.7152, 0.0722))


def _pixels(path: Path, box: Box, at_ms: int, settings: MediaSettings) -> Pixels:
    return _raw(grab_part(path, box, at_ms, settings), box, 3, settings)


def _raw(argv: list[str], box: Box, channels: int, settings: MediaSettings) -> Pixels:
    """Run and read one picture; black where there is none."""
    shape = box.height, box.width, channels
    found, _ = raw_frames(argv, shape, settings, most=1, wall_seconds=60)
    # Black is neither a card nor a logo, so a missing frame shows as a fault.
    return found[0] if len(found) else np.zeros(shape, np.uint8)


# Samples of the two files this near show the same moment; half of what lies between two.
NEAR_MS = 260
# How far over the edge a detector's box may reach; boxes are not exact.
EDGE = 0.01
# How far, in face heights, a face may be from where it should be: it moves between samples.
FAR = 0.6
# Share of moments a face may go unseen, as blinks and turns do.
SELDOM = 0.25
# How a sentence about a lost face begins.
LOST_FACE = "a face is cut off or gone"


def face_faults(layout: Layout, master: Focus, seen: Focus) -> Iterator[str]:
    """Say when leading faces are cut off or gone."""
    _, looks = parted(master)
    moments = [
        (sighting, there)
        for there in seen.sightings
        if (sighting := _nearest(looks, there.at_ms))
        # Beside a change to another speaker the two may show different ones.
        and layout.shot(sighting.at_ms).speaker == layout.shot(there.at_ms).speaker
        and _shown_faces(layout, sighting)
    ]
    torn = [
        sighting.at_ms for sighting, there in moments if not _are_whole(layout, sighting, there)
    ]
    if len(torn) > SELDOM * len(moments):
        times = ", ".join(f"{at_ms / 1000:.1f}" for at_ms in torn[:3])
        yield f"{LOST_FACE} in {len(torn)} of {len(moments)} frames (at {times} s)"


def _nearest(looks: Sequence[Sighting], at_ms: int) -> Sighting | None:
    near = [s for s in looks if abs(s.at_ms - at_ms) <= NEAR_MS]
    return min(near, key=lambda sighting: abs(sighting.at_ms - at_ms), default=None)


def _are_whole(layout: Layout, sighting: Sighting, there: Sighting) -> bool:
    expected = [layout.on_canvas(face, sighting.at_ms) for face in _shown_faces(layout, sighting)]
    return all(
        _is_inside(face) and any(_is_near(face, found, layout) for found in there.faces)
        for face in expected
    )


def _shown_faces(layout: Layout, sighting: Sighting) -> list[Region]:
    """Return the leading faces that must be whole: beside a speaker, all that are seen at all."""
    speaker, canvas = layout.shot(sighting.at_ms).speaker, WHOLE_PICTURE
    return [
        face
        for face in main_faces(sighting)
        if speaker is None
        or overlap(face, speaker)
        or overlap(layout.on_canvas(face, sighting.at_ms), canvas)
    ]


def _is_inside(face: Region) -> bool:
    return min(face.left, face.top) >= -EDGE and max(face.right, face.bottom) <= 1 + EDGE


def _is_near(face: Region, found: Region, layout: Layout) -> bool:
    across = abs(face.left + face.right - found.left - found.right) / 2 * layout.width
    down = abs(face.top + face.bottom - found.top - found.bottom) / 2 * layout.height
    return max(across, down) <= FAR * face.height * layout.height and _is_inside(found)
