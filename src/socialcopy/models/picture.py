"""What is seen in the picture, and where: text, faces, shots."""

from __future__ import annotations

from socialcopy.models.value import Value


class Region(Value):
    """A rectangle in shares of the displayed picture, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width as a share of the picture's."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height as a share of the picture's."""
        return self.bottom - self.top


class ScreenText(Value):
    """One line of text that the picture shows."""

    text: str
    box: Region
    start_ms: int
    """The first looked-at frame that shows it."""
    end_ms: int
    """The last one."""
    probability: float = 1.0


# Rows and columns of the cells whose brightness is kept of a frame.
BRIGHTNESS_GRID = (12, 8)


class Sighting(Value):
    """The faces seen in one sampled frame, and how bright it is where."""

    at_ms: int
    faces: tuple[Region, ...] = ()
    sharpness: float = 0.0
    """Variance of the Laplacian; compares frames of one video, nothing else."""
    brightness: tuple[int, ...] = ()
    """Luma (0 to 255) that a tenth of each cell exceeds, row by row; none where it wasn't kept."""
    lips: tuple[float | None, ...] = ()
    """How much the mouth of each face changed since the look before; none where nobody measured."""


# Rows and columns of the cells in which a shot's detail and movement are measured.
DETAIL_GRID = (18, 32)


class ShotDetail(Value):
    """How much there is to see where in one shot, from one cut to the next."""

    from_ms: int
    edges: tuple[float, ...] = ()
    """Mean strength of the edges in each cell, row by row, when it shows most."""
    movement: tuple[float, ...] = ()
    """Mean change from look to look in each cell."""
    has_plain_ends: bool = False
    """Whether its first rows are of one colour, or go evenly from one to another; its last too."""
    drawn: tuple[float, float] | None = None
    """From where to where across something stands in looks with such ends; none where nothing does.

    A logo that fades over into a street is seen in some of a shot's looks only."""


class Focus(Value):
    """What a picture must not lose when it is cropped."""

    sightings: tuple[Sighting, ...] = ()
    """None means that nobody looked, and nothing is cropped."""
    texts: tuple[ScreenText, ...] = ()
    """On-screen text that should stay readable, while it is shown."""
    cuts_ms: tuple[int, ...] = ()
    """Where a new shot begins, without the first."""
    details: tuple[ShotDetail, ...] = ()
    """What each shot shows; none where nobody measured it."""
    heard_ms: tuple[tuple[int, int], ...] = ()
    """From when to when somebody is heard; none where nobody listened."""
