"""What a file holds, as `MediaInfo`; the only place that knows ffprobe-python.

The package's own runner is not used: it goes through a shell, has no time limit, ignores the exit
code, and crashes or hangs on files people really have (rotated phone videos, a comma in a title,
many chapters; docs/why.md). Its `FFStream` is a fair model of one stream, so ours is read
through it, fed from ffprobe's JSON.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from socialcopy.media.errors import (
    NoPictureError,
    ToolFailedError,
    ToolTimeoutError,
    UnreadableStreamError,
)
from socialcopy.media.ffmpeg.codecs import is_readable
from socialcopy.media.ffmpeg.headers import (
    container_name,
    read_ratio,
    read_titles,
    stated_length_ms,
)
from socialcopy.media.ffmpeg.sound_labels import usual_sound
from socialcopy.media.ffmpeg.streams import JSON, describe, packet_spans
from socialcopy.media.ffmpeg.structure import is_whole
from socialcopy.models import AudioStream, MediaInfo, OtherStream, Stream, VideoStream
from socialcopy.settings import MediaSettings

with warnings.catch_warnings():
    # `pipes` is deprecated since 3.11; from 3.13 on the package standard-pipes brings it.
    warnings.simplefilter("ignore", DeprecationWarning)
    from ffprobe.ffprobe import FFStream


class FFprobeStream(FFStream):
    """ffprobe-python's model of a stream, with what it does not know."""

    rotation: int = 0
    """Degrees counter-clockwise, as ffprobe says it."""
    dispositions: tuple[str, ...] = ()
    tags: Mapping[str, str] = {}
    start_ms: int = 0
    """From ffmpeg's zero."""
    skipped_ms: int = 0


S = TypeVar("S", bound=Stream)

# How far before its stated end a file is read to see where its streams really end.
TAIL_SECONDS = 2.0
# How much earlier than stated a stream may end: variable frame rates and rounding need it.
END_TOLERANCE_MS = 1_500
# No encoder lets a frame wait longer.
MOST_DELAY_MS = 1_000
# How many times fewer pixels a small copy for editing and lists has than the picture itself.
PREVIEW_SHARE = 16
# Sound that outlasts the picture by less is the last packet's padding.
OVERHANG_MS = 100

# ffprobe's words for two fields in a frame: which is coded first, which is shown first.
INTERLACED = ("tt", "bb", "tb", "bt")

TEXT_SUBTITLES = frozenset({"mov_text", "subrip", "ass", "ssa", "webvtt", "text"})
LONGEST_LABEL = 40
NOT_THE_PICTURE = frozenset({"attached_pic", "still_image", "timed_thumbnails"})


def probe(source: str | Path, *, size_bytes: int, settings: MediaSettings) -> MediaInfo:
    """Describe a local file or a presigned URL, and measure when its streams end.

    Over a URL this reads about 1 MB by range requests, whatever the file's size; only a file whose
    streams end elsewhere than it says, or that doesn't say, is read whole. Nothing is decoded.

    Raises InputRefusedError for content on no allow-list, UnreadableStreamError when the picture
    or every sound is stored in a way we don't read, NoPictureError when there is no video stream
    but cover art, and the runner's other errors.
    """
    report = describe(source, settings)
    try:
        info = _described(report, size_bytes)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ToolFailedError(["ffprobe"], 0, f"a report nobody can read: {error!r}") from error
    if info.container == "mp4" and all(stream.end_ms is not None for stream in _used(info)):
        return _settled(info)  # an index lists every frame
    met = {packet["stream_index"] for packet in report.get("packets", [])}
    return _settled(_measured(info, source, settings, met))


