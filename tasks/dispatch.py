"""Runs of one process: each video as an in-process child run, a few at a time.

A process for each video costs seconds of CPU, an in-process run tenths (measured;
docs/why.md). A video whose run failed is left alone for a while before it is tried again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from socialcopy.models import Brief, SourceVideo

PAUSE_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 300.0

Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


class Dispatcher:
    """Starts runs and remembers which videos are in hand."""

    def __init__(self, flow: Callable[..., Awaitable[Any]], concurrency: int, log: Log) -> None:
        self._flow = flow
        self._log = log
        self._slots = asyncio.Semaphore(concurrency)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._not_before: dict[str, float] = {}
        self._pauses: dict[str, float] = {}

    def start(self, source: SourceVideo) -> None:
        """Begin with a video, unless it is in hand or failed a moment ago."""
        oid = source.oid(Brief())
        if oid in self._running or time.monotonic() < self._not_before.get(oid, 0):
            return
        self._log.info("found %s (%.1f MB)", source.key, source.size_bytes / 1e6)
        run = asyncio.create_task(self._run(source, oid))
        self._running[oid] = run
        run.add_done_callback(lambda ended: self._ended(source, oid, ended))

    async def _run(self, source: SourceVideo, oid: str) -> None:
        async with self._slots:
            state = await self._flow(key=source.key, return_state=True)
            if state.is_completed():
                self._pauses.pop(oid, None)
            else:
                self._leave_alone(source, oid, state.message)

    def _ended(self, source: SourceVideo, oid: str, run: asyncio.Task[None]) -> None:
        """Forget a run; one that could not even start (Prefect is away) is tried again later."""
        self._running.pop(oid, None)
        error = None if run.cancelled() else run.exception()
        if error is not None:
            self._leave_alone(source, oid, str(error))

    def _leave_alone(self, source: SourceVideo, oid: str, reason: str | None) -> None:
        pause_seconds = self._pauses.get(oid, PAUSE_SECONDS)
        self._log.warning(
            "%s did not finish, next try in %.0f s: %s", source.key, pause_seconds, reason
        )
        self._not_before[oid] = time.monotonic() + pause_seconds
        self._pauses[oid] = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what is in hand at a normal end; let go of it when cancelled."""
        if kind is not None:
            for run in self._running.values():
                run.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
