"""Where videos are worked on: in this process, or each in a run of its own on a work pool.

A process for each video costs seconds of CPU, an in-process run tenths (measured;
docs/why.md). On a pool any number of machines share the work, and a video gets one run for each
attempt at its job, however many watchers see it: Prefect makes no second run under the same
idempotency key. Whether a run is still at work the bucket says, not Prefect, to whom a run whose
worker died goes on for ever.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from prefect import Flow, State, get_run_logger
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Crashed
from pydantic_core import to_jsonable_python

from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import NotDeployedError
from socialcopy.pipeline.steps.discover import Found
from socialcopy.pipeline.steps.dispatch import Attempt, Progress, next_attempt, progress_of
from socialcopy.policies import PolicyError
from socialcopy.storage.errors import StorageError

DISPATCHED = "dispatched"
"""Tag of the runs that no person has begun."""

MOST_ON_POOL = 200
"""Runs that one process has waiting or going on; Prefect answers no question about more of them."""

MOST_REMEMBERED = 10_000
"""Attempts whose runs ended before they could claim; beyond that all are looked up once more."""

THREADS_OF_A_VIDEO = 2
"""In its steps: one does the work, another may listen or wait for an answer meanwhile."""

THREADS_FOR_LOOKING = 4
"""For listings, hints and claims."""

LOOK_SECONDS = 3.0
"""Between two looks at Prefect whether runs have ended."""

LONGEST_START_SECONDS = 900.0
"""A run that a worker took, and that has not claimed its video by then, never will: pulling an
image takes minutes."""


Begin = Callable[[Found], Awaitable[State[Any]]]


class Runs(NamedTuple):
    """How videos are worked on."""

    begin: Begin
    """Works on a video; how its run ended."""
    most: int
    """How many at the same time."""
    drain_seconds: float
    """How long they may go on when this process is asked to stop."""


@asynccontextmanager
async def runs_of(flow: Flow[..., Any], context: Context, queue: str = "") -> AsyncGenerator[Runs]:
    """Yield runs of a flow as WATCH_DISPATCH says; on a pool in a work queue, or the default one.

    Raises NotDeployedError.
    """
    watch = context.watch
    if watch.dispatch == "process":
        _make_room_for(watch.concurrency)
        yield Runs(_in_process(flow, context), watch.concurrency, watch.drain_seconds)
        return
    async with get_client() as client:
        pool = PoolRuns(client, await _deployment_id(client, flow.name), context, queue)
        looking = asyncio.create_task(pool.keep_looking())
        try:
            yield Runs(pool.begin, MOST_ON_POOL, drain_seconds=0)  # they go on without us
        finally:
            looking.cancel()


def _make_room_for(videos: int) -> None:
    """Give the running loop a thread for every step that may wait.

    asyncio's own has four threads more than cores: on two cores four videos, each waiting for
    its captions, and whoever waits for hints left one for everything else, and a sixth video none.
    """
    threads = THREADS_OF_A_VIDEO * videos + THREADS_FOR_LOOKING
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads))


def _in_process(flow: Flow[..., Any], context: Context) -> Begin:
    async def begin(found: Found) -> State[Any]:
        # Other watchers see the same listing: a look costs milliseconds, a run that finds the
        # video claimed a third of a CPU-second.
        with suppress(StorageError, PolicyError):  # the run tells what is wrong
            if await asyncio.to_thread(next_attempt, context, found) is None:
                return _already_done()
        return await flow(**parameters(found), return_state=True)

    return begin


def _already_done() -> State[Any]:
    return Completed(name="AlreadyDone", message="it is done or being worked on")


async def _deployment_id(client: PrefectClient, name: str) -> UUID:
    """Find the deployment that bears its flow's name."""
    try:
        return (await client.read_deployment_by_name(f"{name}/{name}")).id
    except ObjectNotFound:
        raise NotDeployedError(name) from None


