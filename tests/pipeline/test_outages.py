"""Prefect may be away for as long as it likes: no video pays for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError

from socialcopy.models import Brief
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import OrchestratorAwayError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps.claim import claim_video
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from tasks import claim as claim_module
from tasks.runtime.outages import translate_outages

REQUEST = httpx.Request("POST", "http://127.0.0.1:4200/api/artifacts/")


def answered(code: int) -> PrefectHTTPStatusError:
    """What Prefect's own client raises for an answer of its server."""
    response = httpx.Response(code, request=REQUEST, json={"detail": "database is locked"})
    return PrefectHTTPStatusError(f"Server error '{code}'", request=REQUEST, response=response)


OUTAGES = {
    "nobody listens": httpx.ConnectError("All connection attempts failed"),
    "restarted in the middle": httpx.RemoteProtocolError("Server disconnected"),
    "too slow": httpx.ReadTimeout("timed out"),
    "the database is locked": answered(503),
    "the server broke": answered(500),
    "not reached at all": RuntimeError("Failed to reach API at http://127.0.0.1:4200/api/"),
}


@pytest.fixture
def context(bucket: Bucket, store: S3Settings, tmp_path: Path) -> Context:
    own = store.model_copy(update={"bucket": bucket.name})
    data = DataSettings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    return Context.from_environment().model_copy(update={"s3": own, "data": data})


async def hold_and_fail(claim, failure: Exception) -> None:
    async with claim_module.holding(claim):
        raise failure


@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_of_prefect_never_parks_a_video(
    context: Context, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Context, "from_environment", lambda: context)
    key = "inbox/waits-for-prefect.mp4"
    context.bucket.write(key, name.encode(), "video/mp4")
    for _ in range(claims.MAX_FAILURES + 1):
        job = claim_video(context, key, Brief())
        assert job
        claim = job.claim
        with pytest.raises(OrchestratorAwayError, match="goes on by itself"):
            asyncio.run(hold_and_fail(claim, OUTAGES[name]))

    assert Job.resume(context, claim).lease.failures == ()


@pytest.mark.parametrize(
    "failure", [answered(422), RuntimeError("no words"), ValueError("of its own")], ids=repr
)
def test_any_other_failure_is_told_as_it_is(failure: Exception):
    with pytest.raises(type(failure)) as told, translate_outages():
        raise failure

    assert told.value is failure
