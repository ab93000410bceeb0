"""What a confined run costs over a bare one, and over the launcher there was before.

    python benchmarks/sandbox.py [rounds]

All ways take turns within one run, since this machine is never quiet. Milliseconds, from asking
for a run to having all it printed.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from socialcopy.media.ffmpeg.runner import Limits, guarded_input, run
from socialcopy.media.subtitles.parse import read
from socialcopy.sandbox import client
from socialcopy.sandbox.functions import confined

LIMITS = Limits(wall_seconds=60, memory_bytes=2_000_000_000, file_bytes=100_000_000)
BEFORE = """
import ctypes, os, resource, signal, sys
ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
for kind, amount in ((resource.RLIMIT_AS, 2 * 10**9), (resource.RLIMIT_CPU, 120),
                     (resource.RLIMIT_FSIZE, 10**8), (resource.RLIMIT_NOFILE, 256)):
    resource.setrlimit(kind, (amount, amount))
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""The launcher there was: a Python of its own for each run, with limits alone."""
CLIP = ["-f", "lavfi", "-i", "testsrc2=s=320x180:d=1", "-c:v", "libx264", "clip.mp4"]
SUBTITLES = b"".join(
    b"%d\n00:00:%02d,000 --> 00:00:%02d,900\nWords of a subtitle\n\n" % (n, n, n) for n in range(50)
)


def bare(argv: list[str], folder: Path) -> None:
    subprocess.run(argv, cwd=folder, capture_output=True, check=True)


def before(argv: list[str], folder: Path) -> None:
    launcher = [sys.executable, "-I", "-S", "-c", BEFORE]
    subprocess.run([*launcher, *argv], cwd=folder, capture_output=True, check=True)


def now(argv: list[str], folder: Path) -> None:
    run(argv, limits=LIMITS, cwd=folder)


def by_bubblewrap(argv: list[str], folder: Path) -> None:
    """What another program would do of it: namespaces, and none of the limits and filters."""
    shown = [("/usr", "/usr"), ("/etc/alternatives", "/etc/alternatives")]
    # fmt: off
    subprocess.run([
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
        "--setenv", "PATH", "/usr/bin", "--dev", "/dev", "--tmpfs", "/tmp",
        *(part for pair in shown for part in ("--ro-bind", *pair)),
        "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
        "--bind", str(folder), str(folder), "--chdir", str(folder), *argv,
    ], capture_output=True, check=True)
    # fmt: on


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def table(title: str, ways: dict[str, Callable[[], object]], rounds: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, call in ways.items():
            taken[name].append(timed(call))
    print(f"\n{title}, {rounds} rounds")
    first = median(next(iter(taken.values())))
    for name, figures in taken.items():
        ninth = quantiles(figures, n=10)[-1]
        middle = median(figures)
        print(f"  {name:28} median {middle:7.1f} ms  90 % {ninth:7.1f} ms  {middle - first:+7.1f}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(f"start of the fork server: {timed(client.locks):.0f} ms; locks: {client.locks()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare(["ffmpeg", "-v", "error", *CLIP], folder)
        clip = guarded_input(folder / "clip.mp4", max_pixels=10**8)
        tools = {
            "true": ["true"],
            "ffprobe of a clip": ["ffprobe", "-v", "error", "-show_streams", *clip],
        }
        for title, argv in tools.items():
            ways: dict[str, Callable[[], object]] = {
                "bare": lambda a=argv: bare(a, folder),
                "launcher, as before": lambda a=argv: before(a, folder),
                "confined, as now": lambda a=argv: now(a, folder),
            }
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                by_bubblewrap(["true"], folder)
                ways["bubblewrap alone"] = lambda a=argv: by_bubblewrap(a, folder)
            table(title, ways, rounds)
    confined(read)(SUBTITLES, name="a.srt", duration_ms=60_000)
    table(
        "subtitles of 50 lines",
        {
            "in this process": lambda: read(SUBTITLES, name="a.srt", duration_ms=60_000),
            "in a process of its own": lambda: confined(read)(
                SUBTITLES, name="a.srt", duration_ms=60_000
            ),
        },
        rounds,
    )


if __name__ == "__main__":
    main()
