"""Inputs that people really have, made by script from one short clip, as `cases/*.yaml` say.

A row's `ffmpeg` is a command line but for its end; `{name}` in it stands for arguments that many
rows share, or for a piece that is made first, once a folder (`{lines:20}`: with that argument).
`then` names what is done to the bytes afterwards, since no tool writes a broken file.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.faults.table import cases

DEMO = Path(__file__).parents[2] / "examples" / "demo.mp4"
FLASHES = (3.0, 7.0)
"""Moments at which the inputs for step flash and beep, in seconds of their own time."""

CHORD = "+".join(f"0.1*sin(2*PI*{f}*t)*(0.6+0.4*sin(2*PI*t))" for f in (220, 277, 330))
SHARED = {
    "h264": "-c:v libx264 -preset ultrafast -bf 2 -g 60 -pix_fmt yuv420p",
    "aac": "-c:a aac -b:a 64k",
    "vp8": "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 500k",
    "silence": "-f lavfi -t 9 -i anullsrc=r=48000:cl=stereo",
    "fragments": "-movflags frag_keyframe+empty_moov+default_base_moof",
    "vfr": "-vf select='not(mod(n,7))+not(mod(n,5))+between(t,2.9,3.2)+between(t,6.9,7.2)'"
    " -fps_mode vfr",
    # Several sound tracks, the first one the default.
    "under_the_talk": "-c:v copy {aac} -ac 2 -t 9 -disposition:a 0 -disposition:a:0 default",
    "bt709": "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv",
}
"""Arguments."""

PIECES = {
    # Nine seconds in which somebody speaks.
    "talk": ("mp4", f"-t 9 -i {DEMO} -vf scale=640:360 {{h264}} {{aac}} -ac 2"),
    "webm": ("webm", "-i {talk} {vp8} -c:a libopus"),
    "still": ("mp4", "-i {talk} -an -frames:v 1 {h264}"),
    "cover": ("{0}", "-i {talk} -frames:v 1"),
    # Chords that nobody takes for a voice.
    "music": ("wav", f"-f lavfi -i aevalsrc='{CHORD}':s=48000:d=9"),
    # Grey that flashes; it begins so much late, and flashes at the same moments.
    "flash": (
        "mp4",
        (
            "-f lavfi -i color=gray:s=360x640:r={1}:d={left},noise=alls=4:allf=t,"
            "drawbox=enable='{moments}':color=white:t=fill {h264} -profile:v high"
            " -x264-params cabac=1:8x8dct=1:scenecut=0 {bt709}"
        ),
    ),
    # The beeps that go with the flashes, over a very soft hum.
    "beep": (
        "m4a",
        (
            "-f lavfi -i aevalsrc='if({moments},0.6*sin(2*PI*1000*t),0.004*sin(2*PI*200*t))'"
            ":s=48000:d={left} {aac}"
        ),
    ),
    "flashing": ("mp4", "-i {flash:0} -i {beep:0} -map 0:v -map 1:a -c copy"),
    "flashing_webm": ("webm", "-i {flashing} {vp8} -c:a libopus"),
}
"""Ending and command line of what rows are made from."""

VOICES = {
    "de": "Guten Tag. Heute zeige ich Ihnen, wie man ganz schnell einen Kuchen backt.",
    "fr": "Bonjour. Aujourd'hui je vais vous montrer comment faire un gâteau chez vous.",
}
CHAPTERS = (
    ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=One\n"
    "[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000\nEND=9000\ntitle=Two\n"
)


def made(folder: Path, name: str) -> Path:
    """The input of this name, made if it is not there yet."""
    (case,) = (case for case in cases() if case.name == name)
    output = folder / name / case.file
    if not output.exists():
        output.parent.mkdir(parents=True, exist_ok=True)
        _ffmpeg(folder, case.ffmpeg, output)
        if case.then:
            step, *arguments = case.then.split()
            output.write_bytes(CHANGES[step](output.read_bytes(), *arguments))
    return output


def piece(folder: Path, name: str, *arguments: str) -> Path:
    """What rows are made from, by its name in braces."""
    ending = WRITTEN[name][0] if name in WRITTEN else PIECES[name][0].format(*arguments)
    path = folder / "pieces" / f"{'-'.join((name, *arguments)).replace('/', '_')}.{ending}"
    if path.exists():
        return path
    path.parent.mkdir(exist_ok=True)
    if name in WRITTEN:
        path.write_bytes(WRITTEN[name][1](*arguments))
    else:
        is_timed = name in ("flash", "beep")
        command = PIECES[name][1]
        _ffmpeg(folder, _with_moments(command, *arguments) if is_timed else command, path)
    return path


def _with_moments(command: str, late: str, rate: str = "30") -> str:
    start = [at - float(late) for at in FLASHES]
    moments = "+".join(f"between(t,{at:.3f},{at + 0.1:.3f})" for at in start)
    command = command.replace("{moments}", moments).replace("{left}", str(9 - float(late)))
    return command.replace("{1}", rate)


def _ffmpeg(folder: Path, command: str, output: Path) -> None:
    """Test material does not go through the product's door."""
    start = ("ffmpeg", "-v", "error", "-nostdin", "-y")
    subprocess.run([*start, *_arguments(folder, command), str(output)], check=True)


def _arguments(folder: Path, command: str) -> list[str]:
    found: list[str] = []
    for word in re.findall(r"(?:\"[^\"]*\"|\S)+", command):
        if not word.startswith("{"):
            found.append(word.replace('"', ""))
        elif word[1:-1] in SHARED:
            found += _arguments(folder, SHARED[word[1:-1]])
        else:
            found.append(str(piece(folder, *word[1:-1].split(":"))))
    return found


