"""Cuts, dissolves and flashes at known times: our detector against PySceneDetect's.

    uv run --with scenedetect --with opencv-python-headless python benchmarks/shot_detectors.py \
        ../shared/inputs/real

A found cut counts when it lies within two frames of a true one, or inside a dissolve. A flash is no
cut.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from socialcopy.media.ffmpeg.frames import sample
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.shot_finder import ShotFinder
from socialcopy.settings import MediaSettings

RATE, PIECE_S, DISSOLVE_S = 25, 3.0, 0.6
CLIPS = ("city_jfk_11s_720p.mp4", "bigbuckbunny.mp4", "presenter-shop.mp4", "silent-broll.mp4")
# Where pieces of the clips begin, in seconds: within each there is no cut.
BEGINS = {CLIPS[0]: (0.5, 5.0), CLIPS[1]: (0.5,), CLIPS[2]: (2.0, 5.5), CLIPS[3]: (1.0, 7.0)}
ORDER = (0, 2, 1, 3, 0, 2, 3)
NEAR_S = 2.5 / RATE
FLASHES_S = (1.4, 7.5, 13.2)


def film(shared: Path, folder: Path) -> tuple[Path, list[float], list[tuple[float, float]]]:
    """Seven pieces in a row; every third meets the next in a dissolve; three frames are white."""
    used: dict[int, int] = {}
    inputs: list[str] = []
    for number in ORDER:
        begin = BEGINS[CLIPS[number]][used.setdefault(number, 0)]
        used[number] += 1
        inputs += ["-ss", str(begin), "-t", str(PIECE_S), "-i", str(shared / CLIPS[number])]
    chains = [
        f"[{n}:v:0]fps={RATE},scale=480:270,setsar=1,format=yuv420p,trim=end_frame="
        f"{int(PIECE_S * RATE)},setpts=PTS-STARTPTS[p{n}]"
        for n in range(len(ORDER))
    ]
    sharp, soft, end, whole = [], [], PIECE_S, "p0"
    for n in range(1, len(ORDER)):
        if n % 3 == 0:
            begin = end - DISSOLVE_S
            chains.append(
                f"[{whole}][p{n}]xfade=fade:duration={DISSOLVE_S}:offset={begin:.3f}[j{n}]"
            )
            soft.append((begin, end))
            end = begin + PIECE_S
        else:
            chains.append(f"[{whole}][p{n}]concat=n=2:v=1:a=0,settb=1/{RATE},fps={RATE}[j{n}]")
            sharp.append(end)
            end += PIECE_S
        whole = f"j{n}"
    white = "+".join(f"between(t,{at},{at + 1.5 / RATE:.3f})" for at in FLASHES_S)
    chains.append(f"[{whole}]drawbox=c=white:t=fill:enable='{white}'[out]")
    path = folder / "shots.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex", ";".join(chains), "-map",
         "[out]", "-preset", "veryfast", "-crf", "18", str(path)], check=True,
    )  # fmt: skip
    return path, sharp, soft


def ours(path: Path) -> list[float]:
    settings = MediaSettings()
    info = probe(path, size_bytes=path.stat().st_size, settings=settings)
    shots = ShotFinder()
    sampled = sample(path, info, shots.see, settings=settings, frames_per_second=4.0)
    return [at_ms / 1000 for at_ms in shots.cuts_ms(sampled)]


def others() -> Iterator[tuple[str, Callable[[Path], list[float]]]]:
    import scenedetect

    def detecting(kind: type) -> Callable[[Path], list[float]]:
        def detect(path: Path) -> list[float]:
            scenes = scenedetect.detect(str(path), kind())
            return [begin.seconds for begin, _ in scenes[1:]]

        return detect

    for name in ("ContentDetector", "AdaptiveDetector", "HistogramDetector", "HashDetector"):
        yield name, detecting(getattr(scenedetect, name))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, sharp, soft = film(Path(sys.argv[1]).resolve(), Path(folder))
        print(f"{len(sharp)} cuts, {len(soft)} dissolves, {len(FLASHES_S)} flashes")
        for name, detect in (("ours", ours), *others()):
            began = time.monotonic()
            found = detect(path)
            seconds = time.monotonic() - began
            hard = sum(any(abs(one - at) <= NEAR_S for one in found) for at in sharp)
            faded = sum(any(a - NEAR_S <= one <= b + NEAR_S for one in found) for a, b in soft)
            false = sum(
                not any(abs(one - at) <= NEAR_S for at in sharp)
                and not any(a - NEAR_S <= one <= b + NEAR_S for a, b in soft)
                for one in found
            )
            print(f"{name}: {hard} cuts, {faded} dissolves, {false} false, {seconds:.1f} s {found}")


if __name__ == "__main__":
    main()
