"""ffmpeg's argument lists for sound: listening, measuring, joining, encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from socialcopy.media.canvas.branding import Dressing, frames_in
from socialcopy.media.ffmpeg.commands import QUIET, START, Version
from socialcopy.media.ffmpeg.inputs import (
    IN_STEP,
    REPAIRS,
    SOUND_RATE_HZ,
    heard_through,
    repaired,
    sound,
    source_input,
    stereo,
)
from socialcopy.models import MediaInfo, Repair
from socialcopy.settings import MediaSettings

SPEECH_RATE_HZ = 16_000
# AAC begins with 1,024 samples of its own, 21 ms, which an edit list would hide. Our files have
# none, so the sound gives up its first 21 ms instead and stays in step with the lips.
IN_TIME = f"aformat=sample_rates={SOUND_RATE_HZ},atrim=start_sample=1024,asetpts=PTS-STARTPTS"


def decode_speech(
    source: str | Path, info: MediaInfo | None, output: str, settings: MediaSettings, *,
    channels: int = 1,
) -> list[str]:  # fmt: skip
    """Write the sound that is used as raw 16 bits at 16 kHz, in step with the picture."""
    return [
        *START, *QUIET,
        *source_input(source, info, settings),
        "-map", sound(info), "-t", str(settings.max_duration_seconds),
        "-af", f"{repaired(info)}aresample={SPEECH_RATE_HZ}:{IN_STEP}", "-ac", str(channels),
        "-c:a", "pcm_s16le", "-f", "s16le", output,
    ]  # fmt: skip


def decode_tracks(
    source: str | Path, info: MediaInfo, indexes: Sequence[int], settings: MediaSettings, *,
    from_ms: int, length_ms: int, repair: Repair = "",
) -> list[str]:  # fmt: skip
    """Write a stretch of several sound tracks, each to `<index>.pcm`, 16-bit stereo at 16 kHz."""
    in_step = f"aresample={SPEECH_RATE_HZ}:{IN_STEP},aformat=channel_layouts=stereo"
    filters = REPAIRS[repair] + in_step
    return [
        *START, *QUIET,
        *source_input(source, info, settings, from_ms=from_ms, length_ms=length_ms),
        *(
            part
            for index in indexes
            for part in (
                "-map", f"0:{index}", "-af", filters, "-c:a", "pcm_s16le", "-f", "s16le",
                f"{index}.pcm",
            )
        ),
    ]  # fmt: skip


def measure_loudness(
    source: Path, info: MediaInfo | None, settings: MediaSettings, remedy: str = ""
) -> list[str]:
    """Print loudness, its range and the true peak of the stereo sound on stderr."""
    return [
        *START, "-v", "info", "-nostats",
        *source_input(source, info, settings),
        "-map", sound(info), "-t", str(settings.max_duration_seconds),
        # framelog=verbose puts the line of each moment below the level that is printed; the
        # summary stays.
        "-af", f"{heard_through(info, remedy)},ebur128=peak=true:framelog=verbose",
        "-f", "null", "-",
    ]  # fmt: skip


class Levelled(NamedTuple):
    """A file whose sound goes into a joined track."""

    info: MediaInfo
    gain_db: float


def join_sounds(
    master: Path,
    output: str,
    dressing: Dressing,
    version: Version,
    *,
    heard: Mapping[Path, Levelled],
    settings: MediaSettings,
) -> list[str]:
    """Write one lossless stereo track: intro, silence under the card, the video, outro.

    Each piece is as long as a version's picture of it, in whole frames.
    `heard` names the files that have sound; the others are silent.
    """
    clips: list[tuple[Path | None, int]] = [
        (clip.path, clip.info.duration_ms) for clip in dressing.clips
    ]
    order = dressing.in_order(clips, (None, dressing.card_ms), (master, version.main_ms))
    rate = version.frame_rate
    pieces = [(path, float(frames_in(ms, rate) / rate)) for path, ms in order]
    sources = list(dict.fromkeys(path for path, _ in pieces if path and path in heard))
    chains = [
        _heard_piece(heard[path], sources.index(path), seconds, f"p{number}")
        if path and path in heard
        else f"anullsrc=r={SOUND_RATE_HZ}:cl=stereo:d={seconds:.6f}[p{number}]"
        for number, (path, seconds) in enumerate(pieces)
    ]
    joined = "".join(f"[p{number}]" for number in range(len(pieces)))
    inputs = [part for path in sources for part in source_input(path, heard[path].info, settings)]
    return [
        *START, *QUIET, *inputs,
        "-filter_complex", ";".join([*chains, f"{joined}concat=n={len(pieces)}:v=0:a=1[out]"]),
        # Lossless, since it is levelled and encoded once more.
        "-map", "[out]", "-c:a", "flac", "-map_metadata", "-1", "-f", "matroska", output,
    ]  # fmt: skip


def _heard_piece(heard: Levelled, number: int, seconds: float, label: str) -> str:
    return (
        f"[{sound(heard.info, number)}]{stereo(heard.info)},volume={heard.gain_db:.2f}dB,"
        f"apad,atrim=end={seconds:.6f},asetpts=PTS-STARTPTS[{label}]"
    )


def encode_sound(
    source: Path, info: MediaInfo | None, output: str, *, filters: str, duration_ms: int,
    bitrate_bps: int, settings: MediaSettings,
) -> list[str]:  # fmt: skip
    """Write AAC-LC stereo at 48 kHz, exactly as long as the picture."""
    seconds = f"{duration_ms / 1000:.3f}"
    return [
        *START, *QUIET,
        *source_input(source, info, settings),
        "-map", sound(info),
        # Padded before it is cut: sound that ends early would make the file shorter than its
        # picture.
        "-af", f"{filters},apad=whole_dur={seconds},{IN_TIME}", "-t", seconds,
        "-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(bitrate_bps), "-ar", str(SOUND_RATE_HZ),
        "-map_metadata", "-1",
        "-f", "mp4", output,
    ]  # fmt: skip
