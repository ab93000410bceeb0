"""What tasks try again by themselves, asked the way Prefect's async engine asks."""

from __future__ import annotations

import asyncio

import pytest
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import Failed

from socialcopy.local_files import DiskFullError
from socialcopy.nemovideo.errors import ServerError
from socialcopy.pipeline.errors import OutOfCreditsError
from socialcopy.storage.errors import LeaseLostError, StoreUnreachableError
from tasks.runtime.retries import is_transient


@task(cache_policy=NO_CACHE)
async def some_task() -> None:
    """Stands for any."""


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        (StoreUnreachableError("http://s3", "no answer"), True),
        (ServerError(503, "away"), True),
        (OutOfCreditsError("top up"), False),
        (LeaseLostError("oid", 1), False),
        (DiskFullError("/", 0, 1), False),
        (ValueError("a bug"), False),
    ],
)
def test_only_what_a_second_try_can_cure_is_tried_again(error: Exception, *, is_tried_again: bool):
    run = TaskRun.model_construct()

    assert asyncio.run(is_transient(some_task, run, Failed(data=error))) is is_tried_again
