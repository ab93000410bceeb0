from __future__ import annotations

import pytest

from socialcopy.models import Brief, Claim
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.jobs import JobStatus, ended_jobs, open_jobs


@pytest.fixture
def claim(bucket: Bucket) -> Claim:
    bucket.write("inbox/clip.mp4", b"bytes", "video/mp4")
    source = bucket.head("inbox/clip.mp4")
    claim = claims.acquire(bucket, source, Brief(), owner="me", watch=WatchSettings())
    assert claim
    return claim


def every_job(bucket: Bucket, watch: WatchSettings) -> list[JobStatus]:
    """All jobs, as `status --all` lists them."""
    return [*open_jobs(bucket, watch), *ended_jobs(bucket, watch)]
