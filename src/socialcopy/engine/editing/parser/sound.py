"""Mute, volume, speed and music."""

from __future__ import annotations

import re

from socialcopy.engine.editing.edits import AddMusic, Edit, RemoveMusic, SetSpeed, SetVolume
from socialcopy.engine.editing.parser.rules import (
    SIGNS,
    WORDS,
    Reading,
    by_rules,
    found,
    rules,
    used_up,
)

LOUDER, QUIETER = 1.5, 0.6
"""What "louder" and "quieter" do without a number: about 3.5 and 4.5 dB."""
FASTER, SLOWER = 1.5, 0.75
"""What "faster" and "slower" do without a number."""
AMOUNT = SIGNS["amount"]


def share_of(match: re.Match[str]) -> float:
    """Return a percentage as a factor."""
    return float(match["n"]) / 100


def _level(factor: float) -> Reading:
    return lambda _: SetVolume(factor=factor)


def _relative(factor: float) -> Reading:
    return lambda _: SetVolume(factor=factor, is_relative=True)


def _quieter_by(match: re.Match[str]) -> SetVolume | None:
    factor = 1 - share_of(match)
    return SetVolume(factor=factor, is_relative=True) if factor >= 0 else None


def _speed(factor: float) -> SetSpeed | None:
    return SetSpeed(factor=factor) if factor else None


def _slower_by_times(match: re.Match[str]) -> SetSpeed | None:
    """Halve the speed for slowing down by 2x, or 放慢2倍; 0.5x is meant literally."""
    factor = float(match["n"])
    return _speed(1 / factor if factor > 1 else factor)


VOLUME = rules(
    "volume",
    {
        "mute": _level(0),
        "unmute": _level(1),
        "half_level": _level(0.5),
        "level": lambda match: SetVolume(factor=share_of(match)),
        "louder_by": lambda match: SetVolume(factor=1 + share_of(match), is_relative=True),
        "quieter_by": _quieter_by,
        "twice_as_loud": _relative(2),
        "half_as_loud": _relative(0.5),
        "louder": _relative(LOUDER),
        "quieter": _relative(QUIETER),
    },
)
SPEED = rules(
    "speed",
    {
        "times": lambda match: _speed(float(match["n"])),
        "slower_by_times": _slower_by_times,
        "percent": lambda match: _speed(share_of(match)),
        "double": lambda _: _speed(2),
        "half": lambda _: _speed(0.5),
        "faster": lambda _: _speed(FASTER),
        "slower": lambda _: _speed(SLOWER),
    },
)

FILE = rf"(?P<file>[A-Za-z0-9_.-]+\.(?:mp3|wav|m4a|aac)|{SIGNS['quoted']})"


def _music(clause: str) -> Edit | None:
    words = WORDS.music
    file, own = found(FILE, clause), (words.named, words.fillers, WORDS.common.video)
    if not file and not found(words.named, clause):
        return None
    if used_up(clause, words.drops, FILE, *own):
        return RemoveMusic() if found(words.drops, clause) else _added(clause, file)
    changes, volume = f"^(?:{words.changes})", f"(?:{words.at})?{AMOUNT}"
    if used_up(clause, changes, words.softer, words.stronger, *own) and not file:
        factor = LOUDER if found(words.stronger, clause) else QUIETER
        return SetVolume(factor=factor, is_relative=True, of="music")
    if used_up(clause, changes, volume, *own) and not file:
        stated = found(AMOUNT, clause)
        return SetVolume(factor=share_of(stated), of="music") if stated else None
    adds = f"^(?:{words.adds})"
    is_added = found(adds, clause) and used_up(clause, adds, volume, FILE, *own)
    return _added(clause, file) if is_added else None


def _added(clause: str, file: re.Match[str] | None) -> AddMusic:
    stated = found(AMOUNT, clause)
    return AddMusic(
        filename=file["file"] if file else None, volume=share_of(stated) if stated else None
    )


def read(clause: str) -> Edit | None:
    """Read what a clause wants of the sound or the speed."""
    return by_rules(VOLUME, clause) or by_rules(SPEED, clause) or _music(clause)