def _described(report: JSON, size_bytes: int) -> MediaInfo:
    """Describe a file by what its headers say, on ffmpeg's timeline."""
    streams = _ffstreams(report)
    picture, sounds = _picture(streams), [_audio(s) for s in streams if s.is_audio()]
    text = next((s for s in streams if s.is_subtitle() and s.codec() in TEXT_SUBTITLES), None)
    return MediaInfo(
        container=container_name(report),
        duration_ms=0,
        size_bytes=size_bytes,
        video=_with(_video(picture), delay_ms=_delay_ms(picture, container_name(report))),
        audio=usual_sound(sounds),
        sounds=tuple(sounds),
        others=tuple(_other(s) for s in streams if s is not picture and not s.is_audio()),
        stated_ms=stated_length_ms(report),
        titles=read_titles(report.get("format", {}).get("tags", {})),
        subtitle_codec=text.codec() if text else None,
        subtitle_index=_number(text, "index") if text else None,
    )


def _picture(streams: Sequence[FFprobeStream]) -> FFprobeStream:
    """Choose the stream that a player shows: one of more than a frame, no preview, the default.

    Raises NoPictureError and UnreadableStreamError.
    """
    pictures = [s for s in streams if s.is_video() and not NOT_THE_PICTURE & set(s.dispositions)]
    if not pictures:
        raise NoPictureError(["ffprobe"], 0, "")
    readable = [s for s in pictures if is_readable(s.codec() or "")]
    if not readable:
        raise UnreadableStreamError("video", tuple(s.codec() or "unknown" for s in pictures))
    # A stream of one frame is a cover that nobody marked as one.
    largest = max(map(_pixels, readable))
    return max(
        readable,
        key=lambda s: (
            _number(s, "nb_frames") != 1,
            _pixels(s) * PREVIEW_SHARE >= largest,
            "default" in s.dispositions,
        ),
    )


def _pixels(stream: FFprobeStream) -> int:
    return (_number(stream, "width") or 0) * (_number(stream, "height") or 0)


def _used(info: MediaInfo) -> tuple[Stream, ...]:
    return (info.video, info.audio) if info.audio else (info.video,)


def _measured(
    info: MediaInfo, source: str | Path, settings: MediaSettings, met: Collection[int]
) -> MediaInfo:
    """Replace the header's beginnings and ends by those that the packets have.

    The last seconds are read, and the whole file where they don't tell. Where reading takes too
    long or fails, what the header says has to do. `met` are streams whose beginning is known.

    Raises ToolTimeoutError when the header says nothing.
    """
    used = {stream.index for stream in _used(info)}
    try:
        if info.stated_ms is not None and used <= {*met}:
            from_seconds = max(0.0, info.stated_ms / 1000 - TAIL_SECONDS)
            ended = _read(info, source, settings, from_seconds)
            if ended is not None and _last_ms(ended) >= info.stated_ms - END_TOLERANCE_MS:
                return ended
        complete = _read(info, source, settings, 0.0) or info
    except ToolFailedError:
        return info
    except ToolTimeoutError:
        if info.stated_ms is None:
            raise
        return info
    return _held(complete) if isinstance(source, Path) and is_whole(source) else complete


def _read(
    info: MediaInfo, source: str | Path, settings: MediaSettings, from_seconds: float
) -> MediaInfo | None:
    """Measure by the packets from a moment on; none when a used stream has none there.

    Read from the beginning, a stream without packets is empty.
    """
    indexes = [s.index for s in _all(info) if s.index is not None and s.codec != "unknown"]
    spans = packet_spans(source, indexes, settings, from_seconds=from_seconds)
    if from_seconds and not {stream.index for stream in _used(info)} <= spans.keys():
        return None

    def read(stream: S) -> S:
        span = spans.get(-1 if stream.index is None else stream.index)
        if span is None:
            return stream if from_seconds else _with(stream, end_ms=stream.start_ms)
        start_ms = stream.start_ms if from_seconds else round(span.start_ms)
        return _with(stream, start_ms=start_ms, end_ms=round(span.end_ms))

    sounds = tuple(read(sound) for sound in info.sounds)
    return info.model_copy(
        update={
            "video": read(info.video),
            "audio": usual_sound(sounds),
            "sounds": sounds,
            "others": tuple(read(other) for other in info.others),
        }
    )


