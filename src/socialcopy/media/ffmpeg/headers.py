"""What the header of a file says of it as a whole, read from ffprobe's report."""

from __future__ import annotations

from typing import Any

from socialcopy.media.ffmpeg.streams import JSON

LONGEST_TITLE = 200
TITLE_TAGS = ("title", "comment", "description")
CONTAINER_NAMES = {"mov": "mp4", "matroska": "matroska", "avi": "avi"}
# Of frame rates and of a pixel's sides; more is no measure.
HIGHEST_RATIO = 1_000_000


def read_titles(tags: dict[str, Any]) -> tuple[str, ...]:
    """Return titles as one line each; tags differ in capitals from container to container."""
    told = {str(key).lower(): " ".join(str(value).split()) for key, value in tags.items()}
    found = (told.get(tag, "")[:LONGEST_TITLE] for tag in TITLE_TAGS)
    return tuple(dict.fromkeys(title for title in found if title))


def container_name(report: JSON) -> str:
    """Name the container as `MediaInfo` does."""
    first = str(report.get("format", {}).get("format_name", "")).partition(",")[0]
    return CONTAINER_NAMES.get(first, first)


def stated_length_ms(report: JSON) -> int | None:
    """Return the length in the header, from ffmpeg's zero.

    Matroska's counts from its clock's zero. Of a torn AVI ffprobe tells the length that is left,
    but still the number of frames there should be.
    """
    form = report.get("format", {})
    stated = float(form.get("duration") or 0)
    if container_name(report) == "matroska" and stated:
        stated -= max(0.0, float(form.get("start_time") or 0))
    if container_name(report) == "avi":
        stated = max(stated, *(_counted_seconds(stream) for stream in report["streams"]))
    return round(stated * 1000) or None


def _counted_seconds(stream: JSON) -> float:
    """Return how long a picture is by the number of its frames, in seconds."""
    rate = read_ratio(stream.get("avg_frame_rate", "0/0"), "/")
    is_picture = stream.get("codec_type") == "video" and rate
    return int(float(stream.get("nb_frames") or 0)) / rate if is_picture else 0.0


def read_ratio(text: str, separator: str) -> float:
    """Read `30000/1001` or `16:9`; zero where it is no measure."""
    numerator, _, denominator = str(text).partition(separator)
    try:
        ratio = float(numerator) / float(denominator)
    except (ValueError, ZeroDivisionError):
        return 0.0
    return ratio if 0 <= ratio < HIGHEST_RATIO else 0.0
