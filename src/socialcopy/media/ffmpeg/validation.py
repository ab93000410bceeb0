"""Is this a video we can caption? Decided by its size and content, never by its name."""

from __future__ import annotations

from pathlib import Path

from socialcopy.media.errors import (
    InputRefusedError,
    MediaError,
    NoPictureError,
    ToolFailedError,
    ToolTimeoutError,
    UnreadableStreamError,
)
from socialcopy.media.ffmpeg import codecs
from socialcopy.media.ffmpeg.probe import TAIL_SECONDS, probe
from socialcopy.media.ffmpeg.streams import packets
from socialcopy.media.ffmpeg.structure import foreign_container, is_sound_alone, is_whole
from socialcopy.models import MediaInfo, Rejection, VideoStream
from socialcopy.settings import MEGABYTE, MediaSettings

FORMATS = "MP4, MOV, AVI, WebM or MKV"

# How much of an end may be missing before bytes are counted: rounding and the last frame's length
# take less.
MISSING_MS = 250
# Below this a file is too short to tell a missing end from its last frame.
SHORTEST_JUDGED_MS = 2_000

NO_PICTURE = Rejection(
    code="no_picture",
    reason="There is sound in this file, but no picture.",
    advice="Please export it as a video; a still image over the sound is enough.",
)
NO_FRAMES = Rejection(
    code="no_frames",
    reason="There is not one frame in this file, as in a recording that failed.",
    advice="Please record or export the video again and upload the new file.",
)


# 40 s of 4K at 60 frames, which take two slow cores minutes; less is never refused for it.
MANY_PIXELS = 2e10
# Of all frames; camera footage has 10 to 800, a slide that stands still in silence 11,000, and one
# even colour, for which x264 spends 80 bytes on a frame, 24,000.
PIXELS_A_BYTE = 30_000
USUAL_FRAME_RATE = 30.0
# Sound that goes on so long after the picture has to have something in it: speech takes 750 bytes
# a second and more (Opus at 6 kbit/s), silence next to none.
LONG_TAIL_MS = 600_000
BYTES_A_SECOND = 500
# Sound and picture that lie farther apart than this belong to two clocks.
APART_MS = 60_000


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
    except MediaError as error:
        refused = _refused(error, None if isinstance(source, str) else source)
        if refused is None:
            raise
        return refused


def _refused(error: MediaError, file: Path | None) -> Rejection | None:
    """Judge by an error, and by the file where it is here; none when the error is not about it."""
    match error:
        case InputRefusedError():
            return _not_a_video(error.stderr, file)
        case NoPictureError():
            return NO_PICTURE
        case UnreadableStreamError():
            return _unreadable_stream(error)
        case ToolTimeoutError():
            return _unreadable("The file takes too long to open, as damaged files do.")
        case ToolFailedError():
            return _failed(error, is_local=file is not None)
        case _:
            return None


def _failed(error: ToolFailedError, *, is_local: bool) -> Rejection | None:
    # ffmpeg's words when it waited for a first frame in vain.
    if "End of file" in error.stderr:
        return NO_FRAMES
    if is_local and not error.is_ours:
        return _unreadable(f"The file can't be used: {error}.")
    return None


def _unreadable(reason: str) -> Rejection:
    return Rejection(
        code="unreadable",
        reason=reason,
        advice="Please export the video again and upload the new file.",
    )


def _unreadable_stream(error: UnreadableStreamError) -> Rejection:
    """Name the stream, and what is wrong with it and nothing else."""
    names = " and ".join(dict.fromkeys(codecs.shown(codec) for codec in error.codecs))
    if error.kind == "video":
        return Rejection(
            code="unsupported_codec",
            reason=f"Its picture is stored in a way we don't read ({names}).",
            advice="Please export it as MP4 with H.264, the usual choice for social media.",
        )
    return Rejection(
        code="unsupported_codec",
        reason=f"Its sound is stored in a way we don't read ({names}); the picture is fine.",
        advice="Please export it with AAC sound; the picture can stay as it is.",
    )


