"""All hostile samples, made by script: the same every time.

python -m tests.hostile.corpus FOLDER    writes them as files, to be looked at
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.hostile import companions, containers, recordings, scripts
from tests.hostile.sample import SECRET, Canaries, Clips, Sample

FEWEST = 400


def corpus(folder: Path, canaries: Canaries) -> Iterator[Sample]:
    """Every sample; what they are made of is made in a folder of ours."""
    clips = Clips(folder)
    yield from scripts.samples(canaries)
    for kind in (
        containers.references, containers.many, containers.structures, containers.durations,
        containers.pixels, containers.damaged, containers.polyglots, companions.subtitles,
        companions.images, companions.fonts, companions.briefs, companions.names, recordings.samples,
    ):  # fmt: skip
        yield from kind(clips, canaries)


def main() -> None:
    """Write them all into a folder, each kind in one of its own."""
    target = Path(sys.argv[1])
    secret = target / "secret"
    target.mkdir(parents=True, exist_ok=True)
    secret.write_text(SECRET)
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for sample in corpus(Path(folder), Canaries("http://127.0.0.1:9", secret)):
            counted[sample.kind] += 1
            kind = target / sample.kind
            kind.mkdir(exist_ok=True)
            (kind / sample.name.replace("/", "_")).write_bytes(sample.data)
    print(dict(counted), counted.total())


if __name__ == "__main__":
    main()
