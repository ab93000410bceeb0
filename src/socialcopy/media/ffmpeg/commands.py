"""ffmpeg's argument lists: values in, `list[str]` out, no I/O.

ffmpeg runs in a work folder and is given plain names there, so no path ever meets filter syntax;
only a source from outside is named by its whole path, behind `file:`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal

from socialcopy.media.canvas.branding import CARD_MS, NOTHING_ADDED, Clip, Dressing, frames_in
from socialcopy.media.canvas.layout import Box, Layout
from socialcopy.media.ffmpeg.encoders import SOFTWARE, Encoder
from socialcopy.media.ffmpeg.filters import (
    CARD_BRIGHTNESS,
    FINISH,
    at_a_rate,
    blurred,
    exactly,
    plain,
    prepared,
)
from socialcopy.media.ffmpeg.inputs import picture, picture_input, source_input
from socialcopy.media.ffmpeg.runner import guarded_input
from socialcopy.media.ffmpeg.shot_filters import camera_files, fitted
from socialcopy.models import MediaInfo, Value
from socialcopy.settings import MediaSettings

# Without -nostdin ffmpeg reads keys from the terminal, and is stopped when its group is in the
# background.
START = ("ffmpeg", "-hide_banner", "-nostdin", "-y")
QUIET = ("-v", "error", "-nostats")

AS_NETWORKS_WANT = (
    "-map_metadata", "-1", "-map_chapters", "-1",
    # Without edit lists, as Instagram asks; the second flag keeps the first frame at 0.
    "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0",
    "-f", "mp4",
)  # fmt: skip

# Shots whose filters may have a thread a core each: sixty of them failed at 4 GB of address space,
# and took 1 GB of memory with one thread.
MOST_THREADED_SHOTS = 20

MACROBLOCK_PIXELS = 256
# Macroblocks a second of H.264 level 4.1: 1080p at 30 frames (table A-1 of the standard).
LEVEL_4_1_MACROBLOCKS = 245_760


class Version(Value):
    """One MP4 to be made in the work folder."""

    layout: Layout
    frame_rate: Fraction
    max_bitrate_bps: int
    subtitles: str | None
    """Name of an ASS file in the work folder; none draws nothing."""
    output: str
    gop_ms: int = 2_000
    frames: int = 0
    """How many it has, its first and last repeated where the picture is shorter; 0 means as many
    as there are."""
    length_ms: int = 0
    """Where it ends, though the sound, which all versions share, may go on; 0 means with it."""
    main_ms: int = 0
    """How long the video is between what is added before and after it; 0 when nothing is."""
    card: str = ""
    """Colour of the title card's background; empty for the video's first frame, blurred."""
    clips: tuple[Layout, ...] = ()
    """Where intro and outro stand on the canvas."""
    logo: Box | None = None


def sample_frames(
    source: str | Path, info: MediaInfo, *, size: tuple[int, int], rate: float,
    only_key_frames: bool, score: float, settings: MediaSettings,
) -> list[str]:  # fmt: skip
    """Write small frames, so many a second, as raw blue, green and red, to stdout.

    Their times and new shots are printed on stderr on the way. Frames no other leans on are left
    out: encoders begin a shot with one that others do.
    """
    width, height = size
    # A frame may come a little before its time.
    step = 1 / rate - 0.5 / max(info.video.frame_rate, 2 * rate)
    return [
        *START, "-v", "info", "-nostats",
        # The loop filter smooths the edges of blocks, which neither faces nor shots need.
        "-skip_frame", "nokey" if only_key_frames else "noref", "-skip_loop_filter", "all",
        "-t", str(settings.max_duration_seconds), *source_input(source, info, settings),
        "-filter_complex",
        (
            f"[{picture(info)}]split[seen][watched];"
            # Not by fps, whose frames are up to half of their distance late.
            f"[seen]select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,{step:.4f}),"
            f"scale={width}:{height}:flags=area,format=bgr24,showinfo=checksum=0[frames];"
            f"[watched]scale=160:90:flags=neighbor,scdet=threshold={score}[shots]"
        ),
        "-map", "[frames]", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1",
        "-map", "[shots]", "-f", "null", "-",
    ]  # fmt: skip


def copy_subtitles(
    source: str | Path, info: MediaInfo, output: str, settings: MediaSettings
) -> list[str]:
    """Write the first subtitle track of text as SubRip."""
    index = "s:0" if info.subtitle_index is None else str(info.subtitle_index)
    return [
        *START, *QUIET, *source_input(source, info, settings),
        # A last subtitle may state that it stays for days.
        "-map", f"0:{index}", "-t", str(settings.max_duration_seconds),
        "-c:s", "subrip", "-f", "srt", output,
    ]  # fmt: skip


def draw_moments(
    subtitles: str, *, size: tuple[int, int], box: Box, times_ms: Sequence[float]
) -> list[str]:
    """Draw an ASS file on black as it looks at some moments, and write a part of it in grey."""
    width, height = size
    # One frame a moment: setpts gives frame N the time at which libass is to draw it.
    when = "+".join(f"eq(N\\,{number})*{at_ms:.0f}" for number, at_ms in enumerate(times_ms))
    return [
        *START, *QUIET,
        "-filter_complex",
        (
            f"color=c=black:s={width}x{height}:r=1:d={len(times_ms)},settb=1/1000,setpts={when},"
            f"ass={subtitles},crop={box.width}:{box.height}:{box.left}:{box.top},"
            "format=gray[drawn]"
        ),
        "-map", "[drawn]", "-fps_mode", "passthrough",
    ]  # fmt: skip


def render(
    master: Path,
    info: MediaInfo,
    versions: Sequence[Version],
    *,
    sound: str | None,
    settings: MediaSettings,
    dressing: Dressing = NOTHING_ADDED,
    encoder: Encoder = SOFTWARE,
) -> list[str]:
    """Decode once, encode every version, copy the one encoded sound into each."""
    seconds = str(settings.max_duration_seconds)
    # The sound is input 1 where there is one; clips and logo follow.
    first = 2 if sound else 1
    outputs = [
        part
        for number, version in enumerate(versions)
        for part in _output(number, version, sound, settings, encoder)
    ]
    clips = [
        part
        for clip in dressing.clips
        for part in ("-t", seconds, *source_input(clip.path, clip.info, settings))
    ]
    return [
        *START, *QUIET, "-progress", "pipe:1", "-stats_period", "0.5", *encoder.device,
        # A limit of the input's own, so that a stream without an end is not decoded for ever.
        "-t", seconds, *source_input(master, info, settings),
        *(guarded_input(Path(sound), max_pixels=settings.max_pixels) if sound else ()),
        *clips,
        *(picture_input(dressing.logo.path, settings) if dressing.logo else ()),
        *(("-filter_complex_threads", "1") if _has_many_filters(versions) else ()),
        "-filter_complex",
        filter_graph(info, versions, dressing, first_input=first, upload=encoder.upload),
        *outputs,
    ]  # fmt: skip


def _has_many_filters(versions: Sequence[Version]) -> bool:
    """Tell whether there are so many that threads of each would use up the address space."""
    return sum(len(version.layout.shots) for version in versions) > MOST_THREADED_SHOTS


def filter_graph(
    info: MediaInfo,
    versions: Sequence[Version],
    dressing: Dressing = NOTHING_ADDED,
    *,
    first_input: int = 2,
    upload: str = "",
) -> str:
    """Prepare the picture once, and split it into a branch for each version, `[v0]`, `[v1]`, …

    Intro, outro and logo are the inputs from `first_input` on.
    """
    count = len(versions)
    chains = [_split(picture(info), prepared(info.video), "s", count)]
    for number, clip in enumerate(dressing.clips):
        chains.append(
            _split(
                picture(clip.info, first_input + number),
                prepared(clip.info.video),
                f"c{number}s",
                count,
            )
        )
    if dressing.logo:
        chains.append(_split(f"{first_input + len(dressing.clips)}:V:0", [], "g", count))
    for number, version in enumerate(versions):
        chains += _branch(number, version, info, dressing, upload)
    return ";".join(chains)


def all_camera_files(info: MediaInfo, versions: Sequence[Version]) -> dict[str, str]:
    """Write the files that the graph of these versions reads in its folder, by name."""
    return {
        name: text
        for number, version in enumerate(versions)
        for name, text in camera_files(
            info.video, version.layout, rate=version.frame_rate, label=f"b{number}"
        ).items()
    }


def _split(source: str, filters: Sequence[str], label: str, count: int) -> str:
    taps = "".join(f"[{label}{number}]" for number in range(count))
    return f"[{source}]{','.join([*filters, f'split={count}'])}{taps}"


def _branch(
    number: int, version: Version, info: MediaInfo, dressing: Dressing, upload: str
) -> list[str]:
    """Write the filter chains that make one version of the picture."""
    canvas, finish = fitted(
        info.video,
        version.layout,
        rate=version.frame_rate,
        label=f"b{number}",
        frames=0 if version.main_ms else version.frames,
    )
    chains, picture = [], f"[s{number}]{canvas}"
    if version.main_ms:
        chains, picture = _joined(number, version, picture, dressing)
    drawn = f",ass={version.subtitles}" if version.subtitles else ""
    if box := version.logo:
        # The logo lies over the subtitles; its place was chosen so that it hides none.
        scaled = f"[g{number}]scale={box.width}:{box.height}:flags=bicubic,format=rgba[l{number}]"
        chains += [f"{picture}{drawn}[d{number}]", scaled]
        picture = f"[d{number}][l{number}]{_laid_over(box, version.main_ms, dressing)}"
        drawn = ""
    return [*chains, f"{picture}{drawn},{finish}{upload}[v{number}]"]


def _joined(
    number: int, version: Version, picture: str, dressing: Dressing
) -> tuple[list[str], str]:
    """Join intro, card, video and outro, each so long as the sound's piece."""
    rate, size = version.frame_rate, version.layout.size
    main = f"{picture},{FINISH},{exactly(frames_in(version.main_ms, rate), rate)}"
    chains = [f"{main}[m{number}]"]
    clips = [
        _clip(f"c{place}s{number}", clip, layout, rate)
        for place, (clip, layout) in enumerate(zip(dressing.clips, version.clips, strict=True))
    ]
    chains += [f"{chain}[c{place}j{number}]" for place, chain in enumerate(clips)]
    if dressing.title and version.card:
        card = plain(size, rate, color=version.card, seconds=CARD_MS / 1000)
        chains.append(f"{card},{FINISH},{exactly(frames_in(CARD_MS, rate), rate)}[t{number}]")
    elif dressing.title:
        held = at_a_rate(rate, label=f"t{number}", frames=frames_in(CARD_MS, rate))
        chains[0] = f"{main},split[m{number}][f{number}]"
        chains.append(
            f"[f{number}]trim=end_frame=1,{blurred(size, version.layout, CARD_BRIGHTNESS)},{held},"
            f"scale={size[0]}:{size[1]}:flags=bicubic,{FINISH}[t{number}]"
        )
    joined = [f"[c{place}j{number}]" for place in range(len(clips))]
    labels = dressing.in_order(joined, f"[t{number}]", f"[m{number}]")
    # concat rounds each piece to a time base; counted frames keep the picture as long as the
    # sound.
    steady = f"fps={rate.numerator}/{rate.denominator},{exactly(version.frames, rate)}"
    return chains, f"{''.join(labels)}concat=n={len(labels)}:v=1:a=0,{steady}"


