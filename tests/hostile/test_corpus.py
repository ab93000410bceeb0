"""Hostile uploads: nothing is read or called, and each ends in a sentence a marketer understands."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from socialcopy.pipeline.context import Context
from socialcopy.settings import S3Settings
from tests.campaign.report import write_down
from tests.conftest import own_folders
from tests.hostile.campaign import LONGEST_SECONDS, Verdict, front, running, take
from tests.hostile.canary import Watch, watching
from tests.hostile.corpus import FEWEST, corpus
from tests.hostile.sample import Sample
from tests.pipeline.conftest import make_context

OF_EACH_KIND = 6
FEWEST_IN_CI = 60
REPORT = Path("hostile.jsonl")


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(tmp_path_factory.mktemp("canaries")) as watch:
        yield watch


@pytest.fixture(scope="module")
def samples(watch: Watch, tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return list(corpus(tmp_path_factory.mktemp("clips"), watch.canaries))


@pytest.fixture(scope="module")
def context(store: S3Settings, tmp_path_factory: pytest.TempPathFactory) -> Context:
    context = make_context(own_folders(tmp_path_factory.mktemp("hostile")), store, "hostile")
    context.bucket.ensure()
    return context


def quick(samples: list[Sample]) -> list[Sample]:
    """A few of every kind, none of which takes long."""
    by_kind: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.is_quick:
            by_kind[sample.kind].append(sample)
    return [sample for kind in by_kind.values() for sample in kind[:OF_EACH_KIND]]


def test_the_corpus_is_as_large_as_it_is_said_to_be(samples: list[Sample]):
    assert len(samples) >= FEWEST
    assert len({sample.name for sample in samples}) == len(samples)
    assert len(quick(samples)) >= FEWEST_IN_CI


def test_what_reads_an_upload_first_reads_and_calls_nothing_else(
    samples: list[Sample], watch: Watch, context: Context
):
    """Sixty of all kinds: brief, probe, logo and subtitles; none fails its worker."""
    verdicts = [front(context, watch, sample) for sample in quick(samples)]

    assert {v.name: v.faults() for v in verdicts if v.faults()} == {}
    # Lies in tables around whole streams are no reason to refuse: those are measured.
    assert Counter(v.ending for v in verdicts)["rejected"] >= len(verdicts) // 3


@pytest.mark.slow
@pytest.mark.timeout(6 * 3_600)
def test_the_whole_corpus_through_the_whole_pipeline(tmp_path: Path):
    """Every sample as far as it goes, captions and MP4s included; alone on a quiet machine."""
    verdicts: list[Verdict] = []
    with running(tmp_path) as (place, watch), REPORT.open("w") as report:
        (tmp_path / "clips").mkdir()
        for sample in corpus(tmp_path / "clips", watch.canaries):
            verdicts.append(take(place, watch, sample))
            report.write(json.dumps(asdict(verdicts[-1])) + "\n")

    faults = {v.name: v.faults() for v in verdicts if v.faults()}
    slow = {v.name: v.seconds for v in verdicts if v.seconds > LONGEST_SECONDS}
    write_down(
        "hostile",
        samples=len(verdicts),
        endings=Counter(v.ending for v in verdicts),
        hits=sum(len(v.hits) for v in verdicts),
        longest_seconds=max(v.seconds for v in verdicts),
        most_mebibytes=max(v.peak_bytes for v in verdicts) >> 20,
        faults=faults | {name: [f"{seconds} s"] for name, seconds in slow.items()},
    )
    assert faults == {}
    assert slow == {}
