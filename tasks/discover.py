"""What waits in the bucket. Looking is no task: it happens every two seconds, and a row each time
is noise.
"""

from __future__ import annotations

import asyncio

from prefect import get_run_logger, task

from socialcopy.models import Brief, SourceVideo
from socialcopy.stages import intake
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import fitness
from socialcopy.storage.errors import StorageError
from tasks.policies import FREE

OUTAGE_PAUSE_SECONDS = 5.0


@task(task_run_name="check-the-store", timeout_seconds=120, **FREE)
async def prepare() -> None:
    """Refuse a store that breaks the promises we rely on; sweep away what a crash left here."""
    shop = Workshop.from_environment()
    await asyncio.to_thread(fitness.insist, shop.bucket)
    await asyncio.to_thread(shop.sweep)


async def find_waiting(prefix: str, brief: Brief) -> list[SourceVideo]:
    """List a prefix in full and compare it with what is done."""
    return await asyncio.to_thread(intake.find_waiting, Workshop.from_environment(), prefix, brief)


async def look(prefix: str, brief: Brief) -> list[SourceVideo]:
    """List a prefix like `find_waiting`; while the store is away there is nothing to see."""
    try:
        return await find_waiting(prefix, brief)
    except StorageError as error:
        get_run_logger().warning("%s; looking again", error)
        await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
        return []
