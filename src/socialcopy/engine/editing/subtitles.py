"""What is said, laid on a timeline: subtitles follow every cut, speed and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from socialcopy.engine.editing import timeline
from socialcopy.media.subtitles.cues import cues
from socialcopy.models import Word
from socialcopy.nemovideo.drafts import TEXT
from socialcopy.nemovideo.schemas import JSON

UPRIGHT_COLUMNS, WIDE_COLUMNS = 26, 42
"""Characters in a line, by the shape of the frame."""


def lay_subtitles(draft: JSON, words: Mapping[str, Sequence[Word]]) -> None:
    """Write the subtitle track anew, where there is one."""
    shown = timeline.find(draft, TEXT, timeline.SUBTITLES)
    if shown is None:
        return
    about = draft.get("m") or {}
    columns = UPRIGHT_COLUMNS if about["width"] < about["height"] else WIDE_COLUMNS
    laid = cues(words_on(draft, words), duration_ms=timeline.length_ms(draft), max_line=columns)
    shown["sg"] = [
        {"at": cue.start_ms, "d": cue.end_ms - cue.start_ms, "text": cue.text} for cue in laid
    ]
    if not laid:
        timeline.drop(draft, TEXT, timeline.SUBTITLES)


def words_on(draft: JSON, words: Mapping[str, Sequence[Word]]) -> list[Word]:
    """Return the words that are heard on a timeline, at its own times."""
    heard: list[Word] = []
    begin = 0
    for segment in timeline.picture(draft):
        first, speed = segment.get("in", 0), timeline.speed_of(segment)
        last = first + segment["d"] * speed
        for word in words.get(segment.get("asset", ""), ()):
            if first <= (word.start_ms + word.end_ms) / 2 < last:
                times = [round(begin + (t - first) / speed) for t in (word.start_ms, word.end_ms)]
                update = {"start_ms": max(begin, times[0]), "end_ms": times[1]}
                heard.append(word.model_copy(update=update))
        begin += segment["d"]
    return heard
