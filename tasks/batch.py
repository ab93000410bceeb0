"""A batch in order, and what became of each of its videos."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from prefect import Flow, get_run_logger, task
from prefect.artifacts import acreate_table_artifact

from socialcopy.models import Brief, SourceVideo
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.notifications import notify
from socialcopy.pipeline.outcomes import Ending
from socialcopy.pipeline.policies import policies_of
from socialcopy.pipeline.steps import batch
from socialcopy.pipeline.steps.batch import BatchLine, BatchReport
from socialcopy.pipeline.steps.discover import Found
from socialcopy.policies import NIGHT_QUEUE
from socialcopy.settings import OperationsSettings
from tasks.runtime.retries import FREE
from tasks.runtime.runs import MOST_ON_POOL, Runs, runs_of


@task(task_run_name="begin-{prefix}", timeout_seconds=60, **FREE)
async def begin_batch(prefix: str, ceiling: int | None) -> BatchReport:
    """Open the night's report, and its budget when a ceiling is given."""
    return await asyncio.to_thread(batch.begin, Context.from_environment(), prefix, ceiling)


@task(task_run_name="report", timeout_seconds=300, **FREE)
async def publish_report(report: BatchReport) -> BatchReport:
    """Write the report to the bucket, show it as an artifact, tell whoever wants to know."""
    context = Context.from_environment()
    merged = await asyncio.to_thread(batch.publish, context, report)
    await acreate_table_artifact(
        table=[line.model_dump(mode="json") for line in report.lines],
        key="nightly-batch",
        description=f"{report.prefix}: {report.sentence}",
    )
    get_run_logger().info("%s: %s", report.prefix, report.sentence)
    told = f"{report.prefix}: {report.sentence}"
    await asyncio.to_thread(notify, OperationsSettings(), "A batch is finished", told)
    return merged


async def in_order(flow: Flow[..., Any], prefix: str, brief: Brief) -> tuple[BatchLine, ...]:
    """Begin with the videos by key, a few at a time; one that fails stops no other."""
    context = Context.from_environment()
    policy = policies_of(context.bucket).of(prefix)
    videos, turn = batch.in_order(context, prefix, brief), asyncio.Lock()
    lines: list[BatchLine] = []

    async def work() -> None:
        while (source := await _next(videos, turn)) is not None:
            later = await asyncio.to_thread(batch.line_of_held_back, context, source, brief)
            lines.append(later or await _one(context, runs, source, brief))

    async with runs_of(flow, context, NIGHT_QUEUE) as runs:
        workers = min(policy.concurrency or runs.most, MOST_ON_POOL)
        await asyncio.gather(*(work() for _ in range(workers)))
    return tuple(lines)


async def _next(videos: Iterator[SourceVideo], turn: asyncio.Lock) -> SourceVideo | None:
    """Take the next video; its listing goes on on a thread, for one worker at a time."""
    async with turn:
        return await asyncio.to_thread(next, videos, None)


async def _one(context: Context, runs: Runs, source: SourceVideo, brief: Brief) -> BatchLine:
    began = time.monotonic()
    state = await runs.begin(Found(source=source, brief=brief))
    seconds, why = time.monotonic() - began, str(state.message or "")
    if state.name == "Gone":
        return batch.line(source, brief, Ending.GONE, seconds, why)
    return await asyncio.to_thread(batch.line_of, context, source, brief, seconds, why)
