"""ffmpeg's argument lists: values in, `list[str]` out, no I/O.

ffmpeg runs in a work folder and is given plain names there, so no path ever meets filter syntax;
only a source from outside is named by its whole path, behind `file:`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal

from socialcopy.media.framing import Layout
from socialcopy.media.pictures import fitted, prepared, scaled_still
from socialcopy.media.runner import guarded_input
from socialcopy.models import MediaInfo, Value, VideoStream
from socialcopy.settings import MediaSettings

START = ("ffmpeg", "-hide_banner", "-nostdin", "-y")
QUIET = ("-v", "error", "-nostats")

SPEECH_RATE_HZ = 16_000
SOUND_RATE_HZ = 48_000
IN_STEP = "async=1:first_pts=0"
"""Fill a late start and holes with silence: sound keeps step with the picture."""
STEREO = f"aresample={SOUND_RATE_HZ}:{IN_STEP},aformat=channel_layouts=stereo"
IN_TIME = f"aformat=sample_rates={SOUND_RATE_HZ},atrim=start_sample=1024,asetpts=PTS-STARTPTS"
"""AAC begins with 1,024 samples of its own, 21 ms, which an edit list would hide. Our files have
none, so the sound gives up its first 21 ms instead and stays in step with the lips."""

# fmt: off
AS_NETWORKS_WANT = (
    "-map_metadata", "-1", "-map_chapters", "-1",
    # Without edit lists, as Instagram asks; the second flag keeps the first frame at 0.
    "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0",
    "-f", "mp4",
)
# fmt: on

MACROBLOCK_PIXELS = 256
LEVEL_4_1_MACROBLOCKS = 245_760
"""Macroblocks a second of H.264 level 4.1: 1080p at 30 frames (table A-1 of the standard)."""

PRESETS = {
    "standard": (
        *("-preset", "veryfast", "-crf", "22"),
        *("-x264-params", "subme=1:trellis=0:ref=1:rc-lookahead=10"),
    ),
    "fast": ("-preset", "ultrafast", "-crf", "23", "-x264-params", "cabac=1:8x8dct=1"),
}
"""Measured on two cores, 1080x1920 (docs/why.md): VMAF 96 at 3.4 Mbit/s, and 98 at 6.3 Mbit/s for
two thirds of the time. Without its parameters ultrafast writes Baseline, whatever the profile."""

FRAME_SIDE = 1_280
"""Text recognition found 10 of 11 strings at this width and 9 at half of it, for 1.3 CPU s."""

THUMBNAIL_SECONDS = 60
THUMBNAIL_CANDIDATES = 40
"""Frames compared, spread over that minute; the filter holds all of them (3 MB each)."""


class Version(Value):
    """One MP4 to be made in the work folder."""

    layout: Layout
    frame_rate: Fraction
    max_bitrate_bps: int
    subtitles: str | None
    """Name of an ASS file in the work folder; none draws nothing."""
    output: str
    gop_ms: int = 2_000
    hold_ms: int = 0
    """How much longer than the picture it is: its last frame stays."""
    length_ms: int = 0
    """Where it ends when the sound, which all versions share, goes on; 0 means with the sound."""


def decode_speech(source: str | Path, output: str, settings: MediaSettings) -> list[str]:
    """Write the first audio stream as raw 16-bit mono at 16 kHz, in step with the picture."""
    # fmt: off
    return [
        *START, *QUIET,
        *_source(source, settings),
        "-map", "0:a:0", "-t", str(settings.max_duration_seconds),
        "-af", f"aresample={SPEECH_RATE_HZ}:{IN_STEP}", "-ac", "1",
        "-c:a", "pcm_s16le", "-f", "s16le", output,
    ]
    # fmt: on


def copy_subtitles(source: str | Path, output: str, settings: MediaSettings) -> list[str]:
    """Write the first subtitle track as SubRip."""
    # fmt: off
    return [
        *START, *QUIET, *_source(source, settings),
        "-map", "0:s:0", "-t", str(settings.max_duration_seconds),
        "-c:s", "subrip", "-f", "srt", output,
    ]
    # fmt: on


def sample_frames(
    source: str | Path, output: str, *, size: tuple[int, int], rate: float, only_key_frames: bool,
    score: float, settings: MediaSettings,
) -> list[str]:  # fmt: skip
    """Write small frames at a steady rate as raw blue, green and red, for looking at.

    New shots are printed on stderr on the way. Frames no other leans on are left out: encoders
    begin a shot with one that others do.
    """
    width, height = size
    # fmt: off
    return [
        *START, "-v", "info", "-nostats",
        "-skip_frame", "nokey" if only_key_frames else "noref", "-skip_loop_filter", "all",
        "-t", str(settings.max_duration_seconds), *_source(source, settings),
        "-filter_complex",
        (
            "[0:V:0]split[seen][watched];"
            f"[seen]fps={rate:.4f}:start_time=0,scale={width}:{height}:flags=area,"
            "format=bgr24[frames];"
            f"[watched]scale=160:90:flags=neighbor,scdet=threshold={score}[shots]"
        ),
        "-map", "[frames]", "-f", "rawvideo", output,
        "-map", "[shots]", "-f", "null", "-",
    ]
    # fmt: on


def watch_cuts(
    source: str | Path, *, begin_ms: int, end_ms: int, score: float, settings: MediaSettings
) -> list[str]:
    """Print the times of new shots on stderr, counted from `begin_ms`."""
    # fmt: off
    return [
        *START, "-v", "info", "-nostats",
        "-ss", f"{begin_ms / 1000:.3f}", "-t", f"{(end_ms - begin_ms) / 1000:.3f}",
        *_source(source, settings),
        "-map", "0:V:0", "-vf", f"scale=320:180,scdet=threshold={score}",
        "-f", "null", "-",
    ]
    # fmt: on


def draw_subtitles(
    subtitles: str, output: str, *, size: tuple[int, int], seconds: int
) -> list[str]:
    """Draw an ASS file on black, one grey frame a second, each in the middle of its second."""
    width, height = size
    # fmt: off
    return [
        *START, *QUIET,
        "-filter_complex",
        (
            f"color=c=black:s={width}x{height}:r=2:d={seconds},ass={subtitles},"
            r"select=mod(n\,2),format=gray[drawn]"
        ),
        "-map", "[drawn]", "-fps_mode", "passthrough", "-f", "rawvideo", output,
    ]
    # fmt: on


def measure_loudness(source: Path, settings: MediaSettings) -> list[str]:
    """Print integrated loudness and true peak of the stereo sound on stderr."""
    # fmt: off
    return [
        *START, "-v", "info", "-nostats",
        *_source(source, settings),
        "-map", "0:a:0", "-t", str(settings.max_duration_seconds),
        "-af", f"{STEREO},ebur128=peak=true:framelog=verbose",
        "-f", "null", "-",
    ]
    # fmt: on


def encode_sound(
    source: Path, output: str, *, filters: str, duration_ms: int, bitrate_bps: int,
    settings: MediaSettings,
) -> list[str]:  # fmt: skip
    """Write AAC-LC stereo at 48 kHz, exactly as long as the picture."""
    seconds = f"{duration_ms / 1000:.3f}"
    # fmt: off
    return [
        *START, *QUIET,
        *_source(source, settings),
        "-map", "0:a:0",
        "-af", f"{filters},apad=whole_dur={seconds},{IN_TIME}", "-t", seconds,
        "-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(bitrate_bps), "-ar", str(SOUND_RATE_HZ),
        "-map_metadata", "-1",
        "-f", "mp4", output,
    ]
    # fmt: on


def render(
    master: Path,
    info: MediaInfo,
    versions: Sequence[Version],
    *,
    sound: str | None,
    settings: MediaSettings,
) -> list[str]:
    """Decode once, encode every version, copy the one encoded sound into each."""
    outputs = [
        part for number, v in enumerate(versions) for part in _output(number, v, sound, settings)
    ]
    # fmt: off
    return [
        *START, *QUIET, "-progress", "pipe:1", "-stats_period", "0.5",
        "-t", str(settings.max_duration_seconds), *_source(master, settings),
        *(guarded_input(Path(sound), max_pixels=settings.max_pixels) if sound else ()),
        "-filter_complex", filter_graph(info, versions),
        *outputs,
    ]
    # fmt: on


def filter_graph(info: MediaInfo, versions: Sequence[Version]) -> str:
    """One prepared picture, split into a branch for each version, `[v0]`, `[v1]`, …"""
    taps = "".join(f"[s{number}]" for number in range(len(versions)))
    chains = [f"[0:V:0]{','.join([*prepared(info.video), f'split={len(versions)}'])}{taps}"]
    for number, version in enumerate(versions):
        canvas, finish = fitted(
            info.video,
            version.layout,
            rate=version.frame_rate,
            label=f"b{number}",
            hold_ms=version.hold_ms,
        )
        drawn = f"ass={version.subtitles}," if version.subtitles else ""
        chains.append(f"[s{number}]{canvas},{drawn}{finish}[v{number}]")
    return ";".join(chains)


def copy_picture(
    master: Path, output: str, *, sound: str | None, settings: MediaSettings
) -> list[str]:
    """Put the master's own picture and the levelled sound into a file as networks want it."""
    # fmt: off
    return [
        *START, *QUIET, "-progress", "pipe:1", "-stats_period", "0.5",
        *_source(master, settings),
        *(guarded_input(Path(sound), max_pixels=settings.max_pixels) if sound else ()),
        "-map", "0:V:0", "-c:v", "copy",
        *(("-map", "1:a:0", "-c:a", "copy") if sound else ("-an",)),
        *AS_NETWORKS_WANT, output,
    ]
    # fmt: on


