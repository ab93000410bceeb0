"""What `socialcopy up` costs to start, and then each video: one checkout against others.

    python benchmarks/stack_cost.py <checkout> [<checkout> ...] [--rounds 3] [--videos 6]

Each round starts every checkout's stack twice, once to stop it when it is ready and once to let it
deliver the same clip so many times; CPU seconds are those of the whole process tree, as the kernel
adds them up when it has ended. Checkouts take turns, so that a busy minute hits all alike.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

QUIET = {
    "MEDIA_PRESET": "fast",
    "MEDIA_SCREEN_FRAMES": "0",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


def clip(folder: Path) -> bytes:
    target = folder / "clip.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags",
         "+faststart", target],
        check=True,
    )  # fmt: skip
    return target.read_bytes()


def bucket(data: Path) -> Any:
    text = (data / "s3.env").read_text()
    words = [shlex.split(line)[1] for line in text.splitlines()]
    found = dict(word.split("=", 1) for word in words)
    return boto3.client(
        "s3", endpoint_url=found["AWS_ENDPOINT_URL"], region_name="us-east-1",
        aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )  # fmt: skip


def delivered(s3: Any) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="socialcopy", Prefix="outbox/")
    return sum(o["Key"].endswith("/manifest.json") for p in pages for o in p.get("Contents", ()))


def run(checkout: Path, data: Path, cache: Path, video: bytes, videos: int) -> dict[str, float]:
    python = checkout / ".venv" / "bin" / "python"
    log = data.parent / "up.log"
    folders = {"SOCIALCOPY_DATA_DIR": str(data), "SOCIALCOPY_CACHE_DIR": str(cache)}
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [python, "-m", "socialcopy.cli", "up"], cwd=checkout, stdout=output, stderr=output,
            env={**os.environ, **QUIET, **folders}, start_new_session=True,
        )  # fmt: skip
    while "ready" not in log.read_text():
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    ready = time.monotonic() - began
    work = 0.0
    if videos:
        s3, before = bucket(data), time.monotonic()
        had = delivered(s3)
        for n in range(videos):
            body = video + b"\0\0\0\x10free" + time.time_ns().to_bytes(8, "big")
            s3.put_object(Bucket="socialcopy", Key=f"inbox/{time.time_ns()}-{n}.mp4", Body=body)
        while delivered(s3) < had + videos:
            assert process.poll() is None, log.read_text()
            time.sleep(0.5)
        work = time.monotonic() - before
    else:
        time.sleep(5)
    process.send_signal(signal.SIGINT)
    _, _, used = os.wait4(process.pid, 0)
    return {"ready_s": ready, "cpu_s": used.ru_utime + used.ru_stime, "work_s": work}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--videos", type=int, default=6)
    given = parser.parse_args()
    rows: dict[str, list[dict[str, float]]] = {str(c): [] for c in given.checkouts}
    with tempfile.TemporaryDirectory() as folder:
        video = clip(Path(folder))
        for number in range(given.rounds + 1):
            for checkout in given.checkouts:
                place = Path(folder) / checkout.name
                place.mkdir(exist_ok=True)
                data, cache = place / "data", place / "cache"
                start = run(checkout, data, cache, video, 0)
                full = run(checkout, data, cache, video, given.videos)
                row = {
                    "ready_s": start["ready_s"],
                    "start_cpu_s": start["cpu_s"],
                    "video_cpu_s": (full["cpu_s"] - start["cpu_s"]) / given.videos,
                    "video_s": full["work_s"] / given.videos,
                }
                print(number, checkout.name, {k: round(v, 2) for k, v in row.items()}, flush=True)
                if number:  # the first round makes databases and joins weights
                    rows[str(checkout)].append(row)
    for name in next(iter(rows.values()))[0]:
        medians = {c: statistics.median(r[name] for r in found) for c, found in rows.items()}
        first = next(iter(medians.values()))
        told = "  ".join(f"{Path(c).name} {m:.2f} ({m / first:.3f})" for c, m in medians.items())
        print(f"{name:<14}{told}")


if __name__ == "__main__":
    main()
