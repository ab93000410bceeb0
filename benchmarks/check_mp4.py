"""Does an MP4 meet a network's spec? Judged with ffprobe and ffmpeg alone.

Shares no code with the renderer and none with its certificate; the numbers below are copied by
hand from the networks' pages (see the registry's sources). `python check_mp4.py tiktok a.mp4`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

LIMITS = {
    # shortest s, longest s, bytes, Mbit/s, (narrowest, widest), widest px, frames/s
    "instagram": (3, 900, 300e6, 25, (0.01, 10), 1920, (23, 60)),
    "x": (0.5, 140, 512e6, 25, (1 / 3, 3), 1280, (1, 60)),
    "linkedin": (3, 1800, 500e6, 30, (1 / 2.4, 2.4), 1920, (10, 30)),
    "tiktok": (3, 600, 4e9, 30, (0.3, 3), 4096, (23, 60)),
    "youtube": (0.5, 180, 256e9, 30, (0.3, 1), 3840, (23, 60)),
    "bluesky": (0.1, 180, 100e6, 30, (1 / 3, 3), 4096, (10, 60)),
    "threads": (0.5, 300, 1e9, 25, (0.01, 10), 1920, (23, 60)),
    "facebook": (3, 90, 4e9, 30, (0.55, 0.57), 1920, (24, 60)),
}
LOUDNESS, PEAK = (-15.0, -13.0), -1.0


def output(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=True)


def facts(path: str) -> dict:
    wanted = ("-show_format", "-show_streams", "-show_packets", "-of", "json")
    return json.loads(output("ffprobe", "-v", "error", *wanted, path).stdout)


def layout(path: str) -> list[str]:
    """Box names as ffprobe's own demuxer meets them, in order."""
    traced = output("ffprobe", "-v", "trace", path).stderr
    return re.findall(r"type:'(\w+)' parent:", traced)


def loudness(path: str) -> tuple[float, float]:
    said = output("ffmpeg", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-")
    summary = said.stderr[said.stderr.rindex("Summary:") :]
    integrated = float(re.search(r"I:\s+(\S+) LUFS", summary)[1])
    return integrated, float(re.search(r"Peak:\s+(\S+) dBFS", summary)[1])


def container(path: str, found: dict) -> list[str]:
    boxes = layout(path)
    return [
        *(["not MP4"] if "mp4" not in found["format"]["format_name"] else []),
        *(["moov is not first"] if boxes.index("moov") > boxes.index("mdat") else []),
        *(["edit list"] if "elst" in boxes else []),
    ]


def picture(video: dict, network: str) -> list[str]:
    _, _, _, _, (narrow, wide), widest, (slow, fast) = LIMITS[network]
    width, height = video["width"], video["height"]
    up, down = map(int, video["avg_frame_rate"].split("/"))
    tags = [video.get(f"color_{tag}") for tag in ("transfer", "primaries", "space")]
    checks = {
        "not H.264 High": (video["codec_name"], video["profile"]) == ("h264", "High"),
        "not 4:2:0 of 8 bits": video["pix_fmt"] == "yuv420p",
        "level too high": video["level"] <= 42,
        "pixels not square": video.get("sample_aspect_ratio", "1:1") == "1:1",
        "interlaced": video.get("field_order", "progressive") == "progressive",
        "rotated": not video.get("side_data_list"),
        "colours not BT.709": tags == ["bt709"] * 3,
        f"{width}x{height}": width <= widest
        and height <= 1920
        and narrow <= width / height <= wide,
        "odd size": width % 2 == height % 2 == 0,
        "frame rate": slow <= up / down <= fast + 0.01,
        "rate not constant": video["avg_frame_rate"] == video["r_frame_rate"],
    }
    return [fault for fault, good in checks.items() if not good]


def groups(packets: list[dict]) -> list[str]:
    """Every picture shown after the key frame stored before it: closed groups, 5 s at most."""
    faults, last_key, key_times = set(), None, []
    for packet in packets:
        now = float(packet["pts_time"])
        if "K" in packet["flags"]:
            last_key = now
            key_times.append(now)
        elif last_key is None or now < last_key:
            faults.add("open group of pictures")
    distances = [b - a for a, b in pairwise(key_times)]
    if max(distances, default=0) > 5:
        faults.add("key frames too far apart")
    if abs(min(float(p["pts_time"]) for p in packets)) > 0.005:
        faults.add("picture starts late")
    return sorted(faults)


def sound(audio: dict | None, path: str, seconds: float) -> list[str]:
    if audio is None:
        return []
    faults = []
    if (audio["codec_name"], audio["profile"]) != ("aac", "LC"):
        faults.append("not AAC-LC")
    if audio["sample_rate"] != "48000" or audio["channels"] > 2:
        faults.append("not 48 kHz stereo")
    integrated, peak = loudness(path)
    if integrated > -60 and seconds >= 3 and not LOUDNESS[0] <= integrated <= LOUDNESS[1]:
        faults.append(f"{integrated} LUFS")
    if peak > PEAK:
        faults.append(f"{peak} dBTP")
    return faults


def whole(found: dict, video: dict, source_seconds: float | None, network: str) -> list[str]:
    shortest, longest, most_bytes, most_mbits, *_ = LIMITS[network]
    seconds, size = float(video["duration"]), int(found["format"]["size"])
    times = [p for p in found["packets"] if p["codec_type"] == "video"]
    shown = max(float(p["pts_time"]) + float(p["duration_time"]) for p in times)
    checks = {
        f"{seconds:.2f} s": shortest - 0.04 <= seconds <= longest,
        "too many bytes": size <= most_bytes,
        "bit rate": size * 8 / max(seconds, 1) <= most_mbits * 1e6,
        "shorter than its header": shown >= seconds - 0.1,
        "shorter than the source": source_seconds is None or seconds >= source_seconds - 0.15,
    }
    return [fault for fault, good in checks.items() if not good]


def check(path: str, network: str, source_seconds: float | None = None) -> list[str]:
    """What the network would object to; empty is good."""
    found = facts(path)
    streams = {stream["codec_type"]: stream for stream in found["streams"]}
    video = streams["video"]
    return [
        *container(path, found),
        *picture(video, network),
        *groups([p for p in found["packets"] if p["codec_type"] == "video"]),
        *sound(streams.get("audio"), path, float(video["duration"])),
        *whole(found, video, source_seconds, network),
    ]


if __name__ == "__main__":
    name, *paths = sys.argv[1:]
    verdicts = {path: check(path, name) for path in paths}
    for file, faults in verdicts.items():
        print(f"{Path(file).name}: {', '.join(faults) or 'good'}")
    sys.exit(any(verdicts.values()))
