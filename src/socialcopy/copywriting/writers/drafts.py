"""What a maker of drafts makes: lines that each cite what they state, ready to be checked."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from socialcopy.models import Value

# Of an ask that tells nothing of the video; it goes first.
STOCK_WORTH = -1.0e6


class Gap(StrEnum):
    """What stands between a line and the one before it."""

    SPACE = " "
    BREAK = "\n"
    PARAGRAPH = "\n\n"


class Line(Value):
    """A part of a post that stands or falls as a whole."""

    text: str
    cites: tuple[int, ...] = ()
    """The places of the points it states; none for what states nothing."""
    gap: Gap = Gap.PARAGRAPH
    worth: float = 0.0
    """What goes first where there is no room: the least."""


class Draft(Value):
    """A post in parts."""

    hook: Line
    lines: tuple[Line, ...] = ()
    close: Line | None = None
    hashtags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The post as it is pasted."""
        parts = [self.hook.text]
        parts += [f"{line.gap}{line.text}" for line in self.lines if line.text]
        parts += [f"{self.close.gap}{self.close.text}"] if self.close and self.close.text else []
        parts += [f"\n\n{' '.join(self.hashtags)}"] if self.hashtags else []
        return "".join(parts).strip()

    @property
    def without_stock(self) -> Draft:
        """Leave out the asks that tell nothing of the video: none of them costs a sentence."""
        lines = tuple(line for line in self.lines if line.worth > STOCK_WORTH)
        close = self.close if self.close and self.close.worth > STOCK_WORTH else None
        return self.model_copy(update={"lines": lines, "close": close})

    def less(self) -> Draft:
        """Leave out the least valuable part; nothing where only the hook is left."""
        if len(self.hashtags) > 1:
            return self.model_copy(update={"hashtags": self.hashtags[:-1]})
        if self.lines:
            worst = min(self.lines, key=lambda line: line.worth)
            if self.close and self.close.worth < worst.worth:
                return self.model_copy(update={"close": None})
            left = tuple(line for line in self.lines if line is not worst)
            return self.model_copy(update={"lines": left})
        if self.hashtags:
            return self.model_copy(update={"hashtags": ()})
        return self.model_copy(update={"close": None})

    def fitted(self, fits: Callable[[str], bool]) -> Draft:
        """As much of it as fits."""
        draft = self
        while not fits(draft.text) and draft != (shorter := draft.less()):
            draft = shorter
        return draft
