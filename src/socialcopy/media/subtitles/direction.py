"""Right-to-left subtitles: every line is laid out in the direction of its paragraph.

A player takes each line for a paragraph of its own and reads its direction off the first letter,
so that a Hebrew subtitle whose second line begins with `iPhone` is torn (UAX #9, P2 and P3). An
invisible mark in front of such a line says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.media.subtitles.costs import BREAK_MS
from socialcopy.media.subtitles.lines import ends_sentence
from socialcopy.models import Cue

RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"
STRONG = regex.compile(r"(?P<rtl>[\p{bc=R}\p{bc=AL}])|\p{bc=L}")
RTL = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
LTR = regex.compile(r"\p{bc=L}")


def directed(cues: Sequence[Cue]) -> list[Cue]:
    """Put a mark before each line of the subtitles that would be laid out the wrong way.

    A paragraph goes the way of its first letter, or from right to left where most of its letters,
    or of all subtitles', do: a sentence may begin with a product's name, and one subtitle of it be
    nothing but a name.
    """
    text = "".join(cue.text for cue in cues)
    if not RTL.search(text):
        return list(cues)
    mostly_rtl = _is_mostly_rtl(text)
    return [
        _marked(cue, sentence, mostly_rtl=mostly_rtl)
        for cue, sentence in zip(cues, _sentences(cues), strict=True)
    ]


def _sentences(cues: Sequence[Cue]) -> list[str]:
    """Give each subtitle the text of all that belong to its sentence."""
    gathered: list[list[Cue]] = []
    for cue in cues:
        if gathered and _goes_on(gathered[-1][-1], cue):
            gathered[-1].append(cue)
        else:
            gathered.append([cue])
    return [" ".join(one.text for one in sentence) for sentence in gathered for _ in sentence]


def _goes_on(before: Cue, cue: Cue) -> bool:
    return cue.start_ms - before.end_ms < BREAK_MS and not ends_sentence(before.text)


def _marked(cue: Cue, sentence: str, *, mostly_rtl: bool) -> Cue:
    if not RTL.search(sentence):
        return cue
    is_rtl = mostly_rtl or _is_mostly_rtl(sentence) or _is_rtl(sentence) is True
    mark = RIGHT_TO_LEFT_MARK if is_rtl else LEFT_TO_RIGHT_MARK
    lines = [line if _is_rtl(line) is is_rtl else mark + line for line in cue.text.split("\n")]
    return cue.model_copy(update={"text": "\n".join(lines)})


def _is_mostly_rtl(text: str) -> bool:
    return len(RTL.findall(text)) > len(LTR.findall(text))


def _is_rtl(text: str) -> bool | None:
    """Tell whether the first letter that has a direction goes from right to left."""
    found = STRONG.search(text)
    return None if found is None else bool(found["rtl"])
