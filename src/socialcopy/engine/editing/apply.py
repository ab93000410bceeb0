"""Bringing edits into a project: another draft, and a sentence about each edit, or a refusal.

The draft that comes in is not touched, so a refusal half-way leaves everything as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from socialcopy.copywriting.briefs.ceilings import Ceiling
from socialcopy.copywriting.briefs.wishes import Wishes
from socialcopy.engine.editing import timeline
from socialcopy.engine.editing.edits import (
    AddMusic,
    AddTitle,
    Arrange,
    ChangeCopy,
    Edit,
    HideSubtitles,
    Keep,
    Remove,
    RemoveMusic,
    RemoveTitles,
    SetAspect,
    SetSpeed,
    SetVolume,
    ShowSubtitles,
    Span,
)
from socialcopy.engine.editing.subtitles import lay_subtitles
from socialcopy.engine.errors import CannotEditError
from socialcopy.engine.store.sessions import StoredFile, first_draft
from socialcopy.models import DEFAULT_PLATFORMS, Platform, Word
from socialcopy.nemovideo.drafts import PICTURE, SOUND, TEXT, copy_in, draft_in
from socialcopy.nemovideo.schemas import JSON

MOST_VOLUME = 4.0
SLOWEST, FASTEST = 0.25, 4.0
SHORTEST_RESULT_MS = 200
MUSIC_UNDER_SOUND, MUSIC_ALONE = 0.25, 0.8
"""How loud music is when nobody says: under speech about 12 dB below it."""


class Material(NamedTuple):
    """What is edited: the state, the files in the order they came, and what is said in them."""

    state: JSON
    files: Mapping[str, StoredFile]
    words: Mapping[str, Sequence[Word]]
    platforms: tuple[Platform, ...] = DEFAULT_PLATFORMS
    """Whom is written for where the state has no copy yet."""


class Edited(NamedTuple):
    """What edits make of a material."""

    delta: JSON
    sentences: tuple[str, ...]


def edit(material: Material, edits: Sequence[Edit]) -> Edited:
    """Bring edits in, one after another. Raises CannotEditError, and then nothing has changed."""
    old = draft_in(material.state)
    if old is None or not timeline.find(old, PICTURE):
        raise CannotEditError("There is no video in this project yet. Please upload one first.")
    draft = copy.deepcopy(old)
    sentences = tuple(_apply(material, draft, one) for one in edits)
    lay_subtitles(draft, material.words)
    delta: JSON = {"draft": draft}
    size = {"width": draft["m"]["width"], "height": draft["m"]["height"]}
    canvas = material.state.get("canvas_config") or {}
    if {**canvas, **size} != canvas:
        delta["canvas_config"] = {**canvas, **size}
    return Edited(delta, sentences)


def _apply(material: Material, draft: JSON, one: Edit) -> str:  # noqa: C901, PLR0911, PLR0912  (one case an edit)
    """Apply one edit, told in a sentence; the one place that knows every kind."""
    match one:
        case Keep(span=span):
            return _keep(draft, span)
        case Remove(span=span):
            return _remove(draft, span)
        case SetVolume(of="music"):
            return _music_volume(draft, one)
        case SetVolume():
            return _volume(material, draft, one)
        case SetSpeed(factor=factor):
            return _speed(draft, factor)
        case SetAspect(width=width, height=height):
            return _aspect(draft, width, height)
        case AddTitle():
            return _title(draft, one)
        case RemoveTitles():
            return _no_titles(draft)
        case ShowSubtitles():
            return _subtitles(material, draft, one)
        case HideSubtitles():
            timeline.drop(draft, TEXT, timeline.SUBTITLES)
            draft.setdefault("m", {})["subtitles"] = "off"
            return "Subtitles are off."
        case AddMusic():
            return _music(material, draft, one)
        case RemoveMusic():
            if not timeline.drop(draft, SOUND):
                raise CannotEditError("There is no background music to remove.")
            return "The background music is gone."
        case Arrange():
            return _arrange(material, draft, one)
        case ChangeCopy():
            return _copy(material, draft, one)


def clock(ms: int) -> str:
    """Write a moment as people say it: `0:05`, `1:02.5`."""
    minutes, rest = divmod(ms, 60_000)
    seconds = f"{rest / 1000:04.1f}".removesuffix(".0") if rest % 1000 else f"{rest // 1000:02d}"
    return f"{minutes}:{seconds}"


def _stretch(draft: JSON, span: Span) -> tuple[int, int]:
    length = timeline.length_ms(draft)
    start, end = span.within(length)
    if start >= end:
        raise CannotEditError(f"The video is {clock(length)} long, so there is nothing there.")
    return start, end


def _keep(draft: JSON, span: Span) -> str:
    start, end = _stretch(draft, span)
    before = timeline.length_ms(draft)
    if end - start < SHORTEST_RESULT_MS:
        raise CannotEditError("Less than a fifth of a second would be left.")
    timeline.remove(draft, end, before)
    timeline.remove(draft, 0, start)
    return f"Kept {clock(start)} to {clock(end)}; the video {_lasts(draft, before)}"


def _remove(draft: JSON, span: Span) -> str:
    start, end = _stretch(draft, span)
    before = timeline.length_ms(draft)
    if before - (end - start) < SHORTEST_RESULT_MS:
        raise CannotEditError("Nothing would be left of the video.")
    timeline.remove(draft, start, end)
    return f"Took out {clock(start)} to {clock(end)}; the video {_lasts(draft, before)}"


def _lasts(draft: JSON, before_ms: int) -> str:
    """Tell how long the video is after an edit, and how long it was."""
    return f"lasts {clock(timeline.length_ms(draft))} instead of {clock(before_ms)}."


def _percent(factor: float) -> str:
    return f"{round(factor * 100)} %"


def _volume(material: Material, draft: JSON, one: SetVolume) -> str:
    segments = timeline.picture(draft)
    infos = [material.files[s["asset"]].info for s in segments if s.get("asset") in material.files]
    if not any(info and info.has_audio for info in infos):
        raise CannotEditError("This video has no sound.")
    before = float(segments[0].get("volume", 1))
    for segment in segments:
        base = float(segment.get("volume", 1)) if one.is_relative else 1
        segment["volume"] = round(min(MOST_VOLUME, base * one.factor), 3)
    after = segments[0]["volume"]
    if after == 0:
        return "The video is muted."
    return f"Volume {_percent(after)} instead of {_percent(before)}."


def _music_volume(draft: JSON, one: SetVolume) -> str:
    music = timeline.find(draft, SOUND)
    if music is None:
        raise CannotEditError("There is no background music to change.")
    for segment in music["sg"]:
        base = float(segment.get("volume", 1)) if one.is_relative else 1
        segment["volume"] = round(min(MOST_VOLUME, base * one.factor), 3)
    return f"Music volume {_percent(music['sg'][0]['volume'])}."


def _speed(draft: JSON, factor: float) -> str:
    if not SLOWEST <= factor <= FASTEST:
        raise CannotEditError(f"Speed can be {SLOWEST:g} to {FASTEST:g} times the original.")
    before = timeline.length_ms(draft)
    timeline.set_speed(draft, factor)
    return f"Runs at {factor:g}x and {_lasts(draft, before)}"


def _aspect(draft: JSON, width: int, height: int) -> str:
    about = draft.setdefault("m", {})
    before = f"{about['width']}x{about['height']}"
    short = min(about["width"], about["height"]) // 2 * 2
    long = round(short * max(width, height) / min(width, height) / 2) * 2
    about["width"], about["height"] = (long, short) if width >= height else (short, long)
    about["aspect"] = f"{width}:{height}"
    return (
        f"The frame is {width}:{height} ({about['width']}x{about['height']} instead of {before}); "
        "the whole picture stays visible on a blurred background."
    )


def _title(draft: JSON, one: AddTitle) -> str:
    length = timeline.length_ms(draft)
    duration = min(one.duration_ms, length)
    start = length - duration if one.at_end else one.start_ms
    if start >= length:
        raise CannotEditError(f"The video is {clock(length)} long, so there is nothing there.")
    end = min(length, start + duration)
    texts = timeline.track(draft, TEXT)
    texts["sg"] = [t for t in texts["sg"] if t["at"] >= end or t["at"] + t["d"] <= start]
    title = {"d": end - start, "at": start, "text": one.text, "m": {"title": one.text}}
    texts["sg"].append(title)
    return f'Title "{one.text}" from {clock(start)} to {clock(end)}.'


def _no_titles(draft: JSON) -> str:
    if not timeline.drop(draft, TEXT):
        raise CannotEditError("There is no title to remove.")
    return "The title is gone."


def _subtitles(material: Material, draft: JSON, one: ShowSubtitles) -> str:
    assets = timeline.assets_in_order(draft)
    if not any(material.words.get(asset) for asset in assets):
        raise CannotEditError("Nothing is said in this video, so there is nothing to subtitle.")
    shown = timeline.track(draft, TEXT, timeline.SUBTITLES)
    named = {k: str(v) for k, v in one.model_dump().items() if v is not None}
    shown["style"] = {**(shown.get("style") or {}), **named}
    draft.setdefault("m", {})["subtitles"] = "on"
    about = ", ".join(f"{key} {value}" for key, value in named.items())
    return f"Subtitles are on{f' ({about})' if about else ''}."


def _music(material: Material, draft: JSON, one: AddMusic) -> str:
    sounds = [file for file in material.files.values() if file.file_type == "audio"]
    if one.filename is not None:
        sounds = [f for f in sounds if f.filename.lower() == one.filename.lower()]
    if not sounds:
        wanted = f"called {one.filename}" if one.filename else "in this project"
        raise CannotEditError(
            f"There is no music file {wanted}. Please upload an mp3, wav, m4a or aac file first."
        )
    has_sound = any(
        info and info.has_audio
        for info in (material.files[a].info for a in timeline.assets_in_order(draft))
    )
    volume = one.volume
    if volume is None:
        volume = MUSIC_UNDER_SOUND if has_sound else MUSIC_ALONE
    timeline.drop(draft, SOUND)
    music: JSON = {
        "d": timeline.length_ms(draft),
        "asset": sounds[-1].asset_id,
        "in": 0,
        "volume": min(MOST_VOLUME, volume),
        "m": {"title": sounds[-1].filename},
    }
    timeline.track(draft, SOUND)["sg"].append(music)
    return f"Background music {sounds[-1].filename} at {_percent(music['volume'])}."


def _arrange(material: Material, draft: JSON, one: Arrange) -> str:
    videos = {key: file for key, file in material.files.items() if file.info is not None}
    here = [asset for asset in timeline.assets_in_order(draft) if asset in videos]
    everything = list(videos)
    named = [_asset(material, everything, clip) for clip in one.clips]
    base = here if len(here) > 1 else [*here, *(a for a in everything if a not in here)]
    order = _ordered(one, base, named, everything)
    whole = {
        key: first_draft(file, file.info)["t"][0]["sg"][0]
        for key, file in videos.items()
        if file.info is not None
    }
    timeline.arrange(draft, order, whole)
    names = ", ".join(videos[asset].filename for asset in order)
    return f"Shown in this order: {names} ({clock(timeline.length_ms(draft))})."


def _asset(material: Material, videos: list[str], clip: int | str) -> str:
    if isinstance(clip, str):
        same = [a for a in videos if material.files[a].filename.lower() == clip.lower()]
        if not same:
            raise CannotEditError(f"There is no clip called {clip} in this material.")
        return same[-1]
    if clip > len(videos):
        raise CannotEditError(f"There are {len(videos)} clips in this project, no clip {clip}.")
    return videos[clip - 1]  # 0 is the last one


def _ordered(  # noqa: PLR0911  (one line for each way)
    one: Arrange, base: list[str], named: list[str], everything: list[str]
) -> list[str]:
    if len(everything) < 2 and one.how != "list":  # noqa: PLR2004  (one clip has no order)
        raise CannotEditError("There is one clip only in this project; upload another one first.")
    others = [asset for asset in base if asset not in named]
    match one.how:
        case "list":
            return named
        case "all":
            return everything
        case "reverse":
            return base[::-1]
        case "first":
            return [*named, *others]
        case "last":
            return [*others, *named]
        case "before":
            rest = [a for a in base if a != named[0]]
            at = rest.index(named[1])
            return [*rest[:at], named[0], *rest[at:]]
        case "swap":
            return _swapped(base, named)


def _swapped(base: list[str], named: list[str]) -> list[str]:
    pair = named or base
    if len(set(pair)) != 2:  # noqa: PLR2004  (a pair)
        raise CannotEditError("Please say which two clips to swap, for example clip 1 and clip 3.")
    exchanged = {pair[0]: pair[1], pair[1]: pair[0]}
    return [exchanged.get(asset, asset) for asset in base]


def _copy(material: Material, draft: JSON, one: ChangeCopy) -> str:
    """Keep the wish in the draft; the agent writes the copy anew by it."""
    wishes = draft.setdefault("m", {}).setdefault("copy", {})
    before = tuple(Platform(name) for name in wishes.get("platforms", ()))
    if one.platforms:
        written = before or tuple(copy_in(material.state)) or material.platforms
        platforms = _platforms(one, written)
        wishes["platforms"] = [platform.value for platform in platforms]
    for name in ("language", "tone", "length"):
        if getattr(one, name) is not None:
            wishes[name] = getattr(one, name)
    if one.length == "long":
        wishes.pop("ceiling", None)
    if one.ceiling != Ceiling():
        wishes["ceiling"] = {
            **wishes.get("ceiling", {}),
            **one.ceiling.model_dump(exclude_none=True),
        }
    if one.said:
        wishes["said"] = f"{wishes.get('said', '')} {one.said.rstrip('. ')}.".strip()
    return f"The copy is written anew: {', '.join(map(_wish, wishes, wishes.values()))}."


def _wish(name: str, value: str | list[str] | dict[str, int]) -> str:
    match value:
        case str() if name == "said":
            return f"“{value.rstrip('.')}”"
        case dict():
            return Ceiling.model_validate(value).told
        case list():
            return f"{name} {' and '.join(value)}"
        case _:
            return f"{name} {value}"


def _platforms(one: ChangeCopy, before: tuple[Platform, ...]) -> tuple[Platform, ...]:
    wished = Wishes(platforms=one.platforms, platforms_are=one.platforms_are)
    left = wished.networks(before)
    if not left:
        raise CannotEditError("No network would be left to write for.")
    return left
