"""Hostile samples through the real pipeline: what became of each, how long it took, what it cost.

    python -m tests.hostile.campaign REPORT.jsonl [KIND or NAME ...]

goes on where a report that is there already ends.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from socialcopy import keys
from socialcopy.cli.local import LocalPipeline, walk
from socialcopy.cli.progress import outcome_of
from socialcopy.models import Brief, Rejection
from socialcopy.pipeline import brand_assets
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import claim as claim_step
from socialcopy.pipeline.steps import validate
from socialcopy.pipeline.subtitles import given_subtitles
from socialcopy.settings import MediaSettings
from socialcopy.storage.claims import MAX_FAILURES
from socialcopy.storage.embedded_server import embedded_store
from tests.conftest import own_folders
from tests.hostile.canary import Watch, watching
from tests.hostile.corpus import corpus
from tests.hostile.sample import SECRET, Sample
from tests.pipeline.conftest import make_context, served

LONGEST_SECONDS = 60
MOST_BYTES = 1 << 30

TECHNICAL = re.compile(
    r"ff(?:mpeg|probe)\b(?! -i clip)|\[[\w,/ ]+ @|\b0x[0-9a-f]+|Traceback|\w(?:Error|Exception)\b"
    r"|errno|\bcode -?\d|NoneType|object is not|Invalid data|atom|stderr|subprocess|SIG[A-Z]+"
    r"|\bNone\b|/tmp/|/work/|pydantic|\bstream #|whitelist|argument|\bNaN\b|utf-8' codec",
    re.IGNORECASE,
)
"""Words no marketer knows: those of tools and of Python."""


@dataclass
class Verdict:
    """What became of one sample."""

    kind: str
    name: str
    ending: str
    """`delivered`, `rejected`, `parked`, or `nothing`, which must not be."""
    told: str = ""
    """The sentences somebody reads."""
    seconds: float = 0
    cpu_seconds: float = 0
    peak_bytes: int = 0
    """Most memory that a decoder held."""
    grown_bytes: int = 0
    """By how much our own process became larger."""
    hits: tuple[str, ...] = ()
    is_leaked: bool = False
    """Whether the secret is in what was delivered."""

    def faults(self) -> list[str]:
        """What must not be."""
        found = [*(f"hit: {hit}" for hit in self.hits)]
        if self.is_leaked:
            found.append("the secret was delivered")
        if self.ending == "nothing":
            found.append("no outcome")
        if technical := TECHNICAL.search(self.told):
            found.append(f"tool text: {technical[0]!r} in {self.told[:200]!r}")
        if max(self.peak_bytes, self.grown_bytes) > MOST_BYTES:
            found.append(f"{max(self.peak_bytes, self.grown_bytes) >> 20} MiB")
        return found


class Meter(logging.Handler):
    """What the runs of tools took, by what the runner logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.cpu_seconds, self.peak_bytes = 0.0, 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            _, cpu_seconds, megabytes = record.args
            self.cpu_seconds += float(str(cpu_seconds))
            self.peak_bytes = max(self.peak_bytes, int(float(str(megabytes)) * 1_000_000))


@contextlib.contextmanager
def metered() -> Iterator[Meter]:
    """Count what the tools take in this block."""
    meter, logger = Meter(), logging.getLogger("socialcopy.media.ffmpeg.runner")
    logger.addHandler(meter)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    yield meter
    logger.removeHandler(meter)
    logger.setLevel(before)


def drop(context: Context, sample: Sample) -> str:
    """Put a sample and what lies beside it into the bucket; its key."""
    bucket, key = context.bucket, f"{keys.INBOX}{sample.name}"
    stem = sample.name.rpartition(".")[0]
    for name, data in sample.beside.items():
        bucket.write(name.format(stem=stem), data, "application/octet-stream")
    if sample.brief:
        bucket.write(f"{keys.INBOX}{stem}.brief.yaml", sample.brief.encode(), "text/yaml")
    bucket.write(key, sample.data, "video/mp4")
    return key


