"""What ffprobe says about a file, as `MediaInfo`; the only place that knows ffprobe-python.

The package's own runner is not used: it goes through a shell, has no time limit, ignores the exit
code, and crashes or hangs on files people really have (rotated phone videos, a comma in a title,
many chapters; docs/why.md). Its `FFStream` is a fair model of one stream, so ours is read
through it, fed from ffprobe's JSON.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

from socialcopy.media.errors import NoPictureError
from socialcopy.media.ffmpeg.runner import Limits, guarded_input, run
from socialcopy.models import AudioStream, MediaInfo, VideoStream
from socialcopy.settings import MediaSettings

with warnings.catch_warnings():
    # `pipes` is deprecated since 3.11 and gone in 3.13, hence requires-python.
    warnings.simplefilter("ignore", DeprecationWarning)
    from ffprobe.ffprobe import FFStream


class Stream(FFStream):
    """ffprobe-python's model of a stream, with the two things it does not know."""

    rotation: int = 0
    """Degrees counter-clockwise, as ffprobe says it."""
    attached_pic: bool = False
    """Cover art, which containers keep as a video stream of one frame."""


TAIL_SECONDS = 2.0
"""How far before its stated end a file is read to see whether it is whole."""

INTERLACED = ("tt", "bb", "tb", "bt")
"""ffprobe's words for two fields in a frame: which is coded first, which is shown first."""

TEXT_SUBTITLES = frozenset({"mov_text", "subrip", "ass", "ssa", "webvtt", "text"})
TITLE_TAGS = ("title", "comment", "description")
LONGEST_TITLE = 200

CONTAINER_NAMES = {"mov": "mp4", "matroska": "matroska", "avi": "avi"}


def probe(source: str | Path, *, size_bytes: int, settings: MediaSettings) -> MediaInfo:
    """Read the headers of a local file or a presigned URL.

    Over a URL this reads about 1 MB by range requests, whatever the file's size.

    Raises InputRefusedError for content on no allow-list, NoPictureError when there is no video
    stream but cover art, and the runner's other errors.
    """
    argv = [
        *("ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams"),
        *guarded_input(source, max_pixels=settings.max_pixels),
    ]
    finished = run(argv, limits=probe_limits(settings))
    report: dict[str, Any] = json.loads(finished.stdout or b"{}")
    streams = [as_ffstream(stream) for stream in report.get("streams", [])]
    pictures = [s for s in streams if s.is_video() and not s.attached_pic]
    if not pictures:
        raise NoPictureError(argv, 0, finished.stderr)
    sounds = [s for s in streams if s.is_audio()]
    return MediaInfo(
        container=_container(report),
        duration_ms=_duration_ms(report, pictures[0]),
        size_bytes=size_bytes,
        video=_video(pictures[0]),
        audio=_audio(sounds[0]) if sounds else None,
        titles=_titles(report.get("format", {}).get("tags", {})),
        subtitle_codec=next(
            (s.codec() for s in streams if s.is_subtitle() and s.codec() in TEXT_SUBTITLES), None
        ),
    )


def last_packet_ms(source: str | Path, info: MediaInfo, settings: MediaSettings) -> int:
    """Where the picture really ends: the last video packet found near the stated end.

    A file cut off in the upload keeps its stated duration, and every probe of its headers
    passes; reading its last two seconds shows it. Returns 0 when nothing is there.
    """
    begin = max(0.0, info.duration_ms / 1000 - TAIL_SECONDS)
    argv = [
        *("ffprobe", "-v", "error", "-of", "json", "-select_streams", "V:0"),
        *("-read_intervals", f"{begin:.3f}%", "-show_entries", "packet=pts_time,dts_time"),
        *guarded_input(source, max_pixels=settings.max_pixels),
    ]
    finished = run(argv, limits=probe_limits(settings))
    packets: list[dict[str, str]] = json.loads(finished.stdout or b"{}").get("packets", [])
    times = [float(p.get("pts_time") or p.get("dts_time") or 0) for p in packets]
    return round(max(times, default=0.0) * 1000)


