"""What one delivery asks of the store, and what it costs in CPU: one checkout against others.

    python benchmarks/requests_per_delivery.py <checkout> [<checkout> ...] [--rounds 3]

Each round lets every checkout in turn deliver the same tiny clip, after one that warms it up, with
a store and an engine of its own. Requests are counted where botocore makes them; CPU seconds are
those of the thread that walks a video through the steps, so neither the engine's nor ffmpeg's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

DELIVER = """
import json, sys, tempfile, time
from collections import Counter
from pathlib import Path

from botocore.client import BaseClient

from socialcopy.cli import local
from socialcopy.models import Brief

local.fetch = lambda bucket, outcome, folder: outcome  # what a person takes home is not counted
local.fetch_early = lambda *_: None

counts, real = Counter(), BaseClient._make_api_call

def counted(client, operation, parameters):
    counts[operation] += client.meta.service_model.service_name == "s3"
    return real(client, operation, parameters)

BaseClient._make_api_call = counted
clip = Path(sys.argv[1])
with local.private_context() as place, tempfile.TemporaryDirectory() as out:
    for number in range(2):
        copy = Path(out) / f"{number}.mp4"
        copy.write_bytes(clip.read_bytes() + b"\\0\\0\\0\\x10free" + number.to_bytes(8, "big"))
        counts.clear()
        began = time.thread_time()
        outcome = local.caption_file(place, copy, Brief(), Path(out) / "out", lambda *_: None)
        seconds = time.thread_time() - began
        assert outcome.ending == "delivered", outcome
print(json.dumps({"seconds": seconds, "requests": counts}))
"""


def deliver(checkout: Path, clip: Path) -> tuple[float, Counter[str]]:
    """Deliver a clip with the code of one checkout; its CPU seconds and requests by operation."""
    done = subprocess.run(
        [checkout.absolute() / ".venv" / "bin" / "python", "-c", DELIVER, clip],
        cwd=checkout, check=True, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(checkout.absolute() / "src")},
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    return found["seconds"], Counter(found["requests"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    seconds: dict[Path, list[float]] = {checkout: [] for checkout in wanted.checkouts}
    requests: dict[Path, list[Counter[str]]] = {checkout: [] for checkout in wanted.checkouts}
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3",
             "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags",
             "+faststart", clip],
            check=True,
        )  # fmt: skip
        for _ in range(wanted.rounds):
            for checkout in wanted.checkouts:
                cpu_seconds, counts = deliver(checkout, clip)
                seconds[checkout].append(cpu_seconds)
                requests[checkout].append(counts)
    for checkout in wanted.checkouts:
        median = statistics.median(count.total() for count in requests[checkout])
        cpu_seconds = statistics.median(seconds[checkout])
        print(f"{checkout.absolute().name}: {median:g} requests, {cpu_seconds:.2f} CPU s")
        print("   ", [round(value, 2) for value in seconds[checkout]])
        print("   ", [count.total() for count in requests[checkout]])
        print("   ", dict(requests[checkout][0].most_common()))


if __name__ == "__main__":
    main()
