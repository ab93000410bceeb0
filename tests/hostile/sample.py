"""One hostile upload, and the small clips that most of them are made of."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SECRET = "CANARY-SECRET-4711"
"""What stands in the file that nobody may read."""


@dataclass(frozen=True)
class Sample:
    """A video as it is dropped, and what is dropped beside it."""

    kind: str
    """What it tries; the campaign's report counts by it."""
    name: str
    content: bytes | Callable[[], bytes]
    """The bytes, or how they are made, where that takes a while."""
    beside: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Other objects of the bucket by their keys; `{stem}` stands for the video's name."""
    brief: str = ""
    """A `<name>.brief.yaml` as text; bytes that are none go into `beside`."""
    is_quick: bool = False
    """Whether it is one of those that CI tries."""

    @property
    def data(self) -> bytes:
        """The bytes of the video."""
        return self.content if isinstance(self.content, bytes) else self.content()


@dataclass(frozen=True)
class Canaries:
    """Where a sample tries to reach."""

    url: str
    """Of a server that counts whoever calls."""
    secret: Path
    """A file with `SECRET` in it."""


# fmt: off
PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=192x108:r=12:d=2.5"]
SOUND = ["-f", "lavfi", "-i", "sine=f=440:d=2.5"]
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "12"]
BASES = {
    "mp4": [*PICTURE, *SOUND, *X264, "-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart"],
    "mov": [*PICTURE, *SOUND, *X264, "-c:a", "pcm_s16le", "-ar", "8000"],
    "mkv": [*PICTURE, *SOUND, *X264, "-c:a", "aac", "-b:a", "48k"],
    "webm": [*PICTURE, *SOUND, "-c:v", "libvpx", "-b:v", "100k", "-c:a", "libvorbis"],
    "avi": [*PICTURE, *SOUND, "-c:v", "mpeg4", "-b:v", "100k", "-c:a", "mp3", "-b:a", "48k"],
    "frag.mp4": [
        *PICTURE, *SOUND, *X264, "-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov",
    ],
    "tail.mp4": [*PICTURE, *SOUND, *X264, "-c:a", "aac", "-b:a", "48k"],
    "silent.mp4": [*PICTURE, *X264, "-movflags", "+faststart"],
}
# fmt: on


@dataclass(frozen=True)
class Clips:
    """Small whole clips by their endings; what is made of them is made in a folder of our own."""

    folder: Path

    def data(self, ending: str) -> bytes:
        """One of `BASES`."""
        path = self.folder / f"base.{ending}"
        if not path.exists():
            self.make(path.name, *BASES[ending])
        return path.read_bytes()

    def path(self, ending: str) -> str:
        """The same as a file, for ffmpeg to read."""
        self.data(ending)
        return str(self.folder / f"base.{ending}")

    def make(self, name: str, *arguments: str, files: Mapping[str, bytes] | None = None) -> bytes:
        """What ffmpeg makes in that folder; `files` are put there first."""
        for other, data in (files or {}).items():
            (self.folder / other).write_bytes(data)
        argv = ["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments, name]
        subprocess.run(argv, cwd=self.folder, check=True, timeout=900)
        return (self.folder / name).read_bytes()


def box(kind: str, *parts: bytes, size: int | None = None) -> bytes:
    """An MP4 box; `size` is what it says of itself, if that is not true."""
    body = b"".join(parts)
    return (8 + len(body) if size is None else size).to_bytes(4, "big") + kind.encode() + body


def full_box(kind: str, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """An MP4 box with version and flags."""
    return box(kind, bytes([version]), flags.to_bytes(3, "big"), *parts)


def u16(number: int) -> bytes:
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    return (number & 0xFFFFFFFF).to_bytes(4, "big")


def u64(number: int) -> bytes:
    return (number & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


def element(identity: str, *parts: bytes, size: int | None = None) -> bytes:
    """A Matroska element by its id in hexadecimal digits; its length takes eight bytes."""
    body = b"".join(parts)
    length = len(body) if size is None else size
    return bytes.fromhex(identity) + (1 << 56 | length).to_bytes(8, "big") + body


def replaced(data: bytes, kind: str, change: bytes, *, offset: int = 0, which: int = 0) -> bytes:
    """The same file with bytes changed behind the name of a box."""
    place = -1
    for _ in range(which + 1):
        place = data.index(kind.encode(), place + 1)
    begin = place + 4 + offset
    return data[:begin] + change + data[begin + len(change) :]


def grown(data: bytes, path: tuple[str, ...], addition: bytes) -> bytes:
    """An MP4 with a box added at the end of a nested one; the sizes around it are mended.

    Positions of samples stay true where the table of contents is at the end, as in `tail.mp4`.
    """
    if not path:
        return data + addition
    for kind, begin, end in boxes(data):
        if kind == path[0]:
            inner = grown(data[begin + 8 : end], path[1:], addition)
            return data[:begin] + box(kind, inner) + data[end:]
    raise KeyError(path[0])


def boxes(data: bytes) -> Iterator[tuple[str, int, int]]:
    """The boxes of one level: kind, beginning and end."""
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size < 8:
            return
        yield data[place + 4 : place + 8].decode("latin-1"), place, place + size
        place += size


def mutated(data: bytes, seed: int, changes: int, *, until: int | None = None) -> bytes:
    """The same with bytes changed at places drawn by lot."""
    lot = random.Random(seed)
    changed = bytearray(data)
    for _ in range(changes):
        changed[lot.randrange(min(until or len(data), len(data)))] = lot.randrange(256)
    return bytes(changed)