def _voice(language: str) -> bytes:
    """Another voice, in another language."""
    command = ["espeak-ng", "-v", language, "-s", "140", "--stdout", VOICES[language]]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _lines(until: str) -> bytes:
    """SubRip whose last line ends so late."""
    return (
        "1\n00:00:00,500 --> 00:00:03,000\nMeet the mug.\n\n"
        f"2\n00:00:04,000 --> 00:00:{int(until):02},000\nIt stays hot.\n"
    ).encode()


def _pgs() -> bytes:
    """Blu-ray subtitles: two pictures of one white bar each, which no SubRip can be made of."""

    def segment(at_ms: int, kind: int, data: bytes) -> bytes:
        return b"PG" + struct.pack(">IIBH", at_ms * 90, 0, kind, len(data)) + data

    wide, high = 64, 16
    rows = (bytes([0x00, 0xC0, wide, 1]) + b"\x00\x00") * high
    window = struct.pack(">BBHHHH", 1, 0, 288, 300, wide, high)
    palette = bytes([0, 0, 0, 16, 128, 128, 0, 1, 235, 128, 128, 255])
    body = struct.pack(">HH", wide, high) + rows
    bar = struct.pack(">HBB", 0, 0, 0xC0) + len(body).to_bytes(3, "big") + body

    def shown(at_ms: int, number: int) -> bytes:
        screen = struct.pack(">HHBHBBBB", 640, 360, 0x10, number, 0x80, 0, 0, 1)
        parts = ((0x16, screen + struct.pack(">HBBHH", 0, 0, 0, 288, 300)), (0x17, window),
                 (0x14, palette), (0x15, bar), (0x80, b""))  # fmt: skip
        return b"".join(segment(at_ms, kind, data) for kind, data in parts)

    def gone(at_ms: int, number: int) -> bytes:
        screen = struct.pack(">HHBHBBBB", 640, 360, 0x10, number, 0, 0, 0, 0)
        parts = ((0x16, screen), (0x17, window), (0x80, b""))
        return b"".join(segment(at_ms, kind, data) for kind, data in parts)

    return shown(500, 0) + gone(3000, 1) + shown(4000, 2) + gone(6000, 3)


WRITTEN: dict[str, tuple[str, Callable[..., bytes]]] = {
    "voice": ("wav", _voice),
    "lines": ("srt", _lines),
    "bitmaps": ("sup", _pgs),
    "chapters": ("txt", CHAPTERS.encode),
    "font": ("ttf", lambda: b"\0\1\0\0" + bytes(400)),
}
"""Pieces that ffmpeg does not make: ending and bytes."""


def _keep(data: bytes, percent: str) -> bytes:
    return data[: len(data) * int(percent) // 100]


def _zero_behind(data: bytes, percent: str) -> bytes:
    """A download that took its room at once: behind what has arrived there are only zeros."""
    return _keep(data, percent).ljust(len(data), b"\0")


def _say_seconds(data: bytes, seconds: str) -> bytes:
    """Another duration in a Matroska header."""
    place = data.index(b"\x44\x89\x88") + 3
    return data[:place] + struct.pack(">d", 1_000.0 * int(seconds)) + data[place + 8 :]


def _rename_the_last_codec(data: bytes) -> bytes:
    """`apac`, which ffmpeg does not know: Apple's spatial sound."""
    place = data.rindex(b"mp4a", 0, data.rindex(b"stts"))
    return data[:place] + b"apac" + data[place + 4 :]


def _make_telemetry_of_the_text(data: bytes) -> bytes:
    """GoPro's `gpmd`."""
    return data.replace(b"tx3g", b"gpmd").replace(b"sbtl", b"meta").replace(b"nmhd", b"gmhd")


def _crash_avi(whole: bytes) -> bytes:
    """Sizes and index are written last, so a crash leaves zeros and none."""
    data = bytearray(whole)
    del data[data.rindex(b"idx1") :]
    places = [4, data.index(b"avih") + 24, data.index(b"movi") - 4]
    places += [found.start() + 40 for found in re.finditer(b"strh", data)]  # lengths
    for place in places:
        data[place : place + 4] = bytes(4)
    return bytes(data)


def _zero_lengths(whole: bytes) -> bytes:
    """The index is whole; the length of the film, of its tracks and of its media is zero."""
    data = bytearray(whole)
    for name, place in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        for found in re.finditer(name, whole):
            data[found.start() + place : found.start() + place + 4] = bytes(4)
    return bytes(data)


CHANGES: dict[str, Callable[..., bytes]] = {
    "keep": _keep,
    "zero_behind": _zero_behind,
    "say_seconds": _say_seconds,
    "say_seconds_in_one_place": lambda data, seconds: _say_seconds(data, seconds).replace(
        b"DURATION", b"XURATION"
    ),
    "keep_the_beginning_of_the_first_fragment": lambda data: data[: data.index(b"moof") + 3_000],
    "keep_the_header": lambda data: data[: data.index(b"\x1f\x43\xb6\x75")],
    "lose_the_index": lambda data: data[: data.rindex(b"\x1c\x53\xbb\x6b") + 6],
    # As some cameras and file systems leave it.
    "pad": lambda data: data + bytes(4096) + b"\xff" * 100,
    "rename_the_last_codec": _rename_the_last_codec,
    "make_telemetry_of_the_text": _make_telemetry_of_the_text,
    "crash_avi": _crash_avi,
    "zero_lengths": _zero_lengths,
}
"""What `then` may name, with its arguments as they stand there."""