class PoolRuns:
    """Runs of a deployment, made by us, worked on by others, and watched to their end."""

    def __init__(
        self, client: PrefectClient, deployment_id: UUID, context: Context, queue: str
    ) -> None:
        self._client = client
        self._deployment_id = deployment_id
        self._context = context
        self._queue = queue
        self._states: dict[UUID, State[Any] | None] = {}
        self._has_looked = asyncio.Event()
        self._unclaimed: dict[str, UUID] = {}

    async def begin(self, found: Found) -> State[Any]:
        """Have a video worked on; how its run ended.

        A run that has ended while its attempt is still to come died before it could claim, or a
        person cancelled it: the next one is named after it, for every watcher alike.
        """
        while attempt := await asyncio.to_thread(next_attempt, self._context, found):
            run = await self._make(found, attempt)
            if run.state is None or not run.state.is_final():
                return await self._end_of(run, attempt)
            self._remember(attempt, run)
        return _already_done()

    async def _make(self, found: Found, attempt: Attempt) -> FlowRun:
        """Make the run of an attempt, or find the one that somebody made."""
        queue = attempt.queue or self._queue or None
        said = {name: value for name, value in parameters(found).items() if value is not None}
        return await self._client.create_flow_run_from_deployment(
            self._deployment_id,
            parameters=to_jsonable_python(said, exclude_none=True),
            idempotency_key=f"{attempt.name}-{self._unclaimed.get(attempt.name, 'first')}",
            tags=[DISPATCHED, queue or "default"],
            work_queue_name=queue,
        )

    def _remember(self, attempt: Attempt, run: FlowRun) -> None:
        if len(self._unclaimed) >= MOST_REMEMBERED:
            self._unclaimed.clear()
        self._unclaimed[attempt.name] = run.id

    async def _end_of(self, run: FlowRun, attempt: Attempt) -> State[Any]:
        """Wait until a run has ended by its own word, or by the bucket's."""
        self._states[run.id] = run.state
        lease_seconds = self._context.watch.lease_seconds
        due = time.monotonic() + lease_seconds
        try:
            while True:
                await self._has_looked.wait()
                state = self._states[run.id]
                if state and state.is_final():
                    return state
                if time.monotonic() >= due:
                    due = time.monotonic() + lease_seconds
                    if found := await self._end_in_bucket(run, attempt):
                        return found
        finally:
            self._states.pop(run.id, None)

    async def _end_in_bucket(self, run: FlowRun, attempt: Attempt) -> State[Any] | None:
        """Tell how an attempt ended whose run says nothing of it; none while it goes on."""
        try:
            progress = await asyncio.to_thread(progress_of, self._context, attempt)
        except StorageError:  # the next look tells
            return None
        match progress:
            case Progress.DONE:
                return Completed()
            case Progress.BROKEN_OFF:
                return Crashed(message="its worker is gone")
            case Progress.UNCLAIMED if _is_stuck(self._states[run.id]):
                stuck = Crashed(message="its worker was gone before it could begin")
                await self._client.set_flow_run_state(run.id, stuck, force=True)
                return stuck
            case _:
                return None

    async def keep_looking(self) -> None:
        """Ask Prefect how the runs stand, again and again until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  (the runs go on, so this has to)
                get_run_logger().warning("can't see the runs on the pool, looking again: %s", error)

    async def look(self) -> None:
        """Ask Prefect how the runs stand, and tell whoever waits for them."""
        if asked := list(self._states):
            wanted = FlowRunFilter(id=FlowRunFilterId(any_=asked))
            found = await self._client.read_flow_runs(flow_run_filter=wanted, limit=len(asked))
            gone = Crashed(message="somebody deleted its run")
            self._states |= dict.fromkeys(asked, gone) | {run.id: run.state for run in found}
        self._has_looked.set()
        self._has_looked = asyncio.Event()


def _is_stuck(state: State[Any] | None) -> bool:
    """Tell whether a worker took a run so long ago that it can't be about to begin."""
    if state is None or state.is_scheduled():
        return False
    return (datetime.now(UTC) - state.timestamp).total_seconds() > LONGEST_START_SECONDS


def parameters(found: Found) -> dict[str, Any]:
    """Return what the flow is called with; wishes with parameters of their own go by them."""
    brief = found.brief
    return {
        "key": found.source.key,
        "instruction": brief.instruction,
        "platforms": brief.platforms,
        "language": brief.language,
        "brief": brief.details,
    }
