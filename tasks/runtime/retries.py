"""Who repeats what: the retry policies that tasks share (docs/architecture.md)."""

from __future__ import annotations

from typing import Any

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun

from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.storage.errors import StoreUnreachableError

RETRIES = 3
BACKOFF_SECONDS = [2.0, 4.0, 8.0]
JITTER = 0.5


async def is_transient(
    task: Task[..., Any],  # noqa: ARG001  (Prefect passes all three)
    run: TaskRun,  # noqa: ARG001  (Prefect hands all three to a condition)
    state: State[Any],
) -> bool:
    """Retry what a second try can cure, and nothing else.

    A coroutine, since in a running loop `State.result` is one too, and no error.
    """
    error = await state.aresult(raise_on_failure=False)
    if isinstance(error, NemoVideoError):
        return error.retryable
    return isinstance(error, StoreUnreachableError)


FREE: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay_seconds": BACKOFF_SECONDS,
    "retry_jitter_factor": JITTER,
    "retry_condition_fn": is_transient,
}
"""For steps that cost nothing to repeat. A paid step has no retries; see `caption.py`."""