def _clip(label: str, clip: Clip, layout: Layout, rate: Fraction) -> str:
    canvas, finish = fitted(clip.info.video, layout, rate=rate, label=label)
    return f"[{label}]{canvas},{finish},{exactly(frames_in(clip.info.duration_ms, rate), rate)}"


def _laid_over(box: Box, main_ms: int, dressing: Dressing) -> str:
    """Lay the logo over the video, not over what was added before and after it."""
    begin, end = dressing.head_ms, dressing.head_ms + main_ms
    when = f":enable='between(t,{begin / 1000:.3f},{end / 1000:.3f})'" if main_ms else ""
    return f"overlay={box.left}:{box.top}:format=yuv420{when}"


def copy_picture(
    master: Path, info: MediaInfo, output: str, *, sound: str | None, settings: MediaSettings
) -> list[str]:
    """Put the master's own picture and the levelled sound into a file as networks want it."""
    return [
        *START, *QUIET, "-progress", "pipe:1", "-stats_period", "0.5",
        *source_input(master, info, settings),
        *(guarded_input(Path(sound), max_pixels=settings.max_pixels) if sound else ()),
        "-map", picture(info), "-c:v", "copy",
        *(("-map", "1:a:0", "-c:a", "copy") if sound else ("-an",)),
        *AS_NETWORKS_WANT, output,
    ]  # fmt: skip


