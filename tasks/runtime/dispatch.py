"""Runs of a watcher: a few videos at a time.

A video whose run failed is left alone for a while before it is tried again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from typing import Self

from socialcopy.pipeline.steps.discover import Found
from tasks.runtime.runs import Runs

PAUSE_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 300.0
MOST_REMEMBERED = 10_000
"""Videos that are left alone for a while; beyond that the oldest are simply tried again."""

Log = logging.Logger | logging.LoggerAdapter[logging.Logger]
Version = tuple[str, str]


class Dispatcher:
    """Starts runs and remembers which videos are in hand."""

    def __init__(self, runs: Runs, log: Log) -> None:
        self._runs = runs
        self._log = log
        self._offered: deque[Found] = deque()
        self._running: dict[Version, asyncio.Task[None]] = {}
        self._lane_of: dict[Version, str] = {}
        self._not_before: dict[Version, float] = {}
        self._pauses: defaultdict[Version, float] = defaultdict(lambda: PAUSE_SECONDS)
        self.is_shared = False
        """Whether somebody else was found at work on what was offered here."""

    @property
    def in_hand(self) -> int:
        """How many videos are worked on."""
        return len(self._running)

    @property
    def is_idle(self) -> bool:
        """Whether there is room, and nothing on offer that could fill it."""
        return self.in_hand < self._runs.most and not self._offered

    def takes(self, found: Found) -> bool:
        """Tell whether a video is neither in hand nor failed a moment ago."""
        version = _version(found)
        return version not in self._running and time.monotonic() >= self._not_before.get(version, 0)

    def offer(self, found: Sequence[Found], *, is_urgent: bool = False) -> None:
        """Hand in what was found; what is still on offer from before was found again by then."""
        if is_urgent:
            self._offered.extendleft(found)
        else:
            self._offered = deque(found)
        self.begin()

    def begin(self) -> None:
        """Begin with what is on offer, as far as there is room for it."""
        for _ in range(len(self._offered)):
            if self.in_hand >= self._runs.most:
                return
            found = self._offered.popleft()
            if self._is_full(found):
                self._offered.append(found)
            elif self.takes(found):
                self._start(found)

    def _is_full(self, found: Found) -> bool:
        """Tell whether as many of its prefix are worked on as its policy allows."""
        most = found.most_at_once
        return most is not None and Counter(self._lane_of.values())[found.prefix] >= most

    def _start(self, found: Found) -> None:
        version = _version(found)
        self._log.info("found %s (%.1f MB)", found.source.key, found.source.size_bytes / 1e6)
        run = asyncio.create_task(self._run(found, version))
        self._running[version], self._lane_of[version] = run, found.prefix
        run.add_done_callback(lambda ended: self._ended(found, version, ended))

    async def _run(self, found: Found, version: Version) -> None:
        state = await self._runs.begin(found)
        if state.name == "AlreadyDone":  # somebody else is at it
            self.is_shared = True
            self._leave_alone(found, version, None)
        elif state.is_completed():
            self._pauses.pop(version, None)
        else:
            self._leave_alone(found, version, state.message or "no reason")

    def _ended(self, found: Found, version: Version, run: asyncio.Task[None]) -> None:
        """Forget a run; one that could not even start (Prefect is away) is tried again later."""
        self._running.pop(version, None)
        self._lane_of.pop(version, None)
        self.begin()
        error = None if run.cancelled() else run.exception()
        if error is not None:
            self._leave_alone(found, version, str(error))

    def _leave_alone(self, found: Found, version: Version, reason: str | None) -> None:
        pause_seconds = self._pauses[version]
        if reason:
            self._log.warning(
                "%s did not finish, next try in %.0f s: %s",
                found.source.key,
                pause_seconds,
                reason,
            )
            self._pauses[version] = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        self._not_before[version] = time.monotonic() + pause_seconds
        while len(self._not_before) > MOST_REMEMBERED:
            self._not_before.pop(next(iter(self._not_before)))
            self._pauses.pop(next(iter(self._pauses)), None)

    async def drain(self) -> None:
        """Let what is in hand finish, for as long as it may; then let go of it."""
        self._offered.clear()
        if self._running:
            self._log.info("draining: %d videos in hand", len(self._running))
            await asyncio.wait(self._running.values(), timeout=self._runs.drain_seconds)
        await self._let_go()

    async def _let_go(self) -> None:
        self._offered.clear()
        for run in self._running.values():
            run.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for what is in hand at a normal end; let go of it when cancelled."""
        while kind is None and self._running:  # each one that ends makes room for the next
            await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
        await self._let_go()


def _version(found: Found) -> Version:
    return found.source.key, found.source.etag
