from __future__ import annotations

import pytest

from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.jobs import JobStatus, ended_jobs, open_jobs


@pytest.fixture
def lease(bucket: Bucket) -> Lease:
    bucket.write("inbox/clip.mp4", b"bytes", "video/mp4")
    source = bucket.head("inbox/clip.mp4")
    lease = claims.acquire(bucket, source, Brief(), owner="me", watch=WatchSettings())
    assert lease
    return lease


def every_job(bucket: Bucket, watch: WatchSettings) -> list[JobStatus]:
    """All jobs, as `status --all` lists them."""
    return [*open_jobs(bucket, watch), *ended_jobs(bucket, watch)]
