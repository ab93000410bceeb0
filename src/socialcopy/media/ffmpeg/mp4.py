"""What an MP4's packets show that its headers don't say: picture groups and real length."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from socialcopy.media.ffmpeg.runner import guarded_input, run
from socialcopy.media.ffmpeg.streams import probe_limits
from socialcopy.media.ffmpeg.structure import boxes, has_box
from socialcopy.models import MediaInfo, Value
from socialcopy.settings import MediaSettings

# How much a frame's length may differ; MP4 rounds times to ticks below a tenth of this.
UNEVEN_MS = 2.0


class Pictures(Value):
    """The picture's packets, in short."""

    count: int = 0
    first_ms: float = 0.0
    end_ms: float = 0.0
    """When the last frame is over."""
    longest_group_ms: float = 0.0
    is_closed: bool = True
    """Whether no frame leans on one before its group's key frame."""
    has_even_frames: bool = True
    """Whether all frames are shown equally long."""


class Contents(Value):
    """What the packets of picture and sound are."""

    pictures: Pictures = Pictures()
    sound_hash: str = ""
    """Of what is in the sound's packets and of their times; empty where there is no sound."""


def contents(path: Path, info: MediaInfo, settings: MediaSettings) -> Contents:
    """Read times, flags and hashes of the packets of picture and sound; nothing is decoded."""
    argv = [
        *("ffprobe", "-v", "error", "-of", "csv=p=0", "-show_data_hash", "MD5"),
        *("-show_entries", "packet=stream_index,pts_time,duration_time,flags,data_hash"),
        *guarded_input(path, max_pixels=settings.max_pixels),
    ]
    lines = run(argv, limits=probe_limits(settings)).stdout.decode().splitlines()
    told = [line.partition(",") for line in lines]
    shown = [rest for index, _, rest in told if index == str(info.video.index)]
    heard = [rest for index, _, rest in told if info.audio and index == str(info.audio.index)]
    return Contents(
        pictures=_pictures(shown),
        sound_hash=hashlib.sha256("\n".join(heard).encode()).hexdigest() if heard else "",
    )


def _pictures(lines: Sequence[str]) -> Pictures:
    # Lines of packets with side data have further, empty fields.
    packets = [line.split(",")[:3] for line in lines if line.count(",") > 1]
    shown = [_ms(pts) for pts, _, _ in packets]
    flags = [flags for _, _, flags in packets]
    keys = [time for time, flag in zip(shown, flags, strict=True) if "K" in flag]
    if not packets:
        return Pictures()
    last = max(range(len(shown)), key=shown.__getitem__)
    end_ms = shown[last] + _ms(packets[last][1])
    return Pictures(
        count=len(packets),
        first_ms=min(shown),
        end_ms=end_ms,
        longest_group_ms=max((b - a for a, b in pairwise([*keys, end_ms])), default=end_ms),
        is_closed=_is_closed(shown, flags),
        has_even_frames=_is_even(shown),
    )


def _ms(seconds: str) -> float:
    return 0.0 if seconds == "N/A" else float(seconds) * 1000


def _is_closed(shown: list[float], flags: list[str]) -> bool:
    """Tell whether the first packet is a key frame and none after one is shown before it."""
    key = shown[0]
    for time, flag in zip(shown, flags, strict=True):
        if "K" in flag:
            key = time
        elif time < key:
            return False
    return "K" in flags[0]


def _is_even(shown: list[float]) -> bool:
    lengths = [b - a for a, b in pairwise(sorted(shown))]
    return not lengths or max(lengths) - min(lengths) <= UNEVEN_MS


def top_level(path: Path) -> list[str]:
    """Return the names of the outermost boxes, in the order they are stored."""
    with path.open("rb") as file:
        return [name.decode("latin-1") for name, _, _ in boxes(file, 0, path.stat().st_size)]


def is_fast_start(path: Path) -> bool:
    """Tell whether the index stands before the data, so that a player can begin at once."""
    names = top_level(path)
    return "moov" in names and "mdat" in names and names.index("moov") < names.index("mdat")


def has_edit_list(path: Path) -> bool:
    """Tell whether any track tells the player to skip or delay; Instagram refuses such files."""
    with path.open("rb") as file:
        return has_box(file, b"elst", (b"moov", b"trak", b"edts"), 0, path.stat().st_size)
