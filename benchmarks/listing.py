"""How long a look at a large inbox takes, and how much memory: `listing.py [most keys]`.

Fills the embedded store (a real S3 server) with empty videos, nine of ten of them done, and looks
twice, each time in a process of its own; prints seconds, CPU seconds and peak memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store

WRITERS = 16
NO_BYTES = "d41d8cd98f00b204e9800998ecf8427e"

LOOK = """
import json, resource, sys, time
from socialcopy.models import Brief
from socialcopy.settings import S3Settings, WatchSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.inbox import waiting
bucket = Bucket(S3Settings())
brief, began, cpu = Brief(), time.monotonic(), time.process_time()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = sum(1 for _ in waiting(bucket, "inbox/", lambda _: brief, WatchSettings()))
print(json.dumps({
    "found": found, "seconds": round(time.monotonic() - began, 1),
    "cpu_seconds": round(time.process_time() - cpu, 1), "mb_before": before // 1024,
    "mb_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def fill(bucket: Bucket, first: int, last: int, done_share: float) -> None:
    """Drop empty videos, and mark a share of them done."""
    recipe = Brief().recipe()

    def drop(number: int) -> None:
        key = f"inbox/{number:07}.mp4"
        bucket._s3.put_object(Bucket=bucket.name, Key=key, Body=b"")
        if number % 100 < done_share * 100:
            source = SourceVideo(bucket=bucket.name, key=key, etag=NO_BYTES, size_bytes=0)
            mark = keys.finished(source.oid_with(recipe))
            bucket._s3.put_object(Bucket=bucket.name, Key=mark, Body=b"")

    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in pool.map(drop, range(first, last), chunksize=100):
            pass


def look(s3: S3Settings) -> dict[str, float]:
    """One look, in a process of its own."""
    secret = s3.secret_access_key.get_secret_value() if s3.secret_access_key else ""
    environment = {
        **os.environ,
        "S3_ENDPOINT_URL": str(s3.endpoint_url),
        "S3_BUCKET": s3.bucket,
        "S3_ACCESS_KEY_ID": str(s3.access_key_id),
        "S3_SECRET_ACCESS_KEY": secret,
    }
    command = [sys.executable, "-c", LOOK]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Grow the inbox tenfold from step to step, and look at each."""
    most = int(sys.argv[1]) if sys.argv[1:] else 100_000
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_store(Path(folder)) as s3,
    ):
        there = 0
        for number in (1_000, 10_000, 100_000, 1_000_000):
            if number > most:
                break
            began = time.monotonic()
            fill(Bucket(s3), there, number, 0.9)
            there = number
            print(number, f"filled in {time.monotonic() - began:.0f} s", look(s3), look(s3))


if __name__ == "__main__":
    main()
