"""What each shot is about: who is in it, what is written, how much there is to see."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from socialcopy.media.canvas.content import Map
from socialcopy.media.canvas.shots import LEAST_FACE, head, main_faces, united
from socialcopy.media.canvas.wipes import parted
from socialcopy.models import (
    BRIGHTNESS_GRID,
    DETAIL_GRID,
    Focus,
    Region,
    ScreenText,
    ShotDetail,
    Sighting,
)

# Share of a shot's samples that show a leading face; profiles and blinks cost a detector some.
LEADING = 0.6
# How small a leading face may become within its shot, of the least one that leads.
FURTHER_AWAY = 0.6
SHORTEST_SHOT_MS = 300
# Room around text, as a share of the picture's width and height, the best first. The last has to
# be: at the very edge text looks cut.
TEXT_MARGINS = (0.02, 0.014, 0.008)
# Share of the width and height in which a channel's mark stands.
CORNER = 0.25
# A slide or a screen recording shows text in this share of the looks, and so many lines of it at
# once where its ends are not plain; a street shows a sign or two.
SHOWS_TEXT, SCREEN_LINES = 0.5, 3
# Cells in a row of a sighting's brightness.
COLUMNS = BRIGHTNESS_GRID[1]
# Luma up to which plain ends are the bars of a film rather than a colour somebody chose.
BARS = 24


class Subject(NamedTuple):
    """What must be seen during one shot."""

    from_ms: int
    until_ms: int
    seen: tuple[Sighting, ...]
    texts: tuple[ScreenText, ...]
    details: tuple[ShotDetail, ...] = ()

    @property
    def heads(self) -> list[tuple[int, Region]]:
        """Where heads are, all together, whenever some were seen."""
        return [
            (sighting.at_ms, united([head(face) for face in faces]))
            for sighting in self.seen
            if (faces := main_faces(sighting, smallest=FURTHER_AWAY * LEAST_FACE))
        ]

    @property
    def has_lead(self) -> bool:
        """Whether it is about somebody."""
        leading = sum(bool(main_faces(sighting)) for sighting in self.seen)
        return leading > 0 and leading >= LEADING * len(self.seen)

    def need(self, margin: float = TEXT_MARGINS[-1]) -> Region:
        """Everything it shows at any time, with so much room around text."""
        texts = [with_room(text, margin) for text in self.texts]
        return united([*(region for _, region in self.heads), *texts])

    @property
    def everybody(self) -> list[Region]:
        """Heads of all sizes, whenever seen."""
        return [head(face) for sighting in self.seen for face in sighting.faces]

    @property
    def edges(self) -> Map:
        """How much there is to see in each cell, when it shows most."""
        return np.max([_cells(one.edges) for one in self.details] or [_cells(())], axis=0)

    @property
    def movement(self) -> Map:
        """How much changes in each cell."""
        return np.sum([_cells(one.movement) for one in self.details] or [_cells(())], axis=0)

    @property
    def drawn(self) -> list[Region]:
        """Where something stands on a plain picture, at any time; its height counts nothing."""
        ends = (one.drawn for one in self.details if one.drawn)
        return [Region(left=left, top=0.5, right=right, bottom=0.5) for left, right in ends]

    @property
    def has_plain_ends(self) -> bool:
        """Whether the picture's first and last rows are plain."""
        return bool(self.details) and all(one.has_plain_ends for one in self.details)

    @property
    def is_screen(self) -> bool:
        """Whether it shows a slide or a screen recording."""
        least = 1 if self.has_plain_ends else SCREEN_LINES
        shown = (
            sum(text.start_ms <= sighting.at_ms <= text.end_ms for text in self.texts)
            for sighting in self.seen
        )
        return sum(lines >= least for lines in shown) >= SHOWS_TEXT * len(self.seen)

    @property
    def extends(self) -> bool:
        """Whether its own colour may go on above and below it: not where that makes bars higher."""
        ends = [max(s.brightness[:COLUMNS]) for s in self.seen if s.brightness]
        return self.has_plain_ends and (self.is_screen or max(ends, default=0) > BARS)

    @property
    def what(self) -> str:
        """What has to be kept."""
        return "every face and all text" if self.texts else "every face"


def subjects(focus: Focus) -> list[Subject]:
    """Find what each shot is about; one too short for a sample belongs to the one before it.

    What a video opens with for as short belongs to what comes: it fades in.
    """
    last_ms = max(focus.sightings[-1].at_ms, *focus.cuts_ms, 0) + 1
    found: list[Subject] = []
    shots_ms = (cut_ms for cut_ms in focus.cuts_ms if cut_ms >= SHORTEST_SHOT_MS)
    wipes_ms, sightings = parted(focus)
    cuts_ms = sorted({*shots_ms, *wipes_ms})
    looks = [sighting.at_ms for sighting in sightings]
    for begin, end in pairwise((0, *cuts_ms, last_ms)):
        # A sample stands for its nearest frame: near a cut it may show the other shot.
        seen = tuple(sightings[bisect_left(looks, begin) : bisect_left(looks, end)])
        if seen and (end - begin >= SHORTEST_SHOT_MS or not found):
            found.append(Subject(begin if found else 0, end, seen, ()))
        elif found:
            found[-1] = found[-1]._replace(until_ms=end)
    texts = [text for text in focus.texts if not _is_mark(text, focus.cuts_ms)]
    return [
        subject._replace(
            texts=tuple(
                text
                for text in texts
                if text.start_ms < subject.until_ms and text.end_ms >= subject.from_ms
            ),
            details=tuple(_details(focus, subject)),
        )
        for subject in found
    ]


def _details(focus: Focus, subject: Subject) -> Iterator[ShotDetail]:
    """Yield what was measured of the shots that a subject lies in."""
    ends = [*(one.from_ms for one in focus.details[1:]), subject.until_ms]
    for one, end_ms in zip(focus.details, ends, strict=False):
        if one.from_ms < subject.until_ms and end_ms > subject.from_ms:
            yield one


def _cells(amounts: Sequence[float]) -> Map:
    return np.reshape(np.array(amounts), DETAIL_GRID) if amounts else np.zeros(DETAIL_GRID)


def _is_mark(text: ScreenText, cuts_ms: Sequence[int]) -> bool:
    """Tell whether a text is a channel's mark: in a corner, and there whatever is shown."""
    box = text.box
    is_aside = box.right < CORNER or box.left > 1 - CORNER
    is_at_an_end = box.bottom < CORNER or box.top > 1 - CORNER
    stays = any(text.start_ms < cut_ms < text.end_ms for cut_ms in cuts_ms)
    return is_aside and is_at_an_end and stays


def with_room(text: ScreenText, margin: float = TEXT_MARGINS[-1]) -> Region:
    """Return a text's place with a little room on all sides."""
    box = text.box
    return Region(
        left=max(0.0, box.left - margin),
        top=max(0.0, box.top - margin),
        right=min(1.0, box.right + margin),
        bottom=min(1.0, box.bottom + margin),
    )
