"""Containers of cameras, recorders and broadcasters, beside the five of the web; and their lies."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.hostile.sample import PICTURE, SOUND, Canaries, Clips, Sample, mutated, u16, u32

MPEG = ["-c:v", "mpeg2video", "-b:v", "200k", "-c:a", "mp2", "-b:a", "64k"]
MADE = {
    "flv": ["-c:v", "flv1", "-b:v", "100k", "-c:a", "mp3", "-ar", "22050"],
    "wmv": ["-c:v", "wmv2", "-b:v", "100k", "-c:a", "wmav2", "-b:a", "48k"],
    "ts": MPEG, "mpg": MPEG, "vob": ["-target", "pal-dvd"], "mxf": ["-c:v", "mpeg2video", "-r", "25",
    "-c:a", "pcm_s16le", "-ar", "48000"], "ogv": ["-c:v", "libtheora", "-c:a", "libvorbis"],
    "3gp": ["-c:v", "h263", "-s", "176x144", "-c:a", "aac", "-ar", "16000", "-ac", "1"],
}  # fmt: skip
TS_PACKET = 188
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
ASF_SCRIPT = bytes.fromhex("301afb1e620bd011a39b00a0c90348f6")
ASF_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
KLV = bytes.fromhex("060e2b34")


def samples(clips: Clips, canaries: Canaries) -> Iterator[Sample]:
    """Each container cut, damaged and emptied, then what only one of them can say."""
    for number, ending in enumerate(MADE):
        yield from _broken(ending, _whole(clips, ending), is_quick=number % 2 == 0)
    yield from _flash(_whole(clips, "flv"), canaries)
    yield from _windows(_whole(clips, "wmv"), canaries)
    yield from _broadcast(_whole(clips, "ts"), _whole(clips, "mpg"))
    yield from _studio(_whole(clips, "mxf"), canaries)
    yield from _ogg(_whole(clips, "ogv"))
    yield from _misnamed(canaries)


def _whole(clips: Clips, ending: str) -> bytes:
    name = f"recorded.{ending}"
    path = clips.folder / name
    made = path.exists() and path.read_bytes()
    return made or clips.make(name, *PICTURE, *SOUND, *MADE[ending])


def _sample(name: str, data: bytes, *, is_quick: bool = False) -> Sample:
    """Every second one is named like what it is not."""
    ending = ".mp4" if len(name) % 2 else ""
    return Sample("recordings", f"{name}{ending}", data, is_quick=is_quick)


def _broken(ending: str, whole: bytes, *, is_quick: bool) -> Iterator[Sample]:
    yield _sample(f"cut.{ending}", whole[: len(whole) // 3], is_quick=is_quick)
    yield _sample(f"head-only.{ending}", whole[:200])
    yield _sample(f"tail-only.{ending}", whole[len(whole) // 2 :])
    yield _sample(f"holes.{ending}", whole[:3_000] + bytes(100_000) + whole[3_000:])
    yield _sample(f"mutated-head.{ending}", mutated(whole, 1, 40, until=2_000), is_quick=is_quick)
    yield _sample(f"mutated.{ending}", mutated(whole, 2, 400))
    yield _sample(f"doubled.{ending}", whole * 3)


def _flash(whole: bytes, canaries: Canaries) -> Iterator[Sample]:
    """Metadata of Flash: arrays in arrays, and more entries than there are bytes."""
    key = b"\x02" + u16(10) + b"onMetaData"
    deep = b"\x03" + (u16(1) + b"a\x03") * 20_000
    texts = {
        "amf-deep": key + deep, "amf-array": key + b"\x0a" + u32(0xFFFFFFFF),
        "amf-url": key + b"\x08" + u32(1) + u16(3) + b"url\x02" + u16(len(canaries.url))
        + canaries.url.encode(), "amf-nan": key + b"\x08" + u32(1) + u16(8) + b"duration\x00"
        + struct.pack(">d", float("nan")) + b"\0\0\x09",
    }  # fmt: skip
    for name, body in texts.items():
        tag = b"\x12" + len(body).to_bytes(3, "big") + bytes(7) + body
        yield _sample(f"{name}.flv", whole[:13] + tag + u32(len(tag)) + whole[13:], is_quick=True)
    yield _sample("sizes.flv", whole[:14] + b"\xff\xff\xff" + whole[17:])


def _windows(whole: bytes, canaries: Canaries) -> Iterator[Sample]:
    """Commands that Windows' player obeyed, locks that nobody opens, and counts without end."""
    for name, kind in (("URLANDEXIT", "command"), ("FILENAME", "file")):
        text = name.encode("utf-16-le")
        place = f"{canaries.url}/asf".encode("utf-16-le")
        body = (
            bytes(16) + struct.pack("<HH", 1, 1) + struct.pack("<H", len(text) // 2) + text
            + struct.pack("<IHH", 0, 0, len(place) // 2) + place
        )  # fmt: skip
        yield _sample(f"asf-{kind}.wmv", _in_header(whole, ASF_SCRIPT, body), is_quick=True)
    locked = b"".join(struct.pack("<I", 4) + b"DRM\0" for _ in range(4))
    yield _sample("asf-locked.wmv", _in_header(whole, ASF_ENCRYPTION, locked), is_quick=True)
    for name, count in (("none", 0), ("many", 0xFFFFFFFF)):
        yield _sample(f"asf-objects-{name}.wmv", whole[:24] + struct.pack("<I", count) + whole[28:])
    place = whole.find(ASF_FILE)
    lying = whole[: place + 40] + b"\xff" * 40 + whole[place + 80 :]
    yield _sample("asf-lying.wmv", lying, is_quick=True)
    yield _sample("asf-size.wmv", whole[:16] + b"\xff" * 8 + whole[24:])


def _in_header(whole: bytes, kind: bytes, body: bytes) -> bytes:
    size, count = struct.unpack("<QI", whole[16:28])
    added = kind + struct.pack("<Q", 24 + len(body)) + body
    head = ASF_HEADER + struct.pack("<QI", size + len(added), count + 1) + whole[28:30]
    return head + added + whole[30:]


def _broadcast(stream: bytes, program: bytes) -> Iterator[Sample]:
    """Thousands of programs, clocks that jump, and packets of nothing."""
    packet = b"\x47\x40\x00\x10" + bytes(184)
    programs = b"".join(u16(n) + u16(0xE000 | 256 + n) for n in range(1, 40))
    table = b"\0\x00\xb0" + bytes([9 + len(programs)]) + u16(1) + b"\xc1\0\0" + programs + u32(0)
    many = (b"\x47\x40\x00\x10" + table).ljust(TS_PACKET, b"\xff")
    yield _sample("programs.ts", many * 5_000 + stream, is_quick=True)
    yield _sample("nothing.ts", packet * 20_000)
    yield _sample("null-packets.ts", b"\x47\x1f\xff\x10" + bytes(184) + stream * 2)
    pieces = [stream[n : n + TS_PACKET] for n in range(0, len(stream), TS_PACKET)]
    yield _sample("backwards.ts", b"".join(reversed(pieces)), is_quick=True)
    yield _sample("only-odd.ts", b"".join(pieces[::2]))
    yield _sample("sync.ts", b"\x47" * 500_000)
    yield _sample(
        "headers.mpg", b"\0\0\1\xba" + bytes(10) + b"\0\0\1\xbb\xff\xff" * 50_000 + program
    )
    yield _sample("start-codes.mpg", b"\0\0\1\xb3" * 100_000)
    yield _sample("pictures.mpg", program + b"\0\0\1\0" * 200_000)
    yield _sample("scrambled.vob", program.replace(b"\0\0\1\xe0", b"\0\0\1\xe0\xb0"), is_quick=True)


def _studio(whole: bytes, canaries: Canaries) -> Iterator[Sample]:
    """Lengths beyond the file, and essence that is said to lie elsewhere."""
    locator = KLV + bytes.fromhex("02530101") + bytes.fromhex("0d01010101013200")
    place = f"{canaries.url}/essence".encode("utf-16-be")
    body = b"\x40\x01" + u16(len(place)) + place
    yield _sample("elsewhere.mxf", whole[:1_024] + locator + _ber(len(body)) + body + whole[1_024:])
    yield _sample(
        "length.mxf", whole[:16] + b"\x88" + b"\x7f" + b"\xff" * 7 + whole[25:], is_quick=True
    )
    yield _sample("fillers.mxf", (KLV + bytes(12) + b"\0") * 100_000 + whole)
    yield _sample("partitions.mxf", whole[:120] * 2_000)


def _ber(length: int) -> bytes:
    return b"\x83" + length.to_bytes(3, "big")


def _ogg(whole: bytes) -> Iterator[Sample]:
    """Streams without end, and comments that are longer than the file."""
    page = b"OggS\0\2" + bytes(8)
    yield _sample("streams.ogv", b"".join(page + u32(n) + bytes(8) + b"\0" for n in range(3_000)))
    yield _sample("pages.ogv", whole + b"OggS" * 100_000)
    place = whole.find(b"\x03vorbis")
    lying = whole[: place + 7] + b"\xff\xff\xff\x7f" + whole[place + 11 :]
    yield _sample("comments.ogv", lying, is_quick=True)
    place = whole.find(b"\x80theora")
    yield _sample(
        "size.ogv", whole[: place + 10] + b"\xff" * 12 + whole[place + 22 :], is_quick=True
    )


def _misnamed(canaries: Canaries) -> Iterator[Sample]:
    """What people and tools keep under the same endings, or drop by mistake."""
    texts = {
        "component.ts": b"import { api } from './api';\nexport const run = () => api.get('/');\n" * 99,
        "translation.ts": b'<?xml version="1.0"?><!DOCTYPE TS><TS version="2.1"><context/></TS>',
        "playlist.flv": f"#EXTM3U\n#EXTINF:1,\n{canaries.url}/flv\n".encode(),
        "redirect.wmv": f'<ASX version="3"><ref href="{canaries.url}/asx"/></ASX>'.encode(),
        "link.mpg": f"[InternetShortcut]\nURL={canaries.url}/shortcut\n".encode(),
        "mail.3gp": b"From: a@example.com\r\nContent-Type: video/3gpp\r\n\r\n" + b"QUJD" * 999,
        "pointer.mts": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "errors.m2ts": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
        "page.mxf": b"<!doctype html><title>Sign in</title>" * 50,
        "program.vob": b"MZ" + bytes(4_000), "elf.ogv": b"\x7fELF\2\1\1" + bytes(4_000),
        "archive.mts": b"Rar!\x1a\x07\x01\x00" + bytes(4_000), "disc.vob": bytes(32_769) + b"CD001",
        "torrent.flv": b"d8:announce" + canaries.url.encode() + b"e",
        "session.qt": b"RTSPtext\r\n" + canaries.url.encode(), "empty.wmv": b"", "dot.3gp": b".",
    }  # fmt: skip
    for number, (name, data) in enumerate(texts.items()):
        yield _sample(f"misnamed-{name}", data, is_quick=number % 3 == 0)
