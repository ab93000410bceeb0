"""What is certified about a finished MP4: measured on the file itself, not remembered."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from socialcopy.media import loudness
from socialcopy.media.boxes import has_edit_list, is_fast_start
from socialcopy.media.loudness import MAX_TRUE_PEAK_DBTP, TARGET_LUFS, TOLERANCE_LU, Loudness
from socialcopy.media.probe import probe
from socialcopy.media.runner import Limits
from socialcopy.models import MediaInfo, Platform, Rendition, VideoSpec
from socialcopy.settings import MediaSettings

SHORTEST_JUDGED_MS = 3_000
"""EBU R128 integrates over blocks of 0.4 s with a gate; below 3 s a word decides the figure."""
DURATION_TOLERANCE_MS = 150
SLOWEST_RATE, RATE_TOLERANCE = 23, 0.05

DISPLAY_NAMES = {Platform.LINKEDIN: "LinkedIn"}


def inspect(
    path: Path,
    master: MediaInfo,
    platforms: tuple[Platform, ...],
    spec: VideoSpec,
    *,
    framing: str,
    subtitles_burned_in: bool,
    settings: MediaSettings,
    limits: Limits,
    stop: threading.Event | None = None,
) -> Rendition:
    """Probe a finished MP4 anew and list what those networks would object to."""
    info = probe(path, size_bytes=path.stat().st_size, settings=settings)
    heard: Loudness | None = None
    if info.has_audio:
        heard = loudness.measure(path, settings=settings, limits=limits, stop=stop)
    peak = heard.true_peak_dbtp if heard else -math.inf
    faults = [
        *_container_faults(path),
        *_picture_faults(info, spec),
        *_sound_faults(info, master),
        *_loudness_faults(info, heard),
        *_size_faults(info, master, platforms, spec),
    ]
    return Rendition(
        platforms=platforms,
        path=str(path),
        info=info,
        framing=framing,
        subtitles_burned_in=subtitles_burned_in,
        loudness_lufs=heard.integrated_lufs if heard else None,
        true_peak_dbtp=peak if math.isfinite(peak) else None,
        faults=tuple(faults),
    )


def certificate(renditions: Sequence[Rendition]) -> dict[str, Any]:
    """The content of certificate.json: figures, targets and faults of every file."""
    return {
        "passed": not any(rendition.faults for rendition in renditions),
        "targets": {
            "loudness_lufs": TARGET_LUFS,
            "loudness_tolerance_lu": TOLERANCE_LU,
            "max_true_peak_dbtp": MAX_TRUE_PEAK_DBTP,
        },
        "files": [_entry(rendition) for rendition in renditions],
    }


def _entry(rendition: Rendition) -> dict[str, Any]:
    return {
        "file": Path(rendition.path).name,
        "platforms": [platform.value for platform in rendition.platforms],
        "passed": not rendition.faults,
        "faults": list(rendition.faults),
        "notes": list(_notes(rendition)),
        "framing": rendition.framing,
        "subtitles_burned_in": rendition.subtitles_burned_in,
        "loudness_lufs": rendition.loudness_lufs,
        "true_peak_dbtp": rendition.true_peak_dbtp,
        "media": rendition.info.model_dump(mode="json"),
    }


def _notes(rendition: Rendition) -> Iterator[str]:
    """What was not judged, and why."""
    if not rendition.info.has_audio:
        yield "no sound, so loudness was not judged"
    elif rendition.loudness_lufs is not None and rendition.loudness_lufs <= loudness.SILENCE_LUFS:
        yield "silent, so loudness was not judged"
    elif rendition.info.duration_ms < SHORTEST_JUDGED_MS:
        yield f"shorter than {SHORTEST_JUDGED_MS // 1000} s, so loudness was not judged"


def _container_faults(path: Path) -> Iterator[str]:
    if not is_fast_start(path):
        yield "the index (moov) is not at the start of the file"
    if has_edit_list(path):
        yield "the file holds an edit list"


def _picture_faults(info: MediaInfo, spec: VideoSpec) -> Iterator[str]:
    video = info.video
    if info.container != "mp4":
        yield f"container is {info.container}, not mp4"
    if (video.codec, video.profile) != ("h264", "High"):
        yield f"video is {video.codec} {video.profile or 'of unknown profile'}, not h264 High"
    if video.pixel_format != "yuv420p":
        yield f"pixels are {video.pixel_format}, not yuv420p"
    if (video.width, video.height) != (spec.width, spec.height):
        yield f"picture is {video.width}x{video.height}, not {spec.width}x{spec.height}"
    if video.rotation_degrees or abs(video.sample_aspect - 1) > RATE_TOLERANCE / 100:
        yield "picture is stored rotated or with pixels that are not square"
    if not SLOWEST_RATE <= video.frame_rate <= spec.max_frame_rate + RATE_TOLERANCE:
        allowed = f"{SLOWEST_RATE} to {spec.max_frame_rate}"
        yield f"{video.frame_rate:.2f} frames per second, not {allowed}"


def _sound_faults(info: MediaInfo, master: MediaInfo) -> Iterator[str]:
    sound = info.audio
    if sound is None:
        if master.has_audio:
            yield "the sound is missing"
        return
    if (sound.codec, sound.profile) != ("aac", "LC"):
        yield f"sound is {sound.codec} {sound.profile or 'of unknown profile'}, not aac LC"
    if (sound.sample_rate_hz, sound.channels) != (48_000, 2):
        found = f"{sound.sample_rate_hz} Hz on {sound.channels} channels"
        yield f"sound is {found}, not 48000 Hz stereo"


def _loudness_faults(info: MediaInfo, heard: Loudness | None) -> Iterator[str]:
    if heard is None or heard.is_silent or info.duration_ms < SHORTEST_JUDGED_MS:
        return
    if abs(heard.integrated_lufs - TARGET_LUFS) > TOLERANCE_LU:
        wanted = f"{TARGET_LUFS:.0f} ±{TOLERANCE_LU:.0f}"
        yield f"loudness is {heard.integrated_lufs:.1f} LUFS, not {wanted}"
    if heard.true_peak_dbtp > MAX_TRUE_PEAK_DBTP:
        yield f"true peak is {heard.true_peak_dbtp:.1f} dBTP, above {MAX_TRUE_PEAK_DBTP:.0f}"


def _size_faults(
    info: MediaInfo, master: MediaInfo, platforms: tuple[Platform, ...], spec: VideoSpec
) -> Iterator[str]:
    off = info.duration_ms - master.duration_ms
    if abs(off) > DURATION_TOLERANCE_MS:
        yield f"{abs(off)} ms {'longer' if off > 0 else 'shorter'} than the master"
    names = _names(platforms)
    if info.duration_ms > spec.max_duration_seconds * 1000:
        yield f"longer than {names} ({spec.max_duration_seconds} s)"
    if info.size_bytes > spec.max_size_bytes:
        yield f"larger than {names} ({spec.max_size_bytes / 1e6:.0f} MB)"
    bitrate_bps = info.size_bytes * 8000 / max(1, info.duration_ms)
    if info.duration_ms >= SHORTEST_JUDGED_MS and bitrate_bps > spec.max_bitrate_bps:
        most = f"{spec.max_bitrate_bps / 1e6:.0f}"
        yield f"{bitrate_bps / 1e6:.1f} Mbit/s, more than {names} ({most})"


def _names(platforms: tuple[Platform, ...]) -> str:
    names = [DISPLAY_NAMES.get(platform, platform.value.capitalize()) for platform in platforms]
    return f"{' and '.join(names)} {'accepts' if len(names) == 1 else 'accept'}"
