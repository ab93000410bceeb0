"""What waits in the bucket. Looking is no task: it happens every two seconds, and a row each time
is noise.
"""

from __future__ import annotations

import asyncio
import time

from prefect import get_run_logger, task

from socialcopy.local_files import LocalFileError
from socialcopy.pipeline import metrics
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.retention import apply_due_policies
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.policies import PolicyError
from socialcopy.storage import capabilities
from socialcopy.storage.errors import StorageError
from socialcopy.storage.event_hints import Hints
from tasks.runtime.dispatch import Dispatcher
from tasks.runtime.retries import FREE
from tasks.runtime.signals import draining

OUTAGE_PAUSE_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 1.0
"""Between two looks whether a slot is free."""


@task(task_run_name="check-the-store", timeout_seconds=120, **FREE)
async def prepare() -> None:
    """Refuse a store that breaks the promises we rely on; sweep away what a crash left here."""
    context = Context.from_environment()
    await asyncio.to_thread(capabilities.require, context.bucket)
    await asyncio.to_thread(context.sweep)


@task(task_run_name="after-processing-{prefix}", timeout_seconds=3_600, **FREE)
async def apply_policies(prefix: str) -> list[str]:
    """Tag, move or delete what was delivered, where a policy says so and its days have passed."""
    return await asyncio.to_thread(apply_due_policies, Context.from_environment(), prefix)


async def scan(scanner: InboxScanner, dispatcher: Dispatcher) -> None:
    """List what waits, for the dispatcher to begin with.

    Nothing while the store is away, its policies can't be read or this machine's disk is full.
    """
    try:
        found = await asyncio.to_thread(
            scanner.scan, dispatcher.takes, is_shared=dispatcher.is_shared
        )
        dispatcher.offer(found)
        metrics.IN_HAND.set(dispatcher.in_hand)
        scanner.paused_by = None
    except (StorageError, PolicyError, LocalFileError) as error:
        if not isinstance(error, scanner.paused_by or ()):  # once, however long it lasts
            get_run_logger().warning("paused: %s; looking again until it is over", error)
        scanner.paused_by = type(error)
        dispatcher.offer([])
        await asyncio.sleep(OUTAGE_PAUSE_SECONDS)


async def wait_for_next_scan(scanner: InboxScanner, dispatcher: Dispatcher, hints: Hints) -> None:
    """Wait until it is time to look again; what a hint names is looked at meanwhile."""
    until = time.monotonic() + scanner.rest_seconds
    while (left := until - time.monotonic()) > 0 and not draining.is_set():
        dispatcher.begin()
        for key in await asyncio.to_thread(hints.wait, min(left, LONGEST_WAIT_SECONDS)):
            await _check_key(key, scanner, dispatcher)
        if scanner.has_more and dispatcher.is_idle:
            return


async def _check_key(key: str, scanner: InboxScanner, dispatcher: Dispatcher) -> None:
    try:
        found = await asyncio.to_thread(scanner.check_key, key)
    except (StorageError, PolicyError) as error:
        get_run_logger().warning("%s; the next listing finds %s", error, key)
        return
    if found is not None:
        dispatcher.offer([found], is_urgent=True)