def probe_limits(settings: MediaSettings) -> Limits:
    """Half of a render's memory, and a time that no honest file needs."""
    return Limits(
        wall_seconds=settings.probe_timeout_seconds, memory_bytes=settings.max_memory_bytes // 2
    )


def as_ffstream(stream: dict[str, Any]) -> Stream:
    """Give one stream of ffprobe's JSON the shape ffprobe-python knows.

    Only scalars travel, without line breaks or `=` in them: a tag cannot pose as a property
    (the package's own parser lets a title overwrite the width).
    """
    scalars = {k: v for k, v in stream.items() if isinstance(v, str | int | float)}
    lines = [
        f"{key}={value}" for key, value in scalars.items() if not re.search(r"[\n=]", str(value))
    ]
    model = Stream(lines)
    rotations = [int(d["rotation"]) for d in stream.get("side_data_list", []) if "rotation" in d]
    model.rotation = rotations[0] if rotations else 0
    model.attached_pic = bool(stream.get("disposition", {}).get("attached_pic"))
    return model


def _titles(tags: dict[str, Any]) -> tuple[str, ...]:
    """Titles as one line each; tags differ in capitals from container to container."""
    told = {str(key).lower(): " ".join(str(value).split()) for key, value in tags.items()}
    found = (told.get(tag, "")[:LONGEST_TITLE] for tag in TITLE_TAGS)
    return tuple(dict.fromkeys(title for title in found if title))


def _container(report: dict[str, Any]) -> str:
    first = str(report.get("format", {}).get("format_name", "")).partition(",")[0]
    return CONTAINER_NAMES.get(first, first)


def _duration_ms(report: dict[str, Any], picture: Stream) -> int:
    """The picture's own duration where the container keeps one, else the file's.

    A header may claim anything; the stream's figure is the harder one to fake by accident.
    """
    stated = getattr(picture, "duration", None) or report.get("format", {}).get("duration") or 0
    return round(float(stated) * 1000)


def _video(stream: Stream) -> VideoStream:
    width, height = stream.frame_size() or (0, 0)
    return VideoStream(
        codec=stream.codec() or "unknown",
        profile=getattr(stream, "profile", None),
        level=_level(stream),
        pixel_format=stream.pixel_format(),
        width=width,
        height=height,
        rotation_degrees=round(-stream.rotation / 90) * 90 % 360,
        sample_aspect=_ratio(getattr(stream, "sample_aspect_ratio", "1:1"), ":") or 1.0,
        frame_rate=_ratio(getattr(stream, "avg_frame_rate", "0/0"), "/"),
        frame_count=int(getattr(stream, "nb_frames", 0) or 0) or None,
        color_transfer=_stated(stream, "color_transfer"),
        color_space=_stated(stream, "color_space"),
        is_interlaced=getattr(stream, "field_order", "") in INTERLACED,
    )


def _audio(stream: Stream) -> AudioStream:
    return AudioStream(
        codec=stream.codec() or "unknown",
        profile=getattr(stream, "profile", None),
        channels=int(getattr(stream, "channels", 0)),
        sample_rate_hz=int(getattr(stream, "sample_rate", 0)),
        duration_ms=_sound_ms(stream),
    )


def _sound_ms(stream: Stream) -> int | None:
    stated = getattr(stream, "duration", None)
    return round(float(stated) * 1000) if stated else None


def _level(stream: Stream) -> int | None:
    stated = int(getattr(stream, "level", 0) or 0)
    return stated if stated > 0 else None


def _stated(stream: Stream, name: str) -> str | None:
    value = getattr(stream, name, None)
    return None if value in (None, "unknown", "unspecified", "reserved") else str(value)


def _ratio(text: str, separator: str) -> float:
    numerator, _, denominator = text.partition(separator)
    return float(numerator) / float(denominator) if float(denominator or 0) else 0.0
