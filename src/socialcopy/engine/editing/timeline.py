"""The timeline of a draft as plain arithmetic; every function changes the draft it is given.

A picture segment begins where the one before it ends, lasts `d` ms, shows its `asset` from `in`
ms on, `speed` times as fast. Texts begin at their own `at`. Keys we do not know stay.
"""

from __future__ import annotations

from typing import Any

from socialcopy.nemovideo.drafts import PICTURE, SOUND, TEXT
from socialcopy.nemovideo.schemas import JSON

SUBTITLES = "subtitles"
"""The `role` of the text track that shows what is said."""

SHORTEST_MS = 40
"""Pieces below one frame are dropped."""


def picture(draft: JSON) -> list[JSON]:
    """Return the segments of the picture, in a list that may be changed."""
    return track(draft, PICTURE)["sg"]


def track(draft: JSON, kind: int, role: str | None = None) -> JSON:
    """Return the track of a kind, made if there is none."""
    found = find(draft, kind, role)
    if found is None:
        found = {"tt": kind, **({"role": role} if role else {}), "sg": []}
        draft.setdefault("t", []).append(found)
    return found


def find(draft: JSON, kind: int, role: str | None = None) -> JSON | None:
    """Return the track of a kind, if there is one."""
    for candidate in draft.get("t") or []:
        if candidate.get("tt") == kind and candidate.get("role") == role:
            return candidate
    return None


def drop(draft: JSON, kind: int, role: str | None = None) -> bool:
    """Remove a track; whether there was one."""
    found = find(draft, kind, role)
    if found is not None:
        draft["t"].remove(found)
    return found is not None


def length_ms(draft: JSON) -> int:
    """Return how long the picture lasts, in milliseconds."""
    return sum(segment["d"] for segment in picture(draft))


def speed_of(segment: JSON) -> float:
    """Return how fast a segment runs; 1 where it does not say."""
    return float(segment.get("speed") or 1)


def remove(draft: JSON, start_ms: int, end_ms: int) -> None:
    """Take a stretch out; what comes after it moves up."""
    kept: list[JSON] = []
    begin = 0
    for segment in picture(draft):
        end = begin + segment["d"]
        kept += _outside(segment, begin, start_ms, end_ms)
        begin = end
    track(draft, PICTURE)["sg"] = kept
    texts = find(draft, TEXT)
    for text in texts["sg"] if texts else []:
        text.update(_moved(text, start_ms, end_ms))
    settle(draft)


def _outside(segment: JSON, begin: int, start_ms: int, end_ms: int) -> list[JSON]:
    """Return what is left of a segment on both sides of a stretch."""
    end = begin + segment["d"]
    pieces = ((begin, min(end, start_ms)), (max(begin, end_ms), end))
    return [
        {
            **segment,
            "in": round(segment.get("in", 0) + (first - begin) * speed_of(segment)),
            "d": last - first,
        }
        for first, last in pieces
        if last - first >= SHORTEST_MS
    ]


def _moved(text: JSON, start_ms: int, end_ms: int) -> JSON:
    """Say when a text is shown once a stretch before, after or around it is gone."""

    def at(moment: int) -> int:
        return moment if moment <= start_ms else max(start_ms, moment - (end_ms - start_ms))

    begin = int(text.get("at", 0))
    return {"at": at(begin), "d": at(begin + text["d"]) - at(begin)}


def settle(draft: JSON) -> None:
    """Make texts and music end with the picture, and the draft know its length."""
    length = length_ms(draft)
    draft["d"] = length
    for other in draft.get("t") or []:
        if other.get("tt") == PICTURE:
            continue
        for segment in other["sg"]:
            segment["d"] = min(segment["d"], length - int(segment.get("at", 0)))
            if other.get("tt") == SOUND:
                segment["d"] = length
        other["sg"] = [segment for segment in other["sg"] if segment["d"] >= SHORTEST_MS]
    draft["t"] = [track for track in draft["t"] if track["sg"]]


def set_speed(draft: JSON, factor: float) -> None:
    """Run every clip at a speed; texts keep their times as far as they fit."""
    for segment in picture(draft):
        segment["d"] = round(segment["d"] * speed_of(segment) / factor)
        segment["speed"] = factor
    settle(draft)


def assets_in_order(draft: JSON) -> list[str]:
    """List the files on the timeline, each once."""
    return list(dict.fromkeys(segment.get("asset", "") for segment in picture(draft)))


def arrange(draft: JSON, assets: list[str], whole: dict[str, JSON]) -> None:
    """Show these files in this order: as they were cut, or whole where they are new."""
    now: dict[str, list[JSON]] = {}
    for segment in picture(draft):
        now.setdefault(segment.get("asset", ""), []).append(segment)
    arranged: list[Any] = [
        piece for asset in assets for piece in now.get(asset) or [dict(whole[asset])]
    ]
    track(draft, PICTURE)["sg"] = arranged
    settle(draft)
