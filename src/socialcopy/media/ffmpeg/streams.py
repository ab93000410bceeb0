"""What streams a file holds and when they begin and end, without opening any that is not used.

ffprobe opens a decoder for every stream and gives up on a file when one is not on the list: a film
with Blu-ray subtitles can't be described by it. ffmpeg opens only what it is told to decode. So for
such a file ffmpeg lists the streams and copies the head of the readable ones, and ffprobe
describes that head.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from socialcopy.media.errors import InputRefusedError
from socialcopy.media.ffmpeg.codecs import is_readable
from socialcopy.media.ffmpeg.runner import Limits, guarded_input, run
from socialcopy.settings import MediaSettings

JSON = dict[str, Any]

# Enough to meet the first of picture and sound, and what an edit list hides of them; a stream
# that begins later is looked for in the whole file, since ffprobe guesses its beginning.
FIRST_PACKETS = 200
HEAD_SECONDS = 2.0
# Of a head, or of a list of packets; two hours of packets take a fifth.
MOST_BYTES = 200_000_000

DUMPED = re.compile(
    r"^  Stream #0:(\d+)\S*: (Video|Audio|Subtitle|Data|Attachment): (\w+)(.*)$", re.MULTILINE
)
OPENED = re.compile(r"^Input #0, (\w+)", re.MULTILINE)
STATED = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
FLAGS = re.compile(r", F=0x([0-9a-fA-F]+)")
# Fields of ffprobe's report that are numbers, as JSON or as text.
NUMBERS = frozenset(
    {
        *("index", "stream_index", "has_b_frames", "start_time", "duration", "nb_frames"),
        *("width", "height", "channels", "sample_rate", "rotation", "pts_time", "dts_time"),
        *("bit_rate", "level"),
    }
)
# A terabyte, or thirty thousand years.
LARGEST_NUMBER = 1e12
NO_TIME = -(1 << 63)
KEY = 1
# `AV_PKT_FLAG_DISCARD`: decoded, and hidden by an edit list.
DISCARDED = 4


class Span(NamedTuple):
    """Where the packets of a stream lie, in milliseconds from ffmpeg's zero."""

    start_ms: float
    end_ms: float


class Packet(NamedTuple):
    """One packet: its stream's number, its time from ffmpeg's zero, its size in bytes."""

    stream: int
    start_ms: float
    end_ms: float
    size: int
    is_key: bool
    is_blank: bool = False
    """Whether it is nothing but zeros, as where a file was never written."""


def describe(source: str | Path, settings: MediaSettings) -> JSON:
    """Give format, streams and first packets of a file in ffprobe's words.

    Where ffprobe can't, streams that are not readable are told by `index`, `codec_type` and
    `codec_name` alone.

    Raises InputRefusedError when container or content is none we read, and ToolFailedError.
    """
    try:
        return _probed(source, settings)
    except InputRefusedError as refused:
        if "not on whitelist" not in refused.stderr:
            raise
        return _by_its_head(source, settings)


def packet_spans(
    source: str | Path,
    indexes: Sequence[int],
    settings: MediaSettings,
    *,
    from_seconds: float = 0.0,
    seconds: float | None = None,
) -> dict[int, Span]:
    """Find out where the packets of some streams lie, from a moment on; nothing is decoded.

    A stream without a packet there is left out. Reads all that lies behind the moment.

    Raises ToolTimeoutError where that takes too long, and ToolFailedError.
    """
    spans: dict[int, Span] = {}
    for packet in packets(source, indexes, settings, from_seconds=from_seconds, seconds=seconds):
        end_ms = max(packet.end_ms, packet.start_ms + 1)
        known = spans.get(packet.stream, Span(packet.start_ms, end_ms))
        spans[packet.stream] = Span(min(known.start_ms, packet.start_ms), max(known.end_ms, end_ms))
    return spans


def packets(
    source: str | Path,
    indexes: Sequence[int],
    settings: MediaSettings,
    *,
    from_seconds: float = 0.0,
    seconds: float | None = None,
) -> Iterator[Packet]:
    """List the packets of some streams, but those that an edit list hides; nothing is decoded."""
    with tempfile.TemporaryDirectory(prefix="packets-") as folder:
        listing = Path(folder) / "packets.txt"
        _copy(source, indexes, ["-f", "framecrc", listing.name], settings, listing.parent,
              from_seconds=from_seconds, seconds=seconds)  # fmt: skip
        ticks: dict[int, float] = {}
        with listing.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("#tb "):
                    number, _, base = line[4:].partition(": ")
                    ticks[int(number)] = 1000 * float(Fraction(base.strip()))
                elif not line.startswith("#"):
                    flags = _flags(line)
                    number, decoded, begin, length, size = map(int, line.split(",")[:5])
                    begin = decoded if begin == NO_TIME else begin  # as H.264 in AVI has it
                    begin_ms = begin * ticks[number] + from_seconds * 1000
                    if not flags & DISCARDED:
                        yield Packet(
                            indexes[number], begin_ms, begin_ms + length * ticks[number], size,
                            bool(flags & KEY), is_blank=int(line.split(",")[5], 16) == 0,
                        )  # fmt: skip


def _flags(line: str) -> int:
    """Read a packet's flags, which framecrc writes only where they are not a key frame's."""
    found = FLAGS.search(line)
    return int(found[1], 16) if found else KEY


def probe_limits(settings: MediaSettings, *, file_bytes: int = 0) -> Limits:
    """Allow half of a render's memory, and a time that no honest file needs."""
    return Limits(
        wall_seconds=settings.probe_timeout_seconds,
        memory_bytes=settings.max_memory_bytes // 2,
        file_bytes=file_bytes,
    )