def grab_thumbnail(
    master: Path, info: MediaInfo, output: str, *, at_ms: int | None, settings: MediaSettings
) -> list[str]:
    """Write the frame at that moment as JPEG, or else the most typical one of the first minute."""
    seconds = min(THUMBNAIL_SECONDS, max(1, info.duration_ms / 1000))
    spread = f"fps={THUMBNAIL_CANDIDATES / seconds:.3f},"
    typical = f",thumbnail={THUMBNAIL_CANDIDATES}"
    still = scaled_still(info.video)
    # fmt: off
    return [
        *START, *QUIET,
        *(("-t", str(THUMBNAIL_SECONDS)) if at_ms is None else ("-ss", f"{at_ms / 1000:.3f}")),
        *_source(master, settings),
        "-map", "0:V:0",
        "-vf", f"{spread}{still}{typical}" if at_ms is None else still,
        "-frames:v", "1", "-update", "1", "-q:v", "3", "-map_metadata", "-1",
        "-f", "image2", output,
    ]
    # fmt: on


def frame_size(video: VideoStream) -> tuple[int, int]:
    """The displayed size, at most 1280 pixels on its longer side: enough to read by (OCR)."""
    width, height = video.display_size
    scale = min(1.0, FRAME_SIDE / max(width, height, 1))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def grab_frame(
    source: str | Path, info: MediaInfo, time_ms: int, output: str, settings: MediaSettings
) -> list[str]:
    """Write the frame at a time as raw BGR pixels."""
    width, height = frame_size(info.video)
    filters = [*prepared(info.video), f"scale={width}:{height}:flags=bicubic", "setsar=1"]
    # fmt: off
    return [
        *START, *QUIET,
        "-ss", f"{time_ms / 1000:.3f}", *_source(source, settings),
        "-map", "0:V:0", "-frames:v", "1",
        "-vf", ",".join(filters), "-pix_fmt", "bgr24",
        "-f", "rawvideo", output,
    ]
    # fmt: on