def _last_ms(info: MediaInfo) -> int:
    return max(stream.end_ms or 0 for stream in _all(info))


def _held(info: MediaInfo) -> MediaInfo:
    """Let a whole file that says it is longer than its streams show its last frame till then.

    Subtitles state absurd lengths, so with some of them inside, the header isn't believed; nor is
    it where sound is over too, as in a recording whose length was made up.
    """
    last_ms = _last_ms(info)
    if info.stated_ms is None or info.stated_ms <= last_ms + END_TOLERANCE_MS:
        return info
    if info.audio or any(other.kind == "subtitle" for other in info.others):
        return info
    return info.model_copy(update={"video": _with(info.video, end_ms=info.stated_ms)})


def using(info: MediaInfo, sound: AudioStream) -> MediaInfo:
    """Use another of its sound tracks: its timeline may begin, and end, elsewhere."""
    return _settled(info.model_copy(update={"audio": sound}))


def _settled(info: MediaInfo) -> MediaInfo:
    """Settle times on the timeline of the streams that are used, and the length with them."""
    begin_ms = min(stream.start_ms for stream in _used(info))

    def moved(stream: S) -> S:
        end_ms = None if stream.end_ms is None else stream.end_ms - begin_ms
        return _with(stream, start_ms=stream.start_ms - begin_ms, end_ms=end_ms)

    # The picture may begin after the sound, or before it: both move by the same.
    sounds = tuple(moved(sound) for sound in info.sounds)
    video, audio = moved(info.video), moved(info.audio) if info.audio else None
    stated_ms = None if info.stated_ms is None else info.stated_ms - begin_ms
    picture_ms = (stated_ms or 0) if video.end_ms is None else video.end_ms
    sound_ms = (audio.end_ms or 0) if audio else 0
    return info.model_copy(
        update={
            "video": video,
            "audio": audio,
            "sounds": sounds,
            "others": tuple(moved(other) for other in info.others),
            "stated_ms": stated_ms,
            "offset_ms": info.offset_ms + begin_ms,
            "duration_ms": sound_ms if sound_ms > picture_ms + OVERHANG_MS else picture_ms,
        }
    )


def _all(info: MediaInfo) -> tuple[Stream, ...]:
    kinds = ("video", "subtitle")
    return (info.video, *info.sounds, *(other for other in info.others if other.kind in kinds))


def _with(stream: S, **changes: int | None) -> S:
    return stream.model_copy(update=changes)


def _ffstreams(report: JSON) -> list[FFprobeStream]:
    """Read the streams through ffprobe-python's model."""
    zero = float(report.get("format", {}).get("start_time") or 0)
    first: dict[int, float] = {}
    for packet in report.get("packets", []):
        at = float(packet.get("pts_time") or packet.get("dts_time") or 0)
        first[packet["stream_index"]] = min(at, first.get(packet["stream_index"], at))
    return [as_ffstream(s, zero, first.get(s["index"])) for s in report.get("streams", [])]


def as_ffstream(
    stream: dict[str, Any], zero: float = 0.0, first: float | None = None
) -> FFprobeStream:
    """Give one stream of ffprobe's JSON the shape ffprobe-python knows.

    Only scalars travel, without line breaks or `=` in them: a tag cannot pose as a property
    (the package's own parser lets a title overwrite the width). `zero` is where ffmpeg's timeline
    begins by the file's clock, `first` where the stream's first packet lies, both in seconds.
    """
    scalars = {k: v for k, v in stream.items() if isinstance(v, str | int | float)}
    lines = [
        f"{key}={value}" for key, value in scalars.items() if not re.search(r"[\n=]", str(value))
    ]
    model = FFprobeStream(lines)
    sides = [part["rotation"] for part in stream.get("side_data_list", []) if "rotation" in part]
    rotations = [int(float(rotation)) for rotation in sides]
    model.rotation = rotations[0] if rotations else 0
    model.dispositions = tuple(k for k, is_set in stream.get("disposition", {}).items() if is_set)
    model.tags = {str(k).lower(): str(v) for k, v in stream.get("tags", {}).items()}
    start = float(stream.get("start_time") or zero)
    model.start_ms = round((start - zero) * 1000)
    model.skipped_ms = 0 if first is None else max(0, round((start - first) * 1000))
    return model


