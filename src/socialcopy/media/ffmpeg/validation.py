"""Is this a video we can caption? Decided by its size and content, never by its name."""

from __future__ import annotations

import re
from pathlib import Path

from socialcopy.media.errors import (
    InputRefusedError,
    MediaError,
    NoPictureError,
    ToolFailedError,
    ToolTimeoutError,
)
from socialcopy.media.ffmpeg.probe import last_packet_ms, probe
from socialcopy.models import MediaInfo, Rejection
from socialcopy.settings import MEGABYTE, MediaSettings

FORMATS = "MP4, MOV, AVI, WebM or MKV"

TRUNCATION_TOLERANCE_MS = 1_500
"""How much earlier than stated the picture may end: variable frame rates and rounding need it."""

SHORTEST_JUDGED_MS = 2_000
"""Below this a file is too short to tell a missing end from its last frame."""


MANY_PIXELS = 2e10
"""40 s of 4K at 60 frames, which take two slow cores minutes; less is never refused for it."""
PIXELS_A_BYTE = 30_000
"""Of all frames; camera footage has 10 to 800, a slide that stands still in silence 11,000, and one
even colour, for which x264 spends 80 bytes on a frame, 24,000."""
USUAL_FRAME_RATE = 30.0


def refuse_unread(size_bytes: int, settings: MediaSettings) -> Rejection | None:
    """Judge by size alone, before a byte is fetched."""
    if size_bytes == 0:
        return Rejection(
            code="empty",
            reason="The file is empty (0 bytes).",
            advice="The upload probably failed; please upload the video again.",
        )
    if size_bytes > settings.max_source_bytes:
        return Rejection(
            code="too_large",
            reason=(
                f"The file is {_megabytes(size_bytes)} MB; "
                f"the most we take is {_megabytes(settings.max_source_bytes)} MB."
            ),
            advice="Please export it smaller (1080p is plenty) or cut it shorter.",
        )
    return None


def validate(source: str | Path, size_bytes: int, settings: MediaSettings) -> MediaInfo | Rejection:
    """Judge by content; over a presigned URL this reads about 1 MB, whatever the size.

    A refusal over a URL may be the network's fault: judge the file itself before telling anybody.
    Raises ToolMissingError and other MediaErrors that say nothing about the file.
    """
    try:
        info = probe(source, size_bytes=size_bytes, settings=settings)
        refused = _judge(info, settings)
        return refused or _judge_end(source, info, settings) or info
    except InputRefusedError as error:
        return _not_a_video(error.stderr)
    except NoPictureError:
        return Rejection(
            code="no_picture",
            reason="There is sound in this file, but no picture.",
            advice="Please export it as a video; a still image over the sound is enough.",
        )
    except ToolTimeoutError:
        return _unreadable("The file takes too long to open, as damaged files do.")
    except ToolFailedError as error:
        if isinstance(source, str) or error.is_ours:
            raise
        return _unreadable(f"The file can't be used: {error}.")


def _unreadable(reason: str) -> Rejection:
    return Rejection(
        code="unreadable",
        reason=reason,
        advice="Please export the video again and upload the new file.",
    )


def _not_a_video(stderr: str) -> Rejection:
    codec = re.search(r"Codec \((\w+)\) not on whitelist", stderr)
    if codec:
        return Rejection(
            code="unsupported_codec",
            reason=f"The video is stored in a way we don't read ({codec[1]}).",
            advice="Please export it as MP4 with H.264, the usual choice for social media.",
        )
    if "moov atom not found" in stderr:
        return Rejection(
            code="truncated",
            reason="The file is incomplete: its table of contents is missing.",
            advice="The recording or the upload stopped early; please upload the whole file again.",
        )
    return Rejection(
        code="not_a_video",
        reason="The file is not a video, whatever its name says.",
        advice=f"Please upload {FORMATS}.",
    )


def _judge(info: MediaInfo, settings: MediaSettings) -> Rejection | None:
    width, height = info.video.display_size
    if min(width, height) <= 0:
        return _unreadable("The file doesn't say how large its picture is, as damaged files don't.")
    if width * height > settings.max_pixels:
        return Rejection(
            code="too_many_pixels",
            reason=f"The picture is {width}x{height}, larger than 8K.",
            advice="Please export it at 1080p or 4K.",
        )
    if info.duration_ms <= 0:
        return Rejection(
            code="no_duration",
            reason="The file doesn't say how long it is, as unfinished recordings don't.",
            advice="Please export the video again and upload the new file.",
        )
    if info.duration_ms > settings.max_duration_seconds * 1000:
        minutes = settings.max_duration_seconds // 60
        return Rejection(
            code="too_long",
            reason=f"It lasts {info.duration_ms / 60_000:.0f} minutes; the most is {minutes}.",
            advice="Please cut it into shorter parts; under 90 seconds works best anyway.",
        )
    return _judge_proportion(info)


def _judge_proportion(info: MediaInfo) -> Rejection | None:
    """Refuse what unpacks to far more than its bytes: a few kilobytes can be hours of work."""
    video = info.video
    frames = video.frame_count or info.duration_ms / 1000 * (video.frame_rate or USUAL_FRAME_RATE)
    pixels = video.width * video.height * frames
    if pixels < MANY_PIXELS or pixels / max(1, info.size_bytes) < PIXELS_A_BYTE:
        return None
    return Rejection(
        code="out_of_proportion",
        reason=(
            f"The file unpacks to {info.duration_ms / 1000:.0f} seconds of {video.width}x"
            f"{video.height}, far more than {_megabytes(info.size_bytes)} MB of a real video."
        ),
        advice="Please export it at 1080p, with its sound.",
    )


def _judge_end(source: str | Path, info: MediaInfo, settings: MediaSettings) -> Rejection | None:
    if info.duration_ms < SHORTEST_JUDGED_MS:
        return None
    try:
        end_ms = last_packet_ms(source, info, settings)
    except ToolTimeoutError:
        return None  # no index to jump by; the whole file is read later anyway
    except MediaError:
        end_ms = 0
    if end_ms >= info.duration_ms - TRUNCATION_TOLERANCE_MS:
        return None
    return Rejection(
        code="truncated",
        reason=(
            f"The file is incomplete: it says it lasts {info.duration_ms / 1000:.0f} seconds, "
            "but its end is missing."
        ),
        advice="The upload stopped early; please upload the whole file again.",
    )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / MEGABYTE:.0f}"