def _not_a_video(stderr: str, file: Path | None) -> Rejection:
    if "moov atom not found" in stderr:
        return Rejection(
            code="truncated",
            reason="The file is incomplete: its table of contents is missing.",
            advice="The recording or the upload stopped early; please upload the whole file again.",
        )
    if file and is_sound_alone(file):
        return NO_PICTURE
    if file and (name := foreign_container(file)):
        return Rejection(
            code="unsupported_container",
            reason=f"It is {name}, a form of video we don't read.",
            advice="Please convert it to MP4 with H.264; HandBrake, which is free, does that.",
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
    if info.duration_ms <= 0 or info.video.end_ms == info.video.start_ms:
        return NO_FRAMES
    if info.duration_ms > settings.max_duration_seconds * 1000:
        minutes = settings.max_duration_seconds // 60
        return Rejection(
            code="too_long",
            reason=f"It lasts {info.duration_ms / 60_000:.0f} minutes; the most is {minutes}.",
            advice="Please cut it into shorter parts; under 90 seconds works best anyway.",
        )
    return _judge_clocks(info) or _judge_proportion(info)


def _judge_clocks(info: MediaInfo) -> Rejection | None:
    if _is_rushed(info.video):
        return _unreadable(
            f"The clock of its picture is damaged: all of its {info.video.frame_count} frames "
            "would be over in a blink."
        )
    if _apart_ms(info) > APART_MS:
        minutes = f"{_apart_ms(info) / 60_000:.0f} minutes"
        return _unreadable(
            f"Sound and picture are never there together: {minutes} lie between them, "
            "so one of their clocks is damaged."
        )
    return None


def _apart_ms(info: MediaInfo) -> float:
    """Return how much lies between picture and sound; negative where they overlap."""
    audio, video = info.audio, info.video
    if audio is None or audio.end_ms is None or video.end_ms is None:
        return 0
    return max(audio.start_ms - video.end_ms, video.start_ms - audio.end_ms)


def _is_rushed(video: VideoStream) -> bool:
    """Tell whether a clock leaves less than a millisecond for each frame, as no camera does.

    Slow motion is recorded at 960 frames a second at most. A span of 0 ms says nothing: some
    damaged headers leave it out, and the frames can be shown all the same.
    """
    span_ms = (video.end_ms or 0) - video.start_ms
    return 0 < span_ms < (video.frame_count or 0)


def _judge_proportion(info: MediaInfo) -> Rejection | None:
    """Refuse what unpacks to far more than its bytes: a few kilobytes can be hours of work."""
    video = info.video
    tail_ms = info.duration_ms - (video.end_ms or info.duration_ms)
    if tail_ms > LONG_TAIL_MS and info.size_bytes * 1000 < BYTES_A_SECOND * info.duration_ms:
        minutes = f"{tail_ms / 60_000:.0f} minutes"
        return Rejection(
            code="out_of_proportion",
            reason=f"After the picture has ended, {minutes} of silence follow.",
            advice="Please cut it where the picture ends.",
        )
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
    """Judge whether the file goes as far as it says: in time, or else in bytes.

    A screen that rests, subtitles that go on, and sound that outlasts the picture are no sign of a
    missing end. Bytes can be counted in a local file only, so over a URL a doubt is a "no".
    """
    if info.duration_ms < SHORTEST_JUDGED_MS or _reaches_its_end(source, info, settings):
        return None
    if isinstance(source, Path) and is_whole(source) is not False:
        return None
    seconds = (info.stated_ms or info.duration_ms) / 1000
    return Rejection(
        code="truncated",
        reason=(
            f"The file is incomplete: it says it lasts {seconds:.0f} seconds, "
            "but its end is missing."
        ),
        advice="The upload stopped early; please upload the whole file again.",
    )


def _reaches_its_end(source: str | Path, info: MediaInfo, settings: MediaSettings) -> bool:
    """Tell whether the last packets lie where the container promises them.

    MP4 promises an end for each stream, so those that are used have to reach theirs; the others
    promise only that something lies there, and the probe has looked what does.
    """
    if info.container != "mp4" or info.video.frame_count is None:
        ends = [s.end_ms or 0 for s in (info.video, *info.sounds, *info.others)]
        return info.stated_ms is None or max(ends) >= info.stated_ms - MISSING_MS
    used = {s.index: s for s in (info.video, info.audio) if s and s.index is not None}
    promised = {index: stream.end_ms or 0 for index, stream in used.items()}
    from_seconds = max(0.0, min(promised.values()) / 1000 - TAIL_SECONDS)
    reached: dict[int, float] = {}
    try:
        for packet in packets(
            source, list(used), settings, from_seconds=from_seconds + info.offset_ms / 1000
        ):
            if not (packet.is_blank and packet.stream == info.video.index):  # silence is zeros too
                reached[packet.stream] = max(reached.get(packet.stream, 0), packet.end_ms)
    except ToolTimeoutError:
        return True  # no index to jump by; the whole file is read later anyway
    except MediaError:
        return False
    return all(
        reached.get(index, 0) - info.offset_ms >= end_ms - MISSING_MS
        for index, end_ms in promised.items()
    )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / MEGABYTE:.0f}"
