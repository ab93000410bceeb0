"""How a campaign of many workers ends: an audit, its figures, and what has to hold of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from socialcopy.pipeline.context import Context
from tests.campaign.auditor import Findings, audit
from tests.campaign.manifest_sampler import ManifestSampler
from tests.campaign.report import write_down
from tests.campaign.worker_pool import Job, WorkerPool

MOST_PARKED = 0.02


def judged(
    campaign: str, context: Context, jobs: Sequence[Job], workers: WorkerPool,
    sampler: ManifestSampler, **figures: Any,
) -> Findings:  # fmt: skip
    """What the auditor finds, written down together with the campaign's own figures."""
    found = audit(
        context.bucket, context.data.data_dir / "engine", {job.key: job.etag for job in jobs}
    )
    write_down(
        campaign,
        jobs=len(jobs),
        **figures,
        workers=workers.attempts,
        delivered=found.delivered,
        charges=found.charges,
        parked=found.parked,
        faults=found.faults,
        samples=sampler.looks,
    )
    return found


def assert_nothing_broke(
    found: Findings, sampler: ManifestSampler, never_ended: Sequence[Job], jobs: Sequence[Job]
) -> None:
    assert found.faults == ()
    assert sampler.broken == set()
    assert never_ended == []
    assert len(found.parked) <= max(1, MOST_PARKED * len(jobs)), json.dumps(found.parked, indent=1)
