"""How a run ends, as Prefect's states: filters, automations and the dashboard go by them.

| outcome | type | name, and tag |
|---|---|---|
| delivered | Completed | `Completed` |
| refused input: an outcome, nothing of ours failed | Completed | `Rejected` |
| deleted or replaced: nothing is left to do | Completed | `Gone` |
| parked: it waits for a person | Failed | `Failed`, and at once `Parked` |

Automations on failure hear the first name of a parked run, those on `Parked` the second. The
state's message is the sentence that is in the bucket too. The tag is for the UI, whose filter knows
Prefect's own names only.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec
from uuid import UUID

from prefect import Flow, State
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.runtime import flow_run as current_run
from prefect.states import Completed, Failed

from socialcopy.models import Claim, Rejection
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import NoSuchVideoError, ParkedError
from socialcopy.pipeline.steps.discover import near_key
from socialcopy.storage.errors import SourceGoneError
from tasks.runtime.runs import DISPATCHED
from tasks.validate import reject_video

P = ParamSpec("P")


async def rejected(claim: Claim, rejection: Rejection) -> State[Any]:
    """Write down why a video is refused, and end the run as `Rejected`."""
    await reject_video(claim, rejection)
    await _tag("rejected")
    return Completed(name="Rejected", message=f"{rejection.reason} {rejection.advice}")


def gone_is_an_outcome(flow: Callable[P, Awaitable[Any]]) -> Callable[P, Awaitable[Any]]:
    """End a run as `Gone` when its video was deleted or replaced meanwhile.

    A key that somebody typed is another matter: a run that a person began fails, and says which
    key was probably meant.
    """

    @functools.wraps(flow)
    async def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return await flow(*args, **kwargs)
        except SourceGoneError as gone:
            if not (current_run.parent_flow_run_id or DISPATCHED in current_run.tags):
                near = await asyncio.to_thread(near_key, Context.from_environment(), gone.key)
                raise NoSuchVideoError(gone.key, near) from gone
            await _tag("gone")
            return Completed(name="Gone", message=str(gone))

    return run


async def name_parked(
    flow: Flow[..., Any],  # noqa: ARG001  (a hook's parameters go by their names)
    flow_run: FlowRun,
    state: State[Any],
) -> None:
    """Call a failed run `Parked` whose video waits for a person now; a hook of the flow."""
    error = await state.aresult(raise_on_failure=False)
    if isinstance(error, ParkedError):
        parked = Failed(name="Parked", message=str(error))
        async with get_client() as client:
            # The tag first: who waits for the state looks for the tag as soon as it is there.
            await client.update_flow_run(flow_run.id, tags=[*flow_run.tags, "parked"])
            await client.set_flow_run_state(flow_run.id, parked, force=True)


async def _tag(tag: str) -> None:
    """Give the present run a tag."""
    async with get_client() as client:
        tags = [*current_run.tags, tag]
        await client.update_flow_run(UUID(current_run.id), tags=tags)
