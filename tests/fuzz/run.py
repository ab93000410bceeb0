"""Fuzz one target, guided by coverage, and keep what reaches new branches.

`uv run --group fuzz python -m tests.fuzz.run events --seconds 1200`. The corpus that CI replays
(`corpora/<target>.txt`, an input a line) is what this starts from and, with `--keep`, what it is
minimised to afterwards. An input that crashes is added to it: it has to pass from then on.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.fuzz.corpus import read_corpus, write_corpus

MOST_KEPT = 250
"""Inputs of a corpus; what reaches the most with the least is kept first."""


INSTRUMENTED = {
    "events": ["socialcopy.nemovideo", "httpx_sse"],
    "drafts": ["socialcopy.nemovideo", "socialcopy.engine", "tests.fuzz.targets"],
    "probe": ["socialcopy.media.ffmpeg.probe", "ffprobe", "tests.fuzz.targets"],
    "briefs": ["socialcopy.copywriting.briefs", "yaml"],
    "subtitles": ["socialcopy.media.subtitles", "pysubs2"],
}
"""Whose branches guide the fuzzer."""


def main() -> None:
    """Run the fuzzer in a process of its own, then keep its corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=1_200)
    parser.add_argument("--keep", action="store_true", help="minimise and keep the corpus")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        found, least, crashes = (Path(folder) / name for name in ("found", "least", "crashes"))
        for place in (found, least, crashes):
            place.mkdir()
        for number, data in enumerate(read_corpus(asked.target)):
            (found / f"kept-{number}").write_bytes(data)
        options = [f"-max_total_time={asked.seconds}", f"-artifact_prefix={crashes}/"]
        code = _fuzz(asked.target, folder, *options, str(found))
        crashed = [path.read_bytes() for path in sorted(crashes.iterdir())]
        if asked.keep:
            _fuzz(asked.target, folder, "-merge=1", str(least), str(found))
            kept = sorted((path.read_bytes() for path in least.iterdir()), key=len)[:MOST_KEPT]
            write_corpus(asked.target, [*kept, *crashed])
        for data in crashed:
            sys.stderr.write(f"crashed: {data!r}\n")
    sys.exit(code)


def _fuzz(target: str, folder: str, *options: str) -> int:
    """Run libFuzzer; to minimise a corpus it runs itself, so it needs a program of its own."""
    program, words = Path(folder) / "fuzzer", Path(folder) / "words.dict"
    called = f'"{sys.executable}" -m tests.fuzz.run --inside {target} "$@"'
    program.write_text(f"#!/bin/sh\nexec {called}\n")
    program.chmod(0o700)
    spoken = importlib.import_module("tests.fuzz.targets").TARGETS[target].words
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in spoken))
    own = {**os.environ, "FUZZER": str(program)}
    return subprocess.run([program, f"-dict={words}", *options], env=own, check=False).returncode


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def inside(target_name: str) -> None:
    """Be the fuzzer; libFuzzer ends the process."""
    atheris: Any = importlib.import_module("atheris")  # of a dependency group of its own

    with atheris.instrument_imports(include=INSTRUMENTED[target_name]):
        targets = importlib.import_module("tests.fuzz.targets")
    target = targets.TARGETS[target_name]

    def one(data: bytes) -> None:
        try:
            target.run(data)
        except target.errors:
            return

    limits = [f"-max_len={target.longest}", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([os.environ["FUZZER"], *sys.argv[3:], *limits], one)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2])
    else:
        main()