def take(pipeline: LocalPipeline, watch: Watch, sample: Sample) -> Verdict:
    """Take one sample as far as it goes; the same again when it fails, as a watcher would."""
    key = drop(pipeline.context, sample)
    began, began_cpu = time.monotonic(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    verdict = Verdict(sample.kind, sample.name, "nothing")
    with metered() as meter:
        for _ in range(MAX_FAILURES + 1):
            with contextlib.suppress(Exception):  # the outcome is looked at, as by a watcher
                _once(pipeline, key, verdict)
            if verdict.ending != "nothing":
                break
    verdict.seconds = round(time.monotonic() - began, 1)
    verdict.cpu_seconds = round(time.process_time() - began_cpu + meter.cpu_seconds, 1)
    verdict.peak_bytes = meter.peak_bytes
    verdict.grown_bytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    verdict.hits = tuple(watch.hits())
    return verdict


def _once(pipeline: LocalPipeline, key: str, verdict: Verdict) -> None:
    context = pipeline.context
    job = claim_step.claim_video(context, key, Brief())
    if job is None:
        return
    try:
        with claim_step.holding(job):
            walk(job, pipeline.api_url, lambda *_: None)
    finally:
        outcome = outcome_of(context.bucket, job.key, job.oid)
        if outcome is not None:
            verdict.ending = outcome.ending.value
            told = [str(outcome.document.get(name, "")) for name in ("reason", "advice")]
            failed = [
                str(f) for faults in outcome.document.get("failed", {}).values() for f in faults
            ]
            verdict.told = " ".join(filter(None, [*told, *failed]))
            delivered = context.bucket.list_keys(outcome.prefix)
            texts = (context.bucket.read(name) for name in delivered if not name.endswith(".mp4"))
            verdict.is_leaked = any(SECRET.encode() in text.data for text in texts if text)


def front(context: Context, watch: Watch, sample: Sample) -> Verdict:
    """Take a sample through all that reads it before an engine does: brief, probe, logo, subtitles.

    Raises what a stage raises.
    """
    key = drop(context, sample)
    verdict = Verdict(sample.kind, sample.name, "accepted")
    job = claim_step.claim_video(context, key, Brief())
    if job is None:
        raise LookupError(key)
    found = validate.validate_video(job)
    if isinstance(found, Rejection):
        verdict.ending, verdict.told = "rejected", f"{found.reason} {found.advice}"
    else:
        brand_assets.dressing(job)
        given_subtitles(job)
    context.clear(job.claim)
    verdict.hits = tuple(watch.hits())
    return verdict


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[LocalPipeline, Watch]]:
    """A store, an engine and canaries of our own."""
    (folder / "own").mkdir()
    with (
        embedded_store(folder / "s3") as store,
        served(
            make_context(own_folders(folder / "own"), store, "hostile", media=MediaSettings(preset="fast"))
        ) as pipeline,
        watching(folder) as watch,
    ):  # fmt: skip
        yield pipeline, watch


def main() -> None:
    """Try what is asked for, and say what was seen."""
    report, wanted = Path(sys.argv[1]), set(sys.argv[2:])
    lines = report.read_text().splitlines() if report.exists() else []
    done = {json.loads(line)["name"] for line in lines}
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as (pipeline, watch):
        clips = Path(name) / "clips"
        clips.mkdir()
        for sample in corpus(clips, watch.canaries):
            is_wanted = not wanted or wanted & {sample.kind, sample.name}
            if not is_wanted or sample.name in done:
                continue
            verdict = take(pipeline, watch, sample)
            with report.open("a") as file:
                file.write(json.dumps(asdict(verdict)) + "\n")
            print(
                verdict.seconds,
                verdict.kind,
                verdict.name,
                verdict.ending,
                verdict.told[:150],
                verdict.faults(),
                flush=True,
            )
    summary(report)


def summary(report: Path) -> None:
    """Say how many of each kind ended how, and what must not have been."""
    verdicts = [Verdict(**json.loads(line)) for line in report.read_text().splitlines()]
    for kind in dict.fromkeys(v.kind for v in verdicts):
        of_kind = [v for v in verdicts if v.kind == kind]
        endings = Counter(v.ending for v in of_kind)
        longest = max(v.seconds for v in of_kind)
        most = max(v.peak_bytes for v in of_kind) >> 20
        print(f"{kind:12} {len(of_kind):4} {dict(endings)} longest {longest:.0f} s, {most} MiB")
    for verdict in verdicts:
        for fault in verdict.faults():
            print("FAULT", verdict.kind, verdict.name, fault)


if __name__ == "__main__":
    main()