def _common(stream: FFprobeStream) -> dict[str, Any]:
    """Read what every kind of stream has."""
    language = stream.tags.get("language", "")
    title = " ".join(stream.tags.get("title", "").split())
    codec = stream.codec() or "unknown"
    return {
        "index": _number(stream, "index"),
        "codec": codec,
        "start_ms": stream.start_ms,
        "end_ms": _indexed_end_ms(stream),
        "skipped_ms": stream.skipped_ms,
        "language": "" if language == "und" else language[:LONGEST_LABEL],
        "title": "".join(c for c in title if c.isprintable())[:LONGEST_LABEL],
        "disposition": stream.dispositions,
        "is_readable": is_readable(codec),
    }


def _indexed_end_ms(stream: FFprobeStream) -> int | None:
    """Return a stream's end by an index that lists every frame, as MP4's does; else none."""
    stated = float(getattr(stream, "duration", 0) or 0)
    is_indexed = stated and _number(stream, "nb_frames")
    return stream.start_ms + round(stated * 1000) if is_indexed else None


def _video(stream: FFprobeStream) -> VideoStream:
    return VideoStream(
        **_common(stream),
        profile=getattr(stream, "profile", None),
        level=_number(stream, "level"),
        pixel_format=stream.pixel_format(),
        width=_number(stream, "width") or 0,
        height=_number(stream, "height") or 0,
        # ffprobe counts counter-clockwise; editors leave angles such as 89.99.
        rotation_degrees=round(-stream.rotation / 90) * 90 % 360,
        sample_aspect=read_ratio(getattr(stream, "sample_aspect_ratio", "1:1"), ":") or 1.0,
        frame_rate=read_ratio(getattr(stream, "avg_frame_rate", "0/0"), "/"),
        frame_count=_number(stream, "nb_frames"),
        color_transfer=_stated(stream, "color_transfer"),
        color_space=_stated(stream, "color_space"),
        is_interlaced=getattr(stream, "field_order", "") in INTERLACED,
    )


def _delay_ms(stream: FFprobeStream, container: str) -> int:
    """Return how long a decoder waits for frames to sort, where the container has no times."""
    rate = read_ratio(getattr(stream, "avg_frame_rate", "0/0"), "/")
    waits = _number(stream, "has_b_frames") or 0
    return min(MOST_DELAY_MS, round(waits * 1000 / rate)) if container == "avi" and rate else 0


def _audio(stream: FFprobeStream) -> AudioStream:
    return AudioStream(
        **_common(stream),
        profile=getattr(stream, "profile", None),
        channels=_number(stream, "channels") or 0,
        sample_rate_hz=_number(stream, "sample_rate") or 0,
    )


def _other(stream: FFprobeStream) -> OtherStream:
    kind = str(getattr(stream, "codec_type", "data"))
    is_cover = "attached_pic" in stream.dispositions
    return OtherStream(**_common(stream), kind="attachment" if is_cover else kind)


def _number(stream: FFprobeStream, name: str) -> int | None:
    """Read a positive number; none where ffprobe says nothing, zero or less, but for an index."""
    stated = int(float(getattr(stream, name, 0) or 0))
    return stated if stated > 0 or name == "index" else None


def _stated(stream: FFprobeStream, name: str) -> str | None:
    value = getattr(stream, name, None)
    return None if value in (None, "unknown", "unspecified", "reserved") else str(value)
