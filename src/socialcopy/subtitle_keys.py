"""Which subtitles belong to which video, by their keys: `clip.en.srt` beside `clip.mp4`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from socialcopy import keys

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?")


class SubtitleKey(NamedTuple):
    """A file of subtitles beside a video."""

    key: str
    language: str = ""
    """What its name says: `en` of `clip.en.srt`."""
    is_read: bool = True
    """Whether it is in a form that is read."""


def subtitles_beside(
    key: str, listed: Iterable[str], language: str | None = None
) -> list[SubtitleKey]:
    """Find the subtitles somebody put beside a video, those to be preferred first.

    `listed` are keys that begin with its `stem`. The plain name goes before one with a language,
    among which the one that is asked for goes first.

    >>> beside = ["inbox/clip.srt", "inbox/clip.de.vtt", "inbox/clip.fr.srt", "inbox/clip.mp4"]
    >>> [one.key for one in subtitles_beside("inbox/clip.mp4", beside, "fr")]
    ['inbox/clip.srt', 'inbox/clip.fr.srt', 'inbox/clip.de.vtt']
    """
    own, names = keys.stem(key), list(listed)
    others = {keys.stem(name) for name in names if keys.is_video_key(name) and name != key}
    found = [
        beside
        for name in names
        if not any(name.startswith(other) for other in others if len(other) > len(own))
        and (beside := _subtitle_key(name, name.removeprefix(own).lower(), {keys.suffix(key)}))
    ]
    wanted = (language or "").partition("-")[0]
    suffixes = (*keys.SUBTITLE_SUFFIXES, *sorted(keys.OTHER_SUBTITLE_SUFFIXES))
    return sorted(
        found,
        key=lambda one: (
            bool(one.language),
            one.language.partition("-")[0] != wanted,
            suffixes.index(PurePosixPath(one.key.lower()).suffix),
            one.key,
        ),
    )


def _subtitle_key(
    name: str, rest: str, endings: Collection[str] = keys.VIDEO_SUFFIXES
) -> SubtitleKey | None:
    """Read a name by what follows the video's: `srt`, `en.srt`, `pt-BR.forced.vtt`, `mp4.srt`.

    `endings` are those of the video it may belong to.
    """
    *between, ending = rest.split(".")
    if between and f".{between[0]}" in keys.VIDEO_SUFFIXES:
        if f".{between[0]}" not in endings:
            return None
        between = between[1:]
    is_read = f".{ending}" in keys.SUBTITLE_SUFFIXES
    if "/" in rest or not (is_read or f".{ending}" in keys.OTHER_SUBTITLE_SUFFIXES):
        return None
    if between and (len(between) > 2 or not LANGUAGE_TAG.fullmatch(between[0])):  # noqa: PLR2004  (a language and `sdh` or `forced`)
        return None
    return SubtitleKey(name, between[0].replace("_", "-") if between else "", is_read)


def stems_of_subtitles(key: str) -> list[str]:
    """Say what a video's key may begin with that subtitles of this key belong to, nearest first.

    >>> stems_of_subtitles("inbox/clip.en.srt"), stems_of_subtitles("inbox/clip.mp4")
    (['inbox/clip.en.', 'inbox/clip.'], [])
    """
    parts = key.split(".")
    rests = (".".join(parts[-number:]) for number in range(1, min(len(parts), 4)))
    return [key.removesuffix(rest) for rest in rests if _subtitle_key(key, rest.lower())]
