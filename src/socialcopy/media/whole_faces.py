"""Are the faces of the master whole in a finished MP4? Looked for in the MP4 itself."""

from __future__ import annotations

from collections.abc import Iterator

from socialcopy.media.cropping import main_faces
from socialcopy.media.framing import Layout, on_canvas
from socialcopy.models import Focus, Region, Sighting

NEAR_MS = 260
"""Samples of the two files this near show the same moment; half of what lies between two."""
EDGE = 0.01
"""How far over the edge a detector's box may reach; boxes are not exact."""
FAR = 0.6
"""How far, in face heights, a face may be from where it should be: it moves between samples."""
SELDOM = 0.25
"""Share of moments a face may go unseen, as blinks and turns do."""
LOST_FACE = "a face is cut off or gone"
"""How a sentence about a lost face begins."""


def face_faults(layout: Layout, master: Focus, seen: Focus) -> Iterator[str]:
    """Say when leading faces are cut off or gone."""
    moments = [
        (sighting, there)
        for there in seen.sightings
        if (sighting := _nearest(master, there.at_ms)) and main_faces(sighting)
    ]
    torn = [
        sighting.at_ms for sighting, there in moments if not _are_whole(layout, sighting, there)
    ]
    if len(torn) > SELDOM * len(moments):
        times = ", ".join(f"{at_ms / 1000:.1f}" for at_ms in torn[:3])
        yield f"{LOST_FACE} in {len(torn)} of {len(moments)} frames (at {times} s)"


def _nearest(master: Focus, at_ms: int) -> Sighting | None:
    near = [s for s in master.sightings if abs(s.at_ms - at_ms) <= NEAR_MS]
    return min(near, key=lambda sighting: abs(sighting.at_ms - at_ms), default=None)


def _are_whole(layout: Layout, sighting: Sighting, there: Sighting) -> bool:
    expected = [on_canvas(face, layout, sighting.at_ms) for face in main_faces(sighting)]
    return all(
        _is_inside(face) and any(_is_near(face, found, layout) for found in there.faces)
        for face in expected
    )


def _is_inside(face: Region) -> bool:
    return min(face.left, face.top) >= -EDGE and max(face.right, face.bottom) <= 1 + EDGE


def _is_near(face: Region, found: Region, layout: Layout) -> bool:
    across = abs(face.left + face.right - found.left - found.right) / 2 * layout.width
    down = abs(face.top + face.bottom - found.top - found.bottom) / 2 * layout.height
    return max(across, down) <= FAR * face.height * layout.height and _is_inside(found)
