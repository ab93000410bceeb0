"""From one master to the MP4s networks accept: fitted, subtitled, levelled and certified."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from socialcopy.media.certificate import inspect
from socialcopy.media.ffmpeg import Version, grab_thumbnail, render
from socialcopy.media.framing import arrange
from socialcopy.media.loudness import level
from socialcopy.media.pictures import frame_rate
from socialcopy.media.runner import Limits, run
from socialcopy.media.subtitles import cues, to_ass
from socialcopy.models import MediaInfo, Platform, Rendition, VideoSpec, Word
from socialcopy.settings import MediaSettings

HIGHEST_BITRATE_BPS = 12_000_000
"""More is thrown away when networks encode anew (measured: VMAF 96 at a third of it)."""
LOWEST_BITRATE_BPS = 100_000
"""Whatever a size limit says, a picture needs something; the certificate reports the excess."""
SIZE_SHARE = 0.95
"""How much of a network's size limit a long video may fill."""
BUFFER_MS = 2_000
"""How far ahead of its bit rate an encoder may get: the `-bufsize` of `media.ffmpeg`."""

SOUND = "sound.m4a"
SOUND_PERCENT, PICTURES_PERCENT = 8, 96
"""Where the bar stands when the sound, and when the pictures, are done."""


def render_all(
    master: Path,
    info: MediaInfo,
    words: Sequence[Word],
    specs: Mapping[Platform, VideoSpec],
    *,
    name: str,
    folder: Path,
    settings: MediaSettings,
    on_progress: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[Rendition, ...]:
    """Make one MP4 for each different spec, named `<name>.<platform>[-<platform>…].mp4`.

    `on_progress` is given percent, never falling, from another thread. Nothing appears under its
    final name before it has been measured; what is wrong with it stands in `faults`. A video that
    is longer than a network accepts is rendered whole, and its fault says so.
    """
    report = _rising(on_progress or _ignore)
    limits = _limits(info, len(specs), settings)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".rendering-") as work:
        groups = _sharing(specs)
        # One sound for all networks: the lowest of their bit rates suits every one.
        bitrate_bps = min(spec.audio_bitrate_bps for spec in groups)
        versions = [_version(n, spec, info, words, Path(work)) for n, spec in enumerate(groups)]
        sound = SOUND if info.has_audio else None
        if sound:
            level(
                master, info, Path(work) / sound, bitrate_bps=bitrate_bps,
                settings=settings, limits=limits, stop=stop,
            )  # fmt: skip
        report(SOUND_PERCENT)
        run(
            render(master, info, versions, sound=sound, settings=settings),
            limits=limits,
            cwd=Path(work),
            on_progress=lambda ms: report(_percent(ms, info.duration_ms)),
            stop=stop,
        )
        report(PICTURES_PERCENT)
        renditions = [
            inspect(
                Path(work) / version.output, info, platforms, spec,
                framing=version.layout.reason,
                subtitles_burned_in=version.subtitles is not None,
                settings=settings, limits=limits, stop=stop,
            )
            for version, (spec, platforms) in zip(versions, groups.items(), strict=True)
        ]  # fmt: skip
        finished = tuple(_publish(rendition, name, folder) for rendition in renditions)
    report(100)
    return finished


def thumbnail(master: Path, info: MediaInfo, folder: Path, settings: MediaSettings) -> Path:
    """Write `thumbnail.jpg`: the most typical frame of the first minute."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".thumbnail-") as work:
        argv = grab_thumbnail(master, info, "thumbnail.jpg", settings=settings)
        run(argv, limits=_limits(info, 1, settings), cwd=Path(work))
        return (Path(work) / "thumbnail.jpg").replace(folder / "thumbnail.jpg")


def _sharing(specs: Mapping[Platform, VideoSpec]) -> dict[VideoSpec, tuple[Platform, ...]]:
    """Networks with equal specs share a file."""
    groups: dict[VideoSpec, tuple[Platform, ...]] = {}
    for platform, spec in specs.items():
        groups[spec] = (*groups.get(spec, ()), platform)
    return groups


def _version(
    number: int, spec: VideoSpec, info: MediaInfo, words: Sequence[Word], work: Path
) -> Version:
    layout = arrange(info.video.display_size, spec, has_subtitles=bool(words))
    shown = cues(words, duration_ms=info.duration_ms, max_line=layout.max_line)
    subtitles = f"{number}.ass" if shown else None
    if subtitles:
        (work / subtitles).write_text(to_ass(shown, layout), encoding="utf-8")
    return Version(
        layout=layout,
        frame_rate=frame_rate(info.video.frame_rate, spec.max_frame_rate),
        max_bitrate_bps=_bitrate(spec, info.duration_ms),
        subtitles=subtitles,
        output=f"{number}.mp4",
    )


def _bitrate(spec: VideoSpec, duration_ms: int) -> int:
    """The most the picture may take: ours, the network's, and what fits its size limit."""
    whole = int(SIZE_SHARE * spec.max_size_bytes * 8000 / (duration_ms + BUFFER_MS))
    most = min(whole, spec.max_bitrate_bps) - spec.audio_bitrate_bps
    return max(LOWEST_BITRATE_BPS, min(HIGHEST_BITRATE_BPS, most))


def _publish(rendition: Rendition, name: str, folder: Path) -> Rendition:
    platforms = "-".join(platform.value for platform in rendition.platforms)
    final = Path(rendition.path).replace(folder / f"{name}.{platforms}.mp4")
    return rendition.model_copy(update={"path": str(final)})


def _limits(info: MediaInfo, outputs: int, settings: MediaSettings) -> Limits:
    """Ten times what a render took on two slow cores, and twice the bytes a bit rate allows."""
    seconds = info.duration_ms / 1000
    return Limits(
        wall_seconds=120 + seconds * (10 + 10 * outputs),
        memory_bytes=settings.max_memory_bytes,
        file_bytes=50_000_000 + int(2 * seconds * HIGHEST_BITRATE_BPS / 8),
    )


def _percent(milliseconds: int, duration_ms: int) -> int:
    done = min(1.0, milliseconds / max(1, duration_ms))
    return SOUND_PERCENT + int(done * (PICTURES_PERCENT - SOUND_PERCENT))


def _rising(on_progress: Callable[[int], None]) -> Callable[[int], None]:
    """Pass a figure on only when it is higher than all before."""
    highest = [-1]

    def report(percent: int) -> None:
        if percent > highest[0]:
            highest[0] = percent
            on_progress(percent)

    return report


def _ignore(_: int) -> None:
    """Nobody wants to know."""
