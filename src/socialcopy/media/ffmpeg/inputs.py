"""How a source is opened: which of its streams, from when on, and with its clock put right."""

from __future__ import annotations

from pathlib import Path

from socialcopy.media.ffmpeg.codecs import PICTURE_CONTAINERS
from socialcopy.media.ffmpeg.runner import guarded_input
from socialcopy.models import MediaInfo, Repair
from socialcopy.settings import MediaSettings

SOUND_RATE_HZ = 48_000
# ffmpeg's own 0.1 leaves sound a tenth of a second early behind a few small holes; recorders'
# clocks jitter by less than this.
MOST_OUT_OF_STEP_SECONDS = 0.02
# Fill a late start and holes with silence: sound keeps step with the picture.
IN_STEP = f"async=1:min_hard_comp={MOST_OUT_OF_STEP_SECONDS}:first_pts=0"

TO_STEREO = "aformat=channel_layouts=stereo,"
REPAIRS: dict[Repair, str] = {
    "": "",
    "invert_right": f"{TO_STEREO}pan=stereo|c0=c0|c1=-1*c1,",
    "left_to_both": f"{TO_STEREO}pan=stereo|c0=c0|c1=c0,",
    "right_to_both": f"{TO_STEREO}pan=stereo|c0=c1|c1=c1,",
    # ffmpeg leaves the channel for low frequencies (LFE) out of stereo; the others are silent.
    "bass_to_both": "aresample=ochl=stereo:lfe_mix_level=1,",
}


def source_input(
    source: str | Path,
    info: MediaInfo | None,
    settings: MediaSettings,
    *,
    from_ms: int = 0,
    length_ms: int | None = None,
) -> list[str]:
    """Open a source from outside at a moment of its own timeline; that moment becomes zero.

    ffmpeg puts its zero at the first of all streams, ours is at the first that is used. A relative
    path would be looked for in the work folder. Without `info` it is a file of our own making.
    """
    place = source.absolute() if isinstance(source, Path) else source
    offset_ms = info.offset_ms if info else 0
    return [
        *(("-ss", _seconds(from_ms + offset_ms)) if from_ms else ()),
        *(("-itsoffset", _seconds(-offset_ms)) if offset_ms and not from_ms else ()),
        *(("-t", _seconds(length_ms)) if length_ms is not None else ()),
        *guarded_input(place, max_pixels=settings.max_pixels),
    ]


def picture_input(path: Path, settings: MediaSettings) -> list[str]:
    """Open a PNG or JPEG from outside; no other container opens here."""
    return guarded_input(
        path.absolute(), max_pixels=settings.max_pixels, containers=PICTURE_CONTAINERS
    )


def picture(info: MediaInfo | None, number: int = 0) -> str:
    """Name the picture that is used as ffmpeg does, in its input of that number."""
    index = info.video.index if info else None
    return f"{number}:{'V:0' if index is None else index}"


def sound(info: MediaInfo | None, number: int = 0) -> str:
    """Name the sound that is used as ffmpeg does, in its input of that number."""
    index = info.audio.index if info and info.audio else None
    return f"{number}:{'a:0' if index is None else index}"


def stereo(info: MediaInfo | None) -> str:
    """Give the filters that make the sound stereo at 48 kHz, repaired and in step."""
    return f"{repaired(info)}aresample={SOUND_RATE_HZ}:{IN_STEP},aformat=channel_layouts=stereo"


def heard_through(info: MediaInfo | None, remedy: str) -> str:
    """Give the same with the filters that make speech clearer behind them, where there are any."""
    return f"{stereo(info)},{remedy}" if remedy else stereo(info)


def repaired(info: MediaInfo | None) -> str:
    """Give the filters that sound and its channels need, ending in a comma; often none.

    Where the decoder gives frames late, the sound waits for them.
    """
    delay_ms = info.video.delay_ms if info else 0
    late = f"asetpts=PTS+{delay_ms / 1000:.3f}/TB," if delay_ms else ""
    return late + REPAIRS[info.audio.repair if info and info.audio else ""]


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"