def _output(
    number: int, version: Version, sound: str | None, settings: MediaSettings, encoder: Encoder
) -> list[str]:
    gop = max(2, round(version.gop_ms * version.frame_rate / 1000))
    return [
        "-map", f"[v{number}]",
        "-c:v", encoder.codec, *encoder.asked(settings.preset),
        "-profile:v", "high", "-level:v", _level(version), *encoder.pixels,
        # Closed groups: where a network cuts, no frame may lean on one before the cut.
        "-g", str(gop), "-keyint_min", str(gop // 2), "-flags", "+cgop",
        *(("-t", f"{version.length_ms / 1000:.3f}") if version.length_ms else ()),
        # Two seconds of buffer, as long as a group of pictures.
        "-maxrate", str(version.max_bitrate_bps), "-bufsize", str(2 * version.max_bitrate_bps),
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
        "-color_range", "tv",
        *(("-map", "1:a:0", "-c:a", "copy") if sound else ("-an",)),
        *AS_NETWORKS_WANT, version.output,
    ]  # fmt: skip


def _level(version: Version) -> Literal["4.1", "4.2"]:
    pixels = version.layout.width * version.layout.height
    macroblocks = pixels / MACROBLOCK_PIXELS * version.frame_rate
    return "4.1" if macroblocks <= LEVEL_4_1_MACROBLOCKS else "4.2"
