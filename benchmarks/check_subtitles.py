"""Are subtitles readable? Reading speed, line length, overlap, gap, and time against the words.

    python benchmarks/check_subtitles.py speech/*.m4a examples/demo.mp4

Recognises each file, cuts it for the sidecars (42 columns) and for vertical video (24), writes
SRT, reads that back with an own ten-line parser, and counts what Netflix's guide would object to.
Files that end in `.srt` are counted as they are, at 20 characters a second.

No checker on PyPI, npm or apt counts reading speed, length of lines or gaps. Two npm packages know
a part: with `NODE_PATH` naming a folder that has them (`npm i srt-validator webvtt-parser`),
numbering and overlaps are asked of srt-validator, the WebVTT's syntax of webvtt-parser (W3C).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.audio import speech_samples
from socialcopy.media.subtitles.cues import BURNED_LATE_MS, count_too_fast, cues, reading_speed
from socialcopy.media.subtitles.formats import to_srt, to_vtt
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.speech import transcribe

LONGEST_LINE, LINES, GAP_S, SHORTEST_S, LONGEST_S, NEAR_S = 42, 2, 0.0799, 0.833, 7.0, 0.150


def parsed(srt: str) -> list[tuple[float, float, list[str]]]:
    found = []
    for block in srt.strip().split("\n\n"):
        _, times, *lines = block.split("\n")
        h1, m1, s1, h2, m2, s2 = (float(n.replace(",", ".")) for n in re.findall(r"[\d,]+", times))
        found.append((h1 * 3600 + m1 * 60 + s1, h2 * 3600 + m2 * 60 + s2, lines))
    return found


def violations(srt: str, speed: int, end_s: float) -> dict[str, int]:
    shown = parsed(srt)
    counts = dict.fromkeys(("cues", "speed", "line", "lines", "short", "long", "gap", "late"), 0)
    counts["cues"] = len(shown)
    for n, (start, end, lines) in enumerate(shown):
        counts["speed"] += len(" ".join(lines)) / (end - start) > speed + 0.05
        counts["line"] += max(map(len, lines)) > LONGEST_LINE
        counts["lines"] += len(lines) > LINES
        counts["short"] += end - start < SHORTEST_S - 0.001
        counts["long"] += end - start > LONGEST_S
        counts["gap"] += n + 1 < len(shown) and shown[n + 1][0] - end < GAP_S
        counts["late"] += end > end_s + 0.001
    return counts


ORACLE = """
const fs = require("fs"), said = [];
const srt = require("srt-validator"), {WebVTTParser} = require("webvtt-parser");
const [, one, two] = process.argv;
said.push(...(srt.default || srt)(fs.readFileSync(one, "utf8")).map(e => e.message));
if (two) said.push(...new WebVTTParser().parse(fs.readFileSync(two, "utf8")).errors.map(e => e.message));
console.log(JSON.stringify(said));
"""  # noqa: E501  (a sample of a file)


def oracles(srt: str, vtt: str = "") -> list[str] | None:
    """What two checkers of others object to; none when they are not there."""
    if "NODE_PATH" not in os.environ:
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "a.srt", *([Path(folder) / "a.vtt"] if vtt else [])]
        for path, text in zip(files, (srt, vtt), strict=False):
            path.write_text(text, encoding="utf-8")
        command = ["node", "-e", ORACLE, *map(str, files)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(printed)


def off_words(srt: str, words: list[tuple[float, str]]) -> int:
    """Subtitles whose first word begins more than 150 ms from when the recogniser heard it."""
    far, position = 0, 0
    for start, _, lines in parsed(srt):
        shown = " ".join(lines).split()
        first = next(
            n for n in range(position, len(words)) if words[n][1].lower() == shown[0].lower()
        )
        far += abs(words[first][0] - start) > NEAR_S
        position = first
        for text in shown:  # words may have been left out, never added
            while words[position][1].lower() != text.lower():
                position += 1
            position += 1
    return far


def main() -> None:
    for name in sys.argv[1:]:
        if name.endswith(".srt"):
            srt = Path(name).read_text(encoding="utf-8")
            print(Path(name).name, violations(srt, 20, 1e9), oracles(srt), flush=True)
            continue
        try:
            samples = speech_samples(Path(name), settings=MediaSettings())
        except ToolFailedError as error:  # no sound, or a container we don't take
            print(Path(name).name, "can't be heard:", error, flush=True)
            continue
        transcript = transcribe(samples, SpeechSettings(), DataSettings().cache_dir)
        duration_ms = len(samples) // 16
        heard = [(word.start_ms / 1000, word.text) for word in transcript.words]
        for max_line in (42, 24):
            made = cues(transcript.words, duration_ms=duration_ms, max_line=max_line,
                        language=transcript.language)  # fmt: skip
            if max_line < LONGEST_LINE and count_too_fast(
                made, transcript.language
            ):  # as media/renditions/plan.py
                made = cues(transcript.words, duration_ms=duration_ms, max_line=max_line,
                            language=transcript.language, late_ms=BURNED_LATE_MS)  # fmt: skip
            if not made:
                continue
            srt = to_srt(made)
            speed = reading_speed(transcript.language)
            counts = violations(srt, speed, duration_ms / 1000)
            counts["off"] = off_words(srt, heard)
            others = oracles(srt, to_vtt(made))
            print(Path(name).name, transcript.language, max_line, counts, others, flush=True)


if __name__ == "__main__":
    main()
