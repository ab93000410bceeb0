"""The reading side of a session's state: the timeline, what was understood, what was written.

Everything here takes the state as it came and changes nothing in it. `video_analyses` maps an
`asset_id` to `{"understanding": …}`, `generated_media` is a list whose items of type
`social_copy` carry `platform`, `text`, `message` and what stands `beside`, and `messages` maps a
message's id to its `status`; the first two are the service's names with shapes of our engine's, the
last is ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from socialcopy.models import Beside, Platform, Understanding
from socialcopy.nemovideo.schemas import JSON, LONGEST_ERROR, Draft, Segment, Track

PICTURE, SOUND, TEXT = 0, 1, 7
LABELS = {PICTURE: "Video", SOUND: "BGM", TEXT: "Title"}
SOCIAL_COPY = "social_copy"

# What a finished message can have changed; analyses and message marks come before its end.
OUTCOMES = ("draft", "video_infos", "generated_media", "canvas_config")


def draft_in(state: JSON) -> JSON | None:
    """Return the draft, unknown keys included; absent, null and empty all mean there is none."""
    draft = state.get("draft")
    return draft if isinstance(draft, dict) and draft else None


def is_exportable(draft: JSON | None) -> bool:
    """Tell whether some track has something on it."""
    tracks = (draft or {}).get("t")
    return isinstance(tracks, list) and any(
        isinstance(track, dict) and track.get("sg") for track in tracks
    )


def timeline_summary(draft: JSON | None) -> str:
    """Describe a timeline in a line: `Timeline (1 track): 1. Video: city timelapse (0-10s)`."""
    try:
        tracks = Draft.model_validate(draft or {}).t or ()
    except ValidationError:
        return "Timeline (unreadable)"
    items = [f"{number}. {_track_summary(track)}" for number, track in enumerate(tracks, 1)]
    count = "1 track" if len(tracks) == 1 else f"{len(tracks)} tracks"
    return f"Timeline ({count}): {' '.join(items)}".rstrip(": ")


def _track_summary(track: Track) -> str:
    segments = track.sg or ()
    label = LABELS.get(track.tt, f"Track type {track.tt}")
    if not segments:
        return f"{label}: empty"
    facts = [f"0-{_seconds(sum(segment.d or 0 for segment in segments))}s"]
    if track.tt == SOUND and segments[0].volume is not None:
        facts.append(f"{round(segments[0].volume * 100)}%")
    return f"{label}: {_name(track, segments[0])} ({', '.join(facts)})"


def _name(track: Track, segment: Segment) -> str:
    name = segment.text or str((segment.m or {}).get("title") or "untitled")
    return f'"{name}"' if track.tt == TEXT else name


def _seconds(duration_ms: int) -> str:
    return f"{duration_ms / 1000:.1f}".removesuffix(".0")


def understanding_in(state: JSON, tag: str = "") -> Understanding | None:
    """Return what the first analysed video says and shows; none for a service that keeps none.

    With a tag only videos count that were uploaded under a name that ends in it.
    """
    analyses = state.get("video_analyses")
    named = _assets_named(state, tag) if tag else None
    for asset, analysis in analyses.items() if isinstance(analyses, dict) else ():
        is_meant = named is None or asset in named
        if is_meant and isinstance(analysis, dict) and "understanding" in analysis:
            try:
                return Understanding.model_validate(analysis["understanding"])
            except ValidationError:
                return None
    return None


def _assets_named(state: JSON, tag: str) -> set[str]:
    infos = _items(state.get("video_infos"))
    return {str(info.get("asset_id")) for info in infos if str(info.get("filename")).endswith(tag)}


def copy_in(state: JSON, messages: Collection[str] | None = None) -> dict[Platform, str]:
    """Find the newest copy for each network, so that captions survive a lost reply.

    With `messages` only copy counts that one of them wrote.
    """
    found: dict[Platform, str] = {}
    for item in _items(state.get("generated_media")):
        name, text = str(item.get("platform")), item.get("text")
        is_meant = messages is None or str(item.get("message")) in messages
        is_copy = item.get("type") == SOCIAL_COPY and name in set(Platform)
        if is_meant and is_copy and isinstance(text, str):
            found[Platform(name)] = text
    return found


def beside_in(state: JSON, texts: Mapping[Platform, str]) -> dict[Platform, Beside]:
    """Find what was put beside the posts with these texts: title, alt text, thread, versions."""
    found: dict[Platform, Beside] = {}
    for item in _items(state.get("generated_media")):
        named = (p for p in texts if item.get("platform") == p.value)
        if (platform := next(named, None)) and item.get("text") == texts[platform]:
            with contextlib.suppress(ValidationError):
                found[platform] = Beside.model_validate(item.get("beside") or {})
    return found


def message_statuses(state: JSON) -> dict[str, str]:
    """Tell which messages are `working`, `completed` or `failed`; empty where nothing is told."""
    messages = state.get("messages")
    found = messages if isinstance(messages, dict) else {}
    return {
        name: str(message.get("status"))
        for name, message in found.items()
        if isinstance(message, dict)
    }


class Failure(NamedTuple):
    """What a service says of a message that came to nothing."""

    reason: str
    code: int = 0
    """As of a refusal (4001: the file is why); 0 where none is stated."""


def failure_in(state: JSON, earlier: Collection[str] | None) -> Failure | None:
    """Find the failure of the message that is new since a snapshot; none while more may come.

    A service that lists no messages tells nothing here.
    """
    statuses = message_statuses(state)
    new = [name for name in statuses if name not in (earlier or ())]
    if earlier is None or not new or any(statuses[name] != "failed" for name in new):
        return None
    mark: JSON = state["messages"][new[-1]]
    code = mark.get("code")
    reason = " ".join(str(mark.get("error") or "no reason given").split())[:LONGEST_ERROR]
    return Failure(reason, code if isinstance(code, int) else 0)


def is_completed(state: JSON, earlier: Collection[str] | None) -> bool:
    """Tell whether all that is new since a snapshot was carried out, whatever came of it.

    A video in which nothing is said or shown has no copy to show for it. A service that lists no
    messages tells nothing here.
    """
    statuses = message_statuses(state)
    new = [name for name in statuses if name not in (earlier or ())]
    return earlier is not None and bool(new) and all(statuses[n] == "completed" for n in new)


def fingerprint(state: JSON) -> str:
    """Hash (SHA-256, hex) what a message can bring about; equal means nothing happened yet.

    Dates and unfinished work are not in it: it changes when a message has ended, not before.
    """
    return _digest({name: state.get(name) for name in OUTCOMES})


def draft_fingerprint(state: JSON) -> str:
    """Hash the draft alone in the same way; equal means that nobody edited."""
    return _digest(draft_in(state))


def _digest(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _items(media: Any) -> Iterable[JSON]:
    """List the elements of `generated_media`, which no document calls an array or an object."""
    elements = media.values() if isinstance(media, dict) else media
    return [e for e in elements if isinstance(e, dict)] if isinstance(media, list | dict) else []