def _probed(source: str | Path, settings: MediaSettings) -> JSON:
    argv = [
        *("ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams"),
        *("-read_intervals", f"%+#{FIRST_PACKETS}", "-show_entries"),
        "packet=stream_index,pts_time,dts_time",
        *guarded_input(source, max_pixels=settings.max_pixels),
    ]
    return _report(run(argv, limits=probe_limits(settings)).stdout or b"{}")


def _report(printed: bytes) -> JSON:
    """Read what ffprobe printed, each part in the shape its manual gives it."""
    try:
        found = _object(json.loads(printed))
    except (ValueError, RecursionError):
        found = {}
    form = _object(found.get("format"))
    return {
        "format": {**_plain(form), "tags": _object(form.get("tags"))},
        "streams": [_stream(place, told) for place, told in enumerate(_objects(found, "streams"))],
        "packets": [p for p in map(_plain, _objects(found, "packets")) if "stream_index" in p],
    }


def _stream(place: int, told: JSON) -> JSON:
    """One stream; one without a number has that of its place."""
    return {
        "index": place,
        "codec_name": "unknown",
        "width": 0,
        "height": 0,
        **_plain(told),
        "tags": _object(told.get("tags")),
        "disposition": _plain(_object(told.get("disposition"))),
        "side_data_list": [_plain(part) for part in _objects(told, "side_data_list")],
    }


def _plain(told: JSON) -> JSON:
    """Keep texts and numbers; what has to be a number, and is none, is left out."""
    return {
        name: value
        for name, value in told.items()
        if isinstance(value, str | int | float) and (name not in NUMBERS or _is_number(value))
    }


def _is_number(value: str | float) -> bool:
    try:
        return abs(float(value)) < LARGEST_NUMBER  # which is no NaN either
    except (ValueError, OverflowError):
        return False


def _objects(found: JSON, name: str) -> list[JSON]:
    listed = found.get(name)
    return [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []


def _object(value: Any) -> JSON:
    return value if isinstance(value, dict) else {}


def _by_its_head(source: str | Path, settings: MediaSettings) -> JSON:
    """List the streams, and describe the readable ones by their first seconds."""
    said = _run_dry(source, settings)
    opened = OPENED.search(said)
    form = opened[1] if opened else ""
    streams = {stream["index"]: stream for stream in _listed(said)}
    indexes = [index for index, stream in streams.items() if stream.pop("is_copied")]
    if indexes:
        with tempfile.TemporaryDirectory(prefix="head-") as folder:
            head = Path(folder) / "head"
            _copy(source, indexes, ["-f", "mov" if form == "mov" else "matroska", head.name],
                  settings, head.parent, seconds=HEAD_SECONDS)  # fmt: skip
            described = _probed(head, settings)["streams"]
        begun = packet_spans(source, indexes, settings, seconds=HEAD_SECONDS)
        for index, stream in zip(indexes, described, strict=True):
            start = begun[index].start_ms / 1000 if index in begun else 0
            streams[index] = {**_timeless(stream), "index": index, "start_time": f"{start:.6f}"}
    return {
        "format": {"format_name": form, "start_time": "0", "duration": _stated(said)},
        "streams": list(streams.values()),
    }


def _run_dry(source: str | Path, settings: MediaSettings) -> str:
    """Ask ffmpeg for nothing of a file, and return what it says of it.

    No stream is mapped: of those whose decoder stays shut even the size may be unknown.
    """
    argv = [
        *("ffmpeg", "-hide_banner", "-v", "info", "-nostats", "-nostdin"),
        *guarded_input(source, max_pixels=settings.max_pixels),
        *("-map_metadata", "-1", "-f", "ffmetadata", "-"),
    ]
    said = run(argv, limits=probe_limits(settings)).stderr
    return said.partition("\nOutput #0")[0]


def _listed(said: str) -> Iterator[JSON]:
    for index, kind, codec, rest in DUMPED.findall(said):
        is_cover = "(attached pic)" in rest
        yield {
            "index": int(index),
            "codec_type": kind.lower(),
            "codec_name": codec,
            "disposition": {"attached_pic": int(is_cover), "default": int("(default)" in rest)},
            "is_copied": is_readable(codec) and not is_cover,
        }


def _stated(said: str) -> str | None:
    found = STATED.search(said)
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return f"{int(hours) * 3600 + int(minutes) * 60 + float(seconds):.2f}"


def _timeless(stream: JSON) -> JSON:
    """Drop from a stream what is true of the head alone."""
    tags = {k: v for k, v in stream.get("tags", {}).items() if k.upper() != "DURATION"}
    of_the_head = ("duration", "duration_ts", "nb_frames", "start_pts")
    return {**{k: v for k, v in stream.items() if k not in of_the_head}, "tags": tags}


def _copy(
    source: str | Path,
    indexes: Sequence[int],
    output: Sequence[str],
    settings: MediaSettings,
    folder: Path,
    *,
    from_seconds: float = 0.0,
    seconds: float | None = None,
) -> None:
    """Have ffmpeg copy packets of some streams; no decoder is opened."""
    place = source.absolute() if isinstance(source, Path) else source
    argv = [
        *("ffmpeg", "-v", "error", "-nostdin", "-y"),
        *(("-ss", f"{from_seconds:.3f}") if from_seconds else ()),
        *(("-t", f"{seconds:.3f}") if seconds is not None else ()),
        *guarded_input(place, max_pixels=settings.max_pixels),
        *(part for index in indexes for part in ("-map", f"0:{index}")),
        *("-c", "copy", *output),
    ]
    run(argv, limits=probe_limits(settings, file_bytes=MOST_BYTES), cwd=folder)