def _source(source: str | Path, settings: MediaSettings) -> list[str]:
    """An input from outside; a relative path would be looked for in the work folder."""
    place = source.absolute() if isinstance(source, Path) else source
    return guarded_input(place, max_pixels=settings.max_pixels)


def _output(number: int, version: Version, sound: str | None, settings: MediaSettings) -> list[str]:
    gop = max(2, round(version.gop_ms * version.frame_rate / 1000))
    # fmt: off
    return [
        "-map", f"[v{number}]",
        "-c:v", "libx264", *PRESETS[settings.preset],
        "-profile:v", "high", "-level:v", _level(version), "-pix_fmt", "yuv420p",
        "-g", str(gop), "-keyint_min", str(gop // 2), "-flags", "+cgop",
        *(("-t", f"{version.length_ms / 1000:.3f}") if version.length_ms else ()),
        "-maxrate", str(version.max_bitrate_bps), "-bufsize", str(2 * version.max_bitrate_bps),
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
        "-color_range", "tv",
        *(("-map", "1:a:0", "-c:a", "copy") if sound else ("-an",)),
        *AS_NETWORKS_WANT, version.output,
    ]
    # fmt: on


def _level(version: Version) -> Literal["4.1", "4.2"]:
    pixels = version.layout.width * version.layout.height
    macroblocks = pixels / MACROBLOCK_PIXELS * version.frame_rate
    return "4.1" if macroblocks <= LEVEL_4_1_MACROBLOCKS else "4.2"
