"""A token for the service. It stays in its encrypted store; no task returns it."""

from __future__ import annotations

import asyncio

from prefect import task

from socialcopy.pipeline import client
from socialcopy.pipeline.context import Context
from tasks.runtime.retries import FREE


@task(task_run_name="authenticate", timeout_seconds=120, **FREE)
async def authenticate(api_url: str) -> None:
    """Make sure a valid token is in the store, asking for one if need be."""
    await asyncio.to_thread(client.authenticate, Context.from_environment(), api_url)
