"""Many watchers on one bucket: one claim and one delivery each."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.cli.local import LocalPipeline
from socialcopy.settings import S3Settings
from tests.campaign.auditor import audit
from tests.campaign.report import write_down
from tests.campaign.worker_pool import drop, make_context
from tests.conftest import ROOT


@pytest.mark.parametrize("videos", [100, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_600)
def test_eight_watchers_claim_and_deliver_every_key_once(
    store: S3Settings, tmp_path: Path, videos: int
):
    context = make_context(tmp_path, store.model_copy(update={"bucket": f"watchers-{videos}"}))
    # Nobody dies here; a lease that ran out on a crowded machine would be a second claim.
    watch = context.watch.model_copy(update={"lease_seconds": 300})
    context = context.model_copy(update={"watch": watch})
    context.bucket.ensure()
    jobs = [drop(context.bucket, f"w{n:04}", f"video {n}".encode()) for n in range(videos)]
    (tmp_path / "pipeline.pickle").write_bytes(pickle.dumps(LocalPipeline(context, "")))
    said = subprocess.run(
        [sys.executable, "-m", "tests.campaign.watchers", str(tmp_path), keys.INBOX],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=3_000, check=True,
    )  # fmt: skip
    claimed = Counter(said.stdout.split())
    found = audit(context.bucket, tmp_path / "engine", {job.key: job.etag for job in jobs})
    write_down(f"watchers-{videos}", keys=videos, claims=sum(claimed.values()), faults=found.faults)

    assert claimed == {job.oid: 1 for job in jobs}
    assert found.faults == ()
    assert found.delivered == videos
