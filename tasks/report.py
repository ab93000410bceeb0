"""A batch in order, and what became of each of its videos."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from prefect.artifacts import acreate_table_artifact

from socialcopy.models import Brief, SourceVideo, Value


class BatchLine(Value):
    """What became of one video of a batch."""

    key: str
    outcome: str
    """`Delivered`, `Rejected`, `AlreadyDone` or `Failed`."""
    detail: str
    seconds: float


class BatchReport(Value):
    """What became of a batch."""

    lines: tuple[BatchLine, ...]

    async def publish(self) -> None:
        """Show the report as an artifact of the run."""
        await acreate_table_artifact(
            table=[line.model_dump() for line in self.lines],
            key="nightly-batch",
            description=f"{len(self.lines)} videos, each with what became of it",
        )


async def in_order(
    flow: Callable[..., Awaitable[Any]],
    videos: Sequence[SourceVideo],
    brief: Brief,
    concurrency: int,
) -> BatchReport:
    """Begin with the videos by key, a few at a time; one that fails stops no other."""
    slots = asyncio.Semaphore(concurrency)

    async def one(source: SourceVideo) -> BatchLine:
        async with slots:
            began = time.monotonic()
            state = await flow(key=source.key, instruction=brief.instruction, return_state=True)
            return _line(source, state, time.monotonic() - began)

    ordered = sorted(videos, key=lambda source: source.key)
    return BatchReport(lines=tuple(await asyncio.gather(*map(one, ordered))))


def _line(source: SourceVideo, state: Any, seconds: float) -> BatchLine:
    outcome = "Delivered" if state.name == "Completed" else state.name
    return BatchLine(
        key=source.key, outcome=outcome, detail=state.message or "", seconds=round(seconds, 1)
    )
