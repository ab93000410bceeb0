"""Make the work pool and the deployments on the running Prefect server: `python -m …`.

A process of its own, because importing Prefect costs more than a second, which the other
commands don't pay.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Crashed

from socialcopy.cli.stack import WORK_POOL, project_folder

OPEN_STATES = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


async def prepare() -> None:
    """Make the work pool; close the runs that a crash left open (Prefect never does)."""
    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"))
        await _close_orphans(client)


async def _close_orphans(client: PrefectClient) -> None:
    """End whatever claims to run: this server has just started, and its workers have not."""
    still_open = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=OPEN_STATES))
    )
    for run in await client.read_flow_runs(flow_run_filter=still_open):
        state = Crashed(message="The stack was stopped while this ran; its video is taken over.")
        await client.set_flow_run_state(run.id, state, force=True)


def main() -> int:
    """Prepare the server and deploy everything in prefect.yaml; deploy's exit code."""
    asyncio.run(prepare())
    deploy = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    return subprocess.run(deploy, cwd=project_folder(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
